/** The hashes in the repository are those of what the source gives, and stay when a version is out. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { VERSION } from "../../api/cases/release-files.ts";
import { builtHashes, RELEASES_FILE, readReleases, withRow } from "../../infra/release-hashes.ts";

const root = join(import.meta.dirname, "../..");
const [row, ...older] = await readReleases();

test("this version's hashes are those of the built agents", async () => {
  const mend =
    row?.released === null
      ? "an agent has changed: npm run hashes"
      : `an agent has changed after ${VERSION} was released: give it a new version in package.json`;
  expect(row?.version, "npm run hashes").toBe(VERSION);
  expect(row?.files, `${RELEASES_FILE}: ${mend}`).toEqual(await builtHashes());
});

test("every version before this one is out, and the changelog has the day of each", async () => {
  const changelog = await readFile(join(root, "CHANGELOG.md"), "utf8");
  expect(older.filter(({ released }) => released === null)).toEqual([]);
  for (const { version, released } of [row, ...older].filter((each) => each?.released) as typeof older)
    expect(changelog, version).toContain(`## [${version}] ${released}`);
  expect(changelog.includes(`## [Unreleased] ${VERSION}`)).toBe(row?.released === null);
});

test("a row follows the source until its version is out, and never changes afterwards", () => {
  const [first, second] = [{ "ikefrag.ps1": "aa" }, { "ikefrag.ps1": "bb" }];
  const moving = withRow(withRow([], "1.0.0", first, null), "1.0.0", second, null);
  expect(moving).toEqual([{ version: "1.0.0", released: null, files: second }]);
  const out = withRow(moving, "1.0.0", second, "2027-01-31");
  expect(withRow(out, "1.0.0", second, null)).toEqual(out);
  expect(() => withRow(out, "1.0.0", first, null)).toThrow(
    "Cannot change the hashes of 1.0.0: it was released on 2027-01-31",
  );
  expect(withRow(out, "1.1.0", first, null)).toEqual([
    { version: "1.1.0", released: null, files: first },
    ...out,
  ]);
});

test("what is hashed has the same bytes from a checkout on Windows", async () => {
  const attributes = await readFile(join(root, ".gitattributes"), "utf8");
  expect(attributes).toMatch(/^agent\/\*\* text eol=lf$/m);
});
