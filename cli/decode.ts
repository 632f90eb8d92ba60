/** The command `ikefrag decode`. */
import { once } from "node:events";
import { basename } from "node:path";
import { UnreadableCaptureError } from "../shared/capture/foreign.ts";
import { JsonLines, TextLines } from "../shared/transcript/ike-record-lines.ts";
import { readCapture } from "../shared/transcript/read-capture.ts";
import { fileChunks } from "./file-chunks.ts";
import { sizeOf, UnusableInputError } from "./unusable-input.ts";

/**
 * Writes one line for each IKE message of the files, while they are read and in constant memory.
 *
 * @returns the exit code
 * @throws {UnusableInputError} a file cannot be read at all; the lines of the files before it are written
 */
export async function decode(files: readonly string[], { json }: { json: boolean }): Promise<number> {
  for (const file of files) sizeOf(file);
  for (const file of files) {
    const write = (lines: string | Uint8Array): void => void process.stdout.write(lines);
    const lines = json ? new JsonLines(basename(file), write) : new TextLines(write);
    try {
      const { quality } = await readCapture(file, inStepWithOutput(fileChunks(file)), {
        maxIkeMessages: 0,
        onIke: (message) => lines.add(message),
      });
      lines.flush();
      for (const { byteOffset, message } of quality.damage) {
        process.stderr.write(`ikefrag: warning: ${file}: damaged at byte ${byteOffset}: ${message}\n`);
      }
    } catch (error) {
      lines.flush();
      if (error instanceof UnreadableCaptureError) throw new UnusableInputError(error.message);
      throw error;
    }
  }
  return 0;
}

/**
 * Reads no faster than the lines are taken: the reader of a pipe may be slow, and what waits for it is kept
 * in memory.
 */
async function* inStepWithOutput(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield chunk;
    if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
  }
}
