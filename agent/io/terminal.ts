/** The terminal at which a person reads and answers. */
import { openSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { ReadStream } from "node:tty";

/**
 * Where a person reads and answers. The result is apart from all else, so that scripts get only the result.
 */
export interface Terminal {
  /** A line of the result. */
  result(line: string): void;
  /** A line for the person. */
  say(line: string): void;
  /** Replaces the last progress; `null` removes it. Only on a terminal, and not during a question. */
  progress(line: string | null): void;
  /** The answer; `null` when there is nobody to ask. Rejects with the signal's reason once it is aborted. */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
}

/** The terminal of this process. */
export function systemTerminal(): Terminal {
  const { stdout, stderr } = process;
  let isAsking = false;
  return {
    result: (line) => void stdout.write(`${line}\n`),
    say: (line) => void stderr.write(`${line}\n`),
    progress: (line) => {
      if (stderr.isTTY && !isAsking) stderr.write(`\r\x1b[K${line ?? ""}`);
    },
    async ask(question, signal) {
      const input = openInput();
      if (input === null) return null;
      isAsking = true;
      stderr.write(question);
      // readline's own terminal mode would catch Ctrl-C.
      const lines = createInterface({ input, terminal: false });
      // Aborted after the answer, so that a later abort of the signal finds no open question.
      const answered = new AbortController();
      try {
        return await new Promise<string>((resolve, reject) => {
          lines.once("line", resolve).once("close", () => resolve(""));
          const onAbort = () => {
            stderr.write("\n"); // the question was not answered
            reject(signal.reason);
          };
          if (signal.aborted) onAbort();
          else signal.addEventListener("abort", onAbort, { once: true, signal: answered.signal });
        });
      } finally {
        answered.abort();
        isAsking = false;
        lines.close();
        // Standard input stays open for a further question.
        if (input === process.stdin) input.pause();
        else input.destroy();
      }
    },
  };
}

/**
 * The terminal, even where standard input is the program itself (`curl ... | node -`); `null`: there is none.
 */
function openInput(): ReadStream | null {
  if (process.stdin.isTTY) return process.stdin;
  if (process.platform === "win32") return null;
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    return null;
  }
}
