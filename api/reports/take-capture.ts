/** Reads an uploaded capture while it arrives, and keeps its minimised form. */
import { UnreadableCaptureError } from "../../shared/capture/foreign.ts";
import { Minimizer } from "../../shared/transcript/minimize.ts";
import { readCapture } from "../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { newKey, sha256Stream } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { CAPTURE_BOUNDS, captureTooLarge } from "../http/bounds.ts";
import { Problem } from "../http/problem.ts";
import { newObjectKey } from "../store/object-key.ts";
import type { StoredObject } from "../store/port.ts";
import { PSEUDONYMOUS, withPseudonyms } from "./capture-pseudonyms.ts";

/** What became of an uploaded capture. */
export interface TakenCapture {
  transcript: Transcript;
  /** The minimised capture, written but not yet in the index; `null` when it is not to be kept. */
  object: StoredObject | null;
  receivedBytes: number;
}

/** A capture on its way to us. */
export interface CaptureUpload {
  /** The name that evidence points at. */
  name: string;
  body: AsyncIterable<Uint8Array>;
  maxBytes: number;
  /** Whether its minimised form is to be written. */
  keep: boolean;
  /** How many IKE messages its transcript keeps at most, where others are kept beside it. */
  maxIkeMessages?: number;
  /** Aborted when nobody waits for it any more: reading and unpacking then end at once, with its reason. */
  signal?: AbortSignal;
  /** Told before bytes of the minimised form are written. What it throws ends the upload. */
  beforeKept?: (bytes: number) => Promise<void>;
}

/**
 * Reads a capture while it arrives, and writes its minimised form at the same pace.
 *
 * @throws {Problem} when it is empty, too large, or no capture; then nothing of it is kept
 */
export async function takeCapture(deps: Deps, upload: CaptureUpload): Promise<TakenCapture> {
  const { pseudonymise } = deps.config;
  const name = newKey(deps.random);
  const key = newObjectKey("captures", pseudonymise ? `${PSEUDONYMOUS}${name}` : name, deps.now());
  const writer = upload.keep ? deps.blobs.writer(key) : null;
  const digest = sha256Stream();
  let pending: Uint8Array[] = [];
  let keptBytes = 0;
  const drain = async () => {
    if (writer === null) return;
    const chunks = pending;
    pending = [];
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
    if (bytes > 0) await upload.beforeKept?.(bytes);
    for (const chunk of chunks) {
      digest.update(chunk);
      keptBytes += chunk.length;
      await writer.write(chunk);
    }
  };

  let receivedBytes = 0;
  // The reader may treat an error of its source as the end of a cut file, so a refusal is remembered here.
  const refused: Problem[] = [];
  const refuse = (problem: Problem): Problem => {
    refused.push(problem);
    return problem;
  };
  async function* source(): AsyncGenerator<Uint8Array> {
    for await (const chunk of upload.body) {
      receivedBytes += chunk.length;
      if (receivedBytes > upload.maxBytes) throw refuse(captureTooLarge());
      yield chunk;
    }
    if (receivedBytes === 0) throw refuse(new Problem("empty-body"));
  }

  const minimizer =
    writer === null
      ? null
      : new Minimizer(
          (bytes) => void pending.push(bytes.slice()),
          pseudonymise ? withPseudonyms(deps, "make") : null,
          { frameNumbers: true },
        );
  try {
    const transcript = await readCapture(upload.name, source(), {
      ...CAPTURE_BOUNDS,
      maxIkeMessages: upload.maxIkeMessages ?? CAPTURE_BOUNDS.maxIkeMessages,
      // Of a small packed chunk may come a hundred times as much: it is written at the pace of unpacking.
      afterChunk: async () => {
        upload.signal?.throwIfAborted();
        await drain();
      },
      ...(minimizer === null ? {} : { onPacket: minimizer.onPacket }),
    });
    if (refused[0]) throw refused[0];
    const { frames, lastTimeMs } = transcript;
    minimizer?.end(lastTimeMs === null ? null : { endedAtMs: lastTimeMs, frames });
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
    throw refused[0] ?? toUnreadable(error);
  }
}

function toUnreadable(error: unknown): unknown {
  if (!(error instanceof UnreadableCaptureError)) return error;
  return new Problem("unreadable-capture", {
    params: { reason: error.message },
    errors: [{ pointer: "", detail: error.message }],
  });
}
