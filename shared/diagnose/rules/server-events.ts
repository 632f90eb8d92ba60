/** What a Windows VPN server (RRAS) recorded of logins: in words of its own, and not always of IKEv2. */
import type { Observations, ServerEventObservation } from "../../evidence/observations.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

type What = ServerEventObservation["what"];

const ISO_DATE = /^\d{4}-\d\d-\d\dT/;
const timeOf = ({ at }: ServerEventObservation): number =>
  at !== null && ISO_DATE.test(at) ? Date.parse(at) : Number.NEGATIVE_INFINITY;

/**
 * What tells most of the login in question stands first. The security log shows IKE of anybody on the
 * internet, so that it counts before the others only for an attempt that another file shows too.
 */
const ORDER: readonly What[] = ["not-able", "refused", "ike-failed", "not-finished"];

/** The event is of this very login, or of the client's address. */
function isOfLogin(o: Observations, event: ServerEventObservation): boolean {
  const { initiatorSpi, peer } = event;
  const isOther = (source: string): boolean => event.ref.kind !== "text" || event.ref.source !== source;
  return o.initiations.some(
    (i) =>
      isOther(i.capture) &&
      ((initiatorSpi !== null && i.initiatorSpi === initiatorSpi) || (peer !== null && i.client === peer)),
  );
}

function newestFailure(o: Observations): ServerEventObservation | null {
  // Who wrote an event as the one that began is no server here.
  const events = (o.serverEvents ?? []).filter((e) => e.fromPeer !== false);
  const own = events.filter((e) => isOfLogin(o, e));
  for (const among of [own, events]) {
    for (const what of ORDER) {
      const [first, ...others] = among.filter((e) => e.what === what);
      if (first) return others.reduce((best, e) => (timeOf(e) > timeOf(best) ? e : best), first);
    }
  }
  return null;
}

/**
 * What a Windows VPN server recorded. Most of its events do not name the kind of VPN, so that none of them
 * decides by itself.
 */
export const windowsServerEvents: Rule = {
  code: "windows-server-events",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §1.5",
  judge(o) {
    const events = o.serverEvents ?? [];
    if (events.length === 0) return unknown("finding.server-events.unknown");
    const failure = newestFailure(o);
    if (failure === null) {
      return {
        status: "clear",
        phrase: phrase("finding.server-events.clear", { count: events.length }),
        evidence: events.map((e) => e.ref),
      };
    }
    const { event, peer, at, errorNumber, initiatorSpi, protocol, fromPeer, ref } = failure;
    const about = { event, client: peer ?? "?", at: at ?? "?" };
    const found = (said: ReturnType<typeof phrase>) => ({
      status: "found" as const,
      phrase: said,
      evidence: [ref],
      claim: null,
    });
    switch (failure.what) {
      case "not-able":
        return found(phrase("finding.server-events.not-able", { event, at: about.at }));
      case "refused":
        return found(
          errorNumber === null
            ? phrase("finding.server-events.refused", about)
            : phrase("finding.server-events.refused-with", { ...about, code: errorNumber }),
        );
      case "ike-failed": {
        const ike = { ...about, protocol: protocol ?? "IKE", spi: initiatorSpi ?? "?" };
        return found(
          fromPeer
            ? phrase("finding.server-events.ike-failed", ike)
            : phrase("finding.server-events.ike-failed-either", ike),
        );
      }
      default:
        return found(phrase("finding.server-events.not-finished", { event, at: about.at }));
    }
  },
};
