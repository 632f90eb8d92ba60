/** Runs programs of the system, without a shell. */
import { spawn } from "node:child_process";
import { env } from "node:process";
import { decodeConsole } from "./console-text.ts";

/** How a program ended. Only the abort of the run's own signal is thrown instead. */
export type ProgramResult =
  | { status: "finished"; exitCode: number | null; output: string; errors: string }
  | { status: "timed-out"; output: string; errors: string }
  | { status: "missing"; detail: string }
  | { status: "refused"; detail: string };

/** What ends a program early. */
export interface ProgramOptions {
  signal: AbortSignal;
  timeoutMs: number;
}

/** Runs a program to its end; a test can replace it. */
export type RunProgram = (
  file: string,
  programArguments: readonly string[],
  options: ProgramOptions,
) => Promise<ProgramResult>;

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * Runs a program to its end, and leaves no child process behind.
 *
 * @throws the signal's reason once it is aborted and the child is gone
 */
export const runProgram: RunProgram = (file, programArguments, { signal, timeoutMs }) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let child: ReturnType<typeof startProgram>;
    try {
      child = startProgram(file, programArguments);
    } catch (error) {
      return resolve(notStarted(file, error)); // Deno throws here if it may not run programs
    }
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    let bytes = 0;
    let timedOut = false;
    const keep = (into: Buffer[]) => (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) into.push(chunk);
      else child.kill("SIGKILL");
    };
    child.stdout.on("data", keep(output));
    child.stderr.on("data", keep(errors));
    const onAbort = () => child.kill("SIGKILL");
    signal.addEventListener("abort", onAbort, { once: true });
    const timeout = setTimeout(() => {
      timedOut = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    const settle = (result: ProgramResult) => {
      clearTimeout(timeout);
      signal.removeEventListener("abort", onAbort);
      if (signal.aborted) reject(signal.reason);
      else resolve(result);
    };
    child.on("error", (error) => settle(notStarted(file, error)));
    child.on("close", (exitCode) => {
      const texts = {
        output: decodeConsole(Buffer.concat(output)),
        errors: decodeConsole(Buffer.concat(errors)),
      };
      settle(timedOut ? { status: "timed-out", ...texts } : { status: "finished", exitCode, ...texts });
    });
  });

/** Starts a program; its input is empty. */
export function startProgram(file: string, programArguments: readonly string[]) {
  return spawn(file, [...programArguments], {
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    // Asks programs for untranslated output. Windows programs ignore this.
    env: { ...env, LC_ALL: "C", LANG: "C" },
  });
}

/** Why a program did not start: it does not exist, or the system refused it. */
export function notStarted(
  file: string,
  error: unknown,
): Extract<ProgramResult, { status: "missing" | "refused" }> {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (code === "ENOENT")
    return { status: "missing", detail: `Cannot start ${file}: there is no such program` };
  const reason = error instanceof Error ? error.message : String(error);
  return { status: "refused", detail: `Cannot start ${file}: ${reason}` };
}
