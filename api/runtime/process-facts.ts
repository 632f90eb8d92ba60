/** What a process of Node or Deno says of itself, for `/metrics`. */
import process from "node:process";
import type { Metrics, ProcessFacts } from "../metrics.ts";

const LOOK_EVERY_MS = 250;

/** What it uses now, and has used since its start. */
export function processFacts(): ProcessFacts {
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  return {
    residentBytes: rss,
    heapBytes: heapUsed,
    cpuSeconds: (user + system) / 1e6,
    startedAtSeconds: Date.now() / 1_000 - process.uptime(),
  };
}

/** Measures how much later than asked a timer comes. @returns what ends it */
export function watchEventLoop({ eventLoopLag }: Metrics): () => void {
  let dueAtMs = performance.now() + LOOK_EVERY_MS;
  const timer = setInterval(() => {
    const nowMs = performance.now();
    eventLoopLag.observe([], Math.max(0, nowMs - dueAtMs) / 1_000);
    dueAtMs = nowMs + LOOK_EVERY_MS;
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
