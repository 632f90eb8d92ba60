import fc from "fast-check";
import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { Diagnosis } from "../../../shared/schema/diagnosis.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { CaptureReader } from "../../../shared/transcript/read-capture.ts";
import { captureLogins, type End } from "../../support/login-capture.ts";
import { playLossyPlan } from "../../support/lossy-path.ts";
import {
  captureContradiction,
  contradiction,
  login,
  lossyPath,
  oddPath,
  tableContradiction,
} from "../../support/truth.ts";

/** Ten thousand and more now and then; each of the tests of runs plays so many. */
const PATHS = process.env.IKEFRAG_PATHS === undefined ? null : Number(process.env.IKEFRAG_PATHS);
const TIMEOUT_MS = 3_600_000;
const luck = fc.integer({ min: 0, max: 0x7fff_ffff });

/** What each of so many diagnoses says, and what the truth has against it. */
function judgeRuns(mostLoss: number, count: number, seed: number, paths = lossyPath) {
  return fc.sample(fc.tuple(paths(mostLoss), luck), { numRuns: count, seed }).map(([path, chance]) => {
    const { evidence } = playLossyPlan("vpn.example.com", path, chance);
    const diagnosis = Diagnosis.parse(diagnose({ evidence, transcripts: [] }));
    const table = paths === lossyPath && diagnosis.fourWays !== null ? diagnosis.fourWays : null;
    const against = contradiction(path, diagnosis) ?? (table && tableContradiction(path, table));
    return { diagnosis, against, story: () => JSON.stringify({ against, path, chance }) };
  });
}

function judgeCaptures(mostLoss: number, count: number, seed: number, end: End = "client") {
  const samples = fc.sample(fc.tuple(lossyPath(mostLoss), login, luck), { numRuns: count, seed });
  return samples.map(([path, dialled, chance]) => {
    const { bytes, cameUp } = captureLogins(path, dialled, chance, end);
    const reader = new CaptureReader("a.pcapng");
    reader.push(bytes);
    const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
    const diagnosis = Diagnosis.parse(diagnose({ evidence, transcripts: [reader.end()] }));
    const against = captureContradiction(path, dialled, cameUp, diagnosis, end);
    return { diagnosis, against, story: () => JSON.stringify({ against, path, dialled, chance }) };
  });
}

const wrong = (judged: ReturnType<typeof judgeRuns>): string[] =>
  judged.filter((j) => j.against !== null).map((j) => j.story());
const sure = (judged: ReturnType<typeof judgeRuns>): number =>
  judged.filter((j) => j.diagnosis.confidence !== "low").length / judged.length;

test(
  "no run on a path without chance is judged against the truth, and many are judged",
  () => {
    const judged = judgeRuns(0, PATHS ?? 180, 20261123);
    expect(wrong(judged)).toEqual([]);
    expect(sure(judged)).toBeGreaterThan(0.7);
  },
  TIMEOUT_MS,
);

test(
  "where up to every tenth packet is lost either way, no run is judged against the truth",
  () => {
    const judged = judgeRuns(10, PATHS ?? 100, 42);
    expect(wrong(judged)).toEqual([]);
    expect(sure(judged)).toBeGreaterThan(0.65);
  },
  TIMEOUT_MS,
);

test.each([0, 10])(
  "however gateways behave, no run is judged against the truth (loss of up to %i %%)",
  (mostLoss) => expect(wrong(judgeRuns(mostLoss, PATHS ?? 80, 11, oddPath))).toEqual([]),
  TIMEOUT_MS,
);

test("no capture on a path without chance is judged against the truth, wherever it begins and ends", () => {
  const judged = judgeCaptures(0, 600, 7);
  expect(wrong(judged)).toEqual([]);
  expect(sure(judged)).toBeGreaterThan(0.4);
});

test("where packets are lost by chance, hardly a capture is judged against the truth", () => {
  const judged = judgeCaptures(10, 400, 8);
  expect(wrong(judged).length, wrong(judged).join("\n")).toBeLessThanOrEqual(1);
});

test("at the gateway, no capture on a path without chance is judged against the truth", () => {
  const judged = judgeCaptures(0, 600, 9, "gateway");
  expect(wrong(judged)).toEqual([]);
  expect(sure(judged)).toBeGreaterThan(0.25);
});
