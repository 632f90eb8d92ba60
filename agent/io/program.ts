import { spawn } from "node:child_process";
import { env } from "node:process";
import { decodeConsole } from "./console-text.ts";

/** How a program of the system ended. Only a cut-off by the run's own signal is thrown. */
export type ProgramResult =
  | { status: "finished"; exitCode: number | null; output: string; errors: string }
  | { status: "timed-out"; output: string; errors: string }
  | { status: "missing"; detail: string }
  | { status: "refused"; detail: string };

export interface ProgramOptions {
  signal: AbortSignal;
  timeoutMs: number;
}

export type RunProgram = (
  file: string,
  programArguments: readonly string[],
  options: ProgramOptions,
) => Promise<ProgramResult>;

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;

/**
 * Runs a program of the system without a shell, and leaves no child behind.
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
      return resolve(notStarted(file, error)); // Deno throws here when it may not run programs
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

/** Starts a program of the system without a shell; its input is empty. */
export function startProgram(file: string, programArguments: readonly string[]) {
  return spawn(file, [...programArguments], {
    stdio: ["ignore", "pipe", "pipe"],
    windowsHide: true,
    // Where a program speaks the user's language, ask for the plain one; Windows programs ignore this.
    env: { ...env, LC_ALL: "C", LANG: "C" },
  });
}

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
