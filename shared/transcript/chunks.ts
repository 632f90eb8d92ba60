/** Chunks of a file as they come: from any kind of source, gunzipped, counted. */
import { CAPTURE_MAGIC_BYTES } from "../capture/format.ts";

/** What a capture may come from: the stream of a file or an upload, or all of it at once. */
export type CaptureSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | Uint8Array;

/** The gzip around a capture is damaged or ends early. */
export class GunzipError extends Error {
  override name = "GunzipError";
}

/** Unpacks gzip as it comes. An error of the source itself is thrown as it is. */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const source = chunks[Symbol.asyncIterator]();
  /** What the source itself threw: that is no error of the gzip. */
  const sourceErrors: unknown[] = [];
  const nextChunk = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      return await source.next();
    } catch (error) {
      sourceErrors.push(error);
      throw error;
    }
  };
  const writing = (async () => {
    try {
      for (let next = await nextChunk(); !next.done; next = await nextChunk()) {
        // A copy, because the source may use the buffer of a chunk again.
        await writer.write(new Uint8Array(next.value));
      }
      await writer.close();
    } catch (error) {
      await writer.abort(error).catch(() => {});
    }
  })();
  const reader = stream.readable.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } catch (error) {
    if (sourceErrors.length > 0) throw sourceErrors[0];
    const cause = error instanceof Error ? error.message : String(error);
    throw new GunzipError(`Cannot unpack the gzip file: ${cause}`, { cause: error });
  } finally {
    await reader.cancel().catch(() => {});
    await writing;
    await source.return?.();
  }
}

/** The first bytes of what is in a gzip file, as far as the beginning of the file gives them. */
export async function gunzipHead(beginning: Uint8Array, bytes: number): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  const source = (async function* () {
    yield beginning;
  })();
  try {
    for await (const chunk of gunzip(source)) {
      const joined = new Uint8Array(head.length + chunk.length);
      joined.set(head);
      joined.set(chunk, head.length);
      head = joined;
      if (head.length >= bytes) break;
    }
  } catch (error) {
    // It ends where the beginning does, or it is damaged: whoever reads the file is told.
    if (!(error instanceof GunzipError)) throw error;
  }
  return head.subarray(0, bytes);
}

/** The chunks of any source. The source is closed when no more of them are wanted. */
export async function* toChunks(source: CaptureSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    if (source.length > 0) yield source;
  } else if (Symbol.asyncIterator in source) {
    yield* source;
  } else {
    const reader = (source as ReadableStream<Uint8Array>).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      await reader.cancel().catch(() => {});
    }
  }
}

/** Takes the first bytes, so many that `captureFormat` can decide, however small the chunks are. */
export async function takeHead(chunks: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < CAPTURE_MAGIC_BYTES) {
    const { done, value } = await chunks.next();
    if (done) break;
    if (head.length === 0) head = value;
    else {
      const joined = new Uint8Array(head.length + value.length);
      joined.set(head);
      joined.set(value, head.length);
      head = joined;
    }
  }
  return head;
}

/** The bytes that `takeHead` took, and then the rest. */
export async function* withHead(
  head: Uint8Array,
  chunks: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    yield* chunks;
  } finally {
    // Also where the head was enough to refuse the file, so that the source is closed.
    await chunks.return(undefined);
  }
}

/** The same chunks; their bytes are counted as they pass. */
export async function* countBytes(
  chunks: AsyncIterable<Uint8Array>,
  counted: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    counted.bytes += chunk.length;
    yield chunk;
  }
}
