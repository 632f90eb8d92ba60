/** Signs that the rules have found already: what their findings say of other verdicts than their own. */
import type { Observations } from "../../evidence/observations.ts";
import { type EvidenceRef, type Finding, Verdict } from "../../schema/diagnosis.ts";
import type { PhraseKey } from "../../text/phrases.ts";
import { phrase } from "../rule.ts";
import { each, IKE_FRAGMENTS, OUTBOUND_FRAGMENTS, RULED_OUT, type Sign, type Weights } from "./sign.ts";

/** The client itself stops at what it was given: nothing that the path does to packets explains that. */
const CLIENTS_OWN: Weights = each(
  Verdict.options.filter((v) => v !== "insufficient-evidence"),
  -200,
);
/** The request was lost on its way to where the capture was taken: nothing after that place explains it. */
const BEFORE_THE_GATEWAY: Weights = {
  ...each(["inbound-fragments-lost", "gateway-rejects", "ike-auth-unanswered"], -60),
  ...each(["healthy", "slow-gateway", "path-mtu-reduced"], -60),
  ...each([...OUTBOUND_FRAGMENTS, "udp-4500-blocked"], 20),
};

/** By the sentence of a finding that is found or clear. */
const SAYS: Readonly<Partial<Record<PhraseKey, Weights>>> = {
  "finding.gateway-unreachable.capture": { "gateway-unreachable": 30, "udp-500-blocked": 30 },
  "finding.udp-port-blocked.found": { healthy: 10 },
  "finding.outbound-fragments.size-unknown": {
    ...each(OUTBOUND_FRAGMENTS, 25),
    ...each(["inbound-fragments-lost", "ike-auth-unanswered", "gateway-rejects"], -25),
  },
  "finding.outbound-fragments.clear": {
    ...each(OUTBOUND_FRAGMENTS, RULED_OUT),
    "ike-auth-unanswered": -25,
  },
  "finding.outbound-fragments.some": { "outbound-fragments-too-large": 25, healthy: 15 },
  "finding.outbound-fragments.too-large": { "outbound-fragments-too-large": 40 },
  "finding.outbound-fragments.dropped": { "outbound-fragments-dropped": 40 },
  "finding.inbound-fragments.by-exclusion": {
    "inbound-fragments-lost": 25,
    "gateway-rejects": 20,
    "slow-gateway": 20,
    "ike-auth-unanswered": -40,
  },
  "finding.reflection.pieces-lost": { "inbound-fragments-lost": 40 },
  "finding.reflection.large-lost": { "inbound-fragments-lost": 30, "path-mtu-black-hole": 10 },
  "finding.reflection.clear": { "inbound-fragments-lost": -20 },
  "finding.large-echo.found": { "inbound-fragments-lost": 20 },
  "finding.large-echo.only-from-gateway": { "inbound-fragments-lost": 15 },
  "finding.large-echo.clear": { "inbound-fragments-lost": -30 },
  "finding.ike-auth-unanswered.found": {
    "ike-auth-unanswered": 30,
    "outbound-fragments-too-large": 25,
    "outbound-fragments-dropped": 25,
    "inbound-fragments-lost": 20,
  },
  "finding.small-auth-unanswered.found": {
    "udp-4500-blocked": 25,
    "inbound-fragments-lost": 20,
    ...each([...OUTBOUND_FRAGMENTS, "ike-auth-unanswered"], RULED_OUT),
  },
  "finding.large-init.found": {
    ...each(OUTBOUND_FRAGMENTS, 25),
    "gateway-unreachable": 10,
    ...each(IKE_FRAGMENTS, RULED_OUT),
  },
  "finding.ike-fragments-too-large.split-again": { "ike-fragments-too-large": 40, "udp-4500-blocked": 10 },
  "finding.ike-fragments-too-large.only-last": { "ike-fragments-too-large": 30, "ike-fragments-lost": 20 },
  "finding.ike-fragments-lost.inbound": {
    "ike-fragments-lost": 35,
    "ike-fragments-too-large": 15,
    "inbound-fragments-lost": 5,
  },
  "finding.ike-fragments-lost.varying": { "ike-fragments-lost": 30, healthy: 10 },
  "finding.ike-fragments-lost.no-answer": { "ike-fragments-lost": 20, "udp-4500-blocked": 20 },
  "finding.path-mtu-black-hole.found": { "path-mtu-black-hole": 40 },
  "finding.large-ping-lost.found": { "path-mtu-black-hole": 25, healthy: 5 },
  "finding.path-mtu-reduced.found": { "path-mtu-reduced": 45, "path-mtu-black-hole": -10 },
  "finding.slow-gateway.clear": { "slow-gateway": -20 },
  "finding.slow-gateway.found": { "slow-gateway": 30, healthy: 5 },
  "finding.esp-mtu.pieces": { "esp-mtu": 40, "inbound-fragments-lost": 20 },
  "finding.esp-mtu.stalled": { "esp-mtu": 40, healthy: 10 },
  "finding.esp-one-way.found": { "esp-mtu": 40, "udp-4500-blocked": 20, healthy: -30 },
  "finding.probe-proposal-refused.found": { "gateway-rejects": 30 },
  "finding.cookie-not-returned.client": CLIENTS_OWN,
  "finding.cookie-not-returned.found": CLIENTS_OWN,
  "finding.answers-ignored.client": CLIENTS_OWN,
  "finding.answers-ignored.refused": CLIENTS_OWN,
  "finding.request-lost.nothing": BEFORE_THE_GATEWAY,
  "finding.request-lost.nothing-both": BEFORE_THE_GATEWAY,
  "finding.gateway-silent.found": {
    ...each([...OUTBOUND_FRAGMENTS, "inbound-fragments-lost", "udp-4500-blocked", "udp-500-blocked"], -200),
    ...each(["path-mtu-black-hole", "path-mtu-reduced", "ike-auth-unanswered", "gateway-unreachable"], -200),
    ...each(["healthy", "esp-mtu", "ike-fragments-too-large"], -200),
    "gateway-rejects": 30,
  },
  "finding.answered-elsewhere.found": { "gateway-rejects": -40, "slow-gateway": -20, "not-ikev2": RULED_OUT },
  "finding.ike-fragmentation.clear": {
    ...each(IKE_FRAGMENTS, 12),
    ...each([...OUTBOUND_FRAGMENTS, "inbound-fragments-lost"], -6),
  },
  "finding.ike-fragmentation.gateway": each(IKE_FRAGMENTS, RULED_OUT),
  "finding.ike-fragmentation.client": each(IKE_FRAGMENTS, RULED_OUT),
  "finding.ras-code.refused": { "gateway-rejects": 45 },
  "finding.ras-code.other-vpn": { "not-ikev2": 50 },
  "finding.translated-path.nat64": { "outbound-fragments-too-large": 8 },
  "finding.translated-path.clat": { "outbound-fragments-too-large": 8 },
  "finding.translated-path.path-mtu": { "outbound-fragments-too-large": 8 },
  "finding.translated-path.hotspot": { "outbound-fragments-too-large": 8 },
};

/** A rule that is clear, with packets or probes that show it, rules out what it looks for. */
const CLEAR_RULES_OUT: Readonly<Record<string, readonly Verdict[]>> = {
  "not-ikev2": ["not-ikev2"],
  "gateway-unreachable": ["gateway-unreachable"],
  "udp-500-blocked": ["udp-500-blocked"],
  "udp-4500-blocked": ["udp-4500-blocked"],
  "ike-fragments-too-large": ["ike-fragments-too-large"],
  "ike-fragments-lost": ["ike-fragments-lost"],
  "inbound-fragments": ["inbound-fragments-lost"],
};

/** What a capture of another network shows says nothing of the one where the login fails. */
const OF_ONE_NETWORK: readonly string[] = [
  "udp-4500-blocked",
  "inbound-fragments",
  "ike-fragments-too-large",
];

/** Windows's error codes that say that no answer came in time (docs/domain.md §1.5). */
const NO_ANSWER_CODES: readonly unknown[] = [809, 13_805];

const noAnswer = (code: unknown, evidence: EvidenceRef[]): Sign[] =>
  NO_ANSWER_CODES.includes(code)
    ? [
        {
          phrase: phrase("sign.error-no-answer", { code: Number(code) }),
          evidence,
          weights: { healthy: -5, "gateway-rejects": -20, "path-mtu-reduced": -5 },
        },
      ]
    : [];

/** That the gateway's answers are whole where they leave says nothing of where they should arrive. */
const AT_THE_CLIENT: readonly string[] = ["inbound-fragments", ...IKE_FRAGMENTS];

/** What the findings of all rules say of verdicts. */
export function findingSigns(findings: readonly Finding[], o: Observations): Sign[] {
  const seenAtGateway = o.initiations.some((i) => i.view === "gateway");
  const elsewhere = findings.some((f) => f.code === "answered-elsewhere" && f.status === "found");
  return findings.flatMap(({ code, status, phrase: said, evidence }): Sign[] => {
    if (status === "unknown") return [];
    if (said.key === "finding.ras-code.neutral") return noAnswer(said.params.code, evidence);
    const weights = SAYS[said.key as PhraseKey];
    if (weights) return [{ phrase: said, evidence, weights }];
    const out = CLEAR_RULES_OUT[code];
    if (status !== "clear" || out === undefined || evidence.length === 0) return [];
    if (elsewhere && OF_ONE_NETWORK.includes(code)) return [];
    if (seenAtGateway && AT_THE_CLIENT.includes(code)) return [];
    return [{ phrase: said, evidence, weights: each(out, RULED_OUT) }];
  });
}
