/** The PowerShell agent as a text: its form, its words, and that no part of it does anything alone. */
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { windowsWords } from "../../../agent/words/windows.ts";
import {
  lint,
  noEngine,
  noEngineOfOurs,
  runEngine,
  WINDOWS_AGENT_FILE,
} from "../../support/windows-engine.ts";

const text = await readFile(WINDOWS_AGENT_FILE, "utf8");

test("the script is ASCII without a byte order mark, under 64 KiB, and has each placeholder once", () => {
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect(text.length).toBeLessThan(64 * 1024);
  for (const placeholder of ["__IKEFRAG_CODE__", "__IKEFRAG_URL__"])
    expect(text.split(placeholder)).toHaveLength(2);
});

test("the script is functions, and one call on the last line", () => {
  const outside = text
    .replace(/^function [\w-]+(\(.*\))? \{\n[\s\S]*?^\}\n/gm, "")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(outside).toEqual(["Start-Ikefrag @args"]);
  expect(text.endsWith("\nStart-Ikefrag @args\n")).toBe(true);
  expect(text).not.toMatch(/\$(host|args|input)\b/i);
  // It would close the window of somebody who runs it in their own PowerShell: only a file may end so.
  const ends = text.match(/^.*(?:^|[;{])\s*exit\b.*$/gim);
  expect(ends).toHaveLength(1);
  expect(ends?.[0]).toContain("{function:Start-Ikefrag}.File) { exit");
});

test("each word is served in both languages, and takes the values that the script gives it", () => {
  const en = windowsWords("en");
  const ja = windowsWords("ja");
  const used = new Set([...text.matchAll(/\$words\.(\w+)/g)].map(([, name = ""]) => name));
  expect([...used].sort()).toEqual(Object.keys(en).sort());
  const holes = (words = "") => [...words.matchAll(/\{\d*\}?|\}/g)].map(([hole]) => hole).sort();
  for (const name of Object.keys(en) as (keyof typeof en)[]) {
    expect(holes(ja[name]), name).toEqual(holes(en[name]));
    const formatted = text.includes(`$words.${name} -f `);
    expect(holes(en[name]).length > 0, name).toBe(formatted);
  }
  // What is said before the service is reached is the same as afterwards.
  const own = [...text.slice(0, text.indexOf("$run = @{")).matchAll(/^ {4}(\w+) = (?:'(.*)'|"(.*)")$/gm)];
  expect(own).toHaveLength(9);
  const [, early = ""] = /noService = \[regex\]::Unescape\('(.*)'\)/.exec(text) ?? [];
  expect(early).not.toBe("");
  expect(ja.noService.startsWith(JSON.parse(`"${early}"`))).toBe(true);
  for (const [, name = "", single, double] of own) expect(en).toMatchObject({ [name]: single ?? double });
});

test.skipIf(noEngineOfOurs)(
  "Windows PowerShell 5.1 on .NET Framework 4.6.2 would take all of it",
  async () => {
    expect(await lint(WINDOWS_AGENT_FILE)).toBe("");
  },
);

/** Runs each prefix as `irm | iex` would after a cut download, in one session. */
const RUN_PREFIXES = `
  $text = [IO.File]::ReadAllText($env:AGENT_FILE)
  $errors = $null
  $tree = [Management.Automation.Language.Parser]::ParseInput($text, [ref]$null, [ref]$errors)
  $isStatement = { $args[0] -is [Management.Automation.Language.StatementAst] }
  $ends = @($tree.FindAll($isStatement, $true) | ForEach-Object { $_.Extent.EndOffset } | Sort-Object -Unique)
  $random = New-Object Random 20261123
  $ends += @(1..200 | ForEach-Object { $random.Next(1, $text.Length) })
  $ends = @($ends | Where-Object { $_ -lt $text.TrimEnd().Length })
  $failures = 0
  if ($env:WHOLE) { $ends = $ends[0..9] }
  foreach ($end in $ends) {
    try { Invoke-Expression $text.Substring(0, $end) } catch { $failures++ }
  }
  [Console]::Error.WriteLine("RAN $($ends.Count)")
  if ($env:WHOLE) { Invoke-Expression $text }
`;

test.skipIf(noEngine).each([
  { name: "a prefix of the script does nothing, wherever the download was cut", whole: false },
  { name: "the whole script does something in the same session, so that this test can fail", whole: true },
])("$name", { timeout: 180_000 }, async ({ whole }) => {
  const commands = [
    "Invoke-WebRequest",
    "Invoke-RestMethod",
    "Write-Host",
    "Write-Output",
    "Read-Host",
    "Set-Content",
    "Get-UICulture",
  ];
  const { stdout, stderr, calls } = await runEngine({
    command: RUN_PREFIXES,
    standIns: commands.map((name) => `Register-StandIn ${name} { }`).join("\n"),
    env: { AGENT_FILE: WINDOWS_AGENT_FILE, ...(whole ? { WHOLE: "1" } : {}) },
  });
  expect(Number(/RAN (\d+)/.exec(stderr)?.[1])).toBeGreaterThan(whole ? 9 : 1_000);
  expect(stdout).toBe("");
  expect(calls.length > 0).toBe(whole);
});
