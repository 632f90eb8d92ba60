/** Whether the gateway answered a login with a refusal, and where that stands. */
import type {
  ExchangeObservation,
  Initiation,
  Observations,
  SentMessage,
} from "../../evidence/observations.ts";
import { ExchangeType, isErrorNotify, NotifyType } from "../../ike/registry.ts";
import type { EvidenceRef, Phrase } from "../../schema/diagnosis.ts";
import type { JoinedLogin } from "../../schema/joined.ts";
import { phrase } from "../rule.ts";
import { isOfLogin, isOwnProbe } from "./joined-ways.ts";
import { firstAuth, refsOf, saInit } from "./login-facts.ts";
import { once } from "./once.ts";

/**
 * The largest IKE_AUTH response that can hold nothing but an error Notify: 28 header + 4 SK + 16 IV + 32 for
 * one or two Notifies + 32 ICV (RFC 7296 §3.14). A response with IDr and AUTH in it is larger with every
 * cipher.
 */
const ERROR_ONLY_IKE_BYTES = 112;
/** Error Notifies that ask the client to try again in another way, not to go away (RFC 7296 §1.2, §2.6). */
export const RETRY_NOTIFIES: readonly number[] = [NotifyType.INVALID_KE_PAYLOAD, NotifyType.COOKIE];

/** A refusal: its answer is readable, or so small that it can be nothing but an error. */
export interface GatewaysRefusal {
  initiation: Initiation;
  phrase: Phrase;
  evidence: EvidenceRef[];
}

/** Attempts after which nothing shows that the gateway accepted them. */
export const notGoneFurther = (o: Observations): Initiation[] =>
  o.initiations.filter((i, at) => !isOwnProbe(o, i) && i.esp.inbound.packets === 0 && !gotFurther(o, i, at));

/** The latest refusal of the gateway's, or that of one login; `null` if there is none. */
export function refusalOf(o: Observations, login?: JoinedLogin): GatewaysRefusal | null {
  for (const initiation of notGoneFurther(o).toReversed()) {
    if (login !== undefined && !isOfLogin(login, initiation)) continue;
    const refusal = clearRefusal(initiation);
    if (refusal) {
      const said = phrase("finding.gateway-rejects.notify", { notify: refusal.name, type: refusal.type });
      return { initiation, phrase: said, evidence: [refusal.ref] };
    }
    const eapFailure = initiation.exchanges.findLast((e) => e.eapFailure)?.eapFailure;
    if (eapFailure)
      return { initiation, phrase: phrase("finding.gateway-rejects.eap"), evidence: [eapFailure] };
    const auth = firstAuth(initiation);
    const answer = auth?.responses[0];
    if (
      auth?.exchangeType === ExchangeType.IKE_AUTH &&
      auth.messageId === 1 &&
      answer &&
      isErrorOnly(answer) &&
      !wentOn(initiation, auth)
    ) {
      const said = phrase("finding.gateway-rejects.small-response", {
        ikeLength: answer.ikeLength ?? 0,
        most: ERROR_ONLY_IKE_BYTES,
      });
      return { initiation, phrase: said, evidence: refsOf(auth) };
    }
  }
  return null;
}

/**
 * A whole answer that is too small for anything but an error. A single IKE fragment may be as small, so it
 * does not count.
 */
const isErrorOnly = (answer: SentMessage): boolean =>
  answer.ikeLength !== null &&
  answer.ikeLength <= ERROR_ONLY_IKE_BYTES &&
  answer.ikeFragmentTotal === null &&
  !answer.ipFragmented;

/**
 * The client went on after a small answer: that was a round of EAP (RFC 5998) or a childless SA (RFC 6023),
 * not a refusal.
 */
const wentOn = ({ exchanges }: Initiation, auth: ExchangeObservation): boolean =>
  exchanges.some(
    (e) =>
      e.fromClient &&
      e.messageId > auth.messageId &&
      (e.exchangeType === ExchangeType.IKE_AUTH || e.exchangeType === ExchangeType.CREATE_CHILD_SA),
  );

const pathOf = ({ capture, gateway }: Initiation): string => `${gateway} ${capture}`;

/** By capture and gateway: the position of the last attempt that was accepted. */
const lastAccepted = once((o) => {
  const last = new Map<string, number>();
  for (const [at, initiation] of o.initiations.entries()) {
    if (firstAuth(initiation)?.responses.some((answer) => !isErrorOnly(answer)))
      last.set(pathOf(initiation), at);
  }
  return last;
});

/**
 * A later attempt in the same capture, to the same gateway, was accepted: only the earlier proposal had been
 * refused.
 */
const gotFurther = (o: Observations, refused: Initiation, at: number): boolean =>
  (lastAccepted(o).get(pathOf(refused)) ?? -1) > at;

/** The error Notify, outside the encrypted part, with which the gateway ended the attempt. */
function clearRefusal(initiation: Initiation) {
  if (firstAuth(initiation)) {
    const later = initiation.exchanges.filter((e) => e.exchangeType !== ExchangeType.IKE_SA_INIT);
    return later.flatMap((e) => e.responseNotifies).find((n) => isErrorNotify(n.type));
  }
  const opening = saInit(initiation);
  return opening?.responseNotifies.findLast((n) => isErrorNotify(n.type) && !RETRY_NOTIFIES.includes(n.type));
}
