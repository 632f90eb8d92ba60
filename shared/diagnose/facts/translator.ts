import type { Observations } from "../../evidence/observations.ts";
import type { EvidenceRef, Phrase } from "../../schema/diagnosis.ts";
import type { PhraseKey } from "../../text/en.ts";
import { measuredPathMtu } from "./path-mtu-facts.ts";

/** An iPhone's hotspot gives these; hosts of a CLAT have those (RFC 7335). */
const IPHONE_HOTSPOT = /^172\.20\.10\./;
const CLAT_HOST = /^192\.0\.0\./;
/** RFC 6052 §2.1, the well-known prefix. */
const NAT64_PREFIX = /^64:ff9b:/i;
/** What a whole packet may be behind a translator on links of 1500 and 1450 bytes: 20 less (RFC 7915 §4.1). */
const TRANSLATED_PATH_MTUS: readonly number[] = [1480, 1430];

export interface TranslatorSign {
  key: PhraseKey;
  params: Phrase["params"];
  evidence: EvidenceRef[];
}

/** Signs that IPv4 is carried over IPv6 on the way (464XLAT, NAT64), the strongest first. Signs, not proof. */
export function translatorSigns(o: Observations): TranslatorSign[] {
  const { largestPassed, smallestLost, packetTooBig, refs } = measuredPathMtu(o);
  const limited = smallestLost !== null || packetTooBig.length > 0;
  const nat64 = o.gatewayAddresses.find((a) => NAT64_PREFIX.test(a));
  const clat = o.clientAddresses.find((a) => CLAT_HOST.test(a));
  const hotspot = o.clientAddresses.find((a) => IPHONE_HOTSPOT.test(a));
  const signs: (TranslatorSign | null)[] = [
    nat64 === undefined ? null : { key: "finding.translated-path.nat64", params: {}, evidence: [] },
    clat === undefined ? null : { key: "finding.translated-path.clat", params: {}, evidence: [] },
    limited && largestPassed !== null && TRANSLATED_PATH_MTUS.includes(largestPassed)
      ? { key: "finding.translated-path.path-mtu", params: { pathMtu: largestPassed }, evidence: refs }
      : null,
    hotspot === undefined ? null : { key: "finding.translated-path.hotspot", params: {}, evidence: [] },
  ];
  return signs.filter((s) => s !== null);
}

export const mayBeTranslated = (o: Observations): boolean => translatorSigns(o).length > 0;
