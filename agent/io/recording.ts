import { notStarted, type ProgramResult, startProgram } from "./program.ts";

export type Recording =
  | { status: "recorded"; output: Uint8Array }
  /** It ended, or had to be ended, before it wrote anything. */
  | { status: "failed"; errors: string }
  | Extract<ProgramResult, { status: "missing" | "refused" }>;

export interface RecordingOptions {
  signal: AbortSignal;
  /** More than this is not taken: then the program is ended. */
  maxBytes: number;
  /** Begun when the program has written its first bytes; when it settles, the program is ended. Its signal says that the program has. */
  during(ended: AbortSignal): Promise<void>;
}

const FIRST_BYTES_WITHIN_MS = 10_000;
/** From being asked to end to being made to. */
const END_WITHIN_MS = 2_000;

/**
 * Takes what a program writes until it is told to end, in memory alone, and leaves no child behind.
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
    child.kill("SIGINT");
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
