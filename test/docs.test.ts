import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { RULES } from "../shared/diagnose/diagnose.ts";
import { Verdict } from "../shared/schema/diagnosis.ts";

const causes = readFileSync(new URL("../docs/causes.md", import.meta.url), "utf8");

test("docs/causes.md names every rule and every verdict that one claims", () => {
  for (const { code } of RULES) expect(causes, code).toContain(`\`${code}\``);
  for (const verdict of Verdict.options) expect(causes, verdict).toContain(`\`${verdict}\``);
});

test("docs/causes.md speaks of all 34 causes", () => {
  const named = new Set(causes.match(/RC\d\d/g));
  expect(
    Array.from({ length: 34 }, (_, at) => `RC${String(at + 1).padStart(2, "0")}`).filter(
      (rc) => !named.has(rc),
    ),
  ).toEqual([]);
});
