/** Signs that the rules have found already: what their findings say of other verdicts than their own. */
import type { Observations } from "../../evidence/observations.ts";
import { ExchangeType } from "../../ike/registry.ts";
import { type Finding, Verdict } from "../../schema/diagnosis.ts";
import type { PhraseKey } from "../../text/phrases.ts";
import { latestIgnoredAnswer } from "../facts/ignored-answers.ts";
import { firstAuth } from "../facts/login-facts.ts";
import { otherHosts } from "../facts/other-hosts.ts";
import { phrase } from "../rule.ts";
import { each, IKE_FRAGMENTS, OUTBOUND_FRAGMENTS, RULED_OUT, type Sign, type Weights } from "./sign.ts";

/**
 * The client itself stops at what it was given: nothing that the path does to packets explains that, so what
 * is left is that the path is in order.
 */
const CLIENTS_OWN: Weights = {
  ...each(
    Verdict.options.filter((v) => v !== "insufficient-evidence"),
    -200,
  ),
  healthy: 10,
};
/** The request was lost on its way to where the capture was taken: nothing after that place explains it. */
const BEFORE_THE_GATEWAY: Weights = {
  ...each(["inbound-fragments-lost", "gateway-rejects", "ike-auth-unanswered"], -60),
  ...each(["healthy", "slow-gateway", "path-mtu-reduced"], -60),
  ...each([...OUTBOUND_FRAGMENTS, "udp-4500-blocked", "path-mtu-black-hole"], 20),
};
/** A refusal would have been an answer. */
const NO_ANSWER_IN_TIME: Weights = { healthy: -5, "gateway-rejects": -20, "path-mtu-reduced": -5 };
/** The way to a host that may be the gateway is narrow, and says so, or does not. */
const TOLD: Weights = { "path-mtu-reduced": 40, "outbound-fragments-too-large": 5 };
const LOST_WITHOUT_DF: Weights = {
  ...each([...OUTBOUND_FRAGMENTS, "inbound-fragments-lost"], 15),
  healthy: -5,
};
const LOST_IN_SILENCE: Weights = { "path-mtu-black-hole": 30, "path-mtu-reduced": 15 };
/** The client's request is seen to be lost on its way out, after an opening that went both ways. */
const LOST_ON_THE_WAY_OUT: Weights = {
  ...each(
    ["inbound-fragments-lost", "healthy", "slow-gateway", "gateway-rejects", "ike-auth-unanswered"],
    -40,
  ),
  ...each(["gateway-unreachable", "udp-500-blocked"], RULED_OUT),
};
/** Both ends show that the login does not arrive, and not why. */
const LOST_AND_NOT_SAID_WHY: Weights = {
  ...LOST_ON_THE_WAY_OUT,
  ...each(OUTBOUND_FRAGMENTS, 30),
  "udp-4500-blocked": 25,
  "path-mtu-black-hole": 15,
};
/** A login that is large enough to need IP fragments gets no answer. */
const AUTH_UNANSWERED: Weights = {
  "ike-auth-unanswered": 30,
  ...each(OUTBOUND_FRAGMENTS, 25),
  "inbound-fragments-lost": 20,
};
/** The client's requests are answered, whole. */
const REQUESTS_ARRIVE: Weights = each(
  [...OUTBOUND_FRAGMENTS, "ike-auth-unanswered", "path-mtu-black-hole", "udp-4500-blocked", "esp-mtu"],
  RULED_OUT,
);

/** The gateway's answer leaves it, and does not arrive at the client. */
const ANSWER_LOST: Weights = {
  ...REQUESTS_ARRIVE,
  "inbound-fragments-lost": 40,
  "ike-fragments-lost": 15,
  ...each(["healthy", "slow-gateway", "gateway-rejects"], -40),
};

/** The large answer to a login that was begun does not arrive, and small ones do. */
const LARGE_ANSWER_LOST: Weights = {
  "inbound-fragments-lost": 45,
  "path-mtu-black-hole": 10,
  ...each(["healthy", "slow-gateway", "gateway-rejects"], -40),
};

/** The same in whole packets. */
const LARGE_PACKETS_LOST_BACK: Weights = {
  ...LARGE_ANSWER_LOST,
  "path-mtu-black-hole": 45,
  "inbound-fragments-lost": 20,
};

/** The small answer to the opening does not get back, so nothing large was sent yet. */
const OPENING_NOT_TAKEN: Weights = {
  ...REQUESTS_ARRIVE,
  ...each([...IKE_FRAGMENTS, "inbound-fragments-lost"], RULED_OUT),
  "udp-500-blocked": 25,
  "gateway-unreachable": 10,
  "udp-4500-blocked": -40,
  ...each(["slow-gateway", "gateway-rejects"], -20),
};

/** By the sentence of a finding that is found or clear. */
const SAYS: Readonly<Partial<Record<PhraseKey, Weights>>> = {
  "finding.gateway-unreachable.found": { "gateway-unreachable": 40, "udp-500-blocked": 5 },
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
  "finding.rehearsed-back.lost": LARGE_ANSWER_LOST,
  "finding.rehearsed-back.lost-sized": LARGE_ANSWER_LOST,
  "finding.rehearsed-back.bounded": LARGE_ANSWER_LOST,
  "finding.rehearsed-back.whole": LARGE_PACKETS_LOST_BACK,
  "finding.rehearsed-back.only-last": LARGE_PACKETS_LOST_BACK,
  "finding.rehearsed-back.clear": {
    "inbound-fragments-lost": RULED_OUT,
    "ike-auth-unanswered": -25,
    healthy: 10,
  },
  "finding.rehearsed-ike.both": each(IKE_FRAGMENTS, RULED_OUT),
  "finding.rehearsed-ike.back-lost": { "ike-fragments-lost": 30, "ike-fragments-too-large": 25 },
  "finding.rehearsed-ike.back-some": { "ike-fragments-lost": 35, "ike-fragments-too-large": 15 },
  "finding.rehearsed-ike.back-only-last": { "ike-fragments-too-large": 35, "ike-fragments-lost": 15 },
  "finding.rehearsed-ike.out-lost": { "ike-fragments-lost": 25, "ike-fragments-too-large": 20 },
  "finding.rehearsed-ike.out-large": { "ike-fragments-too-large": 35, "path-mtu-black-hole": 20 },
  "finding.large-echo.found": { "inbound-fragments-lost": 20 },
  "finding.large-echo.only-from-gateway": { "inbound-fragments-lost": 15 },
  "finding.large-echo.clear": { "inbound-fragments-lost": -30 },
  "finding.ike-auth-unanswered.found": AUTH_UNANSWERED,
  "finding.ike-auth-unanswered.log": AUTH_UNANSWERED,
  "finding.unsized-login.found": {
    "ike-auth-unanswered": 20,
    ...each([...OUTBOUND_FRAGMENTS, "inbound-fragments-lost", "udp-4500-blocked"], 10),
  },
  "finding.answer-began.found": { "inbound-fragments-lost": 15 },
  "finding.small-auth-unanswered.log": {
    "udp-4500-blocked": 20,
    "inbound-fragments-lost": 15,
    ...each(OUTBOUND_FRAGMENTS, -10),
    "ike-auth-unanswered": -20,
  },
  "finding.small-auth-unanswered.found": {
    "udp-4500-blocked": 25,
    "inbound-fragments-lost": 20,
    ...each([...OUTBOUND_FRAGMENTS, "ike-auth-unanswered"], RULED_OUT),
  },
  "finding.small-auth-unanswered.large": {
    "path-mtu-black-hole": 40,
    "udp-4500-blocked": 15,
    "inbound-fragments-lost": 10,
    ...each(OUTBOUND_FRAGMENTS, -10),
    "ike-auth-unanswered": RULED_OUT,
  },
  "finding.small-auth-unanswered.dont-fragment": {
    "path-mtu-black-hole": 45,
    "udp-4500-blocked": 15,
    "inbound-fragments-lost": 10,
    ...each([...OUTBOUND_FRAGMENTS, "ike-auth-unanswered"], RULED_OUT),
  },
  "finding.small-auth-unanswered.told": {
    "path-mtu-reduced": 45,
    "udp-4500-blocked": 10,
    "inbound-fragments-lost": 5,
    ...each([...OUTBOUND_FRAGMENTS, "ike-auth-unanswered"], RULED_OUT),
  },
  "finding.answers-ignored.gateway-fragments": {
    ...REQUESTS_ARRIVE,
    "inbound-fragments-lost": 40,
    ...each(["healthy", "slow-gateway", "gateway-rejects"], -20),
  },
  "finding.answers-ignored.fragments": {
    ...REQUESTS_ARRIVE,
    "inbound-fragments-lost": 30,
    healthy: 5,
    ...each(["slow-gateway", "gateway-rejects"], -20),
  },
  "finding.answers-ignored.gateway": {
    ...REQUESTS_ARRIVE,
    "inbound-fragments-lost": 20,
    "ike-fragments-lost": 30,
    "ike-fragments-too-large": 20,
    ...each(["slow-gateway", "gateway-rejects"], -20),
  },
  "finding.answers-ignored.log": {
    ...REQUESTS_ARRIVE,
    "inbound-fragments-lost": 30,
    "ike-fragments-lost": 20,
    ...each(["slow-gateway", "gateway-rejects"], -20),
  },
  "finding.answers-ignored.either": {
    ...REQUESTS_ARRIVE,
    "inbound-fragments-lost": 10,
    "ike-fragments-lost": 20,
    healthy: 15,
    ...each(["slow-gateway", "gateway-rejects"], -20),
  },
  "finding.request-lost.first": {
    ...LOST_ON_THE_WAY_OUT,
    "outbound-fragments-dropped": 40,
    "outbound-fragments-too-large": 20,
    ...each(["path-mtu-black-hole", "udp-4500-blocked"], RULED_OUT),
  },
  "finding.request-lost.first-filter": {
    "outbound-fragments-dropped": 25,
    "outbound-fragments-too-large": 15,
    ...each(["gateway-rejects", "healthy", "slow-gateway"], -25),
    "path-mtu-black-hole": -15,
  },
  "finding.request-lost.first-both": {
    ...LOST_ON_THE_WAY_OUT,
    "outbound-fragments-dropped": 40,
    "outbound-fragments-too-large": 20,
    ...each(["path-mtu-black-hole", "udp-4500-blocked"], RULED_OUT),
  },
  "finding.request-lost.later": {
    ...LOST_ON_THE_WAY_OUT,
    "outbound-fragments-too-large": 30,
    "outbound-fragments-dropped": 20,
    "path-mtu-black-hole": 35,
    "udp-4500-blocked": 20,
  },
  "finding.request-lost.some": { ...LOST_ON_THE_WAY_OUT, ...each(OUTBOUND_FRAGMENTS, 30), healthy: 10 },
  "finding.request-lost.given-up": {
    ...LOST_ON_THE_WAY_OUT,
    ...each(OUTBOUND_FRAGMENTS, 30),
    ...each(["path-mtu-black-hole", "udp-4500-blocked"], RULED_OUT),
  },
  "finding.answer-lost.found": ANSWER_LOST,
  "finding.lost-out.open": LOST_AND_NOT_SAID_WHY,
  "finding.lost-out.log": LOST_AND_NOT_SAID_WHY,
  "finding.lost-out.once": { ...LOST_AND_NOT_SAID_WHY, healthy: 10, "slow-gateway": 10 },
  "finding.lost-out.port": { ...LOST_ON_THE_WAY_OUT, "udp-4500-blocked": 50 },
  "finding.lost-back.open": ANSWER_LOST,
  "finding.lost-back.log": ANSWER_LOST,
  "finding.lost-back.once": { ...ANSWER_LOST, healthy: 10, "slow-gateway": 10 },
  "finding.lost-back.size": ANSWER_LOST,
  "finding.lost-back.fragment": ANSWER_LOST,
  "finding.lost-back.port": { ...ANSWER_LOST, "udp-4500-blocked": 50 },
  "finding.lost-by-chance.login": {
    ...each([...OUTBOUND_FRAGMENTS, "inbound-fragments-lost", "path-mtu-black-hole"], -60),
    ...each(["udp-4500-blocked", "gateway-unreachable"], RULED_OUT),
    healthy: -20,
  },
  "finding.gateway-silent.found": {
    ...REQUESTS_ARRIVE,
    ...each(["inbound-fragments-lost", "udp-500-blocked", "ike-fragments-too-large"], RULED_OUT),
    ...each(["gateway-unreachable", "path-mtu-reduced"], RULED_OUT),
    "gateway-rejects": 25,
    "slow-gateway": 20,
    healthy: -30,
  },
  "finding.gateway-silent.arrived": {
    ...REQUESTS_ARRIVE,
    "inbound-fragments-lost": 25,
    "slow-gateway": 20,
    "gateway-rejects": 10,
  },
  "finding.last-first.mixed": { "outbound-fragments-dropped": 10, "outbound-fragments-too-large": -5 },
  "finding.last-first.found": { "outbound-fragments-dropped": 15, "outbound-fragments-too-large": -10 },
  "finding.inbound-path-mtu.learned": { "path-mtu-reduced": 40, "slow-gateway": -10 },
  "finding.inbound-path-mtu.found": { "path-mtu-reduced": 15, "inbound-fragments-lost": 5 },
  "finding.ike-fragments-too-many.found": {
    "ike-fragments-lost": 50,
    "udp-4500-blocked": 20,
    "ike-fragments-too-large": 12,
  },
  "finding.ike-fragments-unanswered.found": {
    "ike-fragments-too-large": 50,
    "path-mtu-black-hole": 30,
    "udp-4500-blocked": 15,
    "ike-auth-unanswered": -25,
  },
  "finding.large-init.found": {
    ...each(OUTBOUND_FRAGMENTS, 25),
    "gateway-unreachable": 10,
    ...each(IKE_FRAGMENTS, RULED_OUT),
  },
  "finding.ike-fragments-too-large.split-again": {
    "ike-fragments-too-large": 50,
    "path-mtu-black-hole": 10,
    "udp-4500-blocked": 10,
    "ike-auth-unanswered": -25,
  },
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
  "finding.large-echo.like-reflector": { "inbound-fragments-lost": 20 },
  "finding.path-to-host.told-by": TOLD,
  "finding.path-to-host.between-by": TOLD,
  "finding.path-to-host.refused-by": TOLD,
  "finding.path-to-host.learned": TOLD,
  "finding.path-to-host.learned-exact": TOLD,
  "finding.path-to-host.either": { "path-mtu-reduced": 15 },
  "finding.path-to-host.either-exact": { "path-mtu-reduced": 15 },
  "finding.path-to-host.lost": LOST_IN_SILENCE,
  "finding.path-to-host.lost-after": LOST_IN_SILENCE,
  "finding.path-to-host.not-reached": LOST_IN_SILENCE,
  "finding.path-to-host.lost-df-unknown": { "path-mtu-black-hole": 25, ...each(OUTBOUND_FRAGMENTS, 5) },
  "finding.path-to-host.lost-without-df": LOST_WITHOUT_DF,
  // Without a command in it, so it stands as it is.
  "finding.path-to-host.lost-split": { ...LOST_WITHOUT_DF },
  "finding.path-mtu-reduced.between": TOLD,
  "finding.path-mtu-reduced.found": { "path-mtu-reduced": 45, "path-mtu-black-hole": -10 },
  "finding.slow-gateway.clear": { "slow-gateway": -20 },
  "finding.slow-gateway.untimed": { "slow-gateway": 30, healthy: 5 },
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
  "finding.request-lost.nothing-both": {
    ...BEFORE_THE_GATEWAY,
    ...each(["gateway-unreachable", "udp-500-blocked"], RULED_OUT),
  },
  "finding.answered-elsewhere.found": { "gateway-rejects": -40, "slow-gateway": -20, "not-ikev2": RULED_OUT },
  "finding.login-answered-sometimes.found": {
    "outbound-fragments-dropped": RULED_OUT,
    "outbound-fragments-too-large": -35,
    "path-mtu-black-hole": -40,
    healthy: 30,
    "slow-gateway": 15,
  },
  "finding.ike-fragmentation.clear": {
    ...each(IKE_FRAGMENTS, 12),
    ...each([...OUTBOUND_FRAGMENTS, "inbound-fragments-lost"], -6),
  },
  "finding.ike-fragmentation.gateway": each(IKE_FRAGMENTS, RULED_OUT),
  "finding.ike-fragmentation.client": each(IKE_FRAGMENTS, RULED_OUT),
  "finding.ras-code.no-answer": NO_ANSWER_IN_TIME,
  "finding.ras-code.no-answer-of": NO_ANSWER_IN_TIME,
  "finding.ras-code.no-answer-at": NO_ANSWER_IN_TIME,
  "finding.ras-code.refused": { "gateway-rejects": 45 },
  "finding.ras-code.other-vpn": { "not-ikev2": 50 },
  // The kind of VPN is not named there.
  "finding.server-events.refused": { "gateway-rejects": 30 },
  "finding.server-events.refused-with": { "gateway-rejects": 30 },
  "finding.server-events.not-able": { "gateway-rejects": 40 },
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

/** A port that is refused: which verdicts that speaks for. */
const refused = (port: unknown): Weights =>
  port === 4500
    ? { "udp-4500-blocked": 50, "gateway-unreachable": 5 }
    : { "gateway-unreachable": 40, "udp-500-blocked": 30 };

/** That the gateway's answers are whole where they leave says nothing of where they should arrive. */
const AT_THE_CLIENT: readonly string[] = ["inbound-fragments", ...IKE_FRAGMENTS];
/** Nor that it answers small messages there, as long as the client does not go on. */
const UNTIL_IT_GOES_ON: readonly string[] = ["gateway-unreachable", "udp-500-blocked", "udp-4500-blocked"];

/** No candidate carries a command, and these findings name one. */
function withoutCommand({ key, params }: Finding["phrase"]): Finding["phrase"] {
  if (SAYS[key as PhraseKey] !== LOST_WITHOUT_DF) return { key, params };
  const { pathMtu = 0, lost = 0 } = params;
  return phrase("sign.lost-without-df", { pathMtu, lost });
}

/** What the findings of all rules say of verdicts. */
export function findingSigns(findings: readonly Finding[], o: Observations): Sign[] {
  // So does a capture that shows one direction alone: nothing tells at which end.
  const seenAtGateway = o.initiations.some(
    (i) => i.view === "gateway" || i.exchanges.every((e) => e.requests.length === 0),
  );
  const isOpening = latestIgnoredAnswer(o)?.exchange.exchangeType === ExchangeType.IKE_SA_INIT;
  const mayBeGateway = otherHosts(o)[0]?.toGateway === null;
  const goesOn = o.probes.length > 0 || o.initiations.some((i) => firstAuth(i) !== undefined);
  const elsewhere = findings.some((f) => f.code === "answered-elsewhere" && f.status === "found");
  return findings.flatMap(({ code, status, phrase: said, evidence }): Sign[] => {
    // The way to a host that is known to be another one says nothing of this one.
    if (status === "unknown" || (code === "path-to-other-host" && !mayBeGateway)) return [];
    const weights =
      code === "icmp-refused" && status === "found"
        ? refused(said.params.port)
        : code === "answers-ignored" && isOpening && SAYS[said.key as PhraseKey] !== CLIENTS_OWN
          ? OPENING_NOT_TAKEN
          : SAYS[said.key as PhraseKey];
    if (weights) return [{ phrase: withoutCommand(said), evidence, weights }];
    const out = CLEAR_RULES_OUT[code];
    if (status !== "clear" || out === undefined || evidence.length === 0) return [];
    if (elsewhere && OF_ONE_NETWORK.includes(code)) return [];
    if (seenAtGateway && AT_THE_CLIENT.includes(code)) return [];
    if (seenAtGateway && !goesOn && UNTIL_IT_GOES_ON.includes(code)) return [];
    return [{ phrase: said, evidence, weights: each(out, RULED_OUT) }];
  });
}
