/**
 * What an MTU ladder shows: every packet size that was tried, in which way, and what came of it, as columns
 * and rungs. No drawing yet: `mtu-ladder.ts` gives them their places and shapes.
 */
import {
  ASSUMED_INTERFACE_MTU,
  type EchoObservation,
  egressMtu,
  type Observations,
  type ProbeObservation,
  SILENCE_MS,
} from "../evidence/observations.ts";
import { ipFragmentSizes, MIN_IP_HEADER_BYTES } from "../packet/sizes.ts";
import type { EvidenceRef, Recommendation } from "../schema/diagnosis.ts";
import type { IpFamily } from "../schema/plan.ts";
import type { ChartWords, LadderMark } from "./words.ts";

/** A way of trying a size. */
export type Column = keyof ChartWords["ladder"]["columns"];

/** From left to right: what asks least of the path comes first. */
const COLUMNS = [
  "echo-other",
  "echo-unknown",
  "echo-gateway",
  "ike-whole",
  "ike-fragments",
  "what-if",
  "ike-captured",
  "echo-fragments",
] as const satisfies readonly Column[];

/** One try, at the size that decides whether it passes. */
interface Tried {
  column: Column;
  family: IpFamily;
  /** Bytes of the largest IP packet on the wire; for a trial MTU that MTU. */
  bytes: number;
  mark: LadderMark;
  ref: EvidenceRef;
}

/** Nobody reads a ladder with more rungs than this. */
const MOST_RUNGS = 36;

/** The MTU that is recommended, and how well it is known. */
export interface RecommendedMtu {
  readonly mtu: number;
  readonly basis: NonNullable<Recommendation["basis"]>;
}

/** The ladder of one address family. */
export interface LadderBlock {
  readonly family: IpFamily;
  /** MTU of the interface that leads to the gateway, in bytes of an IP packet. */
  readonly interfaceMtu: number | null;
  /** Only in the family of the VPN. */
  readonly recommended: RecommendedMtu | null;
  /** The ways that were tried, from left to right. */
  readonly columns: readonly Column[];
  /** From the largest size downwards; a number stands for that many sizes left out. */
  readonly rungs: readonly (Rung | number)[];
}

/** The ladders of both families, IPv4 first; empty where no size was put to the test. */
export function ladderBlocks(
  observations: Observations,
  { interfaceMtu: recommendedMtu, basis }: Pick<Recommendation, "interfaceMtu" | "basis">,
): LadderBlock[] {
  const tried = collect(observations);
  // A capture alone makes a ladder only if it has something to compare: nobody chose its sizes.
  const sizes = new Set(tried.map(({ family, bytes }) => `${family} ${bytes}`));
  if (sizes.size < 2 && tried.every((t) => t.column === "ike-captured")) return [];
  // The recommendation is meant for the family in which the VPN runs.
  const vpnFamily = observations.initiations.at(-1)?.family ?? observations.probes[0]?.family ?? 4;
  return ([4, 6] as const).flatMap((family): LadderBlock[] => {
    const ofFamily = tried.filter((t) => t.family === family);
    if (ofFamily.length === 0) return [];
    return [
      {
        family,
        interfaceMtu: egressMtu(observations, family),
        recommended:
          family === vpnFamily && recommendedMtu !== null
            ? { mtu: recommendedMtu, basis: basis ?? "trial" }
            : null,
        columns: COLUMNS.filter((column) => ofFamily.some((t) => t.column === column)),
        rungs: foldRungs(rungsOf(ofFamily)),
      },
    ];
  });
}

/** Everything that was tried, in the order in which the observations have it. */
function collect(o: Observations): Tried[] {
  const sizePorts = new Set(
    o.probes.filter((p) => p.purpose !== "baseline" && p.purpose !== "size-control").map((p) => p.port),
  );
  return [
    ...o.echoes.map((echo) => fromEcho(echo, o)),
    // A baseline asks whether anything answers on a port, not whether a size passes.
    ...o.probes.filter((p) => p.purpose !== "baseline" && sizePorts.has(p.port)).map(fromProbe),
    ...o.initiations.flatMap((i) =>
      i.exchanges
        .filter((e) => e.fromClient && (e.responses.length > 0 || e.observedAfterMs >= SILENCE_MS))
        .flatMap((e): Tried[] => {
          const mark = e.responses.length > 0 ? "passed" : "silent";
          // One answer proves that one request passed; in a silence all of them count.
          return e.requests
            .slice(0, mark === "passed" ? 1 : undefined)
            .flatMap(({ ipBytes, refs: [ref] }) =>
              ref === undefined
                ? []
                : [{ column: "ike-captured", family: i.family, bytes: largest(ipBytes), mark, ref }],
            );
        }),
    ),
  ];
}

const ECHO_MARKS = {
  answered: "passed",
  timeout: "silent",
  "too-big-locally": "local",
  "too-big-remotely": "router",
  unreachable: "error",
  "not-run": "not-run",
} as const satisfies Record<EchoObservation["outcome"], LadderMark>;

function fromEcho(echo: EchoObservation, o: Observations): Tried {
  const { family, ipBytes, ref } = echo;
  const mtu = egressMtu(o, family) ?? ASSUMED_INTERFACE_MTU;
  const inIpFragments = !echo.dontFragment && ipBytes > mtu;
  return {
    column: columnOf(echo),
    family,
    bytes: inIpFragments
      ? largest(ipFragmentSizes(ipBytes - MIN_IP_HEADER_BYTES[family], mtu, family))
      : ipBytes,
    mark: echo.outcome === "answered" && echo.replyCut ? "cut" : ECHO_MARKS[echo.outcome],
    ref,
  };
}

/** A ping without DF may leave in one packet, and still be cut on the way: it tells nothing of a size. */
function columnOf({ dontFragment, toGateway }: EchoObservation): Column {
  if (dontFragment === false) return "echo-fragments";
  return toGateway === null ? "echo-unknown" : toGateway ? "echo-gateway" : "echo-other";
}

const PROBE_MARKS = {
  answered: "passed",
  silent: "silent",
  "too-big-locally": "local",
  "too-big-remotely": "router",
  unreachable: "error",
  unresolved: "not-run",
  "not-sent": "not-run",
  "not-run": "not-run",
} as const satisfies Record<ProbeObservation["outcome"], LadderMark>;

function fromProbe({ family, userMtu, ipFragmentBytes, ipBytes, ...probe }: ProbeObservation): Tried {
  const inIpFragments = ipFragmentBytes.length > 1;
  return {
    column: userMtu !== null ? "what-if" : inIpFragments ? "ike-fragments" : "ike-whole",
    family,
    bytes: userMtu ?? (inIpFragments ? largest(ipFragmentBytes) : ipBytes),
    mark: PROBE_MARKS[probe.outcome],
    ref: probe.ref,
  };
}

const largest = (sizes: readonly number[]): number => sizes.reduce((most, size) => Math.max(most, size), 0);

/** What came of one size in one column: equal results share a mark. */
export type Cell = Map<LadderMark, EvidenceRef[]>;
/** One size, with what came of it in each column. */
export type Rung = { bytes: number; cells: Map<Column, Cell> };

function rungsOf(tried: readonly Tried[]): Rung[] {
  const rungs = new Map<number, Rung>();
  for (const { bytes, column, mark, ref } of tried) {
    let rung = rungs.get(bytes);
    if (rung === undefined) {
      rung = { bytes, cells: new Map() };
      rungs.set(bytes, rung);
    }
    let cell = rung.cells.get(column);
    if (cell === undefined) {
      cell = new Map();
      rung.cells.set(column, cell);
    }
    const refs = cell.get(mark);
    if (refs === undefined) cell.set(mark, [ref]);
    else refs.push(ref);
  }
  return [...rungs.values()].sort((a, b) => b.bytes - a.bytes);
}

/**
 * The rungs worth drawing: those where an answer changes, and the largest ones. A number counts rungs left
 * out.
 */
function foldRungs(rungs: readonly Rung[]): (Rung | number)[] {
  if (rungs.length <= MOST_RUNGS) return [...rungs];
  const kept = new Set<Rung>();
  const before = new Map<Column, { rung: Rung; marks: string }>();
  for (const rung of rungs) {
    for (const [column, cell] of rung.cells) {
      const marks = [...cell.keys()].sort().join();
      const last = before.get(column);
      if (last !== undefined && last.marks !== marks && kept.size < MOST_RUNGS - 1)
        kept.add(last.rung).add(rung);
      before.set(column, { rung, marks });
    }
  }
  for (const rung of rungs) if (kept.size < MOST_RUNGS) kept.add(rung);
  const drawn: (Rung | number)[] = [];
  for (const rung of rungs) {
    const last = drawn.at(-1);
    if (kept.has(rung)) drawn.push(rung);
    else if (typeof last === "number") drawn[drawn.length - 1] = last + 1;
    else drawn.push(1);
  }
  return drawn;
}
