/**
 * The README shows what the program prints and draws. After a change of words, `npm run readme` writes both
 * again.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PICTURE_FILE, README_FILE, storyOutput, storyPicture, withOutput } from "./support/write-readme.ts";

test("the README quotes what the program prints of the seed story", () => {
  const readme = readFileSync(README_FILE, "utf8");
  expect(readme).toBe(withOutput(readme, storyOutput()));
});

test("the README's picture is the program's drawing of the seed story", async () => {
  expect(readFileSync(PICTURE_FILE, "utf8")).toBe(await storyPicture());
});
