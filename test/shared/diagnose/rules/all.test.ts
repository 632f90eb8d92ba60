import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { RULES, ruleReference } from "../../../../shared/diagnose/diagnose.ts";

const filesIn = (folder: string): string[] => readdirSync(fileURLToPath(new URL(folder, import.meta.url)));

test("every file of rules has a file of cases, and every rule of them is asked", async () => {
  const files = filesIn("../../../../shared/diagnose/rules/");
  const tested = filesIn("./");
  expect(files.filter((file) => !tested.includes(file.replace(/\.ts$/, ".test.ts")))).toEqual([]);
  const codes: string[] = [];
  for (const file of files) {
    const name = file.replace(/\.ts$/, "");
    const module: object = await import(`../../../../shared/diagnose/rules/${name}.ts`);
    for (const value of Object.values(module)) {
      if (typeof value === "object" && value !== null && "judge" in value) codes.push(value.code);
    }
  }
  expect(codes.toSorted()).toEqual(RULES.map((r) => r.code).toSorted());
});

test("every rule refers its readers to one section of an RFC or of the domain's page", () => {
  for (const { code, reference } of RULES) {
    expect(reference, code).toMatch(/^(RFC \d{3,4}|docs\/domain\.md) §\d+(\.\d+)*$/);
    expect(ruleReference(code)).toBe(reference);
  }
  expect(ruleReference("a-rule-of-long-ago")).toBeNull();
});
