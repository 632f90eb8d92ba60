/** What two recordings of one login show: which of its packets left one end and never came to the other. */
import type { Observations } from "../../evidence/observations.ts";
import { ExchangeType, exchangeName, NAT_TRAVERSAL_PORT } from "../../ike/registry.ts";
import type { EvidenceRef, Phrase, Verdict } from "../../schema/diagnosis.ts";
import type { JoinedLogin, NotJoined, Place } from "../../schema/joined.ts";
import type { PhraseKey } from "../../text/phrases.ts";
import { type JoinedLoss, joinedLosses, type LostPacket } from "../facts/joined-loss.ts";
import { joinedWays, receiverOf, senderOf } from "../facts/joined-ways.ts";
import { refusalOf } from "../facts/refusal-facts.ts";
import { type Claim, phrase, type Rule, unknown } from "../rule.ts";

/** A message of the client's left, and is seen not to arrive at the gateway. */
export const lostOnTheWayOut: Rule = {
  code: "lost-on-the-way-out",
  severity: "high",
  nature: "observed",
  reference: "RFC 8900 §3",
  judge(o) {
    const { outbound: loss } = joinedLosses(o);
    const { ways } = joinedWays(o);
    if (ways === null) return unknown("finding.lost-out.unknown");
    if (loss === null || loss.why === "chance")
      return { status: "clear", phrase: phrase("finding.lost-out.clear"), evidence: [] };
    const params = paramsOf(loss);
    const said =
      loss.packet === null
        ? phrase("finding.lost-out.log", params)
        : phrase(`finding.lost-out.${loss.isSure ? loss.why : "once"}`, params);
    return { status: "found", phrase: said, evidence: loss.evidence, claim: claimOf(loss, o) };
  },
};

/** A message of the gateway's left, and is seen not to arrive at the client. */
export const answerLost: Rule = {
  code: "answer-lost",
  severity: "high",
  nature: "observed",
  reference: "RFC 8900 §3",
  judge(o) {
    const { inbound: loss } = joinedLosses(o);
    const { ways } = joinedWays(o);
    if (ways === null) return unknown("finding.lost-back.unknown");
    if (loss === null || loss.why === "chance")
      return { status: "clear", phrase: phrase("finding.lost-back.clear"), evidence: [] };
    const params = paramsOf(loss);
    const said =
      loss.packet === null
        ? phrase("finding.lost-back.log", params)
        : phrase(`finding.lost-back.${loss.isSure ? loss.why : "once"}`, params);
    return { status: "found", phrase: said, evidence: loss.evidence, claim: claimOf(loss, o) };
  },
};

/** Packets are lost that pass at other times: neither their size nor their kind is the reason. */
export const lostByChance: Rule = {
  code: "lost-by-chance",
  severity: "medium",
  nature: "observed",
  reference: "RFC 7296 §2.1",
  judge(o) {
    const { ways } = joinedWays(o);
    if (ways === null) return unknown("finding.lost-by-chance.unknown");
    const { outbound, inbound } = joinedLosses(o);
    const loss = [outbound, inbound].find((l) => l?.why === "chance");
    const [out, back] = [tally(ways.outbound.counts), tally(ways.inbound.counts)];
    const sent = { sentOut: out.all, lostOut: out.lost, sentBack: back.all, lostBack: back.lost };
    if (loss) {
      const said = phrase("finding.lost-by-chance.login", { exchange: paramsOf(loss).exchange, ...sent });
      return { status: "found", phrase: said, evidence: loss.evidence, claim: claimOf(loss, o) };
    }
    const isUnsteady = [...ways.outbound.counts, ...ways.inbound.counts].some(
      ({ passed, lost }) => passed > 0 && lost > 0,
    );
    if (!isUnsteady) return { status: "clear", phrase: phrase("finding.lost-by-chance.clear"), evidence: [] };
    return {
      status: "found",
      phrase: phrase("finding.lost-by-chance.some", sent),
      evidence: [],
      claim: null,
    };
  },
};

function tally(counts: readonly { passed: number; lost: number }[]): { all: number; lost: number } {
  const lost = counts.reduce((sum, c) => sum + c.lost, 0);
  return { lost, all: counts.reduce((sum, c) => sum + c.passed, lost) };
}

/**
 * What a loss makes of the whole evidence. A refusal of this login explains why it does not come up; and of
 * probes the rules for a run say more.
 */
function claimOf(loss: JoinedLoss, o: Observations): Claim | null {
  if (loss.message.isProbe && o.probes.length > 0) return null;
  if (refusalOf(o, loss.message.login) !== null) return null;
  const { bothWays } = joinedLosses(o);
  return {
    verdict: verdictOf(loss),
    confidence: confidenceOf(loss),
    direction: bothWays ? "both" : loss.way,
  };
}

function confidenceOf({ isSure, why, message: { port } }: JoinedLoss): Claim["confidence"] {
  if (!isSure) return "low";
  const isPortKnown = port === NAT_TRAVERSAL_PORT;
  return why === "chance" || (why === "port" && !isPortKnown) ? "medium" : "high";
}

/**
 * The verdict for a loss. Where more than one cause explains it, its words say no more than what is seen: IP
 * fragments do not arrive, or the login is not answered, because it, or its answer, does not arrive.
 */
function verdictOf({ way, why, sentAs, wholeLostToo, message }: JoinedLoss): Verdict {
  const isOpening = message.exchangeType === ExchangeType.IKE_SA_INIT && !message.isProbe;
  const notAnswered: Verdict = isOpening ? "insufficient-evidence" : "ike-auth-unanswered";
  if (why === "port") return "udp-4500-blocked";
  if (sentAs === "ike-fragments") {
    if (why === "size") return "ike-fragments-too-large";
    return why === "open" && way === "outbound" ? notAnswered : "ike-fragments-lost";
  }
  if (why === "chance") return notAnswered;
  if (way === "inbound") {
    if (sentAs === "ip-fragments") return "inbound-fragments-lost";
    return why === "size" ? "path-mtu-black-hole" : notAnswered;
  }
  if (why === "size") {
    return sentAs === "ip-fragments" && !wholeLostToo
      ? "outbound-fragments-too-large"
      : "path-mtu-black-hole";
  }
  if (why === "fragment") return "outbound-fragments-dropped";
  return sentAs === "ip-fragments" && !isOpening ? "outbound-fragments-too-large" : notAnswered;
}

/** Which packet it is, in words that are filled with the finding's own parameters. */
function whichPart({ kind, datagram }: LostPacket): PhraseKey {
  if (datagram.ikeFragment !== null) return "part.ike-fragment";
  return kind === "whole" ? "part.whole" : "part.ip-fragment";
}

/** No date of a login lies before this: a log without dates counts from 0. */
const FIRST_DATE_MS = Date.UTC(1990, 0);

/** A moment in UTC, to the millisecond; without a date where a log has none. */
function moment(timeMs: number): string {
  // What no calendar has is no time.
  if (!(Math.abs(timeMs) < 8.64e15)) return "?";
  const [date = "", time = ""] = new Date(timeMs).toISOString().split("T");
  return timeMs < FIRST_DATE_MS ? time.replace("Z", "") : `${date} ${time.replace("Z", " UTC")}`;
}

const hexadecimal = (identification: number | null | undefined): string =>
  identification == null ? "–" : `0x${identification.toString(16).padStart(4, "0")}`;

/** What the sentences about a loss name: the packet, when it left, how often it was lost, and what passed. */
function paramsOf(loss: JoinedLoss) {
  const { message, way, packet, count, mostPassed, smallestLost } = loss;
  const { login, exchangeType, sendings, lost } = message;
  const datagram = packet?.datagram ?? lost.at(-1);
  const [from, to] = packet?.packet?.lostBetween ?? [senderOf(login, way), receiverOf(login, way)];
  const left = datagram?.seen[from] ?? datagram?.seen.find((seen) => seen !== null);
  const at = packet?.packet ? (datagram?.packets.indexOf(packet.packet) ?? -1) : -1;
  return {
    exchange: exchangeName(2, exchangeType),
    sendings,
    which: packet === null ? "part.whole" : whichPart(packet),
    number: datagram?.ikeFragment?.number ?? at + 1,
    of: datagram?.ikeFragment?.total ?? datagram?.packets.length ?? 0,
    ipBytes: packet?.ipBytes ?? smallestLost ?? 0,
    times: count?.lost ?? sendings,
    passed: count?.passed ?? 0,
    most: mostPassed,
    near: login.places[from]?.source ?? "",
    far: login.places[to]?.source ?? "",
    at: left === undefined || left === null ? "?" : moment(left.timeMs),
    nearId: hexadecimal(left?.ipIdentification),
    farId: hexadecimal(datagram?.seen[to]?.ipIdentification),
  };
}

/** Two recordings show the same login: how that is known, and how far their clocks are apart. */
export const bothEndsJoined: Rule = {
  code: "both-ends-joined",
  severity: "info",
  nature: "observed",
  reference: "RFC 7296 §2.6",
  judge(o) {
    const { ways } = joinedWays(o);
    const login = ways?.latest ?? ways?.logins.at(-1);
    if (ways === null || login === undefined) return unknown("finding.both-ends-joined.unknown");
    const [first, last] = [login.places[0], login.places.at(-1)];
    if (first === undefined || last === undefined) return unknown("finding.both-ends-joined.unknown");
    return {
      status: "found",
      phrase: clocks(login, first, last, ways.logins.length),
      evidence: refsOf(login),
      claim: null,
    };
  },
};

/** Most references to show which packets are the same login. */
const MOST_REFS = 16;

const refsOf = ({ datagrams }: JoinedLogin): EvidenceRef[] =>
  datagrams
    .slice(0, MOST_REFS)
    .flatMap((d) => d.seen.flatMap((seen) => seen?.refs ?? []))
    .slice(0, MOST_REFS);

function clocks({ provenBy }: JoinedLogin, first: Place, last: Place, logins: number): Phrase {
  const names = { near: first.source, far: last.source, logins };
  if (first.clock === null || last.clock === null) {
    return provenBy === "spi"
      ? phrase("finding.both-ends-joined.spi", names)
      : phrase("finding.both-ends-joined.sizes", names);
  }
  const aheadMs = last.clock.aheadMs - first.clock.aheadMs;
  const params = {
    ...names,
    ahead: aheadMs < 0 ? first.source : last.source,
    behind: aheadMs < 0 ? last.source : first.source,
    seconds: secondsOf(Math.abs(aheadMs)),
    // Captures tell times to the microsecond, and no two of them are compared so exactly.
    uncertainty: secondsOf(Math.max(1, first.clock.uncertaintyMs + last.clock.uncertaintyMs)),
  };
  return provenBy === "spi"
    ? phrase("finding.both-ends-joined.spi-clock", params)
    : phrase("finding.both-ends-joined.sizes-clock", params);
}

const secondsOf = (ms: number): number => Math.round(ms) / 1_000;

const WHY_NOT = ["ambiguous", "same-end", "other-attempts", "nothing-in-common"] as const;

/** Two files that show logins could not be joined, and why. */
export const endsNotJoined: Rule = {
  code: "ends-not-joined",
  severity: "low",
  nature: "observed",
  reference: "RFC 7296 §2.6",
  judge(o) {
    const [first] = o.notJoined
      .filter((pair) => areToBeJoined(pair, o))
      .toSorted(
        (a, b) => WHY_NOT.indexOf(a.why) - WHY_NOT.indexOf(b.why) || (a.sources[0] < b.sources[0] ? -1 : 1),
      );
    if (first === undefined) {
      if (o.joined.length === 0) return unknown("finding.ends-not-joined.unknown");
      return { status: "clear", phrase: phrase("finding.ends-not-joined.clear"), evidence: [] };
    }
    const [near, far] = first.sources;
    return {
      status: "found",
      phrase: phrase(`finding.ends-not-joined.${first.why}`, { near, far }),
      evidence: [],
      claim: null,
    };
  },
};

/** Captures of two networks, both at the client, are compared, and nobody expects them to be one login. */
function areToBeJoined({ why, sources }: NotJoined, o: Observations): boolean {
  if (why === "ambiguous" || why === "same-end") return true;
  const isFarFrom = o.initiations.some(
    (i) => sources.includes(i.capture) && i.view !== "client" && i.view !== null,
  );
  return isFarFrom;
}
