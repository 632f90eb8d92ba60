/** What would tell two verdicts apart: the cheapest probe, capture or file that was not given yet. */
import type { Observations } from "../../evidence/observations.ts";
import type { Phrase, Verdict } from "../../schema/diagnosis.ts";
import type { PlainPhraseKey } from "../../text/phrases.ts";
import { baseline } from "../facts/baseline.ts";
import { mustStopForGuard } from "../facts/flood-guard.ts";
import { ipFragmentFacts } from "../facts/ip-fragment-facts.ts";
import { firstAuth, saInit, waitedMs } from "../facts/login-facts.ts";
import { phrase } from "../rule.ts";

/**
 * Something that can be asked for. What it would show by verdict: two verdicts with the same answer, or one
 * without, are not told apart by it.
 */
interface Question {
  ask: Extract<PlainPhraseKey, `decider.${string}`>;
  isOpen(o: Observations): boolean;
  shows: Readonly<Partial<Record<Verdict, string>>>;
}

const NO_ANSWER: readonly Verdict[] = [
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
  "inbound-fragments-lost",
  "ike-auth-unanswered",
  "path-mtu-black-hole",
  "ike-fragments-too-large",
  "ike-fragments-lost",
  "udp-500-blocked",
  "udp-4500-blocked",
  "gateway-unreachable",
];
const all = (verdicts: readonly Verdict[], shows: string) =>
  Object.fromEntries(verdicts.map((verdict) => [verdict, shows]));

const isProbed = (o: Observations): boolean => o.probes.length > 0;
const hasLogin = (o: Observations): boolean => o.initiations.some((i) => firstAuth(i) !== undefined);
/** No login was given up before this (docs/domain.md §3.5). */
const WHOLE_LOGIN_MS = 10_000;

/** The cheapest first. */
const QUESTIONS: readonly Question[] = [
  {
    ask: "decider.error-code",
    isOpen: (o) => (o.vpn?.rasFailures.length ?? 0) === 0,
    shows: {
      ...all(NO_ANSWER, "809"),
      "gateway-rejects": "refused",
      "not-ikev2": "of another VPN",
      "esp-mtu": "none",
      "slow-gateway": "809",
      healthy: "none",
      "path-mtu-reduced": "none",
    },
  },
  {
    ask: "decider.longer-capture",
    isOpen: (o) =>
      o.initiations.length > 0 &&
      !isProbed(o) &&
      o.initiations.every((i) => {
        const last = firstAuth(i) ?? saInit(i);
        return last === undefined || (last.responses.length === 0 && waitedMs(last) < WHOLE_LOGIN_MS);
      }),
    shows: {
      ...all(NO_ANSWER, "nothing"),
      healthy: "an answer",
      "slow-gateway": "a late answer",
      "gateway-rejects": "a refusal",
    },
  },
  {
    ask: "decider.tunnel-ping",
    isOpen: () => true,
    shows: { "esp-mtu": "lost", healthy: "answered", "gateway-rejects": "no tunnel" },
  },
  {
    ask: "decider.pings",
    isOpen: (o) => !isProbed(o) && !o.echoes.some((e) => e.toGateway === true && e.dontFragment),
    shows: {
      "path-mtu-black-hole": "lost above a size",
      "path-mtu-reduced": "a router says so",
      ...all(
        [
          "outbound-fragments-too-large",
          "outbound-fragments-dropped",
          "inbound-fragments-lost",
          "udp-500-blocked",
          "udp-4500-blocked",
          "healthy",
        ],
        "all pass",
      ),
    },
  },
  {
    ask: "decider.small-messages",
    isOpen: (o) => baseline(o, 500).state === "unknown" || baseline(o, 4500).state === "unknown",
    shows: {
      "udp-500-blocked": "500 is silent",
      "udp-4500-blocked": "4500 is silent",
      "gateway-unreachable": "both are silent",
      ...all(
        [
          ...NO_ANSWER.filter((v) => !/^udp-|unreachable/.test(v)),
          "gateway-rejects",
          "slow-gateway",
          "healthy",
        ],
        "both answer",
      ),
    },
  },
  {
    ask: "decider.large-messages",
    isOpen: (o) => ipFragmentFacts(o).native.length === 0,
    shows: {
      ...all(["outbound-fragments-too-large", "outbound-fragments-dropped"], "lost as IP fragments"),
      "path-mtu-black-hole": "lost as whole packets",
      ...all(
        [
          "inbound-fragments-lost",
          "gateway-rejects",
          "slow-gateway",
          "healthy",
          "esp-mtu",
          "ike-fragments-lost",
          "path-mtu-reduced",
        ],
        "arrive",
      ),
    },
  },
  {
    ask: "decider.smaller-mtu",
    isOpen: (o) => ipFragmentFacts(o).whatIf.length === 0,
    shows: {
      "outbound-fragments-too-large": "passes",
      "outbound-fragments-dropped": "lost",
      "inbound-fragments-lost": "lost",
      "udp-4500-blocked": "lost",
    },
  },
  {
    ask: "decider.later",
    isOpen: mustStopForGuard,
    shows: {
      ...all(["outbound-fragments-too-large", "outbound-fragments-dropped"], "lost as IP fragments"),
      "path-mtu-black-hole": "lost as whole packets",
      "inbound-fragments-lost": "arrive",
      "gateway-unreachable": "both are silent",
      healthy: "pass",
    },
  },
  {
    ask: "decider.capture",
    isOpen: (o) => !hasLogin(o) || o.initiations.every((i) => i.view === "gateway"),
    shows: {
      ...all(["outbound-fragments-too-large", "outbound-fragments-dropped"], "nothing after IKE_AUTH"),
      "udp-4500-blocked": "nothing after IKE_AUTH",
      "inbound-fragments-lost": "nothing, or part of an answer",
      "ike-auth-unanswered": "nothing after IKE_AUTH, for long",
      "ike-fragments-too-large": "IKE fragments",
      "ike-fragments-lost": "IKE fragments with some missing",
      "udp-500-blocked": "nothing at all",
      "gateway-unreachable": "nothing at all",
      "gateway-rejects": "a refusal",
      "slow-gateway": "a late answer",
      "not-ikev2": "another protocol",
      "esp-mtu": "a tunnel",
      healthy: "an answer",
      "path-mtu-black-hole": "large packets unanswered",
      "path-mtu-reduced": "a router's message",
    },
  },
  {
    ask: "decider.gateway-capture",
    isOpen: (o) => !o.initiations.some((i) => i.view === "gateway"),
    shows: {
      "outbound-fragments-too-large": "the request in part",
      "outbound-fragments-dropped": "the request in part, at every size",
      "path-mtu-black-hole": "no large packet",
      "udp-4500-blocked": "no request at all",
      "gateway-unreachable": "nothing at all",
      "udp-500-blocked": "nothing on port 500",
      "inbound-fragments-lost": "an answer leaves",
      "ike-fragments-too-large": "small IKE fragments only",
      "ike-fragments-lost": "some IKE fragments",
      "gateway-rejects": "a refusal leaves",
      "slow-gateway": "an answer leaves late",
      healthy: "both",
    },
  },
];

/** It takes the gateway's administrator: anything that tells from a later candidate is asked for before. */
const DEAR: Question["ask"] = "decider.gateway-capture";

/**
 * What would tell a verdict from the next one; where that takes somebody else, what would tell it from one
 * behind. Every pair has something: another network at the least.
 *
 * @param others the next one first
 */
export function decider(one: Verdict, others: readonly Verdict[], o: Observations): Phrase {
  const asked = others.map((other) =>
    QUESTIONS.find(({ isOpen, shows }) => {
      const [here, there] = [shows[one], shows[other]];
      return here !== undefined && there !== undefined && here !== there && isOpen(o);
    }),
  );
  const question = asked.find((q) => q !== undefined && q.ask !== DEAR) ?? asked[0];
  return phrase(question?.ask ?? "decider.other-network");
}
