/**
 * The version stands in five places, as the agents and the pure core import nothing for it. Here they are
 * compared.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "../agent/version.ts";
import packageJson from "../package.json" with { type: "json" };
import { ANALYZER } from "../shared/diagnose/diagnose.ts";

const POSIX_AGENT = readFileSync(new URL("../agent/posix.sh", import.meta.url), "utf8");
const WINDOWS_AGENT = readFileSync(new URL("../agent/windows.ps1", import.meta.url), "utf8");

test("the agents and the analyzer have the package's version", () => {
  const { version } = packageJson;
  expect(VERSION).toBe(version);
  expect(/\bVersion = '([^']*)'/.exec(WINDOWS_AGENT)?.[1]).toBe(version);
  expect(/\bversion='([^']*)'/.exec(POSIX_AGENT)?.[1]).toBe(version);
  expect(ANALYZER).toBe(`ikefrag ${version}`);
});
