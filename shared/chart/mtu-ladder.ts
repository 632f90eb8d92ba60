import {
  ASSUMED_INTERFACE_MTU,
  type EchoObservation,
  type Observations,
  type ProbeObservation,
  SILENCE_MS,
} from "../evidence/observations.ts";
import type { Language } from "../language.ts";
import { ipFragmentSizes, MIN_IP_HEADER_BYTES } from "../packet/sizes.ts";
import type { EvidenceRef, Recommendation } from "../schema/diagnosis.ts";
import type { IpFamily } from "../schema/plan.ts";
import { anchorOf, type Chart } from "./anchor.ts";
import { at, drawing, line, shapes, TONES, type Tone, text } from "./draw.ts";
import { type Markup, markup, shorten } from "./markup.ts";
import { type ChartWords, chartWords, type LadderMark } from "./words.ts";

type Words = ChartWords["ladder"];
type Column = keyof Words["columns"];

/** From left to right: what asks least comes first. */
const COLUMNS = [
  "echo-other",
  "echo-unknown",
  "echo-gateway",
  "ike-whole",
  "ike-pieces",
  "what-if",
  "ike-captured",
  "echo-pieces",
] as const satisfies readonly Column[];

/** One thing that was tried, at the size that decides over it. */
interface Tried {
  column: Column;
  family: IpFamily;
  /** Bytes of the largest packet on the wire; for a what-if the MTU it was sent under. */
  bytes: number;
  mark: LadderMark;
  ref: EvidenceRef;
}

const MARKS = {
  passed: { shape: "disc", tone: "good" },
  cut: { shape: "target", tone: "good" },
  silent: { shape: "cross", tone: "bad" },
  router: { shape: "diamond", tone: "bad" },
  error: { shape: "cross", tone: "note" },
  local: { shape: "box", tone: "soft" },
  "not-run": { shape: "ring", tone: "soft" },
} as const satisfies Record<LadderMark, { shape: keyof typeof shapes; tone: Tone }>;

const MOST_RUNGS = 36;
const MOST_HOSTS = 3;

const AXIS_PERCENT = 13;
/** Few columns stay near each other: they are to be compared. */
const WIDEST_COLUMN_PERCENT = 24;

/**
 * Sizes against answers: a rung for each size that was tried, a column for each way of trying it. Sizes are bytes of whole IP packets; what left
 * in pieces stands at its largest piece, for that is what the path carries or does not.
 *
 * @returns `null` where no size was put to the test
 */
export function mtuLadder(
  observations: Observations,
  { interfaceMtu: recommendedMtu, basis }: Pick<Recommendation, "interfaceMtu" | "basis">,
  language: Language,
): Chart | null {
  const words = chartWords(language).ladder;
  const tried = collect(observations);
  // What a capture shows by itself is no ladder: nobody chose those sizes.
  if (tried.every((t) => t.column === "ike-captured")) return null;
  const families = ([4, 6] as const).filter((family) => tried.some((t) => t.family === family));
  // What is recommended is meant for the family in which the VPN runs.
  const vpnFamily = observations.initiations.at(-1)?.family ?? observations.probes[0]?.family ?? 4;
  const ladder = new Ladder(words);
  for (const family of families) {
    if (families.length > 1) ladder.heading(words.family(family));
    const interfaceMtu = family === 4 ? observations.egress?.mtuV4 : observations.egress?.mtuV6;
    ladder.block(
      tried.filter((t) => t.family === family),
      {
        interfaceMtu: interfaceMtu ?? null,
        recommended:
          family === vpnFamily && recommendedMtu !== null
            ? { mtu: recommendedMtu, basis: words.basis[basis ?? "trial"] }
            : null,
      },
    );
  }
  const hosts = new Set(
    observations.echoes.filter((e) => e.toGateway === false).map((e) => shorten(e.target ?? "?", 45)),
  );
  return ladder.finish([...hosts]);
}

function collect(o: Observations): Tried[] {
  const sizePorts = new Set(
    o.probes.filter((p) => p.purpose !== "baseline" && p.purpose !== "size-control").map((p) => p.port),
  );
  return [
    ...o.echoes.map((echo) => fromEcho(echo, o)),
    // Baselines ask whether anything answers on a port: sizes are another question.
    ...o.probes.filter((p) => p.purpose !== "baseline" && sizePorts.has(p.port)).map(fromProbe),
    ...o.initiations.flatMap((i) =>
      i.exchanges
        .filter((e) => e.fromClient && (e.responses.length > 0 || e.observedAfterMs >= SILENCE_MS))
        .flatMap((e): Tried[] => {
          const mark = e.responses.length > 0 ? "passed" : "silent";
          // One answer proves one sending; silence is as much as there was of it.
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
  const mtu = (family === 4 ? o.egress?.mtuV4 : o.egress?.mtuV6) ?? ASSUMED_INTERFACE_MTU;
  const inPieces = !echo.dontFragment && ipBytes > mtu;
  return {
    column: inPieces
      ? "echo-pieces"
      : echo.toGateway === null
        ? "echo-unknown"
        : echo.toGateway
          ? "echo-gateway"
          : "echo-other",
    family,
    bytes: inPieces ? largest(ipFragmentSizes(ipBytes - MIN_IP_HEADER_BYTES[family], mtu, family)) : ipBytes,
    mark: echo.outcome === "answered" && echo.replyCut ? "cut" : ECHO_MARKS[echo.outcome],
    ref,
  };
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
  const inPieces = ipFragmentBytes.length > 1;
  return {
    column: userMtu !== null ? "what-if" : inPieces ? "ike-pieces" : "ike-whole",
    family,
    bytes: userMtu ?? (inPieces ? largest(ipFragmentBytes) : ipBytes),
    mark: PROBE_MARKS[probe.outcome],
    ref: probe.ref,
  };
}

const largest = (sizes: readonly number[]): number => sizes.reduce((most, size) => Math.max(most, size), 0);

/** What came of one size in one column, alike ones together. */
type Cell = Map<LadderMark, EvidenceRef[]>;
type Rung = { bytes: number; cells: Map<Column, Cell> };

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

/** The rungs worth drawing: where an answer changes, and the largest ones. A number stands for rungs left out. */
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

/** Rungs on their way down, and what is said of them in words. */
class Ladder {
  readonly #words: Words;
  readonly #shapes: Markup[] = [];
  readonly #said: string[] = [];
  readonly #anchors = new Set<string>();
  readonly #used = new Set<LadderMark>();
  #y = 0;
  #mostColumns = 0;

  constructor(words: Words) {
    this.#words = words;
  }

  heading(title: string): void {
    this.#shapes.push(text(0, this.#y + 1.1, title, { bold: true, size: 0.9375 }));
    this.#said.push(title);
    this.#y += 1.6;
  }

  block(
    tried: readonly Tried[],
    limits: { interfaceMtu: number | null; recommended: { mtu: number; basis: string } | null },
  ): void {
    const columns = COLUMNS.filter((column) => tried.some((t) => t.column === column));
    const width = Math.min(WIDEST_COLUMN_PERCENT, (100 - AXIS_PERCENT) / columns.length);
    const places = columns.map((column, n) => ({ column, x: AXIS_PERCENT + n * width }));
    this.#mostColumns = Math.max(this.#mostColumns, columns.length);
    this.#columnHeads(places);
    const waiting = this.#limitLines(limits);
    for (const rung of foldRungs(rungsOf(tried))) {
      if (typeof rung === "number") {
        const caption = this.#words.folded(rung);
        this.#shapes.push(text(AXIS_PERCENT, this.#y + 1, caption, { size: 0.75, tone: "soft" }));
        this.#said.push(caption);
        this.#y += 1.5;
        continue;
      }
      while (waiting[0] !== undefined && rung.bytes <= waiting[0].mtu) waiting.shift()?.draw();
      this.#rung(rung, places);
    }
    for (const { draw } of waiting) draw();
    this.#y += 0.8;
  }

  #columnHeads(places: readonly { column: Column; x: number }[]): void {
    const head = (x: number, lines: readonly string[], tone: Tone) =>
      lines.map((words, n) => text(x, this.#y + 0.9 + n, words, { size: 0.6875, tone }));
    this.#shapes.push(...head(0, this.#words.axis, "soft"));
    for (const { column, x } of places) this.#shapes.push(...head(x, this.#words.columns[column], "ink"));
    this.#y += 3.5;
  }

  /** What fits lies below its line. The larger one comes first. */
  #limitLines({
    interfaceMtu,
    recommended,
  }: Parameters<Ladder["block"]>[1]): { mtu: number; draw: () => void }[] {
    const lines: { mtu: number; draw: () => void }[] = [];
    const add = (mtu: number, caption: string, tone: Tone, dash: string | null) =>
      lines.push({
        mtu,
        draw: () => {
          this.#shapes.push(
            text(100, this.#y + 1, caption, { anchor: "end", size: 0.75, bold: true, tone }),
            line([0, this.#y + 1.35], [100, this.#y + 1.35], { tone, width: 0.11, dash }),
          );
          this.#said.push(caption);
          this.#y += 1.5;
        },
      });
    const same = recommended !== null && recommended.mtu === interfaceMtu;
    if (interfaceMtu !== null) {
      const caption = same ? this.#words.bothMtu(interfaceMtu) : this.#words.interfaceMtu(interfaceMtu);
      add(interfaceMtu, caption, "ink", "0.5rem 0.3rem");
    }
    if (recommended !== null && !same) {
      add(recommended.mtu, this.#words.recommendedMtu(recommended.mtu, recommended.basis), "accent", null);
    }
    return lines.sort((a, b) => b.mtu - a.mtu);
  }

  #rung({ bytes, cells }: Rung, places: readonly { column: Column; x: number }[]): void {
    const entries = Math.max(...[...cells.values()].map((cell) => cell.size));
    const counted = [...cells.values()].some((cell) => [...cell.values()].some((refs) => refs.length > 1));
    const entryHeight = counted ? 2 : 1.3;
    const height = entries * entryHeight + 0.5;
    const middle = this.#y + 0.95;
    this.#shapes.push(
      line([AXIS_PERCENT - 1.5, this.#y + height], [100, this.#y + height], { tone: "line", width: 0.06 }),
      text(0, middle + 0.28, String(bytes), { bold: true }),
    );
    const said: string[] = [];
    for (const { column, x } of places) {
      const cell = cells.get(column);
      if (cell === undefined) continue;
      for (const [n, [mark, refs]] of [...cell].entries()) {
        this.#shapes.push(this.#mark(mark, refs, x, middle + n * entryHeight));
        const times = refs.length > 1 ? ` ${this.#words.times(refs.length)}` : "";
        said.push(`${this.#words.columns[column].join(" ")}: ${this.#words.marks[mark].cell}${times}`);
      }
    }
    this.#said.push(`${this.#words.bytes(bytes)}: ${said.join("; ")}`);
    this.#y += height;
  }

  #mark(mark: LadderMark, refs: readonly EvidenceRef[], x: number, y: number): Markup {
    this.#used.add(mark);
    const { shape, tone } = MARKS[mark];
    const drawn = at(x, y, [
      shiftRight(shapes[shape](tone)),
      markup`<text x="1rem" y="0.25rem" font-size="0.6875rem">${this.#words.marks[mark].cell}</text>`,
      refs.length > 1 &&
        markup`<text x="1rem" y="1.1rem" font-size="0.6875rem" fill="${TONES.soft}">×${refs.length}</text>`,
    ]);
    return refs.reduce((inner: Markup, ref) => {
      const anchor = anchorOf(ref);
      if (ref.kind === "packet" || this.#anchors.has(anchor)) return inner;
      this.#anchors.add(anchor);
      return markup`<g id="${anchor}">${inner}</g>`;
    }, drawn);
  }

  finish(otherHosts: readonly string[]): Chart {
    let y = this.#y;
    const legend = (Object.keys(MARKS) as LadderMark[])
      .filter((mark) => this.#used.has(mark))
      .map((mark) => {
        y += 1.35;
        const { shape, tone } = MARKS[mark];
        return at(0, y - 0.5, [
          shiftRight(shapes[shape](tone)),
          markup`<text x="1.3rem" y="0.26rem" font-size="0.75rem">${this.#words.marks[mark].legend}</text>`,
        ]);
      });
    if (otherHosts.length > 0) {
      y += 1.35;
      const more = otherHosts.length > MOST_HOSTS ? ", …" : "";
      const named = this.#words.otherHosts(otherHosts.slice(0, MOST_HOSTS).join(", ") + more);
      legend.push(text(0, y - 0.24, named, { size: 0.75 }));
      this.#said.push(named);
    }
    return {
      svg: drawing(
        `ladder columns-${this.#mostColumns}`,
        y + 0.2,
        this.#words.label,
        `${this.#said.join(". ")}.`,
        [...this.#shapes, ...legend].map((shape) => markup`${shape}\n`),
      ),
      anchors: this.#anchors,
    };
  }
}

/** Shapes are drawn around their middle: this puts their left edge where text would begin. */
const shiftRight = (shape: Markup): Markup => markup`<svg x="0.4rem" overflow="visible">${shape}</svg>`;
