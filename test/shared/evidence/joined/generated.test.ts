/**
 * Logins over random paths, as captures at both ends have them: each packet's fate is the true one, whichever
 * file comes first; and captures that do not belong together are never joined.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { FrameToWrite } from "../../../../shared/capture/write.ts";
import { joinLogins } from "../../../../shared/evidence/joined/join-logins.ts";
import type { Joined } from "../../../../shared/evidence/joined/joinable.ts";
import { observeInitiations } from "../../../../shared/evidence/observe-captures.ts";
import type { JoinedDatagram } from "../../../../shared/schema/joined.ts";
import { CaptureReader } from "../../../../shared/transcript/read-capture.ts";
import {
  type LoginOfBothEnds,
  type PathOfBothEnds,
  type PlayedLogin,
  playLogin,
  recordedAt,
  type TrueDatagram,
} from "../../../support/both-ends-path.ts";
import { encodePcapng } from "../../../support/capture-files.ts";
import { EPOCH_SECONDS } from "../../../support/packet-builder.ts";

/**
 * A long run has 10,000: `IKEFRAG_PAIRS=10000 npx vitest run test/shared/evidence/joined/generated.test.ts`.
 */
const RUNS = Number(process.env.IKEFRAG_PAIRS ?? 300);
const SEED = Number(process.env.IKEFRAG_SEED ?? 20261126);

const way = fc.record({
  fragments: fc.constantFrom("pass", "pass", "pass", "all", "first", "later"),
  atMostIpBytes: fc.constantFrom(9_000, 9_000, 9_000, 1_400, 1_280),
  cutAtIpBytes: fc.constantFrom(1_500, 1_500, 1_400),
  lossPercent: fc.constantFrom(0, 0, 5),
});
const FAMILIES: [4 | 6, 4 | 6][] = [
  [4, 4],
  [6, 6],
  [4, 6],
  [6, 4],
];
const path: fc.Arbitrary<PathOfBothEnds> = fc.record({
  families: fc.constantFrom(...FAMILIES),
  nat: fc.boolean(),
  hops: fc.constantFrom<[number, number]>([1, 0], [3, 9]),
  roundTripMs: fc.constantFrom(0.3, 20, 60, 600),
  jitterMs: fc.constantFrom(0, 1, 30),
  reorderPercent: fc.constantFrom(0, 0, 10),
  duplicatePercent: fc.constantFrom(0, 0, 10),
  out: way,
  back: way,
  losesBefore: fc.constantFrom("middle", "end"),
  clocksMs: fc.tuple(
    fc.integer({ min: -3_000, max: 3_000 }),
    fc.integer({ min: -90_000, max: 90_000 }),
    fc.oneof(fc.integer({ min: -500, max: 500 }), fc.constantFrom(-10_800_000, 10_800_250)),
  ),
});
const REPEATS = [[1_000, 2_000, 3_000], [500, 1_500, 3_500, 7_500], [4_000, 11_200, 24_000], []];
const spi = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((n) => n.toString(16).padStart(16, "0"));
const login: fc.Arbitrary<LoginOfBothEnds> = fc.record({
  spi,
  client: fc.integer({ min: 1, max: 250 }),
  requestBytes: fc.integer({ min: 200, max: 5_000 }),
  answerBytes: fc.integer({ min: 80, max: 4_000 }),
  ikeFragmentBytes: fc.constantFrom(null, 1_200, 1_420),
  cookie: fc.boolean(),
  furtherRounds: fc.integer({ min: 0, max: 3 }),
  keepsSilent: fc.boolean(),
  startMs: fc.integer({ min: 0, max: 100_000 }),
  repeatAfterMs: fc.constantFrom(...REPEATS),
});
const seed = fc.integer();

/** Reads frames as a file of this name, and joins all files. */
function joinFiles(files: readonly (readonly [name: string, frames: readonly FrameToWrite[]])[]): Joined {
  const transcripts = files.map(([name, frames]) => {
    const reader = new CaptureReader(name);
    reader.push(encodePcapng(frames));
    return reader.end();
  });
  return joinLogins({
    initiations: transcripts.flatMap(observeInitiations),
    probes: [],
    captures: transcripts.map(({ capture, frames, quality, firstTimeMs, lastTimeMs }) => ({
      capture,
      frames,
      ikeMessages: 0,
      quality,
      ...(firstTimeMs !== null && { firstTimeMs }),
      ...(lastTimeMs !== null && { lastTimeMs }),
    })),
    startedAtMs: null,
  });
}

/** Other clients that log in at the same gateway meanwhile. */
const others = (count: number, on: PathOfBothEnds, like: LoginOfBothEnds, from: number): PlayedLogin[] =>
  Array.from({ length: count }, (_, n) => {
    const own = {
      spi: (0xabc0_0000 + n).toString(16).padStart(16, "0"),
      client: (like.client + 1 + n) % 251,
    };
    return playLogin(on, { ...like, ...own, startMs: like.startMs + n * 37 }, from + n);
  });

const isWhole = (d: TrueDatagram): boolean => d.packets.every((p) => p.arrivesMs !== null);

/** The true datagram of a joined one, by its message and the time at which it left. */
function truthOf(
  d: JoinedDatagram,
  truth: readonly TrueDatagram[],
  clocks: readonly number[],
): TrueDatagram | undefined {
  const at = d.fromClient ? 0 : clocks.length - 1;
  const seen = d.seen[at];
  if (!seen) return undefined;
  const leftMs = seen.timeMs - EPOCH_SECONDS * 1_000 - (clocks[at] ?? 0);
  return truth.find(
    (t) =>
      t.fromClient === d.fromClient &&
      t.messageId === d.messageId &&
      t.isResponse === d.isResponse &&
      t.exchangeType === d.exchangeType &&
      t.ikeLength === d.ikeLength &&
      t.ikeFragment === (d.ikeFragment?.number ?? null) &&
      Math.abs(t.sentMs - leftMs) < 0.5,
  );
}

/** Holds what was joined of a login against the truth. `spans`: when each capture begins and ends. */
function holdToTruth(
  joined: Joined,
  played: PlayedLogin,
  clocks: readonly number[],
  spans: readonly (readonly number[])[],
) {
  const [first] = joined.logins;
  if (!first) throw new Error("not joined");
  let held = 0;
  for (const d of first.datagrams) {
    const truth = truthOf(d, played.truth, clocks);
    const what = JSON.stringify({ d, truth });
    if (truth === undefined) throw new Error(`nothing such left: ${what}`);
    held++;
    const [beginMs = 0, endMs = 0] = spans[d.fromClient ? clocks.length - 1 : 0] ?? [];
    if (isWhole(truth)) {
      expect(["arrived", "recut"], what).toContain(d.fate);
      expect(
        d.packets.every((p) => p.fate === "arrived" || p.fate === "recut"),
        what,
      ).toBe(true);
      expect(d.cameTwice, what).toBe(truth.cameTwice);
      continue;
    }
    // What would have come about when a capture ends may have come behind its end.
    const isAtEnd = truth.sentMs + 1_700 > endMs || truth.sentMs < beginMs;
    const lost = truth.packets.every((p) => p.arrivesMs === null) ? "lost" : "partly-lost";
    if (!isAtEnd) expect(d.fate, what).toBe(lost);
    expect([lost, "not-covered"], what).toContain(d.fate);
    for (const [n, packet] of d.packets.entries()) {
      const arrives = truth.packets[n]?.arrivesMs !== null;
      if (arrives) expect(["arrived", "recut"], what).toContain(packet.fate);
      else expect(packet.fate === "lost" || (isAtEnd && packet.fate === "not-covered"), what).toBe(true);
    }
  }
  expect(held).toBe(played.truth.length);
}

/** Whether something with an IKE header is at both ends, so that there is something to recognise. */
const isShared = ({ truth }: PlayedLogin): boolean => truth.some(isWhole);
/** When a capture begins and ends, on the true clock. */
const spanOf = (frames: readonly FrameToWrite[], clockMs: number): number[] =>
  [frames[0], frames.at(-1)].map(
    (f) => ((f?.seconds ?? 0) - EPOCH_SECONDS) * 1_000 + (f?.nanoseconds ?? 0) / 1e6 - clockMs,
  );

test("captures of both ends: each packet has its true fate, in both orders of the files", () => {
  fc.assert(
    fc.property(path, login, seed, fc.boolean(), fc.nat(2), (on, what, from, isSwapped, more) => {
      const played = playLogin(on, what, from);
      fc.pre(isShared(played));
      const [clock, , farClock] = on.clocksMs;
      const near = recordedAt([played], 0, clock);
      const far = recordedAt([played, ...others(more * 4, on, what, from)], 2, farClock);
      const [a, b] = isSwapped ? ["b.pcapng", "a.pcapng"] : ["a.pcapng", "b.pcapng"];
      const one = joinFiles([
        [a, near],
        [b, far],
      ]);
      const other = joinFiles([
        [b, far],
        [a, near],
      ]);
      expect(one.logins).toHaveLength(1);
      expect(other.logins).toEqual(one.logins);
      const [joined] = one.logins;
      expect(joined?.places.map(({ source, end }) => [source, end])).toEqual([
        [a, "client"],
        [b, "gateway"],
      ]);
      const told = joined?.places[1]?.clock;
      const ahead = farClock - clock;
      if (told && told.bound === undefined)
        expect(Math.abs(told.aheadMs - ahead)).toBeLessThanOrEqual(told.uncertaintyMs + 0.01);
      if (told?.bound === "at-most") expect(told.aheadMs).toBeGreaterThanOrEqual(ahead - 0.01);
      holdToTruth(one, played, [clock, farClock], [spanOf(near, clock), spanOf(far, farClock)]);
    }),
    { numRuns: RUNS, seed: SEED },
  );
}, 600_000);
