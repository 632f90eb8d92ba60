/**
 * Pages that change while somebody looks at them: server-sent events for a page in front, and the same as one
 * JSON answer for a page in the background. Neither keeps a session from ending when nobody is there
 * (api/auth/authenticate.ts).
 */
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";

/** What a page learns: whether it is still right, and what to say where it is not. */
export interface LiveNews {
  /** Of what the page shows; another one means that it shows something else now. */
  stamp: string;
  /** How many reports there are. */
  reports: number;
  /** For screen readers, and for whoever looks elsewhere: what happened last. */
  says: string;
}

/** How often a stream looks whether the service ends, and how often whether there is news. */
const TICK_MS = 1_000;
const TICKS_A_LOOK = 2;
/** A stream ends by itself and the browser asks again: so its caller is known anew, and no proxy cuts it. */
const TICKS_A_STREAM = 50;
/** Streams at a time, of one instance. Whoever comes then is told how it stands, and asks again later. */
const MOST_STREAMS = 200;
const RETRY_MS = 2_000;
const RETRY_LATER_MS = 15_000;

const streams = new WeakMap<Deps, number>();

/**
 * Answers with news as they come, or once where the caller takes JSON.
 *
 * @param look what there is now; where it throws, the stream ends and the browser asks again
 */
export async function liveNews(deps: Deps, c: AppContext, look: () => Promise<LiveNews>): Promise<Response> {
  const first = await look();
  if (!(c.req.header("accept") ?? "").includes("text/event-stream")) return c.json(first);
  const open = streams.get(deps) ?? 0;
  const isFull = open >= MOST_STREAMS;
  const encoder = new TextEncoder();
  let isOver = false;
  const close = () => {
    if (isOver) return;
    isOver = true;
    if (!isFull) streams.set(deps, (streams.get(deps) ?? 1) - 1);
  };
  if (!isFull) streams.set(deps, open + 1);
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      let last = JSON.stringify(first);
      send(`retry: ${isFull ? RETRY_LATER_MS : RETRY_MS}\ndata: ${last}\n\n`);
      const follow = async () => {
        for (let tick = 1; tick < TICKS_A_STREAM; tick++) {
          await new Promise((ready) => setTimeout(ready, TICK_MS));
          if (isOver || deps.shutdown?.hasBegun) return;
          if (tick % TICKS_A_LOOK !== 0) continue;
          const now = JSON.stringify(await look());
          if (isOver) return;
          // A comment where nothing is new: that is how a browser that has gone is noticed.
          send(now === last ? ":\n\n" : `data: ${now}\n\n`);
          last = now;
        }
      };
      const end = () => {
        if (!isOver) controller.close();
        close();
      };
      if (isFull) end();
      else void follow().then(end, end);
    },
    cancel: close,
  });
  return c.body(body, 200, {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    // Nginx holds answers back otherwise.
    "X-Accel-Buffering": "no",
  });
}
