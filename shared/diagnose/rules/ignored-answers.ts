/** Answers that the capture has whole, and the client does not act on. */
import type { ExchangeObservation, Initiation, Observations } from "../../evidence/observations.ts";
import { ExchangeType, exchangeName, NAT_TRAVERSAL_PORT } from "../../ike/registry.ts";
import {
  ETHERNET_MTU,
  MIN_IP_HEADER_BYTES,
  NON_ESP_MARKER_BYTES,
  UDP_HEADER_BYTES,
} from "../../packet/sizes.ts";
import type { EvidenceRef, Phrase } from "../../schema/diagnosis.ts";
import { baseline } from "../facts/baseline.ts";
import { refusedByClient } from "../facts/icmp-facts.ts";
import { latestIgnoredAnswer, unreturnedCookies } from "../facts/ignored-answers.ts";
import { isIkeFragmented } from "../facts/ike-fragmentation.ts";
import { outboundIpFragmentsArrive } from "../facts/ip-fragment-facts.ts";
import { lossesOfLogins } from "../facts/joined-loss.ts";
import { isFromText } from "../facts/logged-login.ts";
import { refsOf } from "../facts/login-facts.ts";
import { TRIES_FOR_LOST } from "../facts/probe-tries.ts";
import { type Claim, phrase, type Rule, unknown } from "../rule.ts";

/** What is larger leaves an interface of Ethernet's MTU as IP fragments, over IPv4 as over IPv6. */
const ONE_PACKET_IKE_BYTES = ETHERNET_MTU - MIN_IP_HEADER_BYTES[4] - UDP_HEADER_BYTES - NON_ESP_MARKER_BYTES;

/**
 * A request is sent again after a whole answer to it. In a client's capture that answer has reached the
 * client's computer; at the gateway it has only left.
 */
export const answersIgnored: Rule = {
  code: "answers-ignored",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.1",
  judge(o) {
    const ignored = latestIgnoredAnswer(o);
    if (ignored === null) {
      const answered = o.initiations.flatMap((i) => i.exchanges).filter((e) => e.responses.length > 0);
      if (answered.length === 0) return unknown("finding.answers-ignored.unknown");
      return {
        status: "clear",
        phrase: phrase("finding.answers-ignored.clear"),
        evidence: answered.flatMap(refsOf),
      };
    }
    const { initiation, exchange, repeats, answers, answeredAfterMs } = ignored;
    const answer = exchange.responses[0];
    const asIpFragments = answer?.ipFragmented === true;
    const asIkeFragments = answer !== undefined && answer.ikeFragmentTotal !== null;
    const params = {
      answers,
      repeats,
      milliseconds: Math.round(answeredAfterMs),
      sizes: [...new Set(answer?.ipBytes ?? [])],
    };
    const refused = refusedByClient(o, initiation, exchange.requests.at(-1)?.timeMs ?? 0);
    const evidence: EvidenceRef[] = [...refsOf(exchange), ...refused];
    const notTaken: Claim = { verdict: "insufficient-evidence", confidence: "low", direction: null };
    const lostOnTheWay: Claim = {
      verdict: "inbound-fragments-lost",
      confidence: initiation.view === null ? "low" : "medium",
      direction: "inbound",
    };
    const found = { status: "found" as const, evidence };
    if (isFromText(initiation)) {
      const said = repeatsInText(initiation, exchange, params);
      const isSure = said.claim.verdict === "inbound-fragments-lost" && isWayOutProven(o, exchange);
      return { ...found, ...said, claim: isSure ? { ...said.claim, confidence: "high" } : said.claim };
    }
    // A capture at the client shows that the answer did not come: no guess is needed then.
    if (lossesOfLogins(o).inbound !== null)
      return { ...found, phrase: phrase("finding.answers-ignored.gateway", params), claim: null };
    if (refused.length > 0)
      return { ...found, phrase: phrase("finding.answers-ignored.refused", params), claim: notTaken };
    if (initiation.view === "client")
      return { ...found, phrase: phrase("finding.answers-ignored.client", params), claim: notTaken };
    // A client without a NAT in front of it is rare with IPv4: its address in a capture is seldom its own.
    const isAwayFromClient = initiation.view !== null || initiation.family === 4;
    if (asIpFragments && isAwayFromClient) {
      const key = initiation.view === null ? "fragments" : "gateway-fragments";
      return { ...found, phrase: phrase(`finding.answers-ignored.${key}`, params), claim: lostOnTheWay };
    }
    if (asIkeFragments && isAwayFromClient) {
      const key = initiation.view === null ? "either" : "gateway";
      const claim: Claim = { verdict: "ike-fragments-lost", confidence: "low", direction: "inbound" };
      return { ...found, phrase: phrase(`finding.answers-ignored.${key}`, params), claim };
    }
    const inbound = initiation.view === null ? ("undetermined" as const) : ("inbound" as const);
    return {
      ...found,
      phrase: phrase(
        initiation.view === null ? "finding.answers-ignored.either" : "finding.answers-ignored.gateway",
        params,
      ),
      claim: { ...notTaken, direction: inbound },
    };
  },
};

/**
 * The client's own run shows that IP fragments arrive, and that small answers come back; the log of the same
 * gateway, with no other client in it, shows answers sent again and again that are large, or whose size it
 * does not tell.
 */
function isWayOutProven(o: Observations, { responses }: ExchangeObservation): boolean {
  const isLarge = responses.every(({ ikeLength }) =>
    ikeLength === null
      ? baseline(o, NAT_TRAVERSAL_PORT).state === "answered"
      : ikeLength > ONE_PACKET_IKE_BYTES,
  );
  const clients = new Set(o.initiations.filter((i) => !i.ownProbe).map((i) => i.client));
  return isLarge && responses.length >= TRIES_FOR_LOST && clients.size === 1 && outboundIpFragmentsArrive(o);
}

/** A log, or a list of packets: it says that an answer was sent, and seldom how large it was. */
function repeatsInText(
  { view, majorVersion }: Initiation,
  { exchangeType, requests }: ExchangeObservation,
  { answers, repeats }: { answers: number; repeats: number },
): { phrase: Phrase; claim: Claim } {
  const notTaken: Claim = { verdict: "insufficient-evidence", confidence: "low", direction: null };
  if (view !== "gateway") {
    const direction = view === null ? ("undetermined" as const) : null;
    const said = phrase("finding.answers-ignored.listed", { answers, repeats });
    return { phrase: said, claim: { ...notTaken, direction } };
  }
  const exchange = exchangeName(majorVersion, exchangeType);
  // An answer to IKE_SA_INIT fits one packet, so it is not lost for its size. One to IKE_AUTH may be.
  const verdict =
    exchangeType === ExchangeType.IKE_SA_INIT
      ? "insufficient-evidence"
      : requests.some(isIkeFragmented)
        ? "ike-fragments-lost"
        : "inbound-fragments-lost";
  return {
    phrase: phrase("finding.answers-ignored.log", { exchange, repeats }),
    claim: { verdict, confidence: "low", direction: "inbound" },
  };
}

/** The gateway demands a COOKIE, and no request ever brings it: waiting does not help. */
export const cookieNotReturned: Rule = {
  code: "cookie-not-returned",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.6",
  judge(o) {
    const unreturned = unreturnedCookies(o);
    if (unreturned !== null) {
      const { initiations, demands } = unreturned;
      const times = { demands: demands.length };
      const isAtClient = initiations.every((i) => i.view === "client");
      return {
        status: "found",
        phrase: isAtClient
          ? phrase("finding.cookie-not-returned.client", times)
          : phrase("finding.cookie-not-returned.found", times),
        evidence: demands.map((n) => n.ref),
        claim: { verdict: "insufficient-evidence", confidence: "low", direction: null },
      };
    }
    if (o.initiations.length === 0) return unknown("finding.cookie-not-returned.unknown");
    return { status: "clear", phrase: phrase("finding.cookie-not-returned.clear"), evidence: [] };
  },
};
