/** What a capture that was taken away from the client shows of the client's request: whether it arrived. */
import type {
  ExchangeObservation,
  IncompleteMessage,
  Initiation,
  Observations,
} from "../../evidence/observations.ts";
import { ExchangeType, isErrorNotify, NotifyType } from "../../ike/registry.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { reassemblyFailures } from "./icmp-facts.ts";
import { ignoredAnswer } from "./ignored-answers.ts";
import { lossesOfLogins, unansweredAtGateway } from "./joined-loss.ts";
import { joinedAttempts } from "./joined-ways.ts";
import { firstAuth, isSilence, refsOf, saInit } from "./login-facts.ts";
import { once } from "./once.ts";
import { measuredPathMtu } from "./path-mtu-facts.ts";

/** How long a login may take to follow its opening: clients send it within a second. */
const LOGIN_FOLLOWS_MS = 3_000;

/** The latest attempts show what is wrong as well as thousands do. */
const MOST_ATTEMPTS = 64;

const wholeRequests = (e: ExchangeObservation | undefined): number =>
  e?.requests.filter((m) => m.missingIkeFragments.length === 0 && !m.maybePart).length ?? 0;

/**
 * Attempts of which one recording alone tells: of those that both ends show, the joined logins say more.
 */
const seenOnce = once((o: Observations): Initiation[] =>
  o.initiations.filter((i) => i.majorVersion === 2 && !joinedAttempts(o).has(i)),
);

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
  for (const far of seenOnce(o).slice(-MOST_ATTEMPTS).toReversed()) {
    const quality = o.captures.find((c) => c.capture === far.capture)?.quality;
    // A capture that lost packets itself proves no loss.
    if (quality?.droppedByCapture) continue;
    const auth = firstAuth(far);
    if (auth && auth.responses.length > 0) return null;
    // A part of an answer shows that the request arrived: a filter by port hid the rest of both.
    if (far.inboundIncomplete.length > 0) return null;
    const mayBeFiltered = quality?.nonFirstFragmentsHidden === true;
    const seen = { initiation: far, mayBeFiltered, mayHaveEnded: false };
    const failures = reassemblyFailures(o, far, far.client, far.gateway);
    const givenUp = { ...seen, arrived: "given-up" as const, incomplete: [], evidence: failures };
    if (wholeRequests(auth) > 0) {
      if (failures.length > 0) return givenUp;
      continue;
    }
    // A client's own capture has all that it sends: there, a filter hides the rest.
    const isOwn = far.view === "client";
    const parts = arrivedInPart(auth);
    if (parts !== null && !isOwn) {
      const evidence = auth === undefined ? [] : refsOf(auth);
      return { ...seen, arrived: parts, incomplete: [], evidence };
    }
    const { outboundIncomplete: incomplete } = far;
    if (failures.length > 0 && (incomplete.length === 0 || isOwn)) return givenUp;
    if (incomplete.length > 0) {
      if (isOwn) continue;
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
    if (!nothingFollows(o, far)) continue;
    const openings = stuckAttempts(o, far)
      .map(saInit)
      .filter((e) => e !== undefined);
    const mayHaveEnded = (nothingSince(o, far) ?? 0) < LOGIN_FOLLOWS_MS;
    const evidence = openings.flatMap(refsOf);
    return { ...seen, mayHaveEnded, arrived: "nothing", incomplete: [], evidence };
  }
  return null;
});

/**
 * Of a login in IKE fragments only the last and smallest ones arrive at the gateway, and the run of the only
 * client there found that packets are lost on their way out above a size that passes.
 */
export const areIkeFragmentsAboveLimit = once((o: Observations): boolean => {
  const loss = outboundLoss(o);
  if (loss?.arrived !== "last-ike-fragment" || loss.initiation.view !== "gateway") return false;
  const { largestPassed, smallestLost, byEcho } = measuredPathMtu(o);
  const { capture, family } = loss.initiation;
  const clients = new Set(
    o.initiations.filter((i) => i.capture === capture && !i.ownProbe).map((i) => i.client),
  );
  return (
    clients.size === 1 &&
    o.probes[0]?.family === family &&
    largestPassed !== null &&
    smallestLost !== null &&
    !byEcho
  );
});

/** What arrived of a login in IKE fragments, none of whose sendings is whole; `null` where there is none. */
function arrivedInPart(auth: ExchangeObservation | undefined): Arrived | null {
  const parts = auth?.requests.filter((m) => m.ikeFragmentTotal !== null) ?? [];
  if (parts.length === 0) return null;
  // The last IKE fragment holds what is left over, so it is smaller than the others.
  const isOnlyLast = parts.every(
    ({ ikeFragmentTotal: total, missingIkeFragments: missing }) =>
      total !== null && missing.length === total - 1 && !missing.includes(total),
  );
  return isOnlyLast ? "last-ike-fragment" : "some-ike-fragments";
}

/** The client's attempts in this capture that stop after an accepted opening. */
const stuckAttempts = (o: Observations, { capture, client }: Initiation): Initiation[] =>
  o.initiations.filter((i) => i.capture === capture && i.client === client && nothingSince(o, i) !== null);

/** Whether an accepted opening is followed by nothing, where something must have been seen. */
function nothingFollows(o: Observations, far: Initiation): boolean {
  const since = nothingSince(o, far);
  // A client that goes on asking has sent nothing else yet.
  if (since === null || ignoredAnswer(far) !== null || since < LOGIN_FOLLOWS_MS) return false;
  // A client may stop by itself, and its own capture then shows just that.
  if (far.view === "client") return false;
  return far.view !== null || stuckAttempts(o, far).length > 1;
}

/** With such an answer the client begins anew, or not at all. */
const asksAnew = (type: number): boolean => isErrorNotify(type) || type === NotifyType.COOKIE;

/** How long the capture goes on after an accepted opening that nothing followed; `null` if something did. */
function nothingSince(o: Observations, i: Initiation): number | null {
  const opening = saInit(i);
  const answer = opening?.responses[0];
  const hasMore = i.exchanges.some((e) => e.exchangeType !== ExchangeType.IKE_SA_INIT);
  if (!opening || !answer || hasMore || i.ownProbe) return null;
  // An agent's probe leaves just that in the gateway's log, and not each one can be told from a login.
  if (i.log !== undefined && o.probes.length > 0) return null;
  if (i.outboundIncomplete.length + i.esp.outbound.packets > 0) return null;
  if (i.log === undefined) {
    if (i.gatewayOffersIkeFragmentation === null || o.captures.length === 0) return null;
  } else if (i.logged?.namesNoMessages || opening.responseNotifies.some(({ type }) => asksAnew(type)))
    return null;
  // A gateway that drops the attempt has waited for long.
  if (i.logged?.dropped) return Number.POSITIVE_INFINITY;
  const last = opening.requests.at(-1);
  return last ? opening.observedAfterMs - Math.max(0, answer.timeMs - last.timeMs) : null;
}

/** The latest attempt in a gateway's capture, if it arrived whole there, and no answer left. */
export const silentGateway = once(
  (o: Observations): { initiation: Initiation; exchange: ExchangeObservation } | null => {
    const latest = o.initiations.findLast((i) => i.majorVersion === 2);
    if (latest?.view !== "gateway" || !seenOnce(o).includes(latest)) return null;
    const exchange = firstAuth(latest) ?? saInit(latest);
    return exchange && isSilence(exchange) && wholeRequests(exchange) >= 3
      ? { initiation: latest, exchange }
      : null;
  },
);

/** The gateway is seen to get the login and to give no answer. */
export const isGatewaySilent = (o: Observations): boolean =>
  silentGateway(o) !== null || unansweredAtGateway(o).found !== null;

/** Packets that show, at both ends, what becomes of an unanswered login; `null`: nothing shows it. */
export const seenAtBothEnds = (o: Observations): EvidenceRef[] | null => {
  const { outbound, inbound } = lossesOfLogins(o);
  return (unansweredAtGateway(o).found ?? outbound ?? inbound)?.evidence ?? null;
};

/** Packets at the gateway's end that show what becomes of an unanswered login; `null`: nothing shows it. */
export const seenAtTheGateway = (o: Observations): EvidenceRef[] | null => {
  const silent = silentGateway(o);
  if (silent !== null) return refsOf(silent.exchange);
  return seenAtBothEnds(o) ?? outboundLoss(o)?.evidence ?? null;
};

/**
 * Whether the evidence was gathered at the gateway: then interfaces that stand in a pasted text may be the
 * gateway's.
 */
export const isGatewaysView = (o: Observations): boolean => {
  const latest = o.initiations.at(-1);
  if (latest === undefined || o.agent !== null) return false;
  if (o.initiations.some((i) => i.view === "client")) return false;
  if (o.joined.some((login) => login.places.some((p) => p.end === "client"))) return false;
  return latest.view === "gateway" || outboundLoss(o)?.initiation.capture === latest.capture;
};
