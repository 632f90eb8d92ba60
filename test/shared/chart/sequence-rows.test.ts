/**
 * The rows of a sequence chart, read without a drawing: what arrived, what is missing, what a long capture
 * keeps.
 */
import { expect, test } from "vitest";
import { type Item, type Row, sequenceRows } from "../../../shared/chart/sequence-rows.ts";
import { chartWords } from "../../../shared/chart/words.ts";
import type { Initiation } from "../../../shared/evidence/observations.ts";
import { exchange, initiation, sent } from "../../support/observations.ts";

const words = chartWords("en").sequence;
const rowsOf = (initiations: Initiation[]) => sequenceRows(initiations, words);
const kinds = ({ rows }: Item): Row["kind"][] => rows.map((row) => row.kind);

const login = (times: number[], observedAfterMs: number) =>
  exchange({ exchangeType: 35, requests: times.map((at) => sent(at, 2_528, [1500, 1080])), observedAfterMs });

test("an unanswered login is a message for each request, then the silence", () => {
  const { front, folded, back } = rowsOf([initiation([login([1_000, 2_000], 38_000)])]);
  expect([folded, back]).toEqual([[], []]);
  expect(front.map(({ timeMs, toGateway }) => ({ timeMs, toGateway }))).toEqual([
    { timeMs: 1_000, toGateway: true },
    { timeMs: 2_000, toGateway: true },
    { timeMs: 40_000, toGateway: null },
  ]);
  expect(front.map(kinds)).toEqual([["name", "arrow", "arrow"], ["name", "arrow", "arrow"], ["silence"]]);
  expect(front[1]?.rows[0]).toEqual({ kind: "name", name: "IKE_AUTH", detail: "sent again (2)" });
});

test("each arrow points at the frame that it shows", () => {
  const request = sent(1_000, 2_528, [1500, 1080]);
  const { front } = rowsOf([initiation([exchange({ exchangeType: 35, requests: [request] })])]);
  const arrows = front.flatMap((item) => item.rows).filter((row) => row.kind === "arrow");
  expect(arrows.map(({ ref }) => ref)).toEqual(request.refs);
});

const gaps = [
  { name: "the first IP fragment is missing", firstSeen: false, lastSeen: true, kinds: ["missing", "arrow"] },
  { name: "the last IP fragment is missing", firstSeen: true, lastSeen: false, kinds: ["arrow", "missing"] },
] as const;
for (const gap of gaps) {
  test(`an answer that stayed incomplete has its gap in its place: ${gap.name}`, () => {
    const incomplete = {
      timeMs: 1_100,
      ipBytes: [620],
      firstSeen: gap.firstSeen,
      lastSeen: gap.lastSeen,
      refs: [{ kind: "packet" as const, capture: "a.pcapng", frame: 77 }],
    };
    const { front } = rowsOf([initiation([login([1_000], 9_000)], { inboundIncomplete: [incomplete] })]);
    const answer = front.find((item) => item.toGateway === false);
    expect(answer && kinds(answer)).toEqual(["name", ...gap.kinds]);
    // One IP fragment of the answer proves that the request arrived.
    const request = front.find((item) => item.toGateway === true);
    expect(request?.rows.flatMap((row) => (row.kind === "arrow" ? [row.arrival] : []))).toEqual([
      "seen",
      "seen",
    ]);
  });
}

test("a long capture keeps its beginning and its end, and no item is lost or shown twice", () => {
  const attempts = Array.from({ length: 500 }, (_, n) => initiation([login([n * 10_000], 9_000)]));
  const { front, folded, back } = rowsOf(attempts);
  const all = [...front, ...folded, ...back];
  expect(all).toHaveLength(1_000);
  expect(all.map((item) => item.attempt)).toEqual(
    attempts.flatMap((_, attempt) => [attempt, attempt] as const),
  );
  const arrows = [...front, ...back].flatMap(kinds).filter((kind) => kind !== "name");
  expect(arrows.length).toBeLessThanOrEqual(60);
  expect(back.length).toBeGreaterThan(0);
});
