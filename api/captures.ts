import { readCapture } from "../shared/evidence/read-capture.ts";
import type { Transcript } from "../shared/evidence/transcript.ts";
import type { Deps } from "./deps.ts";
import { byteQuotaHeaders, MAX_CAPTURE_BYTES, MAX_CAPTURE_PACKETS } from "./limits.ts";
import { Problem } from "./problem.ts";
import { newKey, sha256Stream } from "./secrets.ts";
import type { StoredObject } from "./store/port.ts";

/** What became of an uploaded capture. */
export interface TakenCapture {
  transcript: Transcript;
  /** The minimised capture, written but in no index yet; `null` when it is not to be kept. */
  object: StoredObject | null;
  receivedBytes: number;
}

interface CaptureUpload {
  /** As shown in evidence. */
  name: string;
  body: AsyncIterable<Uint8Array>;
  maxBytes: number;
  /** What to say when `maxBytes` is exceeded. */
  tooLarge: () => Problem;
  keep: boolean;
}

export const captureTooLarge = (): Problem =>
  new Problem("body-too-large", {
    params: { max: MAX_CAPTURE_BYTES },
    headers: byteQuotaHeaders("capture-body", MAX_CAPTURE_BYTES, MAX_CAPTURE_BYTES),
  });

/**
 * Reads a capture while it comes; what is kept of it is the minimised form, written at the same pace.
 *
 * @throws {Problem} when it is empty, too large, or no capture; then nothing of it is kept
 */
export async function takeCapture(deps: Deps, upload: CaptureUpload): Promise<TakenCapture> {
  const key = `captures/${newKey(deps.random)}.pcapng`;
  const writer = upload.keep ? deps.blobs.writer(key) : null;
  const digest = sha256Stream();
  let pending: Uint8Array[] = [];
  let keptBytes = 0;
  const drain = async () => {
    if (writer === null) return;
    const chunks = pending;
    pending = [];
    for (const chunk of chunks) {
      digest.update(chunk);
      keptBytes += chunk.length;
      await writer.write(chunk);
    }
  };

  let receivedBytes = 0;
  // The reader may wrap an error of its source: what was refused here is remembered as it was.
  let refusal: Problem | null = null;
  async function* source(): AsyncGenerator<Uint8Array> {
    for await (const chunk of upload.body) {
      receivedBytes += chunk.length;
      if (receivedBytes > upload.maxBytes) {
        refusal = upload.tooLarge();
        throw refusal;
      }
      yield chunk;
      await drain();
    }
    if (receivedBytes === 0) {
      refusal = new Problem("empty-body");
      throw refusal;
    }
  }

  try {
    const transcript = await readCapture(upload.name, source(), {
      maxPackets: MAX_CAPTURE_PACKETS,
      ...(writer === null ? {} : { onMinimized: (bytes: Uint8Array) => void pending.push(bytes.slice()) }),
    });
    await drain();
    await writer?.close();
    const object: StoredObject | null =
      writer === null
        ? null
        : {
            key,
            kind: "capture",
            name: upload.name,
            bytes: keptBytes,
            sha256: digest.hex(),
            createdAt: deps.now().toISOString(),
          };
    return { transcript, object, receivedBytes };
  } catch (error) {
    await writer?.abort();
    if (refusal !== null) throw refusal;
    throw toUnreadable(error);
  }
}

function toUnreadable(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== "UnreadableCaptureError") return error;
  return new Problem("unreadable-capture", {
    params: { reason: error.message },
    errors: [{ pointer: "", detail: error.message }],
  });
}
