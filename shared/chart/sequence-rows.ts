/**
 * What a sequence chart shows, from the top downwards: the messages, IP fragments and silences of a capture
 * as rows with their words. No drawing yet: `sequence-chart.ts` gives the rows their places and shapes.
 */
import {
  type ExchangeObservation,
  type Initiation,
  type SentMessage,
  SILENCE_MS,
} from "../evidence/observations.ts";
import { exchangeName, isErrorNotify } from "../ike/registry.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import { anchorOf } from "./anchor.ts";
import type { ChartWords } from "./words.ts";

/** The words of a sequence chart in one language. */
export type SequenceWords = ChartWords["sequence"];

/** One line of the chart. */
export type Row =
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

/** Rows that belong together and have one time: a message with its IP fragments, or a silence. */
export interface Item {
  /** Index of the attempt to connect. */
  attempt: number;
  timeMs: number;
  /** Many packets, which share no one time. */
  untimed?: true;
  /** `null` for a silence, which nobody sent. */
  toGateway: boolean | null;
  rows: Row[];
}

/** Nobody reads a drawing with more arrows than this: its middle is folded. */
const MOST_ARROWS = 60;
const ARROWS_IN_FRONT = 36;
const MOST_IP_FRAGMENTS = 6;
const IP_FRAGMENTS_IN_FRONT = 3;
const MOST_MISSING = 3;
const MOST_REFUSALS = 2;
/** A capture that ends this soon after a request ends with it. */
const AT_ONCE_MS = 50;

/** The rows of a chart; a long capture keeps its beginning and its end, and `folded` is what lies between. */
export interface SequenceRows {
  readonly front: readonly Item[];
  readonly folded: readonly Item[];
  readonly back: readonly Item[];
}

/** The messages of all attempts to connect, in the order in which the attempts were captured. */
export function sequenceRows(initiations: readonly Initiation[], words: SequenceWords): SequenceRows {
  const items = initiations.flatMap((initiation, attempt) => itemsOf(initiation, attempt, words));
  return foldMiddle(items, arrowsIn, { most: MOST_ARROWS, inFront: ARROWS_IN_FRONT });
}

/** The messages, incomplete answers and silences of one attempt, in order of time. */
function itemsOf(initiation: Initiation, attempt: number, words: SequenceWords): Item[] {
  const items = initiation.exchanges.flatMap((exchange) =>
    exchangeItems(initiation, exchange, attempt, words),
  );
  for (const datagram of initiation.inboundIncomplete) {
    const missing = !datagram.firstSeen
      ? words.missingFirst
      : !datagram.lastSeen
        ? words.missingLast
        : words.missingSome;
    const ipFragments = datagram.ipBytes.map(
      (bytes, n): Row => ({
        kind: "arrow",
        toGateway: false,
        arrival: "seen",
        caption: words.ipFragmentAlone({ bytes }),
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
        ...(datagram.firstSeen
          ? [...foldIpFragments(ipFragments, words), gap]
          : [gap, ...foldIpFragments(ipFragments, words)]),
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
    // ESP that comes back proves that some of what was sent arrived, but not which packets.
    const arrival = toGateway ? "unknown" : "seen";
    const caption = words.espPackets({ packets });
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
  words: SequenceWords,
): Item[] {
  const { requests, responses, fromClient } = exchange;
  const name = exchangeName(majorVersion, exchange.exchangeType);
  const refusals = exchange.responseNotifies.filter((n) => isErrorNotify(n.type));
  const items: Item[] = [];
  const complete = responses.filter((m) => m.missingIkeFragments.length === 0);
  const answerTimes = complete.map((m) => m.timeMs).sort((a, b) => a - b);
  // One IP fragment of an answer proves that the request arrived, as well as a whole answer does.
  const proofs = [...responses, ...(fromClient ? inboundIncomplete : [])]
    .map((m) => m.timeMs)
    .sort((a, b) => a - b);
  for (const [n, request] of requests.entries()) {
    const provenBefore = countBefore(proofs, request.timeMs);
    // While an earlier request is unanswered, an answer does not say which of the two arrived.
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
        detail: again ? words.sentAgain({ times: n + 1 }) : "",
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
        // The gateway asked again after this answer, so it may not have received it.
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
    const ends =
      exchange.observedAfterMs < AT_ONCE_MS ? words.captureEndsHere : words.captureEndsSoon({ wait });
    const row: Row =
      exchange.observedAfterMs >= SILENCE_MS
        ? { kind: "silence", caption: noAnswer({ wait }), detail: words.captureEnds }
        : { kind: "silence", caption: ends, detail: words.tooSoonToTell };
    items.push({ attempt, timeMs: lastRequestMs + exchange.observedAfterMs, toGateway: null, rows: [row] });
  }
  return items;
}

/** How many of `times`, which ascend, are before `ms`. */
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
    /** The error notifications of a response. */
    said?: string[];
    toGateway: boolean;
    arrival: "seen" | "unknown";
    words: SequenceWords;
  },
): Row[] {
  const { words, toGateway, arrival } = about;
  const { ipBytes, ikeFragmentTotal, missingIkeFragments } = message;
  const size =
    ikeFragmentTotal === null
      ? message.ikeLength === null
        ? ""
        : words.ikeBytes({ bytes: message.ikeLength })
      : words.ikeFragments({ fragments: ikeFragmentTotal });
  const caption = (bytes: number, n: number): string =>
    ikeFragmentTotal !== null
      ? message.ipFragmented
        ? words.ipFragmentAlone({ bytes })
        : words.packet({ bytes })
      : message.ipFragmented
        ? words.ipFragment({ bytes, number: n + 1, total: ipBytes.length })
        : words.packet({ bytes });
  const packets = ipBytes.map(
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
      caption: words.missingIkeFragment({ number, total: ikeFragmentTotal ?? number }),
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
    ...foldIpFragments(packets, words),
    ...missing,
    ...(unnamed > 0 ? [{ kind: "fold", caption: words.moreMissing({ fragments: unnamed }) } as const] : []),
  ];
}

/** The first IP fragments of a message and its last one; the others are counted. */
function foldIpFragments(rows: Row[], words: SequenceWords): Row[] {
  if (rows.length <= MOST_IP_FRAGMENTS) return rows;
  const caption = words.moreIpFragments({ fragments: rows.length - IP_FRAGMENTS_IN_FRONT - 1 });
  return [...rows.slice(0, IP_FRAGMENTS_IN_FRONT), { kind: "fold", caption }, ...rows.slice(-1)];
}

/** How many lines of the drawing an item needs, names not counted. */
const arrowsIn = (item: Item): number =>
  item.rows.filter((r) => r.kind === "arrow" || r.kind === "missing" || r.kind === "silence").length;

/** The beginning and the end stay: a diagnosis is mostly about the last attempt. */
export function foldMiddle<Kept>(
  items: readonly Kept[],
  linesOf: (item: Kept) => number,
  { most, inFront }: { most: number; inFront: number },
): { front: readonly Kept[]; folded: readonly Kept[]; back: readonly Kept[] } {
  const total = items.reduce((sum, item) => sum + linesOf(item), 0);
  if (total <= most) return { front: items, back: [], folded: [] };
  let end = 0;
  for (let lines = 0; end < items.length; end += 1) {
    lines += linesOf(items[end] as Kept);
    if (lines > inFront) break;
  }
  let begin = items.length;
  for (let lines = 0; begin > end; begin -= 1) {
    lines += linesOf(items[begin - 1] as Kept);
    if (lines > most - inFront) break;
  }
  return { front: items.slice(0, end), folded: items.slice(end, begin), back: items.slice(begin) };
}

/** How long something lasted: `0.9 s`, `38 s`, `2 min 5 s`. */
function duration(ms: number, words: SequenceWords): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 9.95) return words.seconds({ text: String(Number(seconds.toFixed(1))) });
  const whole = Math.round(seconds);
  return whole < 120
    ? words.seconds({ text: String(whole) })
    : words.minutes({ minutes: Math.floor(whole / 60), seconds: whole % 60 });
}

/** Time since the capture began: `0.09 s`, `125.3 s`. */
export const offset = (ms: number, words: SequenceWords): string => {
  const seconds = ms / 1_000;
  const digits = Math.abs(seconds) < 100 ? 2 : Math.abs(seconds) < 10_000 ? 1 : 0;
  return words.seconds({ text: seconds.toFixed(digits).replace("-", "−") });
};
