/**
 * What the agent's pings to the gateway told: those that travel as IP fragments, and large ones that travel
 * whole.
 */
import type { EchoObservation, Observations } from "../../evidence/observations.ts";
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
