/** Gives spans to a collector over OTLP/HTTP. A service never waits for it, and does without it. */
import type { Config, LogEntry } from "../deps.ts";
import { type RequestSpan, type Traces, toOtlp } from "../http/traces.ts";

/** Where a collector is. */
type Collector = NonNullable<Config["traces"]>;

const MOST_WAITING = 2_048;
const MOST_AT_A_TIME = 512;
const TIMEOUT_MS = 10_000;
const SAID_EVERY_MS = 60_000;

/** Keeps spans until they are sent; those that are too many are dropped. */
export class TraceExporter implements Traces {
  readonly #collector: Collector;
  readonly #log: (entry: LogEntry) => void;
  #waiting: RequestSpan[] = [];
  #dropped = 0;
  #saidAtMs = Number.NEGATIVE_INFINITY;
  #sending: Promise<void> = Promise.resolve();

  constructor(collector: Collector, log: (entry: LogEntry) => void) {
    this.#collector = collector;
    this.#log = log;
  }

  add(span: RequestSpan): void {
    if (this.#waiting.length >= MOST_WAITING) this.#dropped++;
    else this.#waiting.push(span);
  }

  /** Sends what waits, in turn. It does not throw: what cannot be sent is dropped, and said once a minute. */
  flush(): Promise<void> {
    this.#sending = this.#sending.then(async () => {
      while (this.#waiting.length > 0) {
        const spans = this.#waiting.splice(0, MOST_AT_A_TIME);
        const why = await this.#send(spans);
        if (why !== null) this.#dropped += spans.length;
        if (why !== null) this.#say(why);
      }
    });
    return this.#sending;
  }

  async #send(spans: RequestSpan[]): Promise<string | null> {
    const { url, headers, serviceName } = this.#collector;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: toOtlp(spans, serviceName),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
      return answer.ok ? null : `it answers with status ${answer.status}`;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #say(why: string): void {
    if (performance.now() - this.#saidAtMs < SAID_EVERY_MS) return;
    this.#saidAtMs = performance.now();
    const { origin } = new URL(this.#collector.url);
    const message = `Cannot give traces to the collector at ${origin}: ${why}. ${this.#dropped} spans are lost`;
    this.#log({ level: "error", message });
  }
}
