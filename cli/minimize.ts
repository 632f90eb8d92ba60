/** The command `ikefrag minimize`. */
import { createCipheriv, randomBytes } from "node:crypto";
import { plain } from "../agent/io/console-text.ts";
import { UnreadableCaptureError } from "../shared/capture/foreign.ts";
import { AddressPseudonyms } from "../shared/packet/pseudonyms.ts";
import { Minimizer, type RewritePacket } from "../shared/transcript/minimize.ts";
import { pseudonymizePacket } from "../shared/transcript/pseudonymize.ts";
import { readCapture } from "../shared/transcript/read-capture.ts";
import { fileChunks } from "./file-chunks.ts";
import { cannotWrite, sizeOf, UnusableInputError } from "./unusable-input.ts";

const { closeSync, openSync, unlinkSync, writeSync } = process.getBuiltinModule("node:fs");

/**
 * Writes what a diagnosis needs of a capture, in constant memory. A file that exists is never overwritten,
 * and no file is left when the input cannot be read.
 *
 * @returns the exit code
 * @throws {UnusableInputError} the input cannot be read, or the output cannot be written
 */
export async function minimize(
  input: string,
  output: string,
  { pseudonymize }: { pseudonymize: boolean },
): Promise<number> {
  const inputBytes = sizeOf(input);
  const file = orCannotWrite(output, () => openSync(output, "wx"));
  let outputBytes = 0;
  let isWhole = false;
  try {
    const minimizer = new Minimizer(
      (bytes) => {
        outputBytes += bytes.length;
        orCannotWrite(output, () => writeAll(file, bytes));
      },
      pseudonymize ? pseudonymizer() : null,
    );
    const { quality, frames, lastTimeMs } = await readCapture(input, fileChunks(input), {
      maxIkeMessages: 0,
      onPacket: minimizer.onPacket,
    });
    minimizer.end(lastTimeMs === null ? null : { endedAtMs: lastTimeMs, frames });
    isWhole = true;
    for (const { byteOffset, message } of quality.damage) {
      process.stderr.write(`ikefrag: warning: ${plain(input)}: damaged at byte ${byteOffset}: ${message}\n`);
    }
  } catch (error) {
    if (error instanceof UnreadableCaptureError) throw new UnusableInputError(error.message);
    throw error;
  } finally {
    closeSync(file);
    if (!isWhole) unlinkSync(output);
  }
  process.stdout.write(`${plain(output)}: ${outputBytes} bytes of ${inputBytes}\n`);
  return 0;
}

/** Makes pseudonyms with a key that is used once and kept nowhere. */
function pseudonymizer(): RewritePacket {
  const cipher = createCipheriv("aes-128-ecb", randomBytes(16), null).setAutoPadding(false);
  const pseudonyms = new AddressPseudonyms((block) => cipher.update(block));
  return (packet) => pseudonymizePacket(packet, pseudonyms);
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

function orCannotWrite<T>(target: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw cannotWrite(target, error as NodeJS.ErrnoException);
  }
}
