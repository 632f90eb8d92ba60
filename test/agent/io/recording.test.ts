/** Recording programs that end by themselves, too late, or not at all. */
import { expect, test } from "vitest";
import { type RecordingOptions, recordOutput } from "../../../agent/io/recording.ts";

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

const shell = (script: string, more: Partial<RecordingOptions> = {}) =>
  recordOutput("sh", ["-c", script], {
    signal: new AbortController().signal,
    maxBytes: 1_000_000,
    during: aborted,
    ...more,
  });

test("recordOutput() takes what was written, until it is told to end", async () => {
  const recording = await shell("printf abc; exec sleep 600", { during: async () => {} });
  expect(recording).toEqual({ status: "recorded", output: Buffer.from("abc") });
});

test("recordOutput() takes so many bytes and not one more, and ends the program then", async () => {
  const recording = await shell("exec cat /dev/zero", { maxBytes: 100_001 });
  expect(recording).toEqual({ status: "recorded", output: Buffer.alloc(100_001) });
});

test("recordOutput() makes a program end that does not heed the first request", async () => {
  const deaf = "trap '' INT; printf abc; exec sleep 600";
  expect(await shell(deaf, { during: async () => {} })).toMatchObject({ status: "recorded" });
});

test("recordOutput() ends what goes on meanwhile when the program ends", async () => {
  const reasons: unknown[] = [];
  const during = async (ended: AbortSignal) => {
    await aborted(ended);
    reasons.push(ended.reason);
  };
  await shell("printf abc", { during });
  expect(reasons).toEqual([new Error("sh has ended")]);
});

test("recordOutput() begins nothing where the program writes nothing, and gives its last words", async () => {
  let begun = 0;
  const during = async () => void begun++;
  const failed = await shell("echo 'no such device' >&2; exit 1", { during });
  expect(failed).toEqual({ status: "failed", errors: "no such device" });
  const { signal } = new AbortController();
  const missing = await recordOutput("ikefrag-no-such-program", [], { signal, maxBytes: 1, during });
  expect(missing).toMatchObject({ status: "missing" });
  expect(begun).toBe(0);
});

test("recordOutput() throws the signal's reason, once the program is gone", async () => {
  const stop = new AbortController();
  const during = async (ended: AbortSignal) => {
    stop.abort(new Error("interrupted"));
    await aborted(ended);
  };
  const recording = shell("printf abc; exec sleep 600", { signal: stop.signal, during });
  await expect(recording).rejects.toThrow("interrupted");
  const signal = AbortSignal.abort(new Error("before"));
  await expect(shell("printf abc", { signal })).rejects.toThrow("before");
});

test("recordOutput() passes on what goes wrong meanwhile, and leaves no program behind", async () => {
  const during = async () => {
    throw new Error("our mistake");
  };
  await expect(shell("printf abc; exec sleep 600", { during })).rejects.toThrow("our mistake");
});
