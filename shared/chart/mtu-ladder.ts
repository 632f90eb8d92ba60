/** Draws an MTU ladder: a rung for each packet size that was tried, a column for each way of trying it. */
import type { Observations } from "../evidence/observations.ts";
import type { Language } from "../language.ts";
import type { EvidenceRef, Recommendation } from "../schema/diagnosis.ts";
import { anchorOf, type Chart } from "./anchor.ts";
import { at, drawing, line, shapes, TONES, type Tone, text } from "./draw.ts";
import { type Column, type LadderBlock, ladderBlocks, type Rung } from "./ladder-rows.ts";
import { type Markup, markup, shorten } from "./markup.ts";
import { type ChartWords, chartWords, type LadderMark } from "./words.ts";

type Words = ChartWords["ladder"];

const MARKS = {
  passed: { shape: "disc", tone: "good" },
  cut: { shape: "target", tone: "good" },
  silent: { shape: "cross", tone: "bad" },
  router: { shape: "diamond", tone: "bad" },
  error: { shape: "cross", tone: "note" },
  local: { shape: "box", tone: "soft" },
  "not-run": { shape: "ring", tone: "soft" },
} as const satisfies Record<LadderMark, { shape: keyof typeof shapes; tone: Tone }>;

const MOST_HOSTS = 3;
const AXIS_PERCENT = 13;
/** Where there are few columns they stay close together, because a reader compares them. */
const WIDEST_COLUMN_PERCENT = 24;
/**
 * Sizes against answers. Sizes are bytes of whole IP packets; what left as IP fragments stands at the largest
 * of them, for that is the packet that the path carries or loses.
 *
 * @returns `null` where nobody put a size to the test
 */
export function mtuLadder(
  observations: Observations,
  recommendation: Pick<Recommendation, "interfaceMtu" | "basis">,
  language: Language,
): Chart | null {
  const words = chartWords(language).ladder;
  const blocks = ladderBlocks(observations, recommendation);
  if (blocks.length === 0) return null;
  const ladder = new Ladder(words);
  for (const block of blocks) {
    if (blocks.length > 1) ladder.heading(words.family({ family: block.family }));
    ladder.block(block);
  }
  const hosts = new Set(
    observations.echoes.filter((e) => e.toGateway === false).map((e) => shorten(e.target ?? "?", 45)),
  );
  return ladder.finish([...hosts]);
}

/** Draws rung below rung, and collects the same in words for those who cannot see the drawing. */
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

  block({ columns, rungs, ...limits }: LadderBlock): void {
    const width = Math.min(WIDEST_COLUMN_PERCENT, (100 - AXIS_PERCENT) / columns.length);
    const places = columns.map((column, n) => ({ column, x: AXIS_PERCENT + n * width }));
    this.#mostColumns = Math.max(this.#mostColumns, columns.length);
    this.#columnHeads(places);
    const waiting = this.#limitLines(limits);
    for (const rung of rungs) {
      if (typeof rung === "number") {
        const caption = this.#words.foldedSizes({ sizes: rung });
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

  /** The lines of both MTUs, the larger one first. Sizes that fit lie below their line. */
  #limitLines({
    interfaceMtu,
    recommended,
  }: Pick<LadderBlock, "interfaceMtu" | "recommended">): { mtu: number; draw: () => void }[] {
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
      const caption = same
        ? this.#words.bothMtu({ mtu: interfaceMtu })
        : this.#words.interfaceMtu({ mtu: interfaceMtu });
      add(interfaceMtu, caption, "ink", "0.5rem 0.3rem");
    }
    if (recommended !== null && !same) {
      add(
        recommended.mtu,
        this.#words.recommendedMtu({ mtu: recommended.mtu, basis: this.#words.basis[recommended.basis] }),
        "accent",
        null,
      );
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
        const times = refs.length > 1 ? ` ${this.#words.times({ count: refs.length })}` : "";
        said.push(`${this.#words.columns[column].join(" ")}: ${this.#words.marks[mark].cell}${times}`);
      }
    }
    this.#said.push(`${this.#words.bytes({ bytes })}: ${said.join("; ")}`);
    this.#y += height;
  }

  #mark(mark: LadderMark, refs: readonly EvidenceRef[], x: number, y: number): Markup {
    this.#used.add(mark);
    const { shape, tone } = MARKS[mark];
    const drawn = at(x, y, [
      shiftRight(shapes[shape](tone)),
      markup`<text x="0.9rem" y="0.25rem" font-size="0.6875rem">${this.#words.marks[mark].cell}</text>`,
      refs.length > 1 &&
        markup`<text x="0.9rem" y="1.1rem" font-size="0.6875rem" fill="${TONES.soft}">×${refs.length}</text>`,
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
      const named = this.#words.otherHosts({ hosts: otherHosts.slice(0, MOST_HOSTS).join(", ") + more });
      legend.push(text(0, y - 0.24, named, { size: 0.75 }));
      this.#said.push(named);
    }
    return {
      svg: drawing(
        `ladder columns-${this.#mostColumns}`,
        y + 0.2,
        this.#words.label,
        { description: `${this.#said.join(". ")}.` },
        [...this.#shapes, ...legend].map((shape) => markup`${shape}\n`),
      ),
      anchors: this.#anchors,
    };
  }
}

/** Shapes are drawn around their middle: this puts their left edge where text would begin. */
const shiftRight = (shape: Markup): Markup => markup`<svg x="0.4rem" overflow="visible">${shape}</svg>`;
