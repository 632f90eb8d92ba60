import type { EchoObservation, Observations, ProbeObservation } from "../../evidence/observations.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { isFirmlyLost, once, probeRefs, sizesLost } from "./probe-facts.ts";

/** What whole packets of growing size told about the path to the gateway. Bytes of whole IP packets. */
export interface PathMtuFacts {
  /** The largest that was answered. */
  largestPassed: number | null;
  /** The smallest that was not, above the largest that was; a local refusal is none, for it measures nothing. */
  smallestLost: number | null;
  /** A router said that a size is too big. */
  packetTooBig: { ref: EvidenceRef; ipBytes: number; nextHopMtu: number | null }[];
  /** Sizes of IKE are lost, smaller ones pass, and no router said so. */
  blackHole: boolean;
  /** These packets were whole for certain: DF was set, or the interface's MTU is known. */
  sentWhole: boolean;
  /** The smallest that was lost was asked as often as an edge takes; else chance, or what the system learned meanwhile, may be the reason. */
  edgeIsFirm: boolean;
  /** Echoes alone were tried, which may be lost on the way back, or for being echoes. */
  byEcho: boolean;
  /** A larger size passed above one that was lost: a search by halves would have gone astray. */
  nonMonotonic: boolean;
  refs: EvidenceRef[];
}

const summarizeSizes = (passed: number[], lost: number[]) => {
  const largestPassed = passed.length > 0 ? Math.max(...passed) : null;
  const above = lost.filter((size) => largestPassed === null || size > largestPassed);
  return {
    largestPassed,
    smallestLost: above.length > 0 ? Math.min(...above) : null,
    nonMonotonic: largestPassed !== null && lost.some((size) => size < largestPassed),
  };
};

/** By IKE where it was tried, for echoes and UDP may fare differently (RFC 7915 §1.2, and firewalls); else by DF echoes to the gateway. */
export const measuredPathMtu = once((o: Observations): PathMtuFacts => {
  const echoes = echoesToGateway(o).filter((e) => e.dontFragment);
  const tooBig = echoes.filter((e) => e.outcome === "too-big-remotely" || isLearnedEcho(e, o));
  // A system that has learned a smaller path MTU cuts what is larger, where the program cannot forbid it.
  const learned = Math.min(...tooBig.map((e) => e.nextHopMtu ?? Number.POSITIVE_INFINITY));
  const sentWhole = o.probes.filter((p) => p.ipFragmentBytes.length === 0 && p.userMtu === null);
  const refused = Math.min(...tooBig.map((e) => e.ipBytes));
  const whole = sentWhole.filter(
    (p) => p.dontFragment === true || (p.ipBytes <= learned && p.ipBytes < refused),
  );
  const passedProbes = whole.filter((p) => p.outcome === "answered");
  const lostProbes = sizesLost(
    o,
    whole.filter((p) => p.purpose === "whole-packet"),
  );
  const packetTooBig = [
    ...tooBig.map(({ ref, ipBytes, nextHopMtu }) => ({ ref, ipBytes, nextHopMtu })),
    ...sentWhole
      .filter((p) => p.outcome === "too-big-remotely" || isLearnedRefusal(p, o))
      .map(({ ref, ipBytes }) => ({ ref, ipBytes, nextHopMtu: null })),
    ...tooBigForGateway(o).map((e) => ({
      ref: { kind: "packet" as const, capture: e.capture, frame: e.frame },
      ipBytes: e.quoted?.ipBytes ?? Number.POSITIVE_INFINITY,
      nextHopMtu: e.nextHopMtu,
    })),
  ];
  const byIke = summarizeSizes(
    passedProbes.map((p) => p.ipBytes),
    lostProbes.map((p) => p.ipBytes),
  );
  const tried = whole.some(
    (p) => p.purpose === "whole-packet" && p.outcome !== "not-run" && p.outcome !== "not-sent",
  );
  const byEcho = summarizeSizes(
    echoes.filter((e) => e.outcome === "answered").map((e) => e.ipBytes),
    // Only with a smaller echo answered is a lost one a matter of its size.
    echoes.some((e) => e.outcome === "answered")
      ? echoes.filter((e) => e.outcome === "timeout").map((e) => e.ipBytes)
      : [],
  );
  const sizes = tried ? byIke : byEcho;
  return {
    ...sizes,
    packetTooBig,
    blackHole: tried && sizes.smallestLost !== null && packetTooBig.length === 0,
    sentWhole: lostProbes.every((p) => p.dontFragment === true || mtuOf(p.family, o) !== null),
    edgeIsFirm: isFirmlyLost(
      lostProbes.filter((p) => p.ipBytes === byIke.smallestLost),
      whole,
    ),
    byEcho: !tried,
    refs: tried ? probeRefs([...passedProbes, ...lostProbes]) : echoes.map((e) => e.ref),
  };
});

/** What a capture holds of other connections says nothing of this path. */
export const tooBigForGateway = (o: Observations): Observations["icmpErrors"] =>
  o.icmpErrors.filter(
    ({ kind, quoted }) =>
      kind === "packet-too-big" && quoted !== null && o.gatewayAddresses.includes(quoted.destination),
  );

export const echoesToGateway = (o: Observations): EchoObservation[] =>
  o.echoes.filter((e) => e.toGateway === true);

const mtuOf = (family: 4 | 6, o: Observations): number | null =>
  (family === 4 ? o.egress?.mtuV4 : o.egress?.mtuV6) ?? null;

/** The same for an echo, where the system also says what it has learned. */
function isLearnedEcho(e: EchoObservation, o: Observations): boolean {
  const mtu = mtuOf(e.family, o);
  return e.outcome === "too-big-locally" && mtu !== null && e.ipBytes <= mtu;
}

/** The system refused a packet that fits its interface: it has learned a smaller path MTU from a Packet Too Big. */
function isLearnedRefusal(p: ProbeObservation, o: Observations): boolean {
  const mtu = mtuOf(p.family, o);
  return p.outcome === "too-big-locally" && mtu !== null && p.ipBytes <= mtu;
}
