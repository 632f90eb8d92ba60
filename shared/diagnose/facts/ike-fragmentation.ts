/** Which side offers IKE fragmentation (RFC 7383), and whether it was used. */
import type { ExchangeObservation, Observations, SentMessage } from "../../evidence/observations.ts";
import { firstAuth, inboundSeen, isSilence } from "./login-facts.ts";
import { once } from "./once.ts";

/** The gateway offered it with Notify 16430 (RFC 7383 §2.3): there is nothing left to switch on there. */
export const gatewayOffersIkeFragmentation = (o: Observations): boolean =>
  o.initiations.some((i) => i.gatewayOffersIkeFragmentation === true) ||
  o.probes.some((p) => p.answer?.kind === "accepted" && p.answer.offersIkeFragmentation);

/** Whether the gateway offers it to a request that offers it too; `null`: it was not asked so. */
export function gatewaysOffer(o: Observations): boolean | null {
  if (gatewayOffersIkeFragmentation(o)) return true;
  const isAsked =
    o.probes.some((p) => p.answer?.kind === "accepted" && !p.withoutIkeFragmentation) ||
    o.initiations.some((i) => i.clientOffersIkeFragmentation && i.gatewayOffersIkeFragmentation === false);
  return isAsked ? false : null;
}

/** The client was seen not to offer it. Without a capture nothing is known of the client. */
export const clientLacksIkeFragmentation = (o: Observations): boolean =>
  o.initiations.findLast((i) => i.clientOffersIkeFragmentation !== null)?.clientOffersIkeFragmentation ===
  false;

/** Sent, at least in part, as IKE fragments. */
export const isIkeFragmented = (m: SentMessage): boolean => m.ikeFragmentTotal !== null;

/** How many IKE fragments of one message libreswan took before 3.31, of 2020 (docs/domain.md §2.6). */
export const MOST_IKE_FRAGMENTS_OF_OLD_GATEWAYS = 16;
/** IKE fragments above this have a size that every path with IPv6 carries nearly twice. */
const TINY_IP_BYTES = 640;

/** A login that got no answer, in IKE fragments. */
export interface UnansweredIkeFragments {
  exchange: ExchangeObservation;
  request: SentMessage;
  total: number;
  largestIpBytes: number;
}

/** The latest login that was sent in IKE fragments, all of them, again and again, without any answer. */
export const unansweredIkeFragments = once((o: Observations): UnansweredIkeFragments | null => {
  const latest = o.initiations.findLast((i) => i.majorVersion === 2 && firstAuth(i) !== undefined);
  const exchange = latest && firstAuth(latest);
  const request = exchange?.requests.find((m) => isIkeFragmented(m) && m.missingIkeFragments.length === 0);
  if (!latest || !exchange || !request || !isSilence(exchange) || !inboundSeen(latest)) return null;
  return {
    exchange,
    request,
    total: request.ikeFragmentTotal ?? 0,
    largestIpBytes: Math.max(...request.ipBytes),
  };
});

/** The same, where old gateways take no more: they drop such a message in silence, all of its fragments. */
export const tooManyIkeFragments = (o: Observations): UnansweredIkeFragments | null => {
  const sent = unansweredIkeFragments(o);
  return sent !== null && sent.total > MOST_IKE_FRAGMENTS_OF_OLD_GATEWAYS ? sent : null;
};

/** The same, where the client makes them far smaller than it would with a usual MTU. */
export const tinyIkeFragments = (o: Observations): UnansweredIkeFragments | null => {
  const sent = unansweredIkeFragments(o);
  return sent !== null && sent.largestIpBytes <= TINY_IP_BYTES ? sent : null;
};
