/**
 * Judges again what a laboratory kept: `node test/lab/judge-kept.ts DIR`, where DIR was given to `--keep`. It
 * takes seconds, needs no root, and says what changed since then.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { judgeBothEnds } from "./both-ends.ts";
import { SCENARIOS } from "./scenarios.ts";

const [directory] = process.argv.slice(2);
if (directory === undefined) throw new Error("Usage: node test/lab/judge-kept.ts DIR");
let wrong = 0;
let right = 0;
for (const name of (await readdir(directory)).toSorted()) {
  const scenario = SCENARIOS.find((s) => s.name === name);
  const file = join(directory, name, "result.json");
  if (!scenario || !existsSync(file)) continue;
  const { connectsBefore } = JSON.parse(await readFile(file, "utf8")) as { connectsBefore: boolean | null };
  const expected = `${scenario.expect.verdicts.join(" or ")}, ${scenario.expect.direction}, MTU ${scenario.expect.interfaceMtu}`;
  console.log(
    `\n## ${name}\n\n${scenario.story}; the VPN ${connectsBefore ? "connects" : "does not connect"}; ${expected}\n`,
  );
  for (const judged of await judgeBothEnds(scenario, join(directory, name), connectsBefore)) {
    const { of, verdict, confidence, direction, interfaceMtu, complaints } = judged;
    if (complaints.length === 0) right++;
    else wrong++;
    const mark = complaints.length === 0 ? "ok   " : "WRONG";
    const why = complaints.length === 0 ? "" : `: ${complaints.join("; ")}`;
    console.log(`- ${mark} ${of}: ${verdict} ${confidence} ${direction} ${interfaceMtu ?? "no MTU"}${why}`);
  }
}
console.log(`\n${right} passed, ${wrong} failed`);
