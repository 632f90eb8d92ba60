/** Runs programs for the laboratory, and undoes at the end whatever they changed. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** In every name that a laboratory gives: whose it is, so that several at once leave each other alone. */
export const OWNER = process.pid.toString(36);

/** A directory of its own for files that go when it does. */
export const scratchDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), `ikefrag-lab.${OWNER}.`));

/**
 * What has to be undone, the latest first: once, whatever happens. Each undoing is on its own, so that one
 * that fails leaves the others their turn.
 */
export class Cleanup {
  readonly #undo: (() => Promise<void> | void)[] = [];
  #undoing: Promise<void> | null = null;

  /** Before the thing to be undone is begun: then nothing begins any more once all is being undone. */
  add(undo: () => Promise<void> | void): void {
    if (this.#undoing) throw new Error("Cannot begin: the laboratory is being cleaned up");
    this.#undo.push(undo);
  }

  /** However often it is asked for, it is done once, and everybody waits for its end. */
  run(): Promise<void> {
    this.#undoing ??= this.#undoAll();
    return this.#undoing;
  }

  async #undoAll(): Promise<void> {
    for (let undo = this.#undo.pop(); undo; undo = this.#undo.pop()) {
      try {
        await undo();
      } catch (error) {
        console.error(`Cannot clean up: ${(error as Error).message}`);
      }
    }
  }
}

export interface Output {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end; any exit code is an answer. */
export async function run(file: string, programArguments: string[], timeoutMs = 120_000): Promise<Output> {
  try {
    const options = { timeout: timeoutMs, maxBuffer: 32 * 1024 * 1024, killSignal: "SIGKILL" as const };
    return { exitCode: 0, ...(await execute(file, programArguments, options)) };
  } catch (error) {
    const { code, stdout = "", stderr = "" } = error as { code?: unknown; stdout?: string; stderr?: string };
    if (typeof code === "number") return { exitCode: code, stdout, stderr };
    throw new Error(
      `Cannot run ${file} ${programArguments.join(" ")}: ${(error as Error).message} ${stderr}`,
    );
  }
}

/** Runs a program that has to succeed. */
export async function must(file: string, ...programArguments: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(file, programArguments);
  if (exitCode !== 0)
    throw new Error(`Cannot run ${file} ${programArguments.join(" ")}: ${stderr.trim() || exitCode}`);
  return stdout;
}

/** A program that runs until the cleanup stops it, by its pid. */
export interface Daemon {
  child: ChildProcess;
  /** What it has said so far on both outputs. */
  said(): string;
  /** Waits until it has said something that matches; rejects when it ends first or takes longer. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
}

export function startDaemon(
  cleanup: Cleanup,
  file: string,
  programArguments: string[],
  env: Record<string, string> = {},
): Daemon {
  const child = spawn(file, programArguments, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    // Its own process group: a Ctrl-C reaches the laboratory first, which then stops everything in order.
    detached: true,
  });
  let text = "";
  const heard = new Set<() => void>();
  const hear = (chunk: Buffer) => {
    text += chunk.toString();
    for (const listener of heard) listener();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const ended = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(`it ended with ${code ?? signal}`));
  });
  cleanup.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    child.kill("SIGTERM");
    const giveUp = setTimeout(() => child.kill("SIGKILL"), 3_000);
    await ended;
    clearTimeout(giveUp);
  });
  return {
    child,
    said: () => text,
    says: async (pattern, timeoutMs = 15_000) => {
      let listener = () => {};
      let timeout: NodeJS.Timeout | undefined;
      const matched = new Promise<RegExpExecArray>((resolve) => {
        listener = () => {
          const match = pattern.exec(text);
          if (match) resolve(match);
        };
        heard.add(listener);
        listener();
      });
      const missing = (reason: string): never => {
        throw new Error(
          `Cannot wait for ${file} to say ${pattern}: ${reason}; it said:\n${text.slice(-2_000)}`,
        );
      };
      const tooLate = new Promise<string>((resolve) => {
        timeout = setTimeout(resolve, timeoutMs, `${timeoutMs} ms are over`);
      });
      try {
        return await Promise.race([matched, ended.then(missing), tooLate.then(missing)]);
      } finally {
        heard.delete(listener);
        clearTimeout(timeout);
      }
    },
  };
}
