/**
 * Draws logins as both ends recorded them: a lifeline and a time axis for each end, and an arrow for each
 * packet that ends where the packet did.
 */
import type { Language } from "../language.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { Place } from "../schema/joined.ts";
import { anchorOf, type Chart, type LinkOf } from "./anchor.ts";
import { at, drawing, line, linked, shapes, text } from "./draw.ts";
import {
  endName,
  fateInWords,
  type JoinedArrow,
  type JoinedGroup,
  type JoinedRow,
  joinedRows,
} from "./joined-rows.ts";
import { type Markable, type Markup, markup, shorten } from "./markup.ts";
import { type ChartWords, chartWords } from "./words.ts";

const CLIENT_X = 16;
const GATEWAY_X = 84;
const MIDDLE_X = (CLIENT_X + GATEWAY_X) / 2;
/** Letters of the longest IPv4 address, which fits below its lifeline on a phone. */
const SHORT_ADDRESS = 15;
/** Nobody reads a drawing with more arrows than this: its middle is folded. */
const ROOM = { linesOf: (row: JoinedRow) => row.arrows.length, most: 48, inFront: 28 };
/** How far a late arrow falls, and how far apart the heads of an arrow that splits are, in rem. */
const LATE_FALL = 0.9;
const SPLIT_GAP = 0.7;
const MOST_HEADS = 3;
const MOST_TITLES = 4;
const MOST_NAMED = 4;

/** What a chart of both ends takes besides the login. */
export interface JoinedChartOptions {
  /** What a packet says in the clear, such as a refusal. */
  refusalsOf?: (ref: EvidenceRef) => readonly string[];
  /** Messages that the login had and that are not in it. */
  omitted?: number;
  /** The `id`s that are on the page already; those of the drawing are added. */
  taken?: Set<string>;
  /** Where the message of a packet leads to. */
  linkOf?: LinkOf;
}

/**
 * A login between its ends, or several that the same places recorded. Each packet is an arrow: it arrives,
 * arrives late, arrives in several smaller packets, or ends in a cross between the places between which it
 * was lost.
 */
export function joinedChart(
  group: JoinedGroup,
  language: Language,
  { refusalsOf, omitted = 0, taken = new Set(), linkOf = () => null }: JoinedChartOptions = {},
): Chart {
  const words = chartWords(language);
  const { front, folded, back, starts } = joinedRows(group, words, ROOM, refusalsOf);
  const canvas = new Canvas(words, group, taken, linkOf);
  canvas.head(starts);
  for (const row of front) canvas.row(row);
  if (folded + omitted > 0) canvas.fold(words.sequence.folded({ messages: folded + omitted }));
  for (const row of back) canvas.row(row);
  return canvas.finish();
}

/** Draws row below row, and collects the same in words for those who cannot see the drawing. */
class Canvas {
  readonly #words: ChartWords;
  readonly #places: readonly Place[];
  readonly #logins: number;
  readonly #taken: Set<string>;
  readonly #linkOf: LinkOf;
  #hasLinks = false;
  readonly #anchors = new Set<string>();
  readonly #shapes: Markup[] = [];
  readonly #said: string[] = [];
  readonly #used = { arrived: false, recut: false, lost: false, "not-covered": false, number: false };
  #lifelineTop = 0;
  #y = 0;

  constructor(words: ChartWords, group: JoinedGroup, taken: Set<string>, linkOf: LinkOf) {
    this.#linkOf = linkOf;
    this.#words = words;
    this.#places = group[0].places;
    this.#logins = group.length;
    this.#taken = taken;
  }

  /** Where a place stands, from the client at the left to the gateway at the right. */
  #x(place: number): number {
    return CLIENT_X + ((GATEWAY_X - CLIENT_X) * place) / (this.#places.length - 1);
  }

  head(starts: readonly string[]): void {
    const { joined } = this.#words;
    const soft = { size: 0.75, tone: "soft" } as const;
    const last = this.#places.length - 1;
    const clocks = starts.map((time) => joined.clockStart({ time }));
    const room = this.#places.length > 3 ? 9 : 14;
    const whereabouts = this.#places.map(({ end, client, gateway, source }) =>
      end === "client" ? client : end === "gateway" ? gateway : shorten(source, room),
    );
    const [left = "", right = ""] = [whereabouts[0], whereabouts[last]];
    const short = left.length <= SHORT_ADDRESS && right.length <= SHORT_ADDRESS;
    const clockY = short ? 3.3 : 4.45;
    for (const [n, place] of this.#places.entries()) {
      const isEnd = n === 0 || n === last;
      const name = endName(place, this.#words);
      this.#said.push(`${name} ${whereabouts[n] ?? ""}, ${clocks[n] ?? ""}`);
      // A phone has no room for the names of many places between.
      if (!isEnd && this.#places.length > MOST_NAMED) continue;
      this.#shapes.push(text(this.#x(n), 1, name, { anchor: "middle", bold: true }));
      if (short)
        this.#shapes.push(text(this.#x(n), 2.15, whereabouts[n] ?? "", { ...soft, anchor: "middle" }));
    }
    if (!short)
      this.#shapes.push(text(0, 2.15, left, soft), text(100, 3.3, right, { ...soft, anchor: "end" }));
    this.#shapes.push(
      text(0, clockY, clocks[0] ?? "", soft),
      text(100, clockY, clocks[last] ?? "", { ...soft, anchor: "end" }),
    );
    this.#lifelineTop = clockY + 0.45;
    this.#y = this.#lifelineTop + 0.4;
  }

  row(row: JoinedRow): void {
    const { sequence, joined } = this.#words;
    const time = { size: 0.75, tone: "soft" } as const;
    const last = this.#places.length - 1;
    const name = { anchor: "middle", bold: true, halo: true } as const;
    if (row.begins !== null) this.#heading(row.begins);
    const [top, begin] = [this.#y, this.#shapes.length];
    this.#shapes.push(
      text(0, this.#y + 1, row.times[0] ?? null, time),
      text(100, this.#y + 1, row.times[last] ?? null, { ...time, anchor: "end" }),
      text(MIDDLE_X, this.#y + 1, row.name, name),
    );
    this.#y += 1.2;
    if (row.detail !== "") {
      this.#shapes.push(
        text(MIDDLE_X, this.#y + 0.95, row.detail, { ...time, anchor: "middle", halo: true }),
      );
      this.#y += 1.32;
    }
    for (const refusal of row.refusals) {
      this.#shapes.push(text(MIDDLE_X, this.#y + 1, refusal, { ...name, tone: "bad" }));
      this.#y += 1.25;
    }
    const packets: string[] = [];
    for (const arrow of row.arrows) {
      if (typeof arrow === "number") {
        packets.push(joined.morePackets({ packets: arrow }));
        this.#caption(packets.at(-1) ?? "");
        continue;
      }
      this.#arrow(arrow, row.fromClient);
      packets.push([arrow.caption, fateInWords(arrow, this.#places, this.#words), ...arrow.notes].join(", "));
    }
    const times = row.times.flatMap((seconds, n) => {
      const place = this.#places[n];
      return seconds === null || place === undefined
        ? []
        : [joined.at({ time: seconds, place: endName(place, this.#words) })];
    });
    const where = row.fromClient ? sequence.toGateway : sequence.toClient;
    const inWords = [row.name, where, row.detail, ...times, ...row.refusals, ...packets]
      .filter(Boolean)
      .join(", ");
    this.#said.push(inWords);
    const refs = row.arrows.flatMap((arrow) => (typeof arrow === "number" ? [] : arrow.refs.flat()));
    const href = refs.map(this.#linkOf).find((link) => link !== null) ?? null;
    if (href !== null) {
      this.#hasLinks = true;
      this.#shapes.push(linked(href, inWords, [top, this.#y], this.#shapes.splice(begin)));
    }
    this.#y += 0.55;
  }

  /** A line between logins; where they are few, each has a title. */
  #heading(number: number): void {
    const title = this.#words.sequence.attempt({ number, total: this.#logins });
    this.#said.push(title);
    if (number > 1) this.#shapes.push(line([0, this.#y], [100, this.#y], { tone: "line" }));
    if (this.#logins <= MOST_TITLES) {
      this.#shapes.push(text(0, this.#y + 1.25, title, { bold: true, halo: true }));
      this.#y += 1.35;
    }
    this.#y += 0.3;
  }

  fold(caption: string): void {
    this.#caption(caption);
    this.#said.push(caption);
    this.#y += 0.5;
  }

  #caption(caption: string): void {
    const style = { anchor: "middle", size: 0.75, tone: "soft", halo: true } as const;
    this.#shapes.push(text(MIDDLE_X, this.#y + 0.95, caption, style));
    this.#y += 1.4;
  }

  /** The caption, the arrow below it, and below that what else is to be said of it. */
  #arrow(arrow: JoinedArrow, toGateway: boolean): void {
    const { fate, caption, isLate } = arrow;
    const notes = [...(arrow.isInPart ? [this.#words.joined.partlyLost] : []), ...arrow.notes];
    const last = this.#places.length - 1;
    const [near, far] = toGateway ? [0, last] : [last, 0];
    const y = this.#y + 1.38;
    const heads = fate === "recut" ? Math.min(arrow.arrivals, MOST_HEADS) : 1;
    const fall = fate === "recut" ? (heads - 1) * SPLIT_GAP : isLate ? LATE_FALL : 0;
    this.#used[fate] = true;
    const letters = { anchor: "middle", size: 0.75, halo: true } as const;
    const parts: Markable[] = [
      text(MIDDLE_X, this.#y + 0.82, caption, { ...letters, tone: fate === "lost" ? "bad" : "ink" }),
      ...this.#path(arrow, { y, fall, heads, from: this.#x(near), to: this.#x(far), toGateway }),
    ];
    for (const [n, note] of notes.entries())
      parts.push(text(MIDDLE_X, y + fall + 1.15 + 1.1 * n, note, { ...letters, tone: "soft" }));
    for (const [place, { end }] of this.#places.entries()) {
      const share = (this.#x(place) - this.#x(near)) / (this.#x(far) - this.#x(near));
      if (end === "between" && arrow.refs[place]?.length)
        parts.push(at(this.#x(place), y + fall * share, SEEN));
    }
    for (const place of [near, far])
      parts.push(this.#number(arrow.refs[place] ?? [], place === 0, place === near ? y : y + fall));
    // A link to any of its places in the evidence leads to the arrow.
    const ids = arrow.refs.flat().map((ref) => this.#id(ref));
    const group = ids
      .filter((id) => id !== null)
      .reduceRight<Markup>((inner, id) => markup`<g${id}>${inner}</g>`, markup`${parts}`);
    this.#shapes.push(group);
    this.#y = y + fall + (notes.length === 0 ? 0.4 : 0.45 + 1.1 * notes.length);
  }

  #path(
    { fate, lostBetween, leftUnseen }: JoinedArrow,
    where: { y: number; fall: number; heads: number; from: number; to: number; toGateway: boolean },
  ): Markup[] {
    const { y, fall, heads, from, to, toGateway } = where;
    const ahead = toGateway ? 1 : -1;
    const head = (bottom: number): Markup =>
      at(to, bottom, toGateway ? shapes.arrowRight("ink") : shapes.arrowLeft("ink"));
    const solid = { width: 0.1 };
    const dashed = { width: 0.1, dash: "0.25rem 0.2rem" };
    switch (fate) {
      case "arrived":
        return leftUnseen
          ? [
              line([MIDDLE_X, y], [to, y + fall], dashed),
              text(MIDDLE_X - ahead * 2.5, y + 0.32, "?", UNKNOWN),
              head(y + fall),
            ]
          : [line([from, y], [to, y + fall], solid), head(y + fall)];
      case "recut": {
        const middle = y + fall / 2;
        const fan = Array.from({ length: heads }, (_, n) => y + n * SPLIT_GAP);
        return [
          line([from, middle], [MIDDLE_X, middle], solid),
          ...fan.flatMap((bottom) => [
            line([MIDDLE_X, middle], [to - ahead * 14, bottom], solid),
            line([to - ahead * 14, bottom], [to, bottom], solid),
            head(bottom),
          ]),
          at(MIDDLE_X, middle, shapes.disc("note")),
        ];
      }
      case "lost": {
        const [before, after] = lostBetween ?? (toGateway ? [0, 1] : [1, 0]);
        const end = (this.#x(before) + this.#x(after)) / 2 + ahead * 4;
        return [line([from, y], [end, y], { ...solid, tone: "bad" }), at(end, y, shapes.cross("bad"))];
      }
      case "not-covered":
        return [line([from, y], [to - ahead * 6, y], dashed), text(to - ahead * 3.5, y + 0.32, "?", UNKNOWN)];
    }
  }

  /** The number of a packet in its file, or of a line in its log, at the end of the arrow. */
  #number([ref]: readonly EvidenceRef[], isLeft: boolean, y: number): Markup | null {
    if (ref === undefined || ref.kind === "probe") return null;
    this.#used.number = true;
    const label = `#${ref.kind === "packet" ? ref.frame : ref.line}`;
    return text(isLeft ? 0 : 100, y + 0.27, label, {
      anchor: isLeft ? "start" : "end",
      size: 0.75,
      tone: "soft",
    });
  }

  /** The `id` of a place in the evidence, once on a page. */
  #id(ref: EvidenceRef): Markup | null {
    const anchor = anchorOf(ref);
    if (this.#taken.has(anchor)) return null;
    this.#taken.add(anchor);
    this.#anchors.add(anchor);
    return markup` id="${anchor}"`;
  }

  finish(): Chart {
    const { joined } = this.#words;
    const used = this.#used;
    const bottom = this.#y + 0.2;
    const legend = [
      used.arrived && joined.arrived,
      used.recut && joined.recut,
      used.lost && joined.lost,
      used["not-covered"] && joined.unknown,
      used.number && joined.number,
    ];
    let y = bottom + 0.8;
    const notes = legend
      .filter((entry) => entry !== false)
      .map((entry) => {
        y += 1.25;
        return text(0, y - 0.4, entry, { size: 0.75, tone: "soft" });
      });
    const lifelines = this.#places.map((_, n) =>
      line([this.#x(n), this.#lifelineTop], [this.#x(n), bottom], { tone: "line", width: 0.14 }),
    );
    const content = [...lifelines, ...this.#shapes, ...notes].map((shape) => markup`${shape}\n`);
    const said = this.#said.filter(Boolean).join(". ");
    return {
      svg: drawing(
        "sequence joined",
        y,
        joined.label,
        { description: `${said}.`, hasLinks: this.#hasLinks },
        content,
      ),
      anchors: this.#anchors,
    };
  }
}

/** A place on the way saw the packet pass. */
const SEEN = markup`<circle r="0.22rem" fill="currentColor"/>`;
const UNKNOWN = { anchor: "middle", size: 0.95, bold: true, tone: "note" } as const;
