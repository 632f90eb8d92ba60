/** Rehearsed logins as captures and logs have them: they were never to come up, whatever answers them. */
import { ExchangeType } from "../ike/registry.ts";
import type { Rehearsal } from "../schema/rehearsal.ts";
import type { Initiation } from "./observations.ts";

const NO_ESP = { packets: 0, largestIpBytes: 0 };

/**
 * Leaves of a rehearsed login its opening, as of any other probe: that the gateway then refuses it, or gives
 * no answer, says nothing of the user's logins. By its Vendor ID, or by the SPIs that the run had.
 */
export function withoutRehearsed(
  initiations: readonly Initiation[],
  rehearsal: Rehearsal | null,
): Initiation[] {
  const spis = new Set(rehearsal?.logins.map((login) => login.initiatorSpi));
  return initiations.map((i) => {
    const isRehearsed = spis.has(i.initiatorSpi);
    if (!isRehearsed && !i.ownProbe) return i;
    const { logged: _, datagrams, log, ...attempt } = i;
    const isOpening = (d: { exchangeType: number }): boolean => d.exchangeType === ExchangeType.IKE_SA_INIT;
    return {
      ...attempt,
      ownProbe: true,
      exchanges: i.exchanges.filter(isOpening),
      inboundIncomplete: [],
      outboundIncomplete: i.exchanges.every(isOpening) ? i.outboundIncomplete : [],
      esp: { outbound: NO_ESP, inbound: NO_ESP },
      espIncomplete: [],
      ...(datagrams && { datagrams: datagrams.filter((d) => d.ike === null || isOpening(d.ike)) }),
      ...(log && { log: { ...log, datagrams: log.datagrams.filter(isOpening) } }),
    };
  });
}
