/** Objects as files of a directory. */
import { createWriteStream } from "node:fs";
import {
  type FileHandle,
  mkdir,
  open,
  opendir,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { finished } from "node:stream/promises";
import type { BlobStore } from "./port.ts";

const KEY = /^[a-z]+\/[a-z0-9]+\.[a-z]+$/;
/** What the names of files end with while they are written. Such files are neither listed nor read. */
const UNFINISHED = ".unfinished";
const READ_BYTES = 65_536;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

/** The objects of a directory. A file is moved to its place when it is whole. */
export function directoryBlobStore(directory: string): BlobStore {
  const pathOf = (key: string): string => {
    if (!KEY.test(key)) throw new RangeError(`Cannot use "${key}" as an object key`);
    return join(directory, key);
  };
  const unfinishedPathOf = async (key: string): Promise<string> => {
    await mkdir(dirname(pathOf(key)), { recursive: true });
    return `${pathOf(key)}${UNFINISHED}`;
  };

  return {
    async put(key, bytes) {
      const unfinished = await unfinishedPathOf(key);
      await writeFile(unfinished, bytes, { mode: 0o600, flush: true });
      await rename(unfinished, pathOf(key));
    },
    writer(key) {
      const path = pathOf(key);
      const unfinished = `${path}${UNFINISHED}`;
      let stream: ReturnType<typeof createWriteStream> | null = null;
      const opened = async () => {
        if (stream) return stream;
        await unfinishedPathOf(key);
        stream = createWriteStream(unfinished, { mode: 0o600, flush: true });
        return stream;
      };
      return {
        async write(chunk) {
          const to = await opened();
          await new Promise<void>((resolve, reject) =>
            to.write(chunk, (error) => (error ? reject(error) : resolve())),
          );
        },
        async close() {
          const to = await opened();
          to.end();
          await finished(to);
          await rename(unfinished, path);
        },
        async abort() {
          if (stream) {
            stream.on("error", () => {}); // the file is given up, so its errors are expected
            stream.destroy();
          }
          await rm(unfinished, { force: true });
        },
      };
    },
    async get(key) {
      const path = pathOf(key);
      const there = await stat(path).catch((error) => {
        if (isMissing(error)) return null;
        throw error;
      });
      if (there === null) return null;
      // Opened at the first read, so that a stream that nobody reads keeps no file open.
      let file: FileHandle | null = null;
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            file ??= await open(path);
            const { bytesRead, buffer } = await file.read(new Uint8Array(READ_BYTES), 0, READ_BYTES);
            if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
            await file.close();
            controller.close();
          },
          cancel: () => file?.close(),
        },
        { highWaterMark: 0 },
      );
    },
    async delete(keys) {
      for (const key of keys) await rm(pathOf(key), { force: true });
    },
    async *list() {
      const entries = await opendir(directory, { recursive: true, bufferSize: 32 }).catch((error) => {
        if (isMissing(error)) return null;
        throw error;
      });
      for await (const entry of entries ?? []) {
        if (!entry.isFile() || entry.name.endsWith(UNFINISHED)) continue;
        const path = join(entry.parentPath, entry.name);
        const facts = await stat(path).catch(() => null); // deleted while we look
        if (facts === null) continue;
        yield {
          key: relative(directory, path).split(sep).join("/"),
          bytes: facts.size,
          modifiedAt: facts.mtime,
        };
      }
    },
  };
}

/** Removes what a crash left half-written. To be called before anything is written. */
export async function removeUnfinished(directory: string): Promise<void> {
  const names = await readdir(directory, { recursive: true }).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  for (const name of names) {
    if (name.endsWith(UNFINISHED)) await rm(join(directory, name), { force: true });
  }
}
