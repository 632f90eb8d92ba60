/**
 * Loaded into the service by `upload.ts`: reports how much memory is in use at rest, and the most since then.
 * Memory is in use when a garbage collection leaves it. What waits to be collected is counted apart, for the
 * runtime decides on that.
 */
import { writeFileSync } from "node:fs";
import process from "node:process";

const SAMPLE_MS = 10;

interface InUse {
  liveMb: number;
  withGarbageMb: number;
}

function measure(): InUse {
  const total = (): number => {
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const withGarbageMb = total();
  globalThis.gc?.();
  return { liveMb: total(), withGarbageMb };
}

let idle = measure();
let peak = idle;
setInterval(() => {
  const now = measure();
  peak = {
    liveMb: Math.max(peak.liveMb, now.liveMb),
    withGarbageMb: Math.max(peak.withGarbageMb, now.withGarbageMb),
  };
}, SAMPLE_MS).unref();
process.on("message", (message) => {
  if (message === "idle") {
    idle = measure();
    peak = idle;
  } else {
    writeFileSync(process.env.HEAP_FILE ?? "heap.json", JSON.stringify({ idle, peak }));
  }
  process.send?.(message);
});
