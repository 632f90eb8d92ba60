/**
 * What whole packets of growing size told about the path to the gateway. All sizes are bytes of whole IP
 * packets.
 */
import {
  ASSUMED_INTERFACE_MTU,
  type EchoObservation,
  egressMtu,
  icmpRef,
  type Observations,
  type PathObservation,
  type ProbeObservation,
} from "../../evidence/observations.ts";
import { familyOf } from "../../packet/address.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { mayBeWhole } from "./echo-facts.ts";
import { once } from "./once.ts";
import { readOwnEchoRefusal, readOwnRefusal } from "./own-refusals.ts";
import { isConfirmedLoss, probeRefs, sizesLost } from "./probe-tries.ts";
import { type ToldPathMtu, type TooBig, toldPathMtu } from "./size-edges.ts";

/** The path MTU to the gateway, as far as it was measured. */
export interface PathMtuFacts {
  /** The largest packet that was answered. */
  largestPassed: number | null;
  /**
   * The smallest lost packet that is larger than every packet that was answered. A refusal by this computer
   * is no loss, because it measures nothing.
   */
  smallestLost: number | null;
  /** A router said that a size is too big, or this computer keeps to what a router had told it. */
  packetTooBig: TooBig[];
  /** What follows from these and from what passed. */
  told: ToldPathMtu | null;
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
  const largestPassed = passed.length > 0 ? passed.reduce((a, b) => Math.max(a, b)) : null;
  const above = lost.filter((size) => largestPassed === null || size > largestPassed);
  return {
    largestPassed,
    smallestLost: above.length > 0 ? above.reduce((a, b) => Math.min(a, b)) : null,
  };
};

/**
 * What is known of the path MTU to the gateway: by IKE where it was tried, else by pings with DF. Pings and
 * UDP may be treated differently, by translators (RFC 7915 §1.2) and by firewalls.
 */
export const measuredPathMtu = once((o: Observations): PathMtuFacts => {
  const echoes = echoesToGateway(o).filter((e) => mayBeWhole(e, o));
  const reports = o.pathReports.filter((p) => p.toGateway === true);
  const tooBig = [...echoes.flatMap((e) => echoTooBig(e, o)), ...reports.flatMap((p) => reportTooBig(p, o))];
  // A system that has learned a smaller path MTU splits larger packets, unless the program can forbid it.
  const surely = tooBig.filter((t) => t.by !== "either");
  const learned = Math.min(...surely.map((t) => t.nextHopMtu ?? Number.POSITIVE_INFINITY));
  const sentWhole = o.probes.filter((p) => p.ipFragmentBytes.length === 0 && p.userMtu === null);
  const refused = Math.min(...surely.map((t) => t.ipBytes));
  const whole = sentWhole.filter(
    (p) => p.dontFragment === true || (p.ipBytes <= learned && p.ipBytes < refused),
  );
  const passedProbes = whole.filter((p) => p.outcome === "answered");
  const lostProbes = sizesLost(
    o,
    whole.filter((p) => p.purpose === "whole-packet"),
  );
  const byIke = summarizeSizes(
    passedProbes.map((p) => p.ipBytes),
    lostProbes.map((p) => p.ipBytes),
  );
  const tried = whole.some(
    (p) => p.purpose === "whole-packet" && p.outcome !== "not-run" && p.outcome !== "not-sent",
  );
  const byEcho = echoSizes(echoes, reports);
  const sizes = tried ? byIke : byEcho;
  const packetTooBig: TooBig[] = [
    // What may be the interface's own limit says nothing where smaller packets are lost, or where IKE tells
    // more.
    ...tooBig.filter((t) => t.by !== "either" || (!tried && t.ipBytes <= (sizes.smallestLost ?? t.ipBytes))),
    ...sentWhole
      .filter((p) => p.outcome === "too-big-remotely" || isLearnedRefusal(p, o))
      .map(({ ref, ipBytes, outcome }) => ({
        ref,
        ipBytes,
        nextHopMtu: null,
        router: null,
        by: outcome === "too-big-remotely" ? ("router" as const) : ("system" as const),
      })),
    ...tooBigForGateway(o).map((e) => ({
      ref: icmpRef(e),
      ipBytes: e.quoted?.ipBytes ?? Number.POSITIVE_INFINITY,
      nextHopMtu: e.nextHopMtu,
      by: "router" as const,
      router: e.source,
    })),
  ];
  return {
    ...sizes,
    packetTooBig,
    told: toldPathMtu(packetTooBig, sizes.largestPassed),
    blackHole: tried && sizes.smallestLost !== null && packetTooBig.length === 0,
    sentWhole: lostProbes.every((p) => p.dontFragment === true || egressMtu(o, p.family) !== null),
    edgeIsConfirmed: isConfirmedLoss(
      lostProbes.filter((p) => p.ipBytes === byIke.smallestLost),
      whole,
    ),
    byEcho: !tried,
    refs: tried ? probeRefs([...passedProbes, ...lostProbes]) : [...echoes, ...reports].map((e) => e.ref),
  };
});

/**
 * What pings and the tools that follow a path told of sizes. A lost one says something about its size only if
 * a smaller one was answered.
 */
export function echoSizes(
  echoes: readonly EchoObservation[],
  reports: readonly PathObservation[],
): Pick<PathMtuFacts, "largestPassed" | "smallestLost"> {
  const sizesOf = (ping: EchoObservation["outcome"], report: PathObservation["outcome"]): number[] => [
    ...echoes.filter((e) => e.outcome === ping).map((e) => e.ipBytes),
    ...reports.filter((p) => p.outcome === report).flatMap((p) => p.ipBytes ?? []),
  ];
  const passed = sizesOf("answered", "reached");
  return summarizeSizes(passed, passed.length > 0 ? sizesOf("timeout", "not-reached") : []);
}

/** The ping was refused as too big for the path, or may have been. */
export function echoTooBig(e: EchoObservation, o: Observations): TooBig[] {
  const { ref, ipBytes, nextHopMtu, router, outcome } = e;
  if (outcome === "too-big-remotely") return [{ ref, ipBytes, nextHopMtu, by: "router", router }];
  if (outcome !== "too-big-locally") return [];
  const refusal = readOwnEchoRefusal(e, o);
  if (refusal === "learned") return [{ ref, ipBytes, nextHopMtu, by: "system", router }];
  // Above the usual MTU it is most likely the interface's own limit.
  const mayBeThePath = refusal === "either" && ref.kind === "text" && ipBytes <= ASSUMED_INTERFACE_MTU;
  return mayBeThePath ? [{ ref, ipBytes, nextHopMtu, by: "either", router }] : [];
}

/**
 * A router named an MTU to a tool that follows the path. Where the tool names no router, it may be this
 * computer's own limit.
 */
export function reportTooBig(
  { outcome, ref, ipBytes, nextHopMtu, router, target, isLearned }: PathObservation,
  o: Observations,
): TooBig[] {
  if (outcome !== "too-big") return [];
  const tooBig = { ref, ipBytes: ipBytes ?? Number.POSITIVE_INFINITY, nextHopMtu, router };
  if (router !== null) return [{ ...tooBig, by: "router" }];
  if (isLearned) return [{ ...tooBig, by: "system" }];
  const most = nextHopMtu ?? (ipBytes ?? 0) - 1;
  const refusal = readOwnRefusal(most + 1, familyOf(target ?? ""), o);
  if (refusal === "own-limit") return [];
  if (refusal === "learned") return [{ ...tooBig, by: "system" }];
  return most < ASSUMED_INTERFACE_MTU ? [{ ...tooBig, by: "either" }] : [];
}

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

/**
 * The system refused a packet that fits its interface: it has learned a smaller path MTU from a Packet Too
 * Big.
 */
function isLearnedRefusal(p: ProbeObservation, o: Observations): boolean {
  return p.outcome === "too-big-locally" && readOwnRefusal(p.ipBytes, p.family, o) === "learned";
}
