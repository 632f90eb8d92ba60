/**
 * What the agent's pings to the gateway told: those that travel as IP fragments, and large ones that travel
 * whole.
 */
import {
  ASSUMED_INTERFACE_MTU,
  type EchoObservation,
  egressMtu,
  type Observations,
} from "../../evidence/observations.ts";
import { ETHERNET_MTU, IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import { once } from "./once.ts";

/**
 * The agent's pings to the gateway. Pings that a person pasted are not among them: they may come from another
 * network.
 */
export interface EchoFacts {
  /** Sent as IP fragments, and the whole reply came back as IP fragments. */
  answered: EchoObservation[];
  /** Sent as IP fragments, without a reply. */
  silent: EchoObservation[];
  /** Large ones that were answered as one packet. */
  whole: EchoObservation[];
}

/**
 * Whether a ping left as one packet and was to stay one. Where nothing tells whether it had DF, one that fits
 * the interface counts: those who try sizes are told to set DF. What follows from it is of low confidence.
 */
export const mayBeWhole = (e: EchoObservation, o: Observations): boolean =>
  e.dontFragment ?? e.ipBytes <= (egressMtu(o, e.family) ?? ASSUMED_INTERFACE_MTU);

/** Which of the agent's large pings to the gateway were answered. */
export const echoFacts = once((o: Observations): EchoFacts => {
  const echoes = o.echoes.filter((e) => e.toGateway === true && e.ref.kind === "probe");
  const asIpFragments = echoes.filter((e) => !e.dontFragment && e.ipBytes > ETHERNET_MTU);
  return {
    answered: asIpFragments.filter((e) => e.outcome === "answered" && !e.replyCut),
    silent: asIpFragments.filter((e) => e.outcome === "timeout"),
    whole: echoes.filter((e) => e.dontFragment && e.outcome === "answered" && e.ipBytes >= IPV6_MINIMUM_MTU),
  };
});
