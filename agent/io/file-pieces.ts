import { open } from "node:fs/promises";

/** What a core keeps close: larger pieces are out of its cache again before they are read. */
const PIECE_BYTES = 1 << 18;

/**
 * A file from its beginning to its end, in constant memory: while one piece is read from, the next is fetched.
 *
 * A piece is good until the one after the next is asked for: its buffer is used again.
 */
export async function* filePieces(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  try {
    let [current, next] = [new Uint8Array(PIECE_BYTES), new Uint8Array(PIECE_BYTES)];
    let reading = file.read(current, 0, PIECE_BYTES, null);
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      const piece = current.subarray(0, bytesRead);
      [current, next] = [next, current];
      reading = file.read(current, 0, PIECE_BYTES, null);
      // The reader may stop here, and this read then fails with a closed file.
      reading.catch(() => {});
      yield piece;
    }
  } finally {
    await file.close();
  }
}
