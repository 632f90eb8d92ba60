/** Walks through a form with files while it arrives, and holds it to its bounds. */
import {
  formTooLarge,
  MAX_FORM_BYTES,
  MAX_FORM_FILES,
  MAX_TEXT_BYTES,
  textTooLarge,
} from "../http/bounds.ts";
import { formBoundary, readForm } from "../http/multipart.ts";
import { Problem } from "../http/problem.ts";

/** More than any form's fields and files. */
const MOST_PARTS = MAX_FORM_FILES + 16;

const MEGABYTE = 1024 * 1024;
/** Above the bytes that are used, so that a file that is one too large can be passed over. */
const MOST_READ_BYTES = MAX_FORM_BYTES + 2 * MEGABYTE;

/** A form on its way to us. */
export interface FormUpload {
  contentType: string;
  body: AsyncIterable<Uint8Array>;
  /** Aborted when the sender is gone. */
  signal: AbortSignal;
}

/** A file of a form. Its body is there until the promise for it is settled. */
export interface FormFile {
  /** The name of the form's part, and that of the file. */
  part: string;
  fileName: string;
  body: AsyncIterable<Uint8Array>;
  /** How much of it there is room for beside the others. */
  bytesLeft: number;
  /** That of the form. */
  signal: AbortSignal;
}

/** What is done with the parts of a form, in their order. */
export interface FormTaker {
  field(part: string, value: string): void | Promise<void>;
  /** `null`: files are of no interest, and neither is what comes behind the first one. */
  file: ((file: FormFile) => void | Promise<void>) | null;
}

/**
 * Walks through a form. A part of a file without a name is passed over: browsers send it where nobody chose a
 * file.
 *
 * @throws {Problem} `malformed-form`, `form-too-large`, `too-many-files`, `text-too-large`; what came before
 *   has been taken
 */
export async function takeForm({ contentType, body, signal }: FormUpload, taker: FormTaker): Promise<void> {
  const boundary = formBoundary(contentType);
  if (boundary === null)
    throw new Problem("malformed-form", { params: { reason: "it is not multipart/form-data" } });
  let readBytes = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      readBytes += chunk.length;
      if (readBytes > MOST_READ_BYTES) throw formTooLarge();
      yield chunk;
    }
  }
  let parts = 0;
  let files = 0;
  try {
    for await (const { name: part, fileName, body: content } of readForm(counted(), boundary)) {
      if (++parts > MOST_PARTS)
        throw new Problem("malformed-form", { params: { reason: "it has too many parts" } });
      if (fileName === null) {
        await taker.field(part, await readField(content));
        continue;
      }
      if (taker.file === null) return;
      if (fileName === "") continue;
      if (++files > MAX_FORM_FILES) throw new Problem("too-many-files", { params: { max: MAX_FORM_FILES } });
      const bytesLeft = Math.max(0, MAX_FORM_BYTES - readBytes);
      await taker.file({ part, fileName, body: content, bytesLeft, signal });
    }
  } catch (error) {
    // A reader between may have taken the end of the bytes for the end of the form.
    throw readBytes > MOST_READ_BYTES ? formTooLarge() : error;
  }
}

async function readField(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let value = "";
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_TEXT_BYTES) throw textTooLarge();
    value += decoder.decode(chunk, { stream: true });
  }
  // Browsers send what was typed with the line ends of the internet.
  return (value + decoder.decode()).replace(/\r\n?/g, "\n");
}
