/** Takes the output of a program that records until it is told to end. */
import { notStarted, type ProgramResult, startProgram } from "./program.ts";

/** What came of a recording. */
export type Recording =
  | { status: "recorded"; output: Uint8Array }
  /** The program ended, or was ended, before it wrote anything. */
  | { status: "failed"; errors: string }
  | Extract<ProgramResult, { status: "missing" | "refused" }>;

/** How long to record, and how much. */
export interface RecordingOptions {
  signal: AbortSignal;
  /** After this many bytes the program is ended. */
  maxBytes: number;
  /**
   * Called when the program has written its first bytes. When its promise settles, the program is ended. The
   * signal is aborted when the program ends by itself.
   */
  during(ended: AbortSignal): Promise<void>;
}

const FIRST_BYTES_WITHIN_MS = 10_000;
/** What the kernel still holds for the program is wanted too. */
const LAST_BYTES_WITHIN_MS = 300;
/** How long a program may take to end before it is killed. */
const END_WITHIN_MS = 2_000;

/**
 * Takes what a program writes until it is told to end. Keeps it in memory only, and ends the child.
 *
 * @throws the signal's reason once it is aborted and the child is gone
 */
export async function recordOutput(
  file: string,
  programArguments: readonly string[],
  { signal, maxBytes, during }: RecordingOptions,
): Promise<Recording> {
  signal.throwIfAborted();
  let child: ReturnType<typeof startProgram>;
  try {
    child = startProgram(file, programArguments);
  } catch (error) {
    return notStarted(file, error);
  }
  const output: Buffer[] = [];
  let bytes = 0;
  let errors = "";
  let meanwhile: Promise<void> | null = null;
  const ended = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const after = (milliseconds: number) =>
    void timers.push(setTimeout(() => child.kill("SIGKILL"), milliseconds));
  const end = () => {
    timers.push(setTimeout(() => child.kill("SIGINT"), LAST_BYTES_WITHIN_MS));
    after(END_WITHIN_MS);
  };
  after(FIRST_BYTES_WITHIN_MS);
  const onAbort = () => child.kill("SIGKILL");
  signal.addEventListener("abort", onAbort, { once: true });

  child.stdout.on("data", (chunk: Buffer) => {
    if (meanwhile === null) {
      for (const timer of timers.splice(0)) clearTimeout(timer);
      meanwhile = during(ended.signal).finally(end);
      meanwhile.catch(() => {});
    }
    const taken = chunk.subarray(0, maxBytes - bytes);
    output.push(taken);
    bytes += taken.length;
    if (bytes >= maxBytes) child.kill("SIGKILL");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-2_000);
  });
  try {
    const failure = await new Promise<Error | null>((resolve) => {
      child.once("error", resolve).once("close", () => resolve(null));
    });
    ended.abort(new Error(`${file} has ended`));
    signal.throwIfAborted();
    if (failure) return notStarted(file, failure);
    if (meanwhile === null) return { status: "failed", errors: errors.trim() };
    await meanwhile;
    return { status: "recorded", output: Buffer.concat(output) };
  } finally {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
}
