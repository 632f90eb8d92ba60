/**
 * `node test/bench/texts.ts`: pasted texts that are built to be expensive, for each format: time, and whether
 * a small heap does for each. What waits to be collected is no measure of that, for the runtime decides when
 * it collects: so each text is read once more in a thread that ends where it needs more.
 */
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { readPastedText } from "../../shared/evidence/text/read.ts";
import { hostileTexts } from "../support/hostile-texts.ts";

const MAX_MS = 250;
/** Of a whole thread: the program, the text and all that reading it takes. */
const MAX_HEAP_MB = 64;
/** The fastest of so many: other work on the machine makes all but the luckiest slower. */
const ROUNDS = 3;

/** Whether a text can be read by a thread of so much memory. */
const fits = (text: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const resourceLimits = { maxOldGenerationSizeMb: MAX_HEAP_MB };
    const thread = new Worker(new URL(import.meta.url), { workerData: text, resourceLimits });
    thread.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "ERR_WORKER_OUT_OF_MEMORY" ? resolve(false) : reject(error),
    );
    thread.once("exit", () => resolve(true));
  });

async function bench(only: string): Promise<boolean> {
  let slowest = 0;
  let allFit = true;
  console.log(
    `| hostile text | characters | ms | in a heap of ${MAX_HEAP_MB} MB |\n| --- | --- | --- | --- |`,
  );
  for (const { name, make } of hostileTexts()) {
    if (!name.includes(only)) continue;
    const text = make();
    let ms = Number.POSITIVE_INFINITY;
    for (let round = 0; round < ROUNDS; round++) {
      const began = process.cpuUsage();
      readPastedText({ name: "hostile", text });
      ms = Math.min(ms, process.cpuUsage(began).user / 1000);
    }
    const isRead = await fits(text);
    slowest = Math.max(slowest, ms);
    allFit &&= isRead;
    console.log(`| ${name} | ${text.length} | ${ms.toFixed(0)} | ${isRead ? "read" : "NOT READ"} |`);
  }
  const holds = slowest <= MAX_MS && allFit;
  console.log(
    `${holds ? "holds" : "FAILS"}: no hostile text takes more than ${MAX_MS} ms (${slowest.toFixed(0)} ms) or a heap of ${MAX_HEAP_MB} MB`,
  );
  return holds;
}

if (isMainThread) process.exitCode = (await bench(process.argv[2] ?? "")) ? 0 : 1;
else readPastedText({ name: "hostile", text: String(workerData) });
