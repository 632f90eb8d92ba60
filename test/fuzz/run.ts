/**
 * `node test/fuzz/run.ts SECONDS [TARGET…]`: fuzzes each target for so many seconds, two of them at a time.
 * Exits with 1 when something is found, and prints the input.
 */
import { spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { toHex } from "../../shared/bytes/hex.ts";
import { Find } from "./find.ts";
import { propertyTargets, RUNS_OF_A_PROPERTY, targets } from "./targets.ts";

const AT_A_TIME = 2;
const RUNS_BETWEEN_LOOKS = 20;

type Target = (typeof targets)[number];

const [secondsText = "60", ...names] = process.argv.slice(2);
const seconds = Number(secondsText);
const chosen = names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name));
if (!(seconds > 0) || chosen.length === 0) {
  console.error(`usage: node test/fuzz/run.ts SECONDS [${targets.map(({ name }) => name).join("|")}]…`);
  process.exit(2);
}
const [only, ...others] = chosen;
process.exitCode = only && others.length === 0 ? fuzz(only) : await fuzzAll(chosen);

/**
 * Each target has a process of its own, so that one that hangs or fills the memory does not stop the others.
 */
async function fuzzAll(all: readonly Target[]): Promise<number> {
  const waiting = [...all];
  let failed = 0;
  const work = async (): Promise<void> => {
    for (let target = waiting.shift(); target; target = waiting.shift()) {
      const script = fileURLToPath(import.meta.url);
      const child = spawn(process.execPath, [script, String(seconds * (target.share ?? 1)), target.name], {
        stdio: "inherit",
      });
      const code = await new Promise((resolve) => child.once("exit", resolve));
      if (code !== 0) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  console.log(`${all.length - failed} passed, ${failed} failed`);
  return failed > 0 ? 1 : 0;
}

function fuzz(target: Target): number {
  const firstSeed = (Date.now() ^ (process.pid << 8)) >>> 0;
  const ends = performance.now() + seconds * 1000;
  const runsEach = propertyTargets.has(target.name) ? RUNS_OF_A_PROPERTY : 1;
  let runs = 0;
  let seed = firstSeed;
  try {
    while (performance.now() < ends) {
      for (let i = 0; i < RUNS_BETWEEN_LOOKS; i++) {
        seed = (seed + 1) >>> 0;
        target.run(seed);
        runs += runsEach;
      }
    }
  } catch (error) {
    console.error(`${target.name}: found with seed ${seed} after ${runs} executions`);
    if (error instanceof Find) console.error(`input: ${toHex(error.input)}`);
    console.error(error instanceof Error ? error.message : error);
    return 1;
  }
  console.log(`${target.name}: ${runs} executions in ${seconds} s, none of them a find`);
  return 0;
}
