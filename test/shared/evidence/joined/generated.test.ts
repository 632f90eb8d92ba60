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
import type { JoinedDatagram, JoinedLogin } from "../../../../shared/schema/joined.ts";
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
import { chance } from "../../../support/lossy-path.ts";
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
  // Not near the time after which a message is sent again: then several differences explain the same.
  roundTripMs: fc.constantFrom(0.3, 20, 60, 250),
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

/** Reads frames as a file of this name, which may say when it ended, and joins all files. */
function joinFiles(
  files: readonly (readonly [
    name: string,
    frames: readonly FrameToWrite[],
    endedAtMs?: number | undefined,
  ])[],
): Joined {
  const transcripts = files.map(([name, frames, endedAtMs]) => {
    const reader = new CaptureReader(name);
    reader.push(encodePcapng(frames, endedAtMs === undefined ? {} : { endedAtMs }));
    return reader.end();
  });
  return joinLogins({
    initiations: transcripts.flatMap((t) => observeInitiations(t)),
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

/** Some of its IP fragments came noticeably later than others. */
const isLateInPart = ({ packets }: TrueDatagram): boolean => {
  const times = packets.flatMap((p) => p.arrivesMs ?? []);
  return Math.max(...times) - Math.min(...times) > 5;
};

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
      // A copy of an IP fragment that comes before the datagram is whole counts as that IP fragment.
      if (!(truth.cameTwice && isLateInPart(truth))) expect(d.cameTwice, what).toBe(truth.cameTwice);
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

/** An office's gateway: fifty other clients in its capture, half of them behind this one's address. */
const crowds = new Map<string, PlayedLogin[]>();
function crowdOf(on: PathOfBothEnds, like: LoginOfBothEnds, from: number): PlayedLogin[] {
  const key = `${on.families} ${on.nat} ${like.client}`;
  const known = crowds.get(key);
  if (known) return known;
  const crowd = Array.from({ length: 50 }, (_, n) => {
    const own = { spi: (0xabc0_0000 + n).toString(16).padStart(16, "0"), startMs: n * 2_000 };
    return playLogin(
      on,
      { ...like, ...own, client: n % 2 === 0 ? like.client : (like.client + n) % 251 },
      from + n,
    );
  });
  // Each is used for some logins, for playing one takes longer than joining it.
  if (crowds.size > 64) crowds.clear();
  crowds.set(key, crowd);
  return crowd;
}

/** Whether a whole datagram is in both captures, of which each has only a part of the time. */
const isInBoth = ({ truth }: PlayedLogin, near: Span, far: Span): boolean =>
  truth.some((d) => {
    const arrivals = d.packets.map((p) => p.arrivesMs ?? Number.POSITIVE_INFINITY);
    const left = [d.sentMs - 1, d.sentMs + 1];
    const isWithin = (times: readonly number[], [begin, end]: Span) =>
      times.every((t) => t >= begin && t <= end);
    return isWithin(left, d.fromClient ? near : far) && isWithin(arrivals, d.fromClient ? far : near);
  });
type Span = readonly [beginMs: number, endMs: number];

test("captures that overlap in part, among fifty other clients: none is joined wrongly, and most are", () => {
  const clients = fc.integer({ min: 1, max: 4 });
  const parts = fc.tuple(fc.integer({ min: -4_000, max: 4_000 }), fc.integer({ min: 300, max: 40_000 }));
  let [belong, found, lossesThere, lossesFound] = [0, 0, 0, 0];
  const wronged = new Set<object>();
  fc.assert(
    fc.property(path, login, seed, parts, parts, clients, (given, what, from, nearPart, farPart, client) => {
      const lossy = { lossPercent: 5 };
      const ahead = from % 2 === 0 ? 10_800_000 : -10_800_250;
      const on: PathOfBothEnds = {
        ...given,
        reorderPercent: 10,
        out: { ...given.out, ...lossy },
        back: { ...given.back, ...lossy },
        clocksMs: [given.clocksMs[0], given.clocksMs[1], ahead],
      };
      const played = playLogin(on, { ...what, client }, from);
      const spanAt = ([begin, length]: readonly number[]): Span => [
        what.startMs + (begin ?? 0),
        what.startMs + (begin ?? 0) + (length ?? 0),
      ];
      const [nearSpan, farSpan] = [spanAt(nearPart), spanAt(farPart)];
      const [clock, , farClock] = on.clocksMs;
      const near = recordedAt([played], 0, clock, nearSpan);
      const far = recordedAt([played, ...crowdOf(on, { ...what, client }, from)], 2, farClock, farSpan);
      fc.pre(near.length > 0 && far.length > 0);
      const ends = [nearSpan[1] + clock, farSpan[1] + farClock].map((ms) => EPOCH_SECONDS * 1_000 + ms);
      const one = joinFiles([
        ["a.pcapng", near, ends[0]],
        ["b.pcapng", far, ends[1]],
      ]);
      const other = joinFiles([
        ["a.pcapng", far, ends[1]],
        ["b.pcapng", near, ends[0]],
      ]);
      expect(other.logins.length).toBe(one.logins.length);
      const isWronged = ({ datagrams }: JoinedLogin): boolean =>
        datagrams.some((d) => {
          const truth = truthOf(d, played.truth, [clock, farClock]);
          return truth !== undefined && isWhole(truth) && d.fate.endsWith("lost");
        });
      if (isInBoth(played, nearSpan, farSpan)) {
        belong++;
        found += one.logins.length;
      }
      for (const [{ logins }, nearName] of [
        [one, "a.pcapng"],
        [other, "b.pcapng"],
      ] as const) {
        expect(logins.length).toBeLessThan(2);
        for (const joined of logins) {
          expect(joined.initiatorSpi).toBe(what.spi);
          expect(joined.places[0]?.source).toBe(nearName);
          // Of messages that are alike, a capture that has only one may have another one than it seems.
          if (isWronged(joined)) wronged.add(joined);
          for (const d of joined.datagrams) {
            const truth = truthOf(d, played.truth, [clock, farClock]);
            const [begin, end] = d.fromClient ? farSpan : nearSpan;
            if (truth === undefined || isWhole(truth) || truth.sentMs < begin || truth.sentMs + 500 > end)
              continue;
            lossesThere++;
            if (d.fate.endsWith("lost")) lossesFound++;
          }
        }
      }
    }),
    { numRuns: Math.max(60, Math.ceil(RUNS / 10)), seed: SEED },
  );
  console.info(
    `captures that overlap in part: of ${belong} with a datagram in common ${found} are joined, with ${lossesFound} of ${lossesThere} losses; ${wronged.size / 2} call lost what came later`,
  );
  expect(found / belong).toBeGreaterThan(0.9);
  expect(lossesFound / lossesThere).toBeGreaterThan(0.7);
  // A file that ends between two messages looks like one in which nothing came.
  expect(wronged.size / 2).toBeLessThanOrEqual(Math.max(2, belong / 150));
}, 600_000);

test("a place between tells on which part of the way a packet was lost", () => {
  fc.assert(
    fc.property(path, login, seed, (on, what, from) => {
      const played = playLogin(on, what, from);
      fc.pre(isShared(played));
      // Routers before and behind it.
      const places = [0, 1, 2].map((at) => recordedAt([played], at, on.clocksMs[at] ?? 0));
      const names = ["c.pcapng", "b.pcapng", "a.pcapng"];
      const files = places.map((frames, at) => [names[at] ?? "", frames] as const);
      const one = joinFiles(files);
      expect(joinFiles(files.toReversed()).logins).toEqual(one.logins);
      const [joined] = one.logins;
      expect(one.logins).toHaveLength(1);
      if (on.hops[1] > 0) {
        expect(joined?.places.map(({ source }) => source)).toEqual(names);
        expect(joined?.places.map(({ end }) => end)).toEqual(["client", "between", "gateway"]);
      }
      for (const d of joined?.datagrams ?? []) {
        for (const { fate, lostBetween } of d.packets) {
          if (fate !== "lost" || on.hops[1] === 0) continue;
          const isFirstPart = on.losesBefore === "middle";
          const parts = d.fromClient
            ? [
                [0, 1],
                [1, 2],
              ]
            : [
                [2, 1],
                [1, 0],
              ];
          // Where the middle is not covered, as at the end of its capture, the whole way is named.
          const whole = d.fromClient ? [0, 2] : [2, 0];
          expect([parts[isFirstPart ? 0 : 1], whole]).toContainEqual(lostBetween);
        }
      }
    }),
    { numRuns: Math.ceil(RUNS / 3), seed: SEED },
  );
}, 600_000);

/** What two files have to do with each other that are not both ends of one login. */
type Stranger = (on: PathOfBothEnds, what: LoginOfBothEnds, from: number) => [FrameToWrite[], FrameToWrite[]];

const at = (played: PlayedLogin, place: number, clockMs = 0) => recordedAt([played], place, clockMs);
/** The same frames a little later, as another layer of one computer has them, each by chance. */
const layer = (frames: readonly FrameToWrite[], from: number): FrameToWrite[] => {
  const roll = chance(from);
  const later = frames.map((f) => ({ ...f, nanoseconds: f.nanoseconds + Math.floor(roll() * 60_000) }));
  return later.map((f) => ({
    ...f,
    seconds: f.seconds + Math.floor(f.nanoseconds / 1e9),
    nanoseconds: f.nanoseconds % 1e9,
  }));
};
const STRANGERS: Record<string, Stranger> = {
  "two clients": (on, what, from) => [
    at(playLogin(on, what, from), 0),
    at(playLogin(on, { ...what, spi: "00000000000000c1", client: (what.client + 1) % 251 }, from + 1), 2),
  ],
  "two attempts of one client": (on, what, from) => [
    at(playLogin(on, what, from), 0),
    at(playLogin(on, { ...what, spi: "00000000000000c1", startMs: what.startMs + 40_000 }, from + 1), 2),
  ],
  "the same initiator's SPI by chance or by malice": (on, what, from) => [
    at(playLogin(on, what, from), 0),
    at(playLogin(on, what, from + 1), 2),
  ],
  "two networks": (on, what, from) => [
    at(playLogin(on, what, from), 0),
    at(playLogin({ ...on, nat: !on.nat, hops: [2, 5] }, { ...what, spi: "00000000000000c1" }, from + 1), 0),
  ],
  "two layers of the client's computer": (on, what, from) => {
    const frames = at(playLogin(on, what, from), 0);
    return [frames, layer(frames, from)];
  },
  "two layers of the gateway's computer": (on, what, from) => {
    const frames = at(playLogin(on, what, from), 2);
    return [frames, layer(frames, from)];
  },
  "one file twice": (on, what, from) => {
    const frames = at(playLogin(on, what, from), from % 2 === 0 ? 0 : 2);
    return [frames, frames];
  },
  "a file with its clock set, and a part of it": (on, what, from) => {
    const frames = at(playLogin(on, what, from), from % 2 === 0 ? 0 : 2);
    const set = frames.map((f) => ({ ...f, seconds: f.seconds + 7_200 }));
    return [frames, set.slice(0, Math.ceil((set.length * 2) / 3))];
  },
};

for (const [name, make] of Object.entries(STRANGERS)) {
  test(`never joined: ${name}`, () => {
    fc.assert(
      fc.property(path, login, seed, (on, what, from) => {
        const [a, b] = make(on, what, from);
        fc.pre(a.length > 0 && b.length > 0);
        for (const files of [
          [
            ["a.pcapng", a],
            ["b.pcapng", b],
          ],
          [
            ["a.pcapng", b],
            ["b.pcapng", a],
          ],
        ] as const) {
          const { logins, notJoined } = joinFiles(files);
          expect(logins).toEqual([]);
          expect(notJoined).toHaveLength(1);
        }
      }),
      { numRuns: Math.ceil(RUNS / Object.keys(STRANGERS).length), seed: SEED },
    );
  }, 600_000);
}
