/**
 * What was measured on the way to hosts of which it is not known that they are the VPN gateway. It may be the
 * gateway's way, as people paste pings without saying where they went; so it is said, and held to be unsure.
 */
import {
  ASSUMED_INTERFACE_MTU,
  type EchoObservation,
  egressMtu,
  type Observations,
  type PathObservation,
} from "../../evidence/observations.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { mayBeWhole } from "./echo-facts.ts";
import { once } from "./once.ts";
import { echoSizes, echoTooBig, measuredPathMtu, reportTooBig } from "./path-mtu-facts.ts";
import { refusedByRouter, type ToldPathMtu, toldPathMtu } from "./size-edges.ts";

/** Packets above some size got no reply. Sizes are bytes of whole IP packets. */
export interface LostAbove {
  passed: number;
  lost: number;
  /** How often the lost size was sent; `null` where the tool does not say. */
  times: number | null;
  /** The last router that answered on the way of what was lost, where a tool tells. */
  after: string | null;
  /** `null`: nothing tells. `false`: routers may split such packets, so that their loss is no path MTU. */
  dontFragment: boolean | null;
  /** Nothing tells of DF, but what was lost does not fit the interface: it left as IP fragments. */
  isSplit?: true;
}

/** What is known of the way to one host. */
export interface OtherHost {
  /** Its address, or its name. */
  host: string;
  /** `false`: it is known to be another host than the gateway. */
  toGateway: false | null;
  family: IpFamily;
  /** What a router said; or, where nothing said anything, what got lost. */
  told: ToldPathMtu | null;
  lost: LostAbove | null;
  /** A router refused a size, and nothing tells which one passes. */
  refusal?: { router: string; refused: number };
  /** The path carries less than the interface. */
  isNarrow: boolean;
  refs: EvidenceRef[];
}

interface Seen {
  host: string;
  toGateway: false | null;
  family: IpFamily;
  echoes: EchoObservation[];
  reports: PathObservation[];
}

/** Each of those hosts of which an edge is known, the most telling first. */
export const otherHosts = once((o: Observations): OtherHost[] => {
  const seen = new Map<string, Seen>();
  const of = (host: string | null, toGateway: boolean | null, family: IpFamily): Seen | null => {
    if (host === null || toGateway === true) return null;
    const key = `${family} ${host}`;
    const known = seen.get(key) ?? { host, toGateway: toGateway ?? null, family, echoes: [], reports: [] };
    seen.set(key, known);
    return known;
  };
  for (const e of o.echoes) of(e.target, e.toGateway, e.family)?.echoes.push(e);
  for (const p of o.pathReports) of(p.target, p.toGateway, p.target?.includes(":") ? 6 : 4)?.reports.push(p);
  return [...seen.values()]
    .map((s) => judge(s, o))
    .filter((h) => h !== null)
    .sort((a, b) => rank(a) - rank(b));
});

/** The one that may be the gateway's, and is narrower than the interface. */
export const likelyGatewayPath = (o: Observations): OtherHost | null =>
  otherHosts(o).find((h) => h.toGateway === null && h.isNarrow) ?? null;

/** May be the gateway's, then is narrow, then was told, then the narrowest. */
const rank = ({ toGateway, isNarrow, told, lost }: OtherHost): number =>
  (toGateway === null ? 0 : 4e6) +
  (isNarrow ? 0 : 2e6) +
  (told !== null ? 0 : lost?.dontFragment === false ? 1e6 : 5e5) +
  (told?.least ?? lost?.passed ?? 0);

function judge(seen: Seen, o: Observations): OtherHost | null {
  const { host, toGateway, family, echoes, reports } = seen;
  const whole = echoes.filter((e) => mayBeWhole(e, o));
  const { largestPassed, smallestLost } = echoSizes(whole, reports);
  const tooBig = [...whole.flatMap((e) => echoTooBig(e, o)), ...reports.flatMap((p) => reportTooBig(p, o))];
  const told = toldPathMtu(
    tooBig.filter((t) => t.by !== "either" || t.ipBytes <= (smallestLost ?? t.ipBytes)),
    largestPassed,
  );
  const usual = Math.min(egressMtu(o, family) ?? ASSUMED_INTERFACE_MTU, ASSUMED_INTERFACE_MTU);
  const about = { host, toGateway, family };
  // What is lost below a size that a router named was not lost for being above it.
  if (told !== null && (smallestLost === null || smallestLost > told.least)) {
    const refs = [...tooBig.map((t) => t.ref), ...passing(seen, largestPassed)];
    return { ...about, told, lost: null, isNarrow: told.least < usual, refs };
  }
  const lost = lostAbove(whole, reports, largestPassed, smallestLost);
  if (lost !== null) {
    return { ...about, told: null, lost, isNarrow: lost.passed < usual, refs: refsOf(seen, lost) };
  }
  const refusal = largestPassed === null ? refusedByRouter(tooBig) : null;
  if (refusal !== null) {
    const refs = tooBig.map((t) => t.ref);
    return { ...about, told: null, lost: null, refusal, isNarrow: refusal.refused <= usual, refs };
  }
  const withoutDf = lostWithoutDf(echoes, o);
  return withoutDf === null
    ? null
    : { ...about, told: null, lost: withoutDf, isNarrow: false, refs: refsOf(seen, withoutDf) };
}

/**
 * What got lost of pings that were sent without DF: routers may have split them. So was what does not fit
 * the interface where nothing tells of DF: with it, it would have been refused here.
 */
export function lostWithoutDf(echoes: readonly EchoObservation[], o: Observations): LostAbove | null {
  const splittable = echoes.filter((e) => e.dontFragment === false);
  const { largestPassed, smallestLost } = echoSizes(splittable, []);
  const lost = lostAbove(splittable, [], largestPassed, smallestLost);
  if (lost !== null) return lost;
  const untold = echoes.filter((e) => e.dontFragment === null);
  const sizes = echoSizes(untold, []);
  const isSplit = untold.some((e) => e.ipBytes === sizes.smallestLost && !mayBeWhole(e, o));
  const above = isSplit ? lostAbove(untold, [], sizes.largestPassed, sizes.smallestLost) : null;
  return above === null ? null : { ...above, isSplit: true };
}

/** Which size got lost above what passed: how often, and whether those packets had DF. */
export function lostAbove(
  echoes: readonly EchoObservation[],
  reports: readonly PathObservation[],
  passed: number | null,
  lost: number | null,
): LostAbove | null {
  if (passed === null || lost === null) return null;
  const ofSize = echoes.filter((e) => e.ipBytes === lost && e.outcome === "timeout");
  return {
    passed,
    lost,
    times: ofSize.length > 0 ? ofSize.reduce((sum, e) => sum + e.count, 0) : null,
    after: reports.find((p) => p.ipBytes === lost && p.outcome === "not-reached")?.router ?? null,
    // Who set DF for one size has set it for all: only the size changes from one command to the next.
    dontFragment: echoes.some((e) => e.dontFragment === true)
      ? true
      : echoes.length > 0 && echoes.every((e) => e.dontFragment === false)
        ? false
        : reports.some((p) => p.outcome === "too-big")
          ? true
          : null,
  };
}

const refsOf = ({ echoes, reports }: Seen, { passed, lost }: LostAbove): EvidenceRef[] =>
  [...echoes, ...reports].filter((e) => e.ipBytes === passed || e.ipBytes === lost).map((e) => e.ref);

const passing = ({ echoes, reports }: Seen, size: number | null): EvidenceRef[] =>
  [...echoes, ...reports].filter((e) => size !== null && e.ipBytes === size).map((e) => e.ref);

/**
 * The path MTU to the gateway, or to the host that may be it, where something larger was lost or refused: the
 * largest whole packet that is known to pass.
 */
export const narrowPathMtu = once((o: Observations): { pathMtu: number; refs: EvidenceRef[] } | null => {
  const { largestPassed, smallestLost, packetTooBig, told, refs } = measuredPathMtu(o);
  if (largestPassed !== null || told !== null) {
    const isLimited = smallestLost !== null || packetTooBig.length > 0;
    const pathMtu = Math.max(largestPassed ?? 0, told !== null && smallestLost === null ? told.least : 0);
    return isLimited && pathMtu > 0 ? { pathMtu, refs } : null;
  }
  const other = likelyGatewayPath(o);
  const pathMtu = other?.told?.least ?? other?.lost?.passed ?? null;
  return other === null || pathMtu === null ? null : { pathMtu, refs: other.refs };
});
