/** `node test/fuzz/run.ts SECONDS [TARGET…]`: so long for each target; ends with 1 and the input at the first find. */
import { toHex } from "../../shared/bytes/hex.ts";
import { Find, propertyTargets, RUNS_OF_A_PROPERTY, targets } from "./targets.ts";

const [secondsText = "60", ...names] = process.argv.slice(2);
const seconds = Number(secondsText);
const chosen = names.length === 0 ? targets : targets.filter(({ name }) => names.includes(name));
if (!(seconds > 0) || chosen.length === 0) {
  console.error(`usage: node test/fuzz/run.ts SECONDS [${targets.map(({ name }) => name).join("|")}]…`);
  process.exit(2);
}

let total = 0;
for (const target of chosen) {
  const firstSeed = (Date.now() ^ (process.pid << 8)) >>> 0;
  const ends = performance.now() + seconds * 1000;
  const runsEach = propertyTargets.has(target.name) ? RUNS_OF_A_PROPERTY : 1;
  let runs = 0;
  let seed = firstSeed;
  try {
    while (performance.now() < ends) {
      for (let i = 0; i < 20; i++) {
        seed = (seed + 1) >>> 0;
        target.run(seed);
        runs += runsEach;
      }
    }
  } catch (error) {
    console.error(`${target.name}: found with seed ${seed} after ${runs} executions`);
    if (error instanceof Find) console.error(`input: ${toHex(error.input)}`);
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
  total += runs;
  console.log(`${target.name}: ${runs} executions in ${seconds} s, none of them a find`);
}
console.log(`${total} executions`);
