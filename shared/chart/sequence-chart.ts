import {
  type ExchangeObservation,
  type Initiation,
  type SentMessage,
  SILENCE_MS,
} from "../evidence/observations.ts";
import { exchangeName, isErrorNotify } from "../ike/registry.ts";
import type { Language } from "../language.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import { anchorOf, type Chart } from "./anchor.ts";
import { at, drawing, line, percent, rem, shapes, TONES, text } from "./draw.ts";
import { type Markable, type Markup, markup, shorten } from "./markup.ts";
import { type ChartWords, chartWords } from "./words.ts";

type Words = ChartWords["sequence"];

/** What is drawn, from the top downwards. */
type Row =
  | { kind: "name"; name: string; detail: string }
  | {
      kind: "arrow";
      toGateway: boolean;
      arrival: "seen" | "unknown";
      caption: string;
      ref: EvidenceRef | null;
    }
  | { kind: "missing"; toGateway: boolean; caption: string }
  | { kind: "silence"; caption: string; detail: string }
  | { kind: "refusal"; caption: string }
  | { kind: "fold"; caption: string };

/** What belongs together and has one time: a message with its pieces, or a silence. */
interface Item {
  attempt: number;
  timeMs: number;
  /** Many packets, at no one time. */
  untimed?: true;
  toGateway: boolean | null;
  rows: Row[];
}

/** Beyond this a drawing is no longer read: the middle is folded. */
const MOST_ARROWS = 60;
const ARROWS_IN_FRONT = 36;
const MOST_PIECES = 6;
const PIECES_IN_FRONT = 3;
const MOST_MISSING = 3;
const MOST_REFUSALS = 2;
const AT_ONCE_MS = 50;

const CLIENT_X = 16;
const GATEWAY_X = 84;
const MIDDLE_X = (CLIENT_X + GATEWAY_X) / 2;
/** An IPv4 address at most: it fits below its life line on a phone. */
const SHORT_ADDRESS = 15;

/**
 * The IKE messages of a capture between two life lines, each packet an arrow. It shows what was seen and no more: where nothing proves that
 * what the client sent arrived, the arrow ends in a question mark.
 *
 * @returns `null` where there is no message to draw
 */
export function sequenceChart(initiations: readonly Initiation[], language: Language): Chart | null {
  const words = chartWords(language).sequence;
  const items = initiations.flatMap((initiation, attempt) => itemsOf(initiation, attempt, words));
  const [first] = initiations;
  if (first === undefined || items.length === 0) return null;
  const { front, back, folded } = fold(items);
  const canvas = new Canvas(words, initiations, items);
  canvas.head(first);
  for (const item of front) canvas.item(item);
  if (folded.length > 0) canvas.fold(folded);
  for (const item of back) canvas.item(item);
  return canvas.finish();
}

/** One attempt's messages, incomplete answers and silences, by time. */
function itemsOf(initiation: Initiation, attempt: number, words: Words): Item[] {
  const items = initiation.exchanges.flatMap((exchange) =>
    exchangeItems(initiation, exchange, attempt, words),
  );
  for (const datagram of initiation.inboundIncomplete) {
    const missing = !datagram.firstSeen
      ? words.missingFirst
      : !datagram.lastSeen
        ? words.missingLast
        : words.missingSome;
    const pieces = datagram.ipBytes.map(
      (bytes, n): Row => ({
        kind: "arrow",
        toGateway: false,
        arrival: "seen",
        caption: words.pieceAlone(bytes),
        ref: datagram.refs[n] ?? null,
      }),
    );
    const gap: Row = { kind: "missing", toGateway: false, caption: missing };
    items.push({
      attempt,
      timeMs: datagram.timeMs,
      toGateway: false,
      rows: [
        { kind: "name", name: words.incomplete, detail: "" },
        ...(datagram.firstSeen ? [...foldPieces(pieces, words), gap] : [gap, ...foldPieces(pieces, words)]),
      ],
    });
  }
  items.sort((a, b) => a.timeMs - b.timeMs);
  const lastMs = items.at(-1)?.timeMs ?? 0;
  for (const [toGateway, { packets }] of [
    [true, initiation.esp.outbound],
    [false, initiation.esp.inbound],
  ] as const) {
    if (packets === 0) continue;
    // Some that come back prove that some arrived, and not which.
    const arrival = toGateway ? "unknown" : "seen";
    const caption = words.espPackets(packets);
    items.push({
      attempt,
      timeMs: lastMs,
      untimed: true,
      toGateway,
      rows: [
        { kind: "name", name: "ESP", detail: words.esp },
        { kind: "arrow", toGateway, arrival, caption, ref: null },
      ],
    });
  }
  return items;
}

function exchangeItems(
  { majorVersion, inboundIncomplete }: Initiation,
  exchange: ExchangeObservation,
  attempt: number,
  words: Words,
): Item[] {
  const { requests, responses, fromClient } = exchange;
  const name = exchangeName(majorVersion, exchange.exchangeType);
  const refusals = exchange.responseNotifies.filter((n) => isErrorNotify(n.type));
  const items: Item[] = [];
  const complete = responses.filter((m) => m.missingIkeFragments.length === 0);
  const answerTimes = complete.map((m) => m.timeMs).sort((a, b) => a - b);
  // A piece of an answer proves the request's arrival as well as a whole one.
  const proofs = [...responses, ...(fromClient ? inboundIncomplete : [])]
    .map((m) => m.timeMs)
    .sort((a, b) => a - b);
  for (const [n, request] of requests.entries()) {
    const provenBefore = countBefore(proofs, request.timeMs);
    // With an earlier request still open, an answer does not say which of them arrived.
    const answered =
      provenBefore >= n &&
      countBefore(proofs, requests[n + 1]?.timeMs ?? Number.POSITIVE_INFINITY) > provenBefore;
    const again = n > 0 && countBefore(answerTimes, request.timeMs) < n;
    const sameSize = request.ikeLength === requests[0]?.ikeLength;
    items.push({
      attempt,
      timeMs: request.timeMs,
      toGateway: fromClient,
      rows: messageRows(request, {
        name,
        detail: again ? words.sentAgain(n + 1) : "",
        showSize: !again || !sameSize,
        toGateway: fromClient,
        arrival: !fromClient || answered ? "seen" : "unknown",
        words,
      }),
    });
  }
  const lastRequestMs = requests.at(-1)?.timeMs ?? Number.NEGATIVE_INFINITY;
  for (const response of responses) {
    const refs = new Set(response.refs.map(anchorOf));
    const said = refusals.filter((r) => refs.has(anchorOf(r.ref))).map((r) => `${r.name} (${r.type})`);
    items.push({
      attempt,
      timeMs: response.timeMs,
      toGateway: !fromClient,
      rows: messageRows(response, {
        name,
        detail: words.response,
        showSize: true,
        said,
        toGateway: !fromClient,
        // A gateway that asks again after this answer may not have got it.
        arrival: fromClient || lastRequestMs <= response.timeMs ? "seen" : "unknown",
        words,
      }),
    });
  }
  if (complete.length === 0 && requests.length > 0) {
    const wait = duration(exchange.observedAfterMs, words);
    const noAnswer = !fromClient
      ? words.noAnswerFromClient
      : responses.length > 0 || inboundIncomplete.length > 0
        ? words.noCompleteAnswer
        : words.noAnswer;
    const ends = exchange.observedAfterMs < AT_ONCE_MS ? words.captureEndsHere : words.captureEndsSoon(wait);
    const row: Row =
      exchange.observedAfterMs >= SILENCE_MS
        ? { kind: "silence", caption: noAnswer(wait), detail: words.captureEnds }
        : { kind: "silence", caption: ends, detail: words.tooSoonToTell };
    items.push({ attempt, timeMs: lastRequestMs + exchange.observedAfterMs, toGateway: null, rows: [row] });
  }
  return items;
}

/** @param times in ascending order */
function countBefore(times: readonly number[], ms: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

function messageRows(
  message: SentMessage,
  about: {
    name: string;
    detail: string;
    showSize: boolean;
    /** What a response refuses with. */
    said?: string[];
    toGateway: boolean;
    arrival: "seen" | "unknown";
    words: Words;
  },
): Row[] {
  const { words, toGateway, arrival } = about;
  const { ipBytes, ikeFragmentTotal, missingIkeFragments } = message;
  const size =
    ikeFragmentTotal === null ? words.ikeBytes(message.ikeLength) : words.ikeFragments(ikeFragmentTotal);
  const caption = (bytes: number, n: number): string =>
    ikeFragmentTotal !== null
      ? message.ipFragmented
        ? words.pieceAlone(bytes)
        : words.packet(bytes)
      : message.ipFragmented
        ? words.piece(bytes, n + 1, ipBytes.length)
        : words.packet(bytes);
  const pieces = ipBytes.map(
    (bytes, n): Row => ({
      kind: "arrow",
      toGateway,
      arrival,
      caption: caption(bytes, n),
      ref: message.refs[n] ?? null,
    }),
  );
  const missing = missingIkeFragments.slice(0, MOST_MISSING).map(
    (number): Row => ({
      kind: "missing",
      toGateway,
      caption: words.missingIkeFragment(number, ikeFragmentTotal ?? number),
    }),
  );
  const unnamed = missingIkeFragments.length - missing.length;
  return [
    {
      kind: "name",
      name: about.name,
      detail: [about.detail, about.showSize && size].filter(Boolean).join(" · "),
    },
    ...(about.said ?? []).slice(0, MOST_REFUSALS).map((caption): Row => ({ kind: "refusal", caption })),
    ...foldPieces(pieces, words),
    ...missing,
    ...(unnamed > 0 ? [{ kind: "fold", caption: words.moreMissing(unnamed) } as const] : []),
  ];
}

function foldPieces(pieces: Row[], words: Words): Row[] {
  if (pieces.length <= MOST_PIECES) return pieces;
  const caption = words.morePieces(pieces.length - PIECES_IN_FRONT - 1);
  return [...pieces.slice(0, PIECES_IN_FRONT), { kind: "fold", caption }, ...pieces.slice(-1)];
}

const arrowsIn = (item: Item): number =>
  item.rows.filter((r) => r.kind === "arrow" || r.kind === "missing" || r.kind === "silence").length;

/** How it began and how it ended stay: what is judged is mostly the last attempt. */
function fold(items: readonly Item[]): { front: Item[]; back: Item[]; folded: Item[] } {
  const total = items.reduce((sum, item) => sum + arrowsIn(item), 0);
  if (total <= MOST_ARROWS) return { front: [...items], back: [], folded: [] };
  let end = 0;
  for (let arrows = 0; end < items.length; end += 1) {
    arrows += arrowsIn(items[end] as Item);
    if (arrows > ARROWS_IN_FRONT) break;
  }
  let begin = items.length;
  for (let arrows = 0; begin > end; begin -= 1) {
    arrows += arrowsIn(items[begin - 1] as Item);
    if (arrows > MOST_ARROWS - ARROWS_IN_FRONT) break;
  }
  return { front: items.slice(0, end), folded: items.slice(end, begin), back: items.slice(begin) };
}

/** `0.09 s`, `38 s`, `2 min 5 s` */
function duration(ms: number, words: Words): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 9.95) return words.seconds(String(Number(seconds.toFixed(1))));
  const whole = Math.round(seconds);
  return whole < 120 ? words.seconds(String(whole)) : words.minutes(Math.floor(whole / 60), whole % 60);
}

const offset = (ms: number, words: Words): string => {
  const seconds = ms / 1_000;
  const digits = Math.abs(seconds) < 100 ? 2 : Math.abs(seconds) < 10_000 ? 1 : 0;
  return words.seconds(seconds.toFixed(digits).replace("-", "−"));
};

/** Rows on their way down, and what is said of them in words. */
class Canvas {
  readonly #words: Words;
  readonly #initiations: readonly Initiation[];
  /** Where a capture begins: attempts of one capture share their clock. */
  readonly #startMs = new Map<string, number>();
  readonly #anchors = new Set<string>();
  readonly #shapes: Markup[] = [];
  readonly #said: string[] = [];
  readonly #used = { seen: false, unknown: false, missing: false, frame: false };
  #lifelineTop = 0;
  #y = 0;
  #attempt = -1;

  constructor(words: Words, initiations: readonly Initiation[], items: readonly Item[]) {
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
    let timeShown = item.untimed === true || item.rows[0]?.kind === "silence";
    for (const row of item.rows) {
      if (!timeShown && (row.kind === "arrow" || row.kind === "missing")) {
        // Beside the packet: beside a name there is no room on a phone.
        this.#shapes.push(text(0, this.#y + 0.87, time, { size: 0.75, tone: "soft" }));
        timeShown = true;
      }
      said.push(this.#row(row));
    }
    const where =
      item.toGateway === null ? "" : item.toGateway ? this.#words.toGateway : this.#words.toClient;
    this.#said.push([!item.untimed && time, where, ...said].filter(Boolean).join(", "));
    this.#y += 0.5;
  }

  fold(items: readonly Item[]): void {
    const messages = items.filter((i) => i.toGateway !== null).length;
    const attempts = new Set(items.map((i) => i.attempt)).size;
    const caption =
      attempts > 1 ? this.#words.foldedAttempts(messages, attempts) : this.#words.folded(messages);
    this.#said.push(this.#row({ kind: "fold", caption }));
    this.#y += 0.5;
  }

  #heading(attempt: number, { capture, client, gateway }: Initiation): void {
    const before = this.#initiations[this.#attempt] ?? this.#initiations[0];
    const title = this.#words.attempt(attempt + 1, this.#initiations.length);
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

  /** @returns what it says, in words */
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
    const isNew = anchor !== null && !this.#anchors.has(anchor);
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
      svg: drawing("sequence", y, label, `${this.#said.join(". ")}.`, content),
      anchors: this.#anchors,
    };
  }
}
