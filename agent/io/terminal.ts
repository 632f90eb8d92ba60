import { openSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { ReadStream } from "node:tty";

/** Where a person reads and answers: messages and progress apart from the result, so that scripts get the result alone. */
export interface Terminal {
  /** A line of the result. */
  result(line: string): void;
  /** A line for the person. */
  say(line: string): void;
  /** Replaces the last progress; `null` takes it away. Shown on a terminal only, and not while a question is open. */
  progress(line: string | null): void;
  /** The answer, or `null` when there is nobody to ask. Rejects with the signal's reason once it is aborted. */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
}

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
      // Not in readline's own terminal mode, which would keep Ctrl-C to itself.
      const lines = createInterface({ input, terminal: false });
      // Over with the answer: a signal that is aborted later finds no open question.
      const answered = new AbortController();
      try {
        return await new Promise<string>((resolve, reject) => {
          lines.once("line", resolve).once("close", () => resolve(""));
          const onAbort = () => {
            stderr.write("\n"); // the question stays without an answer
            reject(signal.reason);
          };
          if (signal.aborted) onAbort();
          else signal.addEventListener("abort", onAbort, { once: true, signal: answered.signal });
        });
      } finally {
        answered.abort();
        isAsking = false;
        lines.close();
        // Not the standard input, for there may be another question.
        if (input === process.stdin) input.pause();
        else input.destroy();
      }
    },
  };
}

/** The terminal even when standard input is the program itself (`curl ... | node -`), as far as the system has one. */
function openInput(): ReadStream | null {
  if (process.stdin.isTTY) return process.stdin;
  if (process.platform === "win32") return null;
  try {
    return new ReadStream(openSync("/dev/tty", "r"));
  } catch {
    return null;
  }
}
