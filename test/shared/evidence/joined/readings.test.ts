/** Which differences of two clocks a login allows that only few messages of are in both captures. */
import { expect, test } from "vitest";
import { type Candidates, type Reading, readingsOf } from "../../../../shared/evidence/joined/readings.ts";
import type { Track } from "../../../../shared/evidence/joined/track.ts";
import type { CapturedDatagram } from "../../../../shared/evidence/observations.ts";
import { initiation } from "../../../support/observations.ts";

const IKE_AUTH = 35;

/** What one message is, beside when it is seen. */
interface Seen {
  answer?: boolean;
  id?: number;
  fingerprint?: number | null;
  complete?: boolean;
}

const seen = (timeMs: number, given: Seen = {}): CapturedDatagram => {
  const { answer = false, id = 1, fingerprint = 7, complete = true } = given;
  return {
    ...{ timeMs, frame: 1, fromClient: !answer, gatewayPort: 4500, udpPayloadBytes: 1_204 },
    ...{ complete, copies: 0, packets: [] },
    ike: {
      ...{ exchangeType: IKE_AUTH, messageId: id, isResponse: answer, responderSpi: "00000000000000bb" },
      ...{ ikeLength: answer ? 900 : 1_200, ikeFragment: null, fingerprint },
    },
  };
};

/** A login in a capture that ran from one time to another. */
const track = (
  [firstTimeMs, lastTimeMs]: readonly [number, number],
  datagrams: CapturedDatagram[],
  droppedByCapture = 0,
): Track =>
  ({
    ...{ at: 0, initiation: initiation([]), datagrams, given: undefined },
    capture: { firstTimeMs, lastTimeMs, quality: { droppedByCapture, omittedRecords: 0 } },
  }) as unknown as Track;

/** Every difference of a sending and an arrival of the same message: what the aligner asks about. */
const candidates = (a: Track, b: Track): Candidates => {
  const of = (fromClient: boolean) => {
    const all = a.datagrams.flatMap((x) =>
      b.datagrams
        .filter((y) => y.fromClient === x.fromClient && y.ike?.messageId === x.ike?.messageId)
        .flatMap((y) => (y.fromClient === fromClient ? [y.timeMs - x.timeMs] : [])),
    );
    return [...new Set(all)].sort((x, y) => x - y);
  };
  return { out: of(true), back: of(false) };
};
const read = (a: Track, b: Track): Reading[] => readingsOf(a, b, candidates(a, b));
/** The differences of the way out by which a sending may be in both captures. */
const differences = (a: Track, b: Track): number[] => [
  ...new Set(read(a, b).flatMap(({ out: [from, to] }) => (from === to ? [from] : []))),
];

/** Long before and behind all that is sent. */
const ALWAYS = [-9_000, 9_000] as const;

test("what arrived while its sender's capture ran is in it, and each arrival is of some sending there", () => {
  const arrived = track([0, 9_000], [seen(50), seen(1_050)]);
  const sends = [seen(0), seen(1_000), seen(3_000)];
  expect(differences(track(ALWAYS, sends), arrived)).toEqual([50]);
  // The first arrival may be of one that left before the capture began.
  expect(differences(track([0, 9_000], sends), arrived)).toEqual([50, 1_050]);
  // Of a capture that lost packets, nothing follows from what it lacks.
  expect(differences(track(ALWAYS, sends, 1), arrived)).toEqual([-2_950, -1_950, -950, 50]);
});

test("an arrival is of a sending with the same content; where that is not seen, few are lost by chance", () => {
  const sends = [1, 2, 3].map((fingerprint, at) => seen(at * 1_000, { fingerprint }));
  const of = (fingerprint: number | null) =>
    differences(track(ALWAYS, sends), track([0, 9_000], [seen(50, { fingerprint })]));
  expect(of(2)).toEqual([-950]);
  // Of the first one, the two after it were lost as well: one too many.
  expect(of(null)).toEqual([-1_950, -950]);
});

test("no request leaves before the one that it follows was sent for the last time", () => {
  const sends = track(ALWAYS, [seen(0), seen(1_000)], 1);
  expect(differences(sends, track(ALWAYS, [seen(50)]))).toEqual([-950, 50]);
  expect(differences(sends, track(ALWAYS, [seen(50), seen(600, { id: 2 })]))).toEqual([-950]);
});

test("no answer leaves before its request, and no round trip is endless", () => {
  const here = track(ALWAYS, [seen(0), seen(1_000), seen(1_080, { answer: true, complete: false })], 1);
  const answers = [seen(5_060, { answer: true }), seen(6_060, { answer: true })];
  const there = track(ALWAYS, [seen(5_050), seen(6_050), ...answers], 1);
  const differing = read(here, there).filter(({ out, back }) => out[0] !== back[0]);
  // Not 4,050 with 4,980, nor 6,050 with 3,980.
  expect(differing.map(({ out: [x], back: [y] }) => [x, y])).toEqual([
    [4_050, 3_980],
    [5_050, 3_980],
    [5_050, 4_980],
    [6_050, 4_980],
  ]);
});

test("where a request and its answer are in both captures, there is one reading: the one that was found", () => {
  const here = [seen(0), seen(80, { answer: true })];
  const there = [seen(50), seen(55, { answer: true })];
  expect(read(track(ALWAYS, here), track(ALWAYS, there))).toEqual([]);
  const incomplete = [seen(50), seen(55, { answer: true, complete: false })];
  expect(read(track(ALWAYS, here), track(ALWAYS, incomplete))).not.toEqual([]);
});

test("one capture may have begun when the other had ended, if repetitions still follow each other", () => {
  const apart = (a: Track, b: Track) => read(a, b).filter(({ out: [from, to] }) => from !== to);
  const here = track([0, 3_000], [seen(0), seen(1_000)]);
  const sends = [seen(102_000), seen(103_000)];
  // The other one ended within a second of its last sending, and the next one came as soon.
  const way = [103_000, Number.POSITIVE_INFINITY];
  expect(apart(here, track([100_000, 104_000], sends))).toEqual([{ out: way, back: way }]);
  // Who sends again after a second was not silent for ten.
  expect(apart(here, track([100_000, 113_000], sends))).toEqual([]);
});
