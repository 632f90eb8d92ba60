/** Sends what is due to webhooks, on runtimes where a process stays: at its time, and at once when woken. */
import type { Deps } from "../deps.ts";
import { deliver } from "../webhooks/deliver.ts";

/** Another instance, or a clock that was set, may have changed what is due: it is looked after so long. */
const LONGEST_WAIT_MS = 60_000;
/** What is due and yet not sent, for somebody else is at it, is looked at again after so long. */
const SHORTEST_WAIT_MS = 1_000;

/** Runs `deliver`, never twice at the same time. */
export class WebhookTimer {
  readonly #deps: Deps;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #isWoken = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Sends what is due, now or as soon as what is being sent has been. */
  wake(): void {
    this.#isWoken = true;
    this.#running ??= this.#run();
  }

  /** Once the service has begun its end. @returns when nothing is on its way any more */
  async stop(): Promise<void> {
    await this.#running;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    let waitMs = LONGEST_WAIT_MS;
    try {
      do {
        this.#isWoken = false;
        await deliver(this.#deps);
        const next = await this.#deps.webhooks.nextDue();
        const dueMs = next === null ? LONGEST_WAIT_MS : Date.parse(next) - this.#deps.now().getTime();
        waitMs = Math.min(Math.max(dueMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
      } while (this.#isWoken);
    } catch (error) {
      this.#deps.log({ level: "error", message: `Cannot send to webhooks: ${String(error)}` });
    }
    this.#running = null;
    if (this.#deps.shutdown?.hasBegun) return;
    this.#timer = setTimeout(() => this.wake(), waitMs);
    this.#timer.unref();
  }
}
