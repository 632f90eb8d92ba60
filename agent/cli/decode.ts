import { basename } from "node:path";
import process from "node:process";
import { toDecodeLine, toDecodeRecord } from "../../shared/evidence/decode.ts";
import { readCapture, UnreadableCaptureError } from "../../shared/evidence/read-capture.ts";
import { filePieces } from "../io/file-pieces.ts";
import { sizeOf, UnusableInputError } from "./unusable-input.ts";

const FLUSH_CHARACTERS = 65_536;

/**
 * `ikefrag decode FILE…`: one line for each IKE message, while the file is read; in constant memory.
 *
 * @throws {UnusableInputError} a file cannot be read at all; what came before it is written
 */
export async function decode(files: readonly string[], { json }: { json: boolean }): Promise<number> {
  for (const file of files) await sizeOf(file);
  for (const file of files) {
    const name = basename(file);
    let text = "";
    const flush = (): void => {
      if (text !== "") process.stdout.write(text);
      text = "";
    };
    try {
      const { quality } = await readCapture(file, filePieces(file), {
        maxIkeMessages: 0,
        onIke(message) {
          const record = toDecodeRecord(name, message);
          text += `${json ? JSON.stringify(record) : toDecodeLine(record)}\n`;
          if (text.length >= FLUSH_CHARACTERS) flush();
        },
      });
      flush();
      for (const { byteOffset, message } of quality.damage) {
        process.stderr.write(`ikefrag: warning: ${file}: damaged at byte ${byteOffset}: ${message}\n`);
      }
    } catch (error) {
      flush();
      if (error instanceof UnreadableCaptureError) throw new UnusableInputError(error.message);
      throw error;
    }
  }
  return 0;
}
