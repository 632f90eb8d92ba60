/**
 * One measurement, written in every format, language and decoration: the same observations, or named as not
 * understood.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";
import {
  DAMAGES,
  DECORATIONS,
  FAILURE_FORMATS,
  INTERFACE_FORMATS,
  type Measured,
  type MeasuredInterface,
  type MeasuredPath,
  PATH_FORMATS,
  type ToldInterface,
  type ToldPath,
  WINDOWS_LANGUAGES,
  type WindowsWords,
  writeUnixPing,
  writeWindowsPing,
} from "../../../support/paste-writer.ts";

/**
 * A long run has 20,000: `IKEFRAG_PASTES=20000 npx vitest run test/shared/evidence/text/generated.test.ts`.
 */
const RUNS = Number(process.env.IKEFRAG_PASTES ?? 3_000);
const SEED = Number(process.env.IKEFRAG_SEED ?? 20261126);

const CHANGES = { ...DECORATIONS, ...DAMAGES };
const change = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...Object.keys(DECORATIONS)) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(DAMAGES)) },
);

const ALPHABETS = [
  "abcdefghiklmnoprstuvz",
  "абвгдежзиклмнопрст",
  "あいうえおかきくけこさしすせそ",
  "가나다라마바사아자차",
];
const inventedWord = fc
  .constantFrom(...ALPHABETS)
  .chain((alphabet) => fc.string({ unit: fc.constantFrom(...alphabet), minLength: 2, maxLength: 9 }));
const inventedPhrase = fc.array(inventedWord, { minLength: 2, maxLength: 5 }).map((list) => list.join(" "));
/** A language that nobody speaks: it shares with Windows's only the form. `DF` may be translated as well. */
const inventedLanguage: fc.Arbitrary<WindowsWords> = fc
  .record({
    phrases: fc.uniqueArray(inventedPhrase, { minLength: 8, maxLength: 8 }),
    words: fc.array(inventedWord, { minLength: 8, maxLength: 8 }),
    hostFirst: fc.boolean(),
    keepsDf: fc.boolean(),
    stop: fc.constantFrom(".", "。", "!", ""),
  })
  .map(({ phrases: p, words: w, hostFirst, keepsDf, stop }) => ({
    language: "invented",
    heading: hostFirst ? `H ${p[0]} N ${p[1]}:` : `${p[0]} H ${w[0]} N ${p[1]}:`,
    reply: "",
    from: hostFirst ? `A ${p[2]}:` : `${p[2]} A:`,
    bytes: w[1] ?? "",
    sent: w[2] ?? "",
    time: w[3] ?? "",
    unit: "ms",
    lost: `${p[3]}${stop}`,
    refused: keepsDf ? `${p[4]} DF ${w[4]}${stop}` : `${p[4]} ${w[4]}${stop}`,
    statistics: hostFirst ? `A ${p[5]}:` : `${p[5]} A:`,
    counts: [`${w[5]}: ${w[6]}`, w[7] ?? "", w[0] ?? "", w[1] ?? ""] as const,
    comma: ", ",
  }));
const language = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...WINDOWS_LANGUAGES) },
  { weight: 2, arbitrary: inventedLanguage },
);

const answered = fc.array(fc.constantFrom("answered", "answered", "cut", "timeout"), {
  minLength: 1,
  maxLength: 5,
});
const lost = fc.array(fc.constant("timeout"), { minLength: 1, maxLength: 4 });
const refused = fc.array(fc.constantFrom("too-big-locally"), { minLength: 1, maxLength: 4 });
const refusedThere = lost.map(({ length }) =>
  Array.from({ length }, (_, at) => (at === 0 ? "too-big-remotely" : "too-big-locally")),
);
/** The smaller sizes pass, larger ones are lost, the largest are refused: as nature has it. */
const measured: fc.Arbitrary<Measured> = fc
  .record({
    target: fc.constantFrom("203.0.113.25", "198.51.100.7", "192.0.2.130"),
    name: fc.constantFrom(null, "vpn.example.com", "gw2.example", "a-3.vpn.example.net"),
    router: fc.constantFrom("192.168.0.1", "100.64.0.9"),
    dontFragment: fc.boolean(),
    showsCommands: fc.boolean(),
    showsStatistics: fc.boolean(),
    passes: fc.array(answered, { maxLength: 3 }),
    losses: fc.array(lost, { maxLength: 3 }),
    refusals: fc.array(fc.oneof(refused, refusedThere), { maxLength: 2 }),
  })
  .map(({ passes, losses, refusals, dontFragment, ...rest }) => ({
    ...rest,
    dontFragment: dontFragment || refusals.length > 0,
    sizes: [...passes, ...losses, ...refusals].map((echoes, at) => ({
      // This system alone refuses only what is larger than its Ethernet's 1500 bytes.
      pingPayloadBytes: (echoes[0] === "too-big-locally" ? 1_473 : 1_372) + at * 12,
      echoes: echoes as Measured["sizes"][number]["echoes"],
    })),
  }));

const paste = fc
  .record({
    m: measured,
    words: language,
    system: fc.constantFrom("windows", "windows", "windows", "linux", "linux-de", "busybox", "macos"),
    decoration: change,
    cutAt: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { freq: 4 }),
  })
  .map(({ m, words, system, decoration, cutAt }) => {
    const whole = system === "windows" ? writeWindowsPing(m, words) : writeUnixPing(m, system as "linux");
    const lines = whole.split("\n");
    const text = cutAt === null ? whole : lines.slice(0, Math.floor(cutAt * lines.length)).join("\n");
    return {
      m,
      system,
      isCut: cutAt !== null,
      isDamaged: decoration in DAMAGES,
      words,
      text: (CHANGES[decoration] ?? String)(text),
      decoration,
    };
  });

type Counts = Map<string, number>;
const keyOf = (target: string | null, size: number | null, outcome: string, router: string | null) =>
  [target, size, outcome, router ?? "-"].join(" ");

function inMeasurement(m: Measured): Counts {
  const counts: Counts = new Map();
  for (const { pingPayloadBytes, echoes } of m.sizes) {
    for (const echo of echoes) {
      const outcome = echo === "cut" ? "answered" : echo;
      const key = keyOf(m.target, pingPayloadBytes, outcome, echo === "too-big-remotely" ? m.router : null);
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  return counts;
}

test(`${RUNS} pastes of pings: what was measured, or named as not understood, never anything else`, () => {
  const tally = { whole: 0, asMeasured: 0 };
  fc.assert(
    fc.property(paste, ({ m, text, isCut, isDamaged }) => {
      const { pings, notUnderstood } = readPastedText({ name: "paste.txt", text });
      const wanted = inMeasurement(m);
      const got: Counts = new Map();
      for (const p of pings) {
        const key = keyOf(p.target, p.pingPayloadBytes, p.outcome, p.router);
        got.set(key, (got.get(key) ?? 0) + p.count);
        if (p.dontFragment !== null) expect(p.dontFragment).toBe(m.dontFragment);
      }
      for (const [key, count] of got) {
        expect(wanted.has(key), `${key} was not measured`).toBe(true);
        expect(count, `${key} counted`).toBeLessThanOrEqual(wanted.get(key) ?? 0);
      }
      if (isCut) return;
      const isSame = [...wanted].every(([key, count]) => got.get(key) === count);
      if (!isDamaged) {
        tally.whole += 1;
        if (isSame) tally.asMeasured += 1;
      }
      if (!isSame)
        expect(notUnderstood.length, "nothing is named, though something is missing").toBeGreaterThan(0);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  // Saying of everything that it is not understood would pass as well.
  expect(tally.asMeasured / tally.whole).toBeGreaterThan(0.8);
});

test("Windows's 24 languages say the same in every decoration that keeps the lines whole", () => {
  const m: Measured = {
    target: "203.0.113.25",
    name: null,
    router: "192.168.0.1",
    dontFragment: true,
    showsCommands: false,
    showsStatistics: false,
    sizes: [
      { pingPayloadBytes: 1_424, echoes: ["answered", "answered"] },
      { pingPayloadBytes: 1_464, echoes: ["timeout", "timeout", "timeout", "timeout"] },
      { pingPayloadBytes: 1_473, echoes: ["too-big-locally", "too-big-locally"] },
    ],
  };
  expect(WINDOWS_LANGUAGES).toHaveLength(24);
  for (const words of WINDOWS_LANGUAGES) {
    for (const [decoration, decorate] of Object.entries(DECORATIONS)) {
      const { pings } = readPastedText({ name: "a.txt", text: decorate(writeWindowsPing(m, words)) });
      expect(
        pings.map((p) => [p.pingPayloadBytes, p.outcome, p.count]),
        `${words.language}, ${decoration}`,
      ).toEqual([
        [1_424, "answered", 2],
        [1_464, "timeout", 4],
        [1_473, "too-big-locally", 2],
      ]);
    }
  }
});

const interfaceRows: fc.Arbitrary<MeasuredInterface[]> = fc.uniqueArray(
  fc.record({
    index: fc.integer({ min: 1, max: 99 }),
    mtu: fc.constantFrom(null, 1280, 1400, 1440, 1472, 1500, 9000),
    connected: fc.boolean(),
    name: fc.constantFrom(
      "Ethernet",
      "Ethernet 5",
      "WLAN",
      "イーサネット 5",
      "Loopback Pseudo-Interface 1",
      "vEthernet (WSL)",
      "Local Area Connection* 12",
    ),
  }),
  { selector: (row) => row.index, minLength: 1, maxLength: 8 },
);

const toText = ({ index, mtu, connected }: ToldInterface): string =>
  JSON.stringify({ index, mtu, connected });

test(`${RUNS} pastes of interface tables: the rows, or named as not understood`, () => {
  const tally = { all: 0, same: 0 };
  fc.assert(
    fc.property(
      interfaceRows,
      fc.constantFrom(...Object.keys(INTERFACE_FORMATS)),
      fc.array(inventedWord, { minLength: 2, maxLength: 2 }),
      change,
      (rows, format, headings, decoration) => {
        const writer = INTERFACE_FORMATS[format];
        const text = (CHANGES[decoration] ?? String)(writer?.write(rows, headings) ?? "");
        const { interfaces, pings, notUnderstood } = readPastedText({ name: "a.txt", text });
        expect(pings).toEqual([]);
        const told = rows.flatMap((row) => writer?.tells(row) ?? []);
        const got = interfaces.map(toText);
        const want = told.map(toText);
        // What was misread of a row is left out, and named.
        const less = told.flatMap((row) => [
          toText({ ...row, index: null }),
          toText({ ...row, connected: null }),
        ]);
        const wanted = [...want, ...(notUnderstood.length > 0 ? less : [])];
        for (const row of got) expect(wanted).toContain(row);
        const isSame = got.join() === want.join();
        if (!(decoration in DAMAGES)) {
          tally.all += 1;
          if (isSame) tally.same += 1;
        }
        if (!isSame) expect(notUnderstood.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(tally.same / tally.all).toBeGreaterThan(0.95);
});

const routers = ["192.0.2.1", "100.64.0.9", "203.0.113.129", "198.51.100.254"];
const measuredPath: fc.Arbitrary<MeasuredPath> = fc
  .record({
    target: fc.constantFrom("198.51.100.123", "203.0.113.25"),
    mtus: fc.array(fc.option(fc.constantFrom(8, 20, 60)), { minLength: 1, maxLength: 4 }),
  })
  .map(({ target, mtus }) => {
    let mtu = 1_500;
    const hops = mtus.map((less, at) => {
      mtu -= less ?? 0;
      return { router: routers[at] ?? "", mtu: less === null ? null : mtu };
    });
    return { target, hops };
  });

test(`${RUNS} pastes of path tools: which hop told which size, or named as not understood`, () => {
  const tally = { all: 0, same: 0 };
  fc.assert(
    fc.property(
      measuredPath,
      fc.constantFrom(...Object.keys(PATH_FORMATS)),
      change,
      (path, format, decoration) => {
        const writer = PATH_FORMATS[format];
        const text = (CHANGES[decoration] ?? String)(writer?.write(path) ?? "");
        const { paths, pings, interfaces, notUnderstood } = readPastedText({ name: "a.txt", text });
        expect([pings, interfaces]).toEqual([[], []]);
        const told = writer?.tells(path) ?? [];
        const toText = (p: ToldPath) => [p.outcome, p.ipBytes, p.router, p.nextHopMtu].join(" ");
        const got = paths.map(toText);
        const want = told.map(toText);
        // A router whose address was misread is left out.
        const less = told.map((p) => toText({ ...p, router: null }));
        for (const p of got) expect([...want, ...(decoration in DAMAGES ? less : [])]).toContain(p);
        for (const { target } of paths) expect([path.target, null]).toContain(target);
        if (!(decoration in DAMAGES)) {
          tally.all += 1;
          if (got.join() === want.join()) tally.same += 1;
        }
        const isSame = got.length === want.length;
        if (!isSame) expect(notUnderstood.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(tally.same / tally.all).toBeGreaterThan(0.95);
});

test(`${RUNS} pastes of failed connections: the code, or named as not understood`, () => {
  const tally = { all: 0, same: 0 };
  fc.assert(
    fc.property(
      fc.record({
        connection: fc.constantFrom("VPN", "Office VPN", "会社VPN"),
        code: fc.constantFrom(809, 13_801, 13_868, 691, 720),
        words: fc.array(inventedPhrase, { minLength: 4, maxLength: 4 }),
      }),
      fc.constantFrom(...Object.keys(FAILURE_FORMATS)),
      change,
      (failure, format, decoration) => {
        const text = (CHANGES[decoration] ?? String)(FAILURE_FORMATS[format]?.(failure) ?? "");
        const { rasFailures, pings, interfaces, paths, notUnderstood } = readPastedText({
          name: "a.txt",
          text,
        });
        expect([pings, interfaces, paths]).toEqual([[], [], []]);
        for (const { code } of rasFailures) expect(code).toBe(failure.code);
        expect(rasFailures.length).toBeLessThanOrEqual(1);
        if (!(decoration in DAMAGES)) {
          tally.all += 1;
          tally.same += rasFailures.length;
        }
        if (rasFailures.length === 0) expect(notUnderstood.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(tally.same / tally.all).toBeGreaterThan(0.95);
});
