/**
 * A third language, added to a copy of the program as docs/architecture.md says, with one sentence missing
 * and one parameter wrong: the compiler refuses these two, and nothing else. So whatever else depends on
 * which languages there are takes a new one as it is.
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../../..");
let copy = "";

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "ikefrag-language-"));
  for (const name of ["agent", "api", "cli", "infra", "shared", "package.json", "tsconfig.json"])
    cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** Changes a file of the copy; what is to be replaced must be there. */
function edit(file: string, ...changes: [from: string | RegExp, to: string][]): void {
  let text = readFileSync(join(copy, file), "utf8");
  for (const [from, to] of changes) {
    const before = text;
    text = text.replace(from, to);
    expect(text, `${file}: ${from}`).not.toBe(before);
  }
  writeFileSync(join(copy, file), text);
}

/** A dictionary's sentences go into the new language as they are: the compiler does not read Japanese. */
const toGerman = (text: string) => text.replace(/\bja\b/g, "de").replace(/\bwindowsJa\b/g, "windowsDe");

test("the compiler refuses a missing sentence and a wrong parameter of a new language, and nothing else", () => {
  edit("shared/language.ts", [
    "  en: {",
    '  de: { ownName: "Deutsch", locale: "de", listJoiner: ", ", sentenceJoiner: " ", brackets: [" (", ")"] },\n  en: {',
  ]);
  const dictionaries = globSync("{agent,api,shared}/**/{ja.ts,ja/*.ts,windows-ja.ts}", { cwd: copy });
  expect(dictionaries.length).toBeGreaterThan(8);
  for (const file of dictionaries) {
    const german = file.replace(/\bja\b/, "de");
    cpSync(join(copy, file), join(copy, german));
    writeFileSync(join(copy, german), toGerman(readFileSync(join(copy, german), "utf8")));
  }
  // The places where dictionaries are put together: one line beside each Japanese one.
  for (const file of globSync("{agent,api,cli,shared}/**/*.ts", { cwd: copy })) {
    const text = readFileSync(join(copy, file), "utf8");
    if (dictionaries.includes(file) || !/\{ en, ja \}|\.\.\.ja/.test(text)) continue;
    const twice = (whole: string) => whole + toGerman(whole.replace(/\bja(?=[A-Z])/g, "de"));
    const added = text
      .replace(/^import (?!\{ en, ja \}).*\bja\b.*\n/gm, twice)
      .replace(/^export const ja = \{\n(?: {2}\.\.\..*\n)*\};\n/gm, twice)
      .replace(/^ {2}ja: \{ \.\.\.ja,.*\n/gm, twice)
      .replaceAll("{ en, ja }", /^import .*\bja\b/m.test(text) ? "{ en, ja, de }" : "{ en, ja, de: ja }");
    writeFileSync(join(copy, file), added);
  }
  edit("shared/text/de/warnings.ts", ["{packets}", "{packet}"]);
  edit("api/pages/text/de/common.ts", [/ {2}copied: .*\n/, ""]);

  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "--noEmit", "--pretty", "false", "-p", copy], {
    cwd: copy,
    encoding: "utf8",
  });
  const errors = stdout.split(/\n(?=\S)/).filter((text) => text !== "");
  expect(errors).toHaveLength(2);
  expect(errors[0]).toMatch(/^api\/pages\/text\/de\/common\.ts[\s\S]*Property 'copied' is missing/);
  expect(errors[1]).toMatch(/^shared\/text\/de\/warnings\.ts.*\{packet\}.*"packets"/);
}, 60_000);
