/** The body of a request while it arrives, and when nobody needs to go on with it. */
import type { AppContext } from "./context.ts";
import { Problem } from "./problem.ts";

/** A body on its way to us. */
export interface Incoming {
  /** Its bytes. It throws a `Problem` as soon as the rest will not come: `client-gone`, `shutting-down`. */
  body: AsyncIterable<Uint8Array>;
  /** Aborted with the same problem, for who is still busy with what came before. */
  signal: AbortSignal;
}

/** The problem of a service that is about to end. Behind a proxy, the next instance may answer at once. */
export const shuttingDown = (): Problem =>
  new Problem("shutting-down", { headers: { "Retry-After": "5", Connection: "close" } });

/**
 * The body of a request as it arrives. Whoever sends it may go away in the middle, which is no fault of the
 * service, and all work for it ends at once.
 */
export function incoming(c: AppContext): Incoming {
  const stop = new AbortController();
  return { body: arriving(c, stop), signal: stop.signal };
}

async function* arriving(c: AppContext, stop: AbortController): AsyncGenerator<Uint8Array> {
  const reader = c.req.raw.body?.getReader();
  if (reader === undefined) return;
  const gone = c.req.raw.signal;
  const over = c.var.shutdown?.isOver;
  const onGone = () => stop.abort(new Problem("client-gone"));
  const onOver = () => stop.abort(shuttingDown());
  const stopped = new Promise<never>((_, reject) => {
    stop.signal.addEventListener("abort", () => reject(stop.signal.reason), { once: true });
  });
  stopped.catch(() => {}); // it may happen between two reads
  gone.addEventListener("abort", onGone, { once: true });
  over?.addEventListener("abort", onOver, { once: true });
  if (gone.aborted) onGone();
  if (over?.aborted) onOver();
  try {
    for (;;) {
      stop.signal.throwIfAborted();
      const reading = reader.read().catch(() => {
        onGone();
        throw stop.signal.reason;
      });
      const { done, value } = await Promise.race([reading, stopped]);
      if (done) return;
      c.set("receivedBytes", (c.var.receivedBytes ?? 0) + value.length);
      yield value;
    }
  } finally {
    gone.removeEventListener("abort", onGone);
    over?.removeEventListener("abort", onOver);
    reader.cancel().catch(() => {});
  }
}
