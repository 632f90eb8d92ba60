/** Objects as files of a directory. */
import { type FileHandle, mkdir, open, opendir, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import type { BlobStore, ListRange, ObjectEntry } from "./port.ts";
import { LostObjectError, unavailableFile } from "./unavailable.ts";

const KEY = /^[a-z]+\/(?:\d{8}\/)?[a-z0-9]+\.[a-z]+$/;
/** What the names of files end with while they are written. Such files are neither listed nor read. */
const UNFINISHED = ".unfinished";
const READ_BYTES = 65_536;
/** How often a folder may vanish before a file is made in it: whoever empties a folder removes it. */
const ATTEMPTS = 4;
/** There are no requests to count. A caller that counts them counts so many files as one. */
const KEYS_AT_A_TIME = 1000;

const codeOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error ? String(error.code) : null;
const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";

/** Runs it, and says as an error of the store what the file system says. */
async function attempt<T>(act: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw unavailableFile(act, error);
  }
}

/** What a folder's file system may answer where it cannot write a folder down by itself. */
const NO_FOLDER_SYNC = new Set(["EINVAL", "ENOTSUP", "EOPNOTSUPP", "EISDIR"]);

/** Waits until what was made, renamed or removed in a folder is on the disk. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return; // a folder cannot be opened there
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(codeOf(error) ?? "")) throw error;
  } finally {
    await handle.close();
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
}

/** The names in a folder, in order; none where there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error) => {
    if (isMissing(error)) return [];
    throw error;
  });
  // As keys sort: what stands behind a folder's name in a key is a slash.
  const sortKey = (name: string): string => (name.includes(".") ? name : `${name}/`);
  return names.sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/**
 * The objects of a directory. A file is moved to its place when it is whole and on the disk, and its folder
 * is written down before anybody hears of it.
 */
export function directoryBlobStore(directory: string): BlobStore {
  const pathOf = (key: string): string => {
    if (!KEY.test(key)) throw new RangeError(`Cannot use "${key}" as an object key`);
    return join(directory, key);
  };

  /** Folders of which all above them is on the disk, or is being written there. */
  const made = new Map<string, Promise<void>>();
  const makeFolder = (folder: string): Promise<void> => {
    const known = made.get(folder);
    if (known !== undefined) return known;
    const making = (async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      for (let above = dirname(folder); ; above = dirname(above)) {
        await syncFolder(above);
        if (above === directory || above.length < directory.length) break;
      }
      await syncFolder(dirname(directory));
    })();
    if (made.size >= 64) made.clear(); // each day has folders of its own
    made.set(folder, making);
    making.catch(() => made.delete(folder));
    return making;
  };

  /** Opens the file that becomes an object. */
  const begin = async (path: string): Promise<FileHandle> => {
    const folder = dirname(path);
    for (let tries = 1; ; tries++) {
      await makeFolder(folder);
      try {
        return await open(path + UNFINISHED, "w", 0o600);
      } catch (error) {
        if (!isMissing(error) || tries === ATTEMPTS) throw error;
        made.delete(folder);
      }
    }
  };
  /** Puts a whole file in its place. Whatever fails, nothing of it stays. */
  const finish = async (path: string, file: FileHandle): Promise<void> => {
    try {
      await file.sync();
    } catch (error) {
      await giveUp(path, file);
      throw error;
    }
    try {
      await file.close();
      await rename(path + UNFINISHED, path);
    } catch (error) {
      await giveUp(path, null);
      throw error;
    }
    await syncFolder(dirname(path));
  };
  const giveUp = async (path: string, file: FileHandle | null): Promise<void> => {
    await file?.close().catch(() => {});
    // What cannot be removed now is no object, and the next start removes it.
    await rm(path + UNFINISHED, { force: true }).catch(() => {});
  };

  return {
    keysARequest: { list: KEYS_AT_A_TIME, delete: KEYS_AT_A_TIME },
    async put(key, bytes) {
      const path = pathOf(key);
      await attempt("write an object", async () => {
        const file = await begin(path);
        try {
          await writeAll(file, bytes);
        } catch (error) {
          await giveUp(path, file);
          throw error;
        }
        await finish(path, file);
      });
    },
    writer(key) {
      const path = pathOf(key);
      let file: FileHandle | null = null;
      return {
        write: (chunk) =>
          attempt("write an object", async () => {
            file ??= await begin(path);
            await writeAll(file, chunk);
          }),
        close: () =>
          attempt("write an object", async () => {
            const whole = file ?? (await begin(path));
            file = null;
            await finish(path, whole);
          }),
        async abort() {
          const begun = file;
          file = null;
          if (begun !== null) await giveUp(path, begun);
        },
      };
    },
    async get(key) {
      const path = pathOf(key);
      const there = await attempt("read an object", () =>
        stat(path).catch((error) => {
          if (isMissing(error)) return null;
          throw error;
        }),
      );
      if (there === null) return null;
      // Opened at the first read, so that a stream that nobody reads keeps no file open.
      let file: FileHandle | null = null;
      const close = async () => {
        const opened = file;
        file = null;
        await opened?.close();
      };
      return new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            try {
              file ??= await open(path);
              const { bytesRead, buffer } = await file.read(new Uint8Array(READ_BYTES), 0, READ_BYTES);
              if (bytesRead > 0) return controller.enqueue(buffer.subarray(0, bytesRead));
              await close();
              controller.close();
            } catch (error) {
              await close().catch(() => {});
              // Deleted since it was asked for.
              if (isMissing(error)) throw new LostObjectError(key, "it is gone", { cause: error });
              throw unavailableFile("read an object", error);
            }
          },
          cancel: close,
        },
        { highWaterMark: 0 },
      );
    },
    async delete(keys) {
      const paths = keys.map(pathOf);
      const folders = new Set<string>();
      const errors: unknown[] = [];
      for (const path of paths) {
        try {
          await rm(path, { force: true });
          folders.add(dirname(path));
        } catch (error) {
          errors.push(error);
        }
      }
      await attempt("delete an object", async () => {
        if (errors.length > 0) throw errors[0];
        for (const folder of folders) {
          await syncFolder(folder).catch((error) => {
            if (!isMissing(error)) throw error;
          });
          // A day's folder goes with its last object. One that is not empty stays by itself.
          if (dirname(folder) !== directory) await rmdir(folder).catch(() => {});
        }
      });
    },
    async ping() {
      await attempt("read the objects' folder", async () => (await opendir(directory)).close());
    },
    async *list({ prefix = "", after = "" }: ListRange = {}): AsyncGenerator<ObjectEntry> {
      const isWanted = (start: string): boolean =>
        (start.startsWith(prefix) || prefix.startsWith(start)) && (start > after || after.startsWith(start));
      async function* walk(folder: string): AsyncGenerator<ObjectEntry> {
        for (const name of await attempt("list objects", () => namesIn(join(directory, folder)))) {
          const key = folder + name;
          if (!name.includes(".")) {
            if (isWanted(`${key}/`)) yield* walk(`${key}/`);
            continue;
          }
          if (!KEY.test(key) || key <= after || !key.startsWith(prefix)) continue;
          const facts = await attempt("list objects", () =>
            stat(join(directory, key)).catch((error) => {
              if (isMissing(error)) return null; // deleted while we look
              throw error;
            }),
          );
          if (facts?.isFile()) yield { key, bytes: facts.size, modifiedAt: facts.mtime };
        }
      }
      yield* walk("");
    },
  };
}

/**
 * Removes what a crash left half-written. To be called before anything is written, by the one service that
 * uses the directory: what another one is writing would go too.
 */
export async function removeUnfinished(directory: string): Promise<void> {
  await attempt("remove what a crash left half-written", async () => {
    const names = await readdir(directory, { recursive: true }).catch((error) => {
      if (isMissing(error)) return [];
      throw error;
    });
    for (const name of names) if (name.endsWith(UNFINISHED)) await rm(join(directory, name), { force: true });
  });
}
