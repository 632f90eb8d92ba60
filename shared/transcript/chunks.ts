/** What a capture may come from: a file's or an upload's stream, or all of it at once. */
export type CaptureSource = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array> | Uint8Array;

/** The gzip around a capture is damaged or ends early. */
export class GunzipError extends Error {
  override name = "GunzipError";
}

/** Undoes gzip, as it comes. An error of the source itself is thrown as it is. */
export async function* gunzip(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = new DecompressionStream("gzip");
  const writer = stream.writable.getWriter();
  const source = pieces[Symbol.asyncIterator]();
  /** What the source itself threw: no word about the gzip in it. */
  const sourceErrors: unknown[] = [];
  const nextPiece = async (): Promise<IteratorResult<Uint8Array>> => {
    try {
      return await source.next();
    } catch (error) {
      sourceErrors.push(error);
      throw error;
    }
  };
  const writing = (async () => {
    try {
      for (let next = await nextPiece(); !next.done; next = await nextPiece()) {
        // A copy: whoever gives the pieces may use their buffers again.
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

/** Pieces of any source, which is closed when no more are wanted. */
export async function* toPieces(source: CaptureSource): AsyncGenerator<Uint8Array> {
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

/** The first two bytes at least, however small the pieces are. */
export async function takeHead(pieces: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 2) {
    const { done, value } = await pieces.next();
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

/** What `takeHead` took, and then the rest. */
export async function* withHead(
  head: Uint8Array,
  pieces: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    yield* pieces;
  } finally {
    // Also when the head was enough to refuse the file: whoever opened it wants to close it.
    await pieces.return(undefined);
  }
}

/** The same pieces, their bytes counted as they pass. */
export async function* countBytes(
  pieces: AsyncIterable<Uint8Array>,
  counted: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    counted.bytes += piece.length;
    yield piece;
  }
}
