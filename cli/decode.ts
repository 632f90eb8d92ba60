import { once } from "node:events";
import { basename } from "node:path";
import { UnreadableCaptureError } from "../shared/capture/foreign.ts";
import { JsonLines, TextLines } from "../shared/transcript/ike-record-lines.ts";
import { readCapture } from "../shared/transcript/read-capture.ts";
import { filePieces } from "./file-chunks.ts";
import { sizeOf, UnusableInputError } from "./unusable-input.ts";

/**
 * `ikefrag decode FILE…`: one line for each IKE message, while the file is read; in constant memory.
 *
 * @throws {UnusableInputError} a file cannot be read at all; what came before it is written
 */
export async function decode(files: readonly string[], { json }: { json: boolean }): Promise<number> {
  for (const file of files) sizeOf(file);
  for (const file of files) {
    const write = (lines: string | Uint8Array): void => void process.stdout.write(lines);
    const lines = json ? new JsonLines(basename(file), write) : new TextLines(write);
    try {
      const { quality } = await readCapture(file, inStepWithOutput(filePieces(file)), {
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

/** Reads no faster than the lines are taken: a pipe's reader may be slow, and what waits for it is kept. */
async function* inStepWithOutput(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    yield piece;
    if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
  }
}
