/** What a log or a list of packets says of a login, in words of its own: it shows less than a capture. */
import type { ExchangeObservation, Initiation } from "../../evidence/observations.ts";
import type { Phrase } from "../../schema/diagnosis.ts";
import { phrase } from "../rule.ts";

/** The attempt is known from a text, not from a capture. */
export const isFromText = (i: Initiation): boolean =>
  [...i.exchanges.flatMap((e) => [...e.requests, ...e.responses]), ...i.inboundIncomplete].some((m) =>
    m.refs.some((ref) => ref.kind === "text"),
  );

/** The silence that a text shows after a login that left as IP fragments; `null` for a capture. */
export function loggedSilence({ requests }: ExchangeObservation): Phrase | null {
  const [request] = requests;
  if (request?.reckoned && request.ikeLength !== null) {
    return phrase("finding.ike-auth-unanswered.log", {
      requests: requests.length,
      ikeLength: request.ikeLength,
      fragments: request.ipBytes,
    });
  }
  return request?.refs.some((ref) => ref.kind === "text")
    ? phrase("finding.ike-auth-unanswered.listed", { requests: requests.length })
    : null;
}
