/** Documents that list something list all of it. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { expect, test } from "vitest";
import { DEFAULT_CONFIG } from "../api/deps.ts";
import { RULES } from "../shared/diagnose/diagnose.ts";
import { FORMATS } from "../shared/evidence/text/registry.ts";
import { LANGUAGE_TAGS } from "../shared/language.ts";
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

test("test/README.md has a row for every file of test/support", () => {
  const map = readFileSync("test/README.md", "utf8");
  const files = globSync("test/support/**/*.{ts,ps1}");
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => !map.includes(`\`${basename(file)}\``))).toEqual([]);
});

test("help and the Windows agent know every language: the compiler does not see them", () => {
  const shown = new Set(readFileSync("cli/help.ts", "utf8").match(/(?<=--lang )[a-z|]+/g));
  expect([...shown].map((tags) => tags.split("|").sort())).toEqual([[...LANGUAGE_TAGS].sort()]);
  const [, accepted = ""] =
    /\$Language -match '\^\(([a-z|]+)\)/.exec(readFileSync("agent/windows.ps1", "utf8")) ?? [];
  expect(accepted.split("|").sort()).toEqual([...LANGUAGE_TAGS].sort());
});

test("docs/data-protection.md has the numbers of the settings that decide how long things are kept", () => {
  const page = readFileSync("docs/data-protection.md", "utf8");
  const SETTINGS = {
    IKEFRAG_REPORT_DAYS: [DEFAULT_CONFIG.reportDays, "days"],
    IKEFRAG_CAPTURE_DAYS: [DEFAULT_CONFIG.captureDays, "days"],
    IKEFRAG_AUDIT_DAYS: [DEFAULT_CONFIG.auditDays, "days"],
    IKEFRAG_CASE_HOURS: [DEFAULT_CONFIG.caseHours, "hours"],
    IKEFRAG_SESSION_HOURS: [DEFAULT_CONFIG.sessionHours, "hours"],
    IKEFRAG_SESSION_IDLE_MINUTES: [DEFAULT_CONFIG.sessionIdleMinutes, "minutes"],
  } as const;
  const said = [...page.matchAll(/(\d+) (days|hours|minutes) \(`(IKEFRAG_\w+)`\)/g)];
  expect(new Set(said.map(([, , , name]) => name))).toEqual(new Set(Object.keys(SETTINGS)));
  for (const [, number, unit, name] of said)
    expect([Number(number), unit], name).toEqual(SETTINGS[name as keyof typeof SETTINGS]);
  // No number of days stands there that no setting decides, but those of others' services and of laws.
  const others = page.replace(/\d+ days \(`IKEFRAG_\w+`\)/g, "").match(/\b\d+ days\b/g) ?? [];
  expect([...new Set(others)].sort()).toEqual(["30 days", "7 days"]);
});

test("docs/evidence.md has a row for every format that is read, with what is known of it", () => {
  const rows = readFileSync("docs/evidence.md", "utf8")
    .split("\n")
    .flatMap((line) => {
      const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
      const id = /^`([a-z0-9-]+)`$/.exec(cells[5] ?? "")?.[1];
      return id === undefined ? [] : [{ id, known: cells[3] ?? "", command: cells[4] ?? "" }];
    });
  expect(rows.map(({ id }) => id).sort()).toEqual(FORMATS.map(({ id }) => id).sort());
  for (const { id, knownFrom } of FORMATS) {
    const { known = "", command = "" } = rows.find((row) => row.id === id) ?? {};
    expect(known.split(":")[0], id).toBe(knownFrom);
    expect(command, id).toMatch(/`[^`]+`/);
  }
});
