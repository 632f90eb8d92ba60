/**
 * `node --expose-gc test/bench/texts.ts`: pasted texts that are built to be expensive, for each format: time
 * and memory.
 */
import { readPastedText } from "../../shared/evidence/text/read.ts";
import { hostileTexts } from "../support/hostile-texts.ts";

const MAX_MS = 250;
const MAX_HEAP_MB = 64;
/** The fastest of so many: other work on the machine makes all but the luckiest slower. */
const ROUNDS = 3;

const [only = ""] = process.argv.slice(2);
let slowest = 0;
let largest = 0;
console.log("| hostile text | characters | ms | heap MB |\n| --- | --- | --- | --- |");
for (const { name, make } of hostileTexts()) {
  if (!name.includes(only)) continue;
  const text = make();
  let ms = Number.POSITIVE_INFINITY;
  let heapMb = 0;
  for (let round = 0; round < ROUNDS; round++) {
    globalThis.gc?.();
    const before = process.memoryUsage().heapUsed;
    const began = process.cpuUsage();
    const read = readPastedText({ name: "hostile", text });
    ms = Math.min(ms, process.cpuUsage(began).user / 1000);
    heapMb = Math.max(heapMb, (process.memoryUsage().heapUsed - before) / 1e6);
    if (read.notUnderstood.length < 0) throw new Error("never");
  }
  slowest = Math.max(slowest, ms);
  largest = Math.max(largest, heapMb);
  console.log(`| ${name} | ${text.length} | ${ms.toFixed(0)} | ${heapMb.toFixed(1)} |`);
}
const holds = slowest <= MAX_MS && largest <= MAX_HEAP_MB;
console.log(
  `${holds ? "holds" : "FAILS"}: no hostile text above ${MAX_MS} ms or ${MAX_HEAP_MB} MB: ${slowest.toFixed(0)} ms, ${largest.toFixed(0)} MB`,
);
process.exitCode = holds ? 0 : 1;
