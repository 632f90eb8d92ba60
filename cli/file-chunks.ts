import { setImmediate } from "node:timers/promises";

// Not imported: the module has every property read, which brings streams, promises and readline with it, and takes 7 ms.
const fs = process.getBuiltinModule("node:fs");

/** What a core keeps close: larger chunks are out of its cache again before they are read. */
const CHUNK_BYTES = 1 << 18;
/** How often the rest of the program has its turn: a Ctrl-C, for one. */
const CHUNKS_A_TURN = 64;

/**
 * A file from its beginning to its end, in constant memory; what is no regular file as it comes.
 *
 * Read in step with whoever asks: out of the system's cache a chunk comes sooner than a thread could be asked for it.
 * A chunk is good until the next is asked for: its buffer is used again.
 */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const file = fs.openSync(path, "r");
  if (!fs.fstatSync(file).isFile()) {
    yield* fs.createReadStream(path, { fd: file });
    return;
  }
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (let chunk = 1; ; chunk++) {
      const bytesRead = fs.readSync(file, buffer, 0, CHUNK_BYTES, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
      if (chunk % CHUNKS_A_TURN === 0) await setImmediate();
    }
  } finally {
    fs.closeSync(file);
  }
}
