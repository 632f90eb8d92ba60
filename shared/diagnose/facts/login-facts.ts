/** What a capture shows of a login: its opening, its large message, and whether silence followed. */
import {
  type ExchangeObservation,
  type Initiation,
  type Observations,
  SILENCE_MS,
} from "../../evidence/observations.ts";
import { ExchangeType } from "../../ike/registry.ts";
import type { EvidenceRef, Phrase } from "../../schema/diagnosis.ts";
import { phrase } from "../rule.ts";
import { once } from "./once.ts";
import { TRIES_FOR_LOST } from "./probe-tries.ts";

/**
 * The IKE_SA_INIT exchange that counts: the last one, because a COOKIE or INVALID_KE_PAYLOAD makes the client
 * start again.
 */
export const saInit = (i: Initiation): ExchangeObservation | undefined =>
  i.exchanges.findLast((e) => e.exchangeType === ExchangeType.IKE_SA_INIT && e.requests.length > 0);

/**
 * The first IKE_AUTH exchange (RFC 7296 §1.2): it holds the certificates, so it is the large one. If the
 * client got no further than IKE_INTERMEDIATE (RFC 9242), that exchange: with a post-quantum key it may be as
 * large.
 */
export const firstAuth = (i: Pick<Initiation, "exchanges">): ExchangeObservation | undefined =>
  i.exchanges.find((e) => e.exchangeType === ExchangeType.IKE_AUTH) ??
  i.exchanges.findLast((e) => e.exchangeType === ExchangeType.IKE_INTERMEDIATE);

/**
 * Whether the capture shows the way back. A login follows an answered IKE_SA_INIT (RFC 7296 §1.2): if that
 * answer is not in the capture, others may be missing too.
 */
export const inboundSeen = (i: Initiation): boolean =>
  i.inboundIncomplete.length > 0 || saInit(i)?.responses.length !== 0;

/** A request was sent at least three times over about two seconds, and nothing came back. */
export function isSilence(e: ExchangeObservation): boolean {
  const first = e.requests[0];
  const last = e.requests.at(-1);
  if (!first || !last || e.responses.length > 0) return false;
  if (e.gaveUp) return e.requests.length >= TRIES_FOR_LOST;
  // Without times it takes one more: no client sends four times within two seconds.
  if (e.untimed) return e.requests.length > TRIES_FOR_LOST;
  return e.requests.length >= TRIES_FOR_LOST && last.timeMs - first.timeMs >= SILENCE_MS;
}

/**
 * How long an answer would have been seen: from the first sending to the end of the capture. A daemon that
 * gives up has waited for as long as it waits for anything.
 */
export const waitedMs = ({ requests, observedAfterMs, gaveUp }: ExchangeObservation): number =>
  gaveUp
    ? Number.POSITIVE_INFINITY
    : (requests.at(-1)?.timeMs ?? 0) - (requests[0]?.timeMs ?? 0) + observedAfterMs;

/** Why the capture of this attempt cannot show what became of IP fragments; `null` if it can. */
export function whyUnfitForIpFragments(o: Observations, initiation: Initiation): Phrase | null {
  const quality = o.captures.find((c) => c.capture === initiation.capture)?.quality;
  if (quality?.nonFirstFragmentsHidden) return phrase("finding.capture.port-filter");
  if (quality?.droppedByCapture) {
    return phrase("finding.capture.drops", { packets: quality.droppedByCapture });
  }
  return inboundSeen(initiation) ? null : phrase("finding.capture.one-way");
}

/** Two logins of one client in one capture: the same IP fragments, or larger ones, were answered once. */
export interface AnsweredSometimes {
  failed: ExchangeObservation;
  answered: ExchangeObservation;
  largestIpBytes: number;
}

const largestIpFragment = (e: ExchangeObservation | undefined): number =>
  e?.requests.reduce((most, m) => (m.ipFragmented ? Math.max(most, ...m.ipBytes) : most), 0) ?? 0;

/** The latest login that left as IP fragments in vain, if another with such fragments was answered whole. */
export const answeredSometimes = once((o: Observations): AnsweredSometimes | null => {
  for (const { capture, gateway, client, exchanges } of o.initiations.toReversed()) {
    const failed = firstAuth({ exchanges });
    if (!failed || !isSilence(failed) || largestIpFragment(failed) === 0) continue;
    const answered = o.initiations
      .filter((i) => i.capture === capture && i.gateway === gateway && i.client === client)
      .map(firstAuth)
      .find(
        (e) =>
          largestIpFragment(e) >= largestIpFragment(failed) &&
          e?.responses.some((m) => m.missingIkeFragments.length === 0),
      );
    return answered ? { failed, answered, largestIpBytes: largestIpFragment(failed) } : null;
  }
  return null;
});

/** Where this exchange stands in the evidence. */
export const refsOf = (e: ExchangeObservation): EvidenceRef[] =>
  [...e.requests, ...e.responses].flatMap((m) => m.refs);
