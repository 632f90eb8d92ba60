/** Files of a browser as the reader of evidence takes them: streamed, never held whole. */
import type { GivenFile } from "../../../../shared/evidence/load-files.ts";
import { emptyInput } from "../../../../shared/evidence/unusable-input.ts";
import type { ChosenFile } from "./messages.ts";

/**
 * The files, each with a stream of its own.
 *
 * @param onRead told how many bytes each chunk has
 */
export function givenFiles(chosen: readonly ChosenFile[], onRead: (bytes: number) => void): GivenFile[] {
  return chosen.map(({ file, end }) => ({
    path: file.name,
    name: file.name.slice(0, 128) || "file",
    end,
    bytes: () => {
      if (file.size === 0) throw emptyInput(file.name);
      return file.size;
    },
    head: async (bytes) => new Uint8Array(await file.slice(0, bytes).arrayBuffer()),
    chunks: () => chunksOf(file, onRead),
  }));
}

async function* chunksOf(file: File, onRead: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  const reader = file.stream().getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      onRead(next.value.length);
      yield next.value;
    }
  } finally {
    await reader.cancel();
  }
}
