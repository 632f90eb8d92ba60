/**
 * What whole packets of growing size told about the path to the gateway. All sizes are bytes of whole IP
 * packets.
 */
import {
  type EchoObservation,
  egressMtu,
  type Observations,
  type ProbeObservation,
} from "../../evidence/observations.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { mayBeWhole } from "./echo-facts.ts";
import { once } from "./once.ts";
import { isConfirmedLoss, probeRefs, sizesLost } from "./probe-tries.ts";

/** The path MTU to the gateway, as far as it was measured. */
export interface PathMtuFacts {
  /** The largest packet that was answered. */
  largestPassed: number | null;
  /**
   * The smallest lost packet that is larger than every packet that was answered. A refusal by this computer
   * is no loss, because it measures nothing.
   */
  smallestLost: number | null;
  /** A router said that a size is too big. */
  packetTooBig: { ref: EvidenceRef; ipBytes: number; nextHopMtu: number | null }[];
  /** Large IKE messages are lost, smaller ones pass, and no router said so. */
  blackHole: boolean;
  /** The lost packets certainly left as one packet: DF was set, or the interface's MTU is known. */
  sentWhole: boolean;
  /**
   * The smallest lost size was asked often enough. Otherwise chance, or what the system learned meanwhile,
   * may explain it.
   */
  edgeIsConfirmed: boolean;
  /** Only pings were tried. They may be lost on the way back, or because they are pings. */
  byEcho: boolean;
  refs: EvidenceRef[];
}

const summarizeSizes = (passed: number[], lost: number[]) => {
  const largestPassed = passed.length > 0 ? Math.max(...passed) : null;
  const above = lost.filter((size) => largestPassed === null || size > largestPassed);
  return {
    largestPassed,
    smallestLost: above.length > 0 ? Math.min(...above) : null,
  };
};

/**
 * What is known of the path MTU to the gateway: by IKE where it was tried, else by pings with DF. Pings and
 * UDP may be treated differently, by translators (RFC 7915 §1.2) and by firewalls.
 */
export const measuredPathMtu = once((o: Observations): PathMtuFacts => {
  const echoes = echoesToGateway(o).filter((e) => mayBeWhole(e, o));
  const tooBig = echoes.filter((e) => e.outcome === "too-big-remotely" || isLearnedEcho(e, o));
  // A system that has learned a smaller path MTU splits larger packets, unless the program can forbid it.
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
    // A lost ping says something about its size only if a smaller one was answered.
    echoes.some((e) => e.outcome === "answered")
      ? echoes.filter((e) => e.outcome === "timeout").map((e) => e.ipBytes)
      : [],
  );
  const sizes = tried ? byIke : byEcho;
  return {
    ...sizes,
    packetTooBig,
    blackHole: tried && sizes.smallestLost !== null && packetTooBig.length === 0,
    sentWhole: lostProbes.every((p) => p.dontFragment === true || egressMtu(o, p.family) !== null),
    edgeIsConfirmed: isConfirmedLoss(
      lostProbes.filter((p) => p.ipBytes === byIke.smallestLost),
      whole,
    ),
    byEcho: !tried,
    refs: tried ? probeRefs([...passedProbes, ...lostProbes]) : echoes.map((e) => e.ref),
  };
});

/**
 * Packet Too Big messages about packets to the gateway. A capture also holds those of other connections, on
 * other paths.
 */
export const tooBigForGateway = (o: Observations): Observations["icmpErrors"] =>
  o.icmpErrors.filter(
    ({ kind, quoted }) =>
      kind === "packet-too-big" && quoted !== null && o.gatewayAddresses.includes(quoted.destination),
  );

/** All pings that went to the gateway, the agent's and pasted ones. */
const echoesToGateway = (o: Observations): EchoObservation[] => o.echoes.filter((e) => e.toGateway === true);

/** As `isLearnedRefusal`, for a ping. Here the system also says what it has learned. */
function isLearnedEcho(e: EchoObservation, o: Observations): boolean {
  const mtu = egressMtu(o, e.family);
  return e.outcome === "too-big-locally" && mtu !== null && e.ipBytes <= mtu;
}

/**
 * The system refused a packet that fits its interface: it has learned a smaller path MTU from a Packet Too
 * Big.
 */
function isLearnedRefusal(p: ProbeObservation, o: Observations): boolean {
  const mtu = egressMtu(o, p.family);
  return p.outcome === "too-big-locally" && mtu !== null && p.ipBytes <= mtu;
}
