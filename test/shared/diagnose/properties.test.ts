import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import type { Loaded } from "../../../shared/evidence/load-files.ts";
import { Confidence, type Diagnosis } from "../../../shared/schema/diagnosis.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const folder = fileURLToPath(new URL("../../cases/", import.meta.url));
const cases: { title: string; loaded: Loaded; whole: Diagnosis }[] = [];
for (const story of readdirSync(folder)) {
  const listing = readdirSync(join(folder, story)).includes("cases.json");
  if (!listing) continue;
  for (const { name, files } of JSON.parse(readFileSync(join(folder, story, "cases.json"), "utf8"))) {
    const loaded = await loadEvidence(files.map((file: string) => join(folder, story, file)));
    cases.push({ title: `${story}/${name}`, loaded, whole: diagnose(loaded) });
  }
}

/** Confidence in a cause; saying that nothing is proven is no confidence at all. */
const rank = ({ verdict, confidence }: Diagnosis): number =>
  verdict === "insufficient-evidence"
    ? 0
    : Confidence.options.length - Confidence.options.indexOf(confidence);

const NO_MTU_CHANGE = ["gateway-rejects", "udp-500-blocked", "udp-4500-blocked", "gateway-unreachable"];
const RUNS = 60;

for (const { title, loaded, whole } of cases) {
  test(`no part of the evidence says more than the whole: ${title}`, () => {
    const { measurements, texts } = loaded.evidence;
    const part = fc.record({
      measurements: fc.subarray(measurements),
      texts: fc.subarray(texts),
      transcripts: fc.subarray(loaded.transcripts),
    });
    fc.assert(
      fc.property(part, ({ measurements, texts, transcripts }) => {
        const diagnosis = diagnose({ evidence: { ...loaded.evidence, measurements, texts }, transcripts });
        expect(rank(diagnosis), `${diagnosis.verdict} ${diagnosis.confidence}`).toBeLessThanOrEqual(
          rank(whole),
        );
        const { interfaceMtu, commands, alternatives } = diagnosis.recommendation;
        for (const mtu of [interfaceMtu, ...alternatives.map((a) => a.interfaceMtu)]) {
          if (mtu !== null) expect(mtu).toSatisfy((n: number) => n >= 1_280 && n < 1_500);
        }
        if (NO_MTU_CHANGE.includes(whole.verdict)) expect([interfaceMtu, commands]).toEqual([null, null]);
      }),
      { numRuns: RUNS, seed: 20261123 },
    );
  });
}

test("no evidence at all proves nothing and recommends nothing", () => {
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  const { verdict, confidence, recommendation } = diagnose({ evidence, transcripts: [] });
  expect([verdict, confidence, recommendation.interfaceMtu]).toEqual(["insufficient-evidence", "low", null]);
});
