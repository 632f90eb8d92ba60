/** Signs in pings, path tools, probes and ICMP errors: which sizes passed, which did not, and who said so. */
import { type EchoObservation, egressMtu, icmpRef, type Observations } from "../../evidence/observations.ts";
import { ETHERNET_MTU, IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { phrase } from "../rule.ts";
import { each, RULED_OUT, type Sign } from "./sign.ts";

/** What pings, path tools, probes and ICMP errors say of verdicts. */
export const pathSigns = (o: Observations): Sign[] => [
  ...wholePackets(o),
  ...pingsOfSomeHost(o),
  ...splitPings(o),
  ...tooBigAlone(o),
  ...smallInterface(o),
  ...noLoginTried(o),
];

/** Whole packets as large as any that this client sends reach the gateway. */
function wholePackets(o: Observations): Sign[] {
  const { largestPassed, smallestLost, packetTooBig, refs } = measuredPathMtu(o);
  const full = Math.min(egressMtu(o, 4) ?? egressMtu(o, 6) ?? ETHERNET_MTU, ETHERNET_MTU);
  if (largestPassed === null || largestPassed < full || smallestLost !== null || packetTooBig.length > 0) {
    return [];
  }
  return [
    {
      phrase: phrase("sign.whole-packets-pass", { pathMtu: largestPassed }),
      evidence: refs,
      weights: each(["path-mtu-black-hole", "path-mtu-reduced"], RULED_OUT),
    },
  ];
}

const refsOf = (echoes: readonly EchoObservation[]): EvidenceRef[] => echoes.map((e) => e.ref);
/** Not by spreading: a paste may hold a hundred thousand of them. */
const largest = (echoes: readonly EchoObservation[]): number =>
  echoes.reduce((most, e) => Math.max(most, e.ipBytes), 0);

/** Large pings with DF that pass to a host that may be the gateway; where they do not, a finding says so. */
function pingsOfSomeHost(o: Observations): Sign[] {
  const whole = o.echoes.filter((e) => e.dontFragment && e.toGateway === null);
  const answered = whole.filter((e) => e.outcome === "answered");
  const passed = largest(answered);
  if (passed >= ETHERNET_MTU) {
    return [
      {
        phrase: phrase("sign.some-host-passes", { passed }),
        evidence: refsOf(answered),
        weights: { "path-mtu-black-hole": -10, "path-mtu-reduced": -10, healthy: 5 },
      },
    ];
  }
  return [];
}

/** Pasted pings that go and come back as IP fragments; of lost ones and of the agent's a finding tells. */
function splitPings(o: Observations): Sign[] {
  const mtu = egressMtu(o, 4) ?? ETHERNET_MTU;
  const pasted = o.echoes.filter(
    (e) => e.ref.kind === "text" && e.toGateway !== false && e.dontFragment === false,
  );
  const split = pasted.filter((e) => e.ipBytes > mtu);
  const answered = split.filter((e) => e.outcome === "answered" && !e.replyCut);
  const [first] = answered;
  if (first) {
    return [
      {
        phrase: phrase("sign.split-ping-passes", { payload: first.pingPayloadBytes }),
        evidence: refsOf(answered),
        weights: { "inbound-fragments-lost": -20, "outbound-fragments-dropped": -30 },
      },
    ];
  }
  return [];
}

const IKE_PORTS: readonly (number | null)[] = [500, 4500];

/** ICMP errors about packets to the gateway; where it is not known, about packets to a port of IKE. */
const errorsForGateway = (o: Observations): Observations["icmpErrors"] =>
  o.icmpErrors.filter(
    ({ quoted }) =>
      quoted !== null &&
      (o.gatewayAddresses.length > 0
        ? o.gatewayAddresses.includes(quoted.destination)
        : IKE_PORTS.includes(quoted.destinationPort)),
  );

const framesOf = (errors: Observations["icmpErrors"]): EvidenceRef[] => errors.map(icmpRef);

/** A Packet Too Big where no gateway is known to which the rule could tie it. */
function tooBigAlone(o: Observations): Sign[] {
  if (o.gatewayAddresses.length > 0) return [];
  const told = errorsForGateway(o).filter((e) => e.kind === "packet-too-big" && e.nextHopMtu !== null);
  const pathMtu = told.reduce((least, e) => Math.min(least, e.nextHopMtu ?? least), ETHERNET_MTU);
  if (told.length === 0) return [];
  return [
    {
      phrase: phrase("sign.router-told", { pathMtu }),
      evidence: framesOf(told),
      weights: { "path-mtu-reduced": 40, "outbound-fragments-too-large": 5 },
    },
  ];
}

/** IP fragments of this size pass nearly everywhere: then it is not their size. */
function smallInterface(o: Observations): Sign[] {
  const { egress } = o;
  const mtu = egressMtu(o, o.initiations.at(-1)?.family ?? 4);
  if (egress === null || mtu === null || mtu > IPV6_MINIMUM_MTU) return [];
  return [
    {
      phrase: phrase("sign.small-interface", { mtu }),
      evidence: [egress.ref],
      weights: { "outbound-fragments-too-large": -30, "path-mtu-black-hole": -20 },
    },
  ];
}

/** The test does not log in. */
function noLoginTried(o: Observations): Sign[] {
  if (!o.probes.some((p) => p.outcome === "answered") || o.initiations.length > 0) return [];
  return [
    {
      phrase: phrase("sign.no-login-tried"),
      evidence: [],
      weights: { "gateway-rejects": 10, "esp-mtu": 15 },
    },
  ];
}
