/** The one clock of a run, so that a test can turn it by hand. */
export interface Clock {
  /** Milliseconds since the run began; never goes backwards. */
  nowMs(): number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
}

export function systemClock(): Clock {
  const beganAt = performance.now();
  const nowMs = () => performance.now() - beganAt;
  return {
    nowMs,
    async wait(milliseconds, signal) {
      const until = nowMs() + milliseconds;
      // Timers may fire up to a millisecond early; the gaps between datagrams are promised, not approximate.
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
