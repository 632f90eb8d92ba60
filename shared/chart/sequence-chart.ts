/** Draws the rows of a sequence chart: two lifelines, and an arrow for each packet between them. */
import type { Initiation } from "../evidence/observations.ts";
import type { Language } from "../language.ts";
import { anchorOf, type Chart, type LinkOf } from "./anchor.ts";
import { at, drawing, line, linked, percent, rem, shapes, TONES, text } from "./draw.ts";
import { type Markable, type Markup, markup, shorten } from "./markup.ts";
import { type Item, offset, type Row, type SequenceWords, sequenceRows } from "./sequence-rows.ts";
import { chartWords } from "./words.ts";

const CLIENT_X = 16;
const GATEWAY_X = 84;
const MIDDLE_X = (CLIENT_X + GATEWAY_X) / 2;
/** Letters of the longest IPv4 address, which fits below its lifeline on a phone. */
const SHORT_ADDRESS = 15;

/**
 * The IKE messages of a capture between two lifelines, each packet an arrow. It shows what was seen and no
 * more: where nothing proves that a packet of the client arrived, its arrow ends in a question mark.
 *
 * @param about `taken`: the `id`s that are on the page already; `linkOf`: where the message of a packet
 *   leads to
 * @returns `null` where there is no message to draw
 */
export function sequenceChart(
  initiations: readonly Initiation[],
  language: Language,
  { taken = new Set(), linkOf = () => null }: { taken?: ReadonlySet<string>; linkOf?: LinkOf } = {},
): Chart | null {
  const words = chartWords(language).sequence;
  const { front, folded, back } = sequenceRows(initiations, words);
  const [first] = initiations;
  if (first === undefined || front.length + folded.length === 0) return null;
  const canvas = new Canvas(words, initiations, [...front, ...folded, ...back], taken, linkOf);
  canvas.head(first);
  for (const item of front) canvas.item(item);
  if (folded.length > 0) canvas.fold(folded);
  for (const item of back) canvas.item(item);
  return canvas.finish();
}

/** Draws row below row, and collects the same in words for those who cannot see the drawing. */
class Canvas {
  readonly #words: SequenceWords;
  readonly #initiations: readonly Initiation[];
  /** When each capture begins: the attempts in one capture share a clock. */
  readonly #startMs = new Map<string, number>();
  readonly #taken: ReadonlySet<string>;
  readonly #anchors = new Set<string>();
  readonly #shapes: Markup[] = [];
  readonly #said: string[] = [];
  readonly #linkOf: LinkOf;
  #hasLinks = false;
  readonly #used = { seen: false, unknown: false, missing: false, frame: false };
  #lifelineTop = 0;
  #y = 0;
  #attempt = -1;

  constructor(
    words: SequenceWords,
    initiations: readonly Initiation[],
    items: readonly Item[],
    taken: ReadonlySet<string>,
    linkOf: LinkOf,
  ) {
    this.#taken = taken;
    this.#linkOf = linkOf;
    this.#words = words;
    this.#initiations = initiations;
    for (const { attempt, timeMs } of items) {
      const capture = initiations[attempt]?.capture ?? "";
      this.#startMs.set(capture, Math.min(this.#startMs.get(capture) ?? timeMs, timeMs));
    }
  }

  head({ client, gateway }: Initiation): void {
    const address = { size: 0.75, tone: "soft" } as const;
    const short = client.length <= SHORT_ADDRESS && gateway.length <= SHORT_ADDRESS;
    this.#shapes.push(
      text(CLIENT_X, 1, this.#words.client, { anchor: "middle", bold: true }),
      text(GATEWAY_X, 1, this.#words.gateway, { anchor: "middle", bold: true }),
      ...(short
        ? [
            text(CLIENT_X, 2.15, client, { ...address, anchor: "middle" }),
            text(GATEWAY_X, 2.15, gateway, { ...address, anchor: "middle" }),
          ]
        : [text(0, 2.15, client, address), text(100, 3.3, gateway, { ...address, anchor: "end" })]),
    );
    this.#said.push(`${this.#words.client} ${client}, ${this.#words.gateway} ${gateway}`);
    this.#lifelineTop = short ? 2.6 : 3.75;
    this.#y = this.#lifelineTop + 0.4;
  }

  item(item: Item): void {
    const initiation = this.#initiations[item.attempt];
    if (initiation === undefined) return;
    if (item.attempt !== this.#attempt && this.#initiations.length > 1)
      this.#heading(item.attempt, initiation);
    this.#attempt = item.attempt;
    const time = offset(item.timeMs - (this.#startMs.get(initiation.capture) ?? item.timeMs), this.#words);
    const said: string[] = [];
    const [top, begin] = [this.#y, this.#shapes.length];
    let timeShown = item.untimed === true || item.rows[0]?.kind === "silence";
    for (const row of item.rows) {
      if (!timeShown && (row.kind === "arrow" || row.kind === "missing")) {
        // The time stands beside the packet, because a phone has no room for it beside a name.
        this.#shapes.push(text(0, this.#y + 0.87, time, { size: 0.75, tone: "soft" }));
        timeShown = true;
      }
      said.push(this.#row(row));
    }
    const where =
      item.toGateway === null ? "" : item.toGateway ? this.#words.toGateway : this.#words.toClient;
    const inWords = [!item.untimed && time, where, ...said].filter(Boolean).join(", ");
    this.#said.push(inWords);
    const ref = item.rows.find((row) => row.kind === "arrow")?.ref ?? null;
    const href = ref === null ? null : this.#linkOf(ref);
    if (href !== null) {
      this.#hasLinks = true;
      this.#shapes.push(linked(href, inWords, [top, this.#y], this.#shapes.splice(begin)));
    }
    this.#y += 0.5;
  }

  fold(items: readonly Item[]): void {
    const messages = items.filter((i) => i.toGateway !== null).length;
    const attempts = new Set(items.map((i) => i.attempt)).size;
    const caption =
      attempts > 1 ? this.#words.foldedAttempts({ messages, attempts }) : this.#words.folded({ messages });
    this.#said.push(this.#row({ kind: "fold", caption }));
    this.#y += 0.5;
  }

  #heading(attempt: number, { capture, client, gateway }: Initiation): void {
    const before = this.#initiations[this.#attempt] ?? this.#initiations[0];
    const title = this.#words.attempt({ number: attempt + 1, total: this.#initiations.length });
    const moved = before?.client !== client || before.gateway !== gateway;
    const several = this.#startMs.size > 1;
    const about = [several && shorten(capture, 36), moved && `${client} → ${gateway}`]
      .filter(Boolean)
      .join(" · ");
    this.#y += 0.3;
    this.#shapes.push(
      line([0, this.#y], [100, this.#y], { tone: "line" }),
      text(0, this.#y + 1.25, title, { bold: true, halo: true }),
    );
    this.#said.push([title, about].filter(Boolean).join(": "));
    this.#y += 1.6;
    if (about !== "") {
      this.#shapes.push(text(0, this.#y + 0.85, about, { size: 0.75, tone: "soft", halo: true }));
      this.#y += 1.3;
    }
  }

  /** @returns what the row says, in words */
  #row(row: Row): string {
    const top = this.#y;
    switch (row.kind) {
      case "name": {
        const words: Markable = [
          markup`<tspan font-weight="600">${row.name}</tspan>`,
          row.detail !== "" && markup` <tspan font-size="0.75rem" fill="${TONES.soft}">${row.detail}</tspan>`,
        ];
        this.#shapes.push(text(MIDDLE_X, top + 1.05, words, { anchor: "middle", halo: true }));
        this.#y += 1.45;
        return [row.name, row.detail].filter(Boolean).join(" ");
      }
      case "arrow": {
        this.#arrow(row, top + 0.6);
        this.#y += 1.3;
        return row.caption;
      }
      case "missing": {
        this.#missing(row, top + 0.6);
        this.#y += 1.3;
        return row.caption;
      }
      case "refusal": {
        this.#shapes.push(
          text(MIDDLE_X, top + 0.9, row.caption, { anchor: "middle", bold: true, tone: "bad", halo: true }),
        );
        this.#y += 1.3;
        return row.caption;
      }
      case "fold": {
        this.#shapes.push(
          text(MIDDLE_X, top + 0.9, row.caption, { anchor: "middle", size: 0.75, tone: "soft", halo: true }),
        );
        this.#y += 1.4;
        return row.caption;
      }
      case "silence": {
        const caption = { anchor: "middle" } as const;
        this.#shapes.push(
          markup`<rect x="${percent(CLIENT_X - 4)}" y="${rem(top + 0.15)}" width="${percent(GATEWAY_X - CLIENT_X + 8)}" height="2.9rem" rx="0.35rem" fill="${TONES.ground}" stroke="${TONES.bad}" stroke-width="0.09rem" stroke-dasharray="0.35rem 0.3rem"/>`,
          text(MIDDLE_X, top + 1.4, row.caption, { ...caption, bold: true }),
          text(MIDDLE_X, top + 2.5, row.detail, { ...caption, size: 0.75, tone: "soft" }),
        );
        this.#y += 3.2;
        return `${row.caption}, ${row.detail}`;
      }
    }
  }

  #arrow({ toGateway, arrival, caption, ref }: Extract<Row, { kind: "arrow" }>, y: number): void {
    const [from, to] = toGateway ? [CLIENT_X, GATEWAY_X] : [GATEWAY_X, CLIENT_X];
    const back = toGateway ? -1 : 1;
    this.#used[arrival] = true;
    const parts: Markable[] =
      arrival === "seen"
        ? [
            line([from, y], [to, y], { width: 0.1 }),
            at(to, y, toGateway ? shapes.arrowRight("ink") : shapes.arrowLeft("ink")),
          ]
        : [
            line([from, y], [to + back * 6, y], { width: 0.1, dash: "0.25rem 0.2rem" }),
            text(to + back * 3.5, y + 0.32, "?", { anchor: "middle", size: 0.95, bold: true, tone: "note" }),
          ];
    parts.push(text(MIDDLE_X, y + 0.27, caption, { anchor: "middle", size: 0.75, halo: true }));
    const frame = ref?.kind === "packet" ? ref.frame : null;
    if (frame !== null) {
      this.#used.frame = true;
      parts.push(text(100, y + 0.27, `#${frame}`, { anchor: "end", size: 0.75, tone: "soft" }));
    }
    const anchor = ref === null ? null : anchorOf(ref);
    const isNew = anchor !== null && !this.#anchors.has(anchor) && !this.#taken.has(anchor);
    if (isNew) this.#anchors.add(anchor);
    this.#shapes.push(markup`<g${isNew && markup` id="${anchor}"`}>${parts}</g>`);
  }

  #missing({ toGateway, caption }: Extract<Row, { kind: "missing" }>, y: number): void {
    const from = toGateway ? CLIENT_X : GATEWAY_X;
    const ahead = toGateway ? 1 : -1;
    this.#used.missing = true;
    this.#shapes.push(
      text(MIDDLE_X + ahead * 4, y + 0.27, caption, { anchor: "middle", size: 0.75, halo: true }),
      line([from, y], [from + ahead * 5, y], { tone: "bad", width: 0.1, dash: "0.2rem 0.2rem" }),
      at(from + ahead * 7, y, shapes.cross("bad")),
    );
  }

  finish(): Chart {
    const { seen, unknown, missing, frame } = this.#used;
    const { arrived, arrivalUnknown, missing: isMissing, frameNumber, label } = this.#words;
    const bottom = this.#y + 0.2;
    const legend = [seen && arrived, unknown && arrivalUnknown, missing && isMissing, frame && frameNumber];
    let y = bottom + 0.8;
    const notes = legend
      .filter((entry) => entry !== false)
      .map((entry) => {
        y += 1.25;
        return text(0, y - 0.4, entry, { size: 0.75, tone: "soft" });
      });
    const lifelines = [CLIENT_X, GATEWAY_X].map((x) =>
      line([x, this.#lifelineTop], [x, bottom], { tone: "line", width: 0.14 }),
    );
    const content = [...lifelines, ...this.#shapes, ...notes].map((shape) => markup`${shape}\n`);
    return {
      svg: drawing(
        "sequence",
        y,
        label,
        { description: `${this.#said.join(". ")}.`, hasLinks: this.#hasLinks },
        content,
      ),
      anchors: this.#anchors,
    };
  }
}
