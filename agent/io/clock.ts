/** Time as a run knows it: one clock for all steps, which a test can turn by hand. */

/** The clock of a run. */
export interface Clock {
  /** Milliseconds since the run began; never goes backwards. */
  nowMs(): number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The real clock, which begins now. */
export function systemClock(): Clock {
  const beganAt = performance.now();
  const nowMs = () => performance.now() - beganAt;
  return {
    nowMs,
    async wait(milliseconds, signal) {
      const until = nowMs() + milliseconds;
      // Timers may fire up to 1 ms early, but the gaps between datagrams must not become shorter.
      for (let left = milliseconds; left > 0; left = until - nowMs()) await timer(Math.ceil(left), signal);
    },
  };
}

function timer(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(handle);
      reject(signal.reason);
    };
    const handle = setTimeout(() => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
