/**
 * Signs that IPv4 is carried over IPv6 on the way to the gateway (464XLAT, NAT64). They are signs, not proof.
 */
import type { Observations } from "../../evidence/observations.ts";
import { ETHERNET_MTU, TRANSLATION_GROWTH_BYTES } from "../../packet/sizes.ts";
import type { EvidenceRef, Phrase } from "../../schema/diagnosis.ts";
import { phrase } from "../rule.ts";
import { familyInQuestion } from "./family.ts";
import { narrowPathMtu } from "./other-hosts.ts";

/** Addresses that an iPhone's hotspot gives to its clients. */
const IPHONE_HOTSPOT = /^172\.20\.10\./;
/** Addresses that a host with a CLAT of its own has (RFC 7335). */
const CLAT_HOST = /^192\.0\.0\./;
/** RFC 6052 §2.1, the well-known prefix. */
const NAT64_PREFIX = /^64:ff9b:/i;
/** An iPhone's mobile link, as some operators set it. */
const MOBILE_LINK_MTU = 1_450;
/** How large a whole IPv4 packet may be behind a translator on the usual links (RFC 7915 §4.1). */
const TRANSLATED_PATH_MTUS: readonly number[] = [ETHERNET_MTU, MOBILE_LINK_MTU].map(
  (linkMtu) => linkMtu - TRANSLATION_GROWTH_BYTES,
);

/** An address that an iPhone's hotspot gives. */
export const isIphoneHotspot = (address: string): boolean => IPHONE_HOTSPOT.test(address);
/** An address that a host with a CLAT of its own has. */
export const isClatHost = (address: string): boolean => CLAT_HOST.test(address);

/** One sign, as a sentence and where it stands in the evidence. */
export interface TranslatorSign {
  phrase: Phrase;
  evidence: EvidenceRef[];
}

/** All signs of a translator, the strongest first. */
export function translatorSigns(o: Observations): TranslatorSign[] {
  const narrow = narrowPathMtu(o);
  const nat64 = o.gatewayAddresses.find((a) => NAT64_PREFIX.test(a));
  const clat = o.clientAddresses.find(isClatHost);
  const hotspot = o.clientAddresses.find(isIphoneHotspot);
  const signs: (TranslatorSign | null)[] = [
    nat64 === undefined ? null : { phrase: phrase("finding.translated-path.nat64"), evidence: [] },
    clat === undefined ? null : { phrase: phrase("finding.translated-path.clat"), evidence: [] },
    // A path MTU of IPv6 packets tells of no translator of IPv4.
    narrow !== null && familyInQuestion(o) === 4 && TRANSLATED_PATH_MTUS.includes(narrow.pathMtu)
      ? {
          phrase: phrase("finding.translated-path.path-mtu", { pathMtu: narrow.pathMtu }),
          evidence: narrow.refs,
        }
      : null,
    hotspot === undefined ? null : { phrase: phrase("finding.translated-path.hotspot"), evidence: [] },
  ];
  return signs.filter((s) => s !== null);
}

/** At least one sign of a translator was seen. */
export const mayBeTranslated = (o: Observations): boolean => translatorSigns(o).length > 0;
