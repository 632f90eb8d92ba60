/** Facts about the path that explain a recommendation or limit it, and decide nothing by themselves. */

import type { PlainPhraseKey } from "../../text/phrases.ts";
import { isBehindPhone } from "../facts/client-machine.ts";
import { familyInQuestion } from "../facts/family.ts";
import { leavesAsIpFragments } from "../facts/ip-fragment-facts.ts";
import { narrowPathMtu } from "../facts/other-hosts.ts";
import { translatorSigns } from "../facts/translator.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** The one below that speaks of a phone: said only where there is one. */
const USB_TETHER_MTU = 1_496;
/** Path MTUs that say something about the kind of line (docs/domain.md §2.3). */
const LINKS: Readonly<Record<number, PlainPhraseKey>> = {
  1496: "link.1496",
  1492: "link.1492",
  1480: "link.1480",
  1476: "link.1476",
  1464: "link.1464",
  1460: "link.1460",
  1454: "link.1454",
  1440: "link.1440",
  1420: "link.1420",
  1280: "link.1280",
};
/** For IPv6: what the links above add to IPv4 alone is not in it. */
const LINKS_V6: Readonly<Record<number, PlainPhraseKey>> = {
  1492: "link.1492",
  1480: "link.1480.ipv6",
  1454: "link.1454",
  1420: "link.1420",
  1280: "link.1280",
};

/** The measured path MTU is typical of a certain kind of line. */
export const knownLinkMtu: Rule = {
  code: "known-link-mtu",
  severity: "info",
  nature: "inferred",
  reference: "docs/domain.md §2.3",
  judge(o) {
    const narrow = narrowPathMtu(o);
    if (narrow === null) return unknown("finding.known-link.unknown");
    const { pathMtu, refs } = narrow;
    const links = familyInQuestion(o) === 6 ? LINKS_V6 : LINKS;
    const key = pathMtu === USB_TETHER_MTU && !isBehindPhone(o) ? undefined : links[pathMtu];
    if (key === undefined) {
      return { status: "clear", phrase: phrase("finding.known-link.clear", { pathMtu }), evidence: refs };
    }
    return { status: "found", phrase: phrase(key), evidence: refs, claim: null };
  },
};

/**
 * IPv4 may be carried over IPv6 by a translator: then IP fragments must be 8 bytes smaller than whole
 * packets.
 */
export const translatedPath: Rule = {
  code: "translated-path",
  severity: "low",
  nature: "inferred",
  reference: "RFC 7915 §4.1",
  judge(o) {
    const signs = translatorSigns(o);
    const [first] = signs;
    if (first)
      return {
        status: "found",
        phrase: first.phrase,
        evidence: first.evidence,
        claim: null,
      };
    if (o.clientAddresses.length === 0) return unknown("finding.translated-path.unknown");
    return { status: "clear", phrase: phrase("finding.translated-path.clear"), evidence: [] };
  },
};

/** IP fragments are lost now and then, because of load or because an identification is used twice. */
export const unsteadyFragments: Rule = {
  code: "unsteady-fragments",
  severity: "medium",
  nature: "observed",
  reference: "RFC 7597 §8.3.3",
  judge(o) {
    const answered = o.probes.filter((p) => leavesAsIpFragments(p) && p.outcome === "answered");
    if (answered.length === 0) return unknown("finding.unsteady.unknown");
    const repeated = answered.filter((p) => p.tries > 1);
    const [first] = repeated;
    if (!first)
      return {
        status: "clear",
        phrase: phrase("finding.unsteady.clear"),
        evidence: answered.map((p) => p.ref),
      };
    return {
      status: "found",
      phrase: phrase("finding.unsteady.found", { ipBytes: first.ipBytes, tries: first.tries }),
      evidence: repeated.map((p) => p.ref),
      claim: null,
    };
  },
};
