/** Which side offers IKE fragmentation (RFC 7383), and whether it was used. */
import type { Observations, SentMessage } from "../../evidence/observations.ts";

/** The gateway offered it with Notify 16430 (RFC 7383 §2.3): there is nothing left to switch on there. */
export const gatewayOffersIkeFragmentation = (o: Observations): boolean =>
  o.initiations.some((i) => i.gatewayOffersIkeFragmentation === true) ||
  o.probes.some((p) => p.answer?.kind === "accepted" && p.answer.offersIkeFragmentation);

/** The client was seen not to offer it. Without a capture nothing is known of the client. */
export const clientLacksIkeFragmentation = (o: Observations): boolean =>
  o.initiations.findLast((i) => i.clientOffersIkeFragmentation !== null)?.clientOffersIkeFragmentation ===
  false;

/** Sent, at least in part, as IKE fragments. */
export const isIkeFragmented = (m: SentMessage): boolean => m.ikeFragmentTotal !== null;
