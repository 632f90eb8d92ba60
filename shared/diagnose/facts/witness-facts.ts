/**
 * What a capture that was taken away from the client, or two captures of one login, show of the client's
 * request: whether it arrived there.
 */
import type {
  ExchangeObservation,
  IncompleteMessage,
  Initiation,
  Observations,
} from "../../evidence/observations.ts";
import { ExchangeType } from "../../ike/registry.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { reassemblyFailures } from "./icmp-facts.ts";
import { ignoredAnswer } from "./ignored-answers.ts";
import { firstAuth, isSilence, refsOf, saInit } from "./login-facts.ts";
import { once } from "./once.ts";

/** How long a login may take to follow its opening: clients send it within a second. */
const LOGIN_FOLLOWS_MS = 3_000;

/** The latest attempts show what is wrong as well as thousands do. */
const MOST_ATTEMPTS = 64;

/** The same login in the capture of each end: their SPIs are the same, RFC 7296 §2.6. */
export interface Pair {
  /** Where more of the client's requests was seen: nearer to the client. */
  near: Initiation;
  far: Initiation;
}

const wholeRequests = (e: ExchangeObservation | undefined): number =>
  e?.requests.filter((m) => m.missingIkeFragments.length === 0).length ?? 0;

/** Logins that two captures show: one of them all of a request of which the other lacks something. */
export const pairs = once((o: Observations): Pair[] => {
  const bySpi = new Map<string, Initiation>();
  const found: Pair[] = [];
  for (const initiation of o.initiations) {
    const other = bySpi.get(initiation.initiatorSpi);
    bySpi.set(initiation.initiatorSpi, initiation);
    if (!other || other.capture === initiation.capture) continue;
    found.push(inOrder(other, initiation));
  }
  return found;
});

/** The client's own capture has all that the client sent, and the gateway's all that the gateway sent. */
function inOrder(a: Initiation, b: Initiation): Pair {
  const requests = wholeRequests(firstAuth(a)) - wholeRequests(firstAuth(b));
  if (requests !== 0) return requests > 0 ? { near: a, far: b } : { near: b, far: a };
  if (a.view !== b.view && (a.view === "client" || b.view === "client"))
    return a.view === "client" ? { near: a, far: b } : { near: b, far: a };
  const answers = (i: Initiation) => firstAuth(i)?.responses.length ?? 0;
  return answers(a) <= answers(b) ? { near: a, far: b } : { near: b, far: a };
}

/**
 * `only-first`, `only-later`, `some`: what arrived of the IP fragments of each request. `nothing`: the
 * opening was answered, and nothing followed. `given-up`: the gateway itself says that IP fragments were
 * missing. `last-ike-fragment`, `some-ike-fragments`: what arrived of IKE fragments (RFC 7383).
 */
export type Arrived =
  | "only-first"
  | "only-later"
  | "some"
  | "nothing"
  | "given-up"
  | "last-ike-fragment"
  | "some-ike-fragments";

/** The client's request, seen to be lost on its way out. */
export interface OutboundLoss {
  arrived: Arrived;
  /** Where it was seen: in this attempt's capture. */
  initiation: Initiation;
  /** The client's own capture of the same login. */
  near: Initiation | null;
  incomplete: IncompleteMessage[];
  /**
   * No later IP fragment stands in the whole capture, so a capture filter by port may have hidden them.
   */
  mayBeFiltered: boolean;
  /** That capture may have ended before more came. */
  mayHaveEnded: boolean;
  evidence: EvidenceRef[];
}

/** The client's request, lost on its way to where a capture was taken; `null` if none shows that. */
export const outboundLoss = once((o: Observations): OutboundLoss | null => {
  const latest = o.initiations.filter((i) => i.majorVersion === 2).slice(-MOST_ATTEMPTS);
  // Of a login that two captures show, the one of the far end shows more, whichever file comes first.
  const isFar = (i: Initiation): boolean => pairs(o).some((p) => p.far === i);
  for (const far of latest.toReversed().toSorted((a, b) => Number(isFar(b)) - Number(isFar(a)))) {
    const quality = o.captures.find((c) => c.capture === far.capture)?.quality;
    // A capture that lost packets itself proves no loss.
    if (quality?.droppedByCapture) continue;
    const pair = pairs(o).find((p) => p.far === far);
    const near = pair && wholeRequests(firstAuth(pair.near)) > 0 ? pair.near : null;
    const auth = firstAuth(far);
    if (auth && auth.responses.length > 0) return null;
    // A part of an answer shows that the request arrived: a filter by port hid the rest of both.
    if (far.inboundIncomplete.length > 0) return null;
    const mayBeFiltered = quality?.nonFirstFragmentsHidden === true;
    const seen = { initiation: far, near, mayBeFiltered, mayHaveEnded: false };
    const failures = reassemblyFailures(o, far, far.client, far.gateway);
    const givenUp = { ...seen, arrived: "given-up" as const, incomplete: [], evidence: failures };
    if (wholeRequests(auth) > 0) {
      if (failures.length > 0) return givenUp;
      continue;
    }
    const parts = arrivedInPart(auth);
    if (parts !== null && (far.view !== "client" || near !== null)) {
      const evidence = auth === undefined ? [] : refsOf(auth);
      return { ...seen, arrived: parts, incomplete: [], evidence };
    }
    const { outboundIncomplete: incomplete } = far;
    // A client's own capture has all that it sends: there, a filter hides the rest.
    const isHidden = far.view === "client" && near === null;
    if (failures.length > 0 && (incomplete.length === 0 || isHidden)) return givenUp;
    if (incomplete.length > 0) {
      if (isHidden) continue;
      const arrived = incomplete.every((d) => !d.lastSeen && d.firstSeen)
        ? "only-first"
        : incomplete.every((d) => !d.firstSeen)
          ? "only-later"
          : "some";
      // The gateway says the same of them, so no filter hid the rest.
      const evidence = [...incomplete.flatMap((d) => d.refs), ...failures];
      return {
        ...seen,
        mayBeFiltered: mayBeFiltered && failures.length === 0,
        arrived,
        incomplete,
        evidence,
      };
    }
    if (!nothingFollows(o, far, near)) continue;
    const openings = stuckAttempts(o, far)
      .map(saInit)
      .filter((e) => e !== undefined);
    const mayHaveEnded = (nothingSince(o, far) ?? 0) < LOGIN_FOLLOWS_MS;
    const evidence = openings.flatMap(refsOf);
    return { ...seen, mayHaveEnded, arrived: "nothing", incomplete: [], evidence };
  }
  return null;
});

/** What arrived of a login in IKE fragments, none of whose sendings is whole; `null` where there is none. */
function arrivedInPart(auth: ExchangeObservation | undefined): Arrived | null {
  const parts = auth?.requests.filter((m) => m.ikeFragmentTotal !== null) ?? [];
  if (parts.length === 0) return null;
  // The last IKE fragment holds what is left over, so it is smaller than the others.
  const isOnlyLast = parts.every(
    (m) => m.refs.length === 1 && !m.missingIkeFragments.includes(m.ikeFragmentTotal ?? 0),
  );
  return isOnlyLast ? "last-ike-fragment" : "some-ike-fragments";
}

/** The client's attempts in this capture that stop after an accepted opening. */
const stuckAttempts = (o: Observations, { capture, client }: Initiation): Initiation[] =>
  o.initiations.filter((i) => i.capture === capture && i.client === client && nothingSince(o, i) !== null);

/** Whether an accepted opening is followed by nothing, where something must have been seen. */
function nothingFollows(o: Observations, far: Initiation, near: Initiation | null): boolean {
  const since = nothingSince(o, far);
  if (since === null) return false;
  // A client that goes on asking, or has no answer in its own capture, has sent nothing else yet.
  const own = pairs(o).find((p) => p.far === far)?.near;
  if (ignoredAnswer(far) !== null || (own && saInit(own)?.responses.length === 0)) return false;
  const asked = near === null ? undefined : firstAuth(near);
  if (asked !== undefined) return since >= LOGIN_FOLLOWS_MS || isSilence(asked);
  if (since < LOGIN_FOLLOWS_MS) return false;
  // A client may stop by itself, and its own capture then shows just that.
  if (far.view === "client") return false;
  return far.view !== null || stuckAttempts(o, far).length > 1;
}

/** How long the capture goes on after an accepted opening that nothing followed; `null` if something did. */
function nothingSince(o: Observations, i: Initiation): number | null {
  const opening = saInit(i);
  const answer = opening?.responses[0];
  const hasMore = i.exchanges.some((e) => e.exchangeType !== ExchangeType.IKE_SA_INIT);
  if (!opening || !answer || hasMore || i.gatewayOffersIkeFragmentation === null) return null;
  if (i.outboundIncomplete.length + i.esp.outbound.packets > 0 || o.captures.length === 0) return null;
  const last = opening.requests.at(-1);
  return last ? opening.observedAfterMs - Math.max(0, answer.timeMs - last.timeMs) : null;
}

/** The gateway's answer, seen to leave in one capture and missing in the client's own. */
export interface InboundLoss extends Pair {
  answer: ExchangeObservation["responses"][number];
  evidence: EvidenceRef[];
}

/** Answers that stand whole in the capture of the far end, and not in the client's. */
export const inboundLoss = once((o: Observations): InboundLoss | null => {
  for (const { near, far } of pairs(o).toReversed()) {
    const [asked, given] = [firstAuth(near), firstAuth(far)];
    const answer = given?.responses.find((m) => m.missingIkeFragments.length === 0);
    if (!asked || !given || !answer || asked.requests.length === 0) continue;
    if (asked.responses.some((m) => m.missingIkeFragments.length === 0)) continue;
    // What came after the end of the client's capture cannot be in it.
    if (!isSilence({ ...asked, responses: [] }) && asked.observedAfterMs < LOGIN_FOLLOWS_MS) continue;
    return { near, far, answer, evidence: [...refsOf(asked), ...refsOf(given)] };
  }
  return null;
});

/** The latest attempt, if it arrived whole at the gateway's end, and no answer left there. */
export const silentGateway = once(
  (o: Observations): { initiation: Initiation; exchange: ExchangeObservation } | null => {
    const latest = o.initiations.findLast((i) => i.majorVersion === 2);
    const pair = pairs(o).findLast(({ near, far }) => near === latest || far === latest);
    const isOtherEnd = pair?.near.view === "client" && pair.far.view !== "client";
    const atGateway = isOtherEnd ? pair.far : latest?.view === "gateway" ? latest : undefined;
    const exchange = atGateway && (firstAuth(atGateway) ?? saInit(atGateway));
    return exchange && isSilence(exchange) && wholeRequests(exchange) >= 3
      ? { initiation: atGateway, exchange }
      : null;
  },
);

/** Packets at the gateway's end that show what becomes of an unanswered login; `null`: nothing shows it. */
export const seenAtTheGateway = (o: Observations): EvidenceRef[] | null => {
  const silent = silentGateway(o);
  if (silent !== null) return refsOf(silent.exchange);
  return (inboundLoss(o) ?? outboundLoss(o))?.evidence ?? null;
};

/**
 * Whether the evidence was gathered at the gateway: then interfaces that stand in a pasted text may be the
 * gateway's.
 */
export const isGatewaysView = (o: Observations): boolean => {
  const latest = o.initiations.at(-1);
  if (latest === undefined || o.agent !== null) return false;
  if (o.initiations.some((i) => i.view === "client")) return false;
  return latest.view === "gateway" || outboundLoss(o)?.initiation.capture === latest.capture;
};
