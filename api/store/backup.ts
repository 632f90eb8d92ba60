/** A copy of all that the embedded store holds, made while the service runs. */
import { existsSync } from "node:fs";
import { constants, copyFile, mkdir, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sqlStores } from "./sql-stores.ts";
import { openSqlite } from "./sqlite.ts";

/** The index, as a file of the data directory. */
export const INDEX_FILE = "ikefrag.sqlite";
/** The objects, as a folder of the data directory. */
export const OBJECTS_FOLDER = "objects";
/** What codes and addresses are hashed with, as a file of the data directory. */
export const PEPPER_FILE = "pepper";

/** What a backup has, and what it lacks. */
export interface Backup {
  reports: number;
  objects: number;
  /** Keys that the index names and that were lost before: the copy lacks them as the original does. */
  lost: string[];
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ENOENT";

/**
 * Copies index, objects and pepper into a new folder. It is a data directory: the service starts on it.
 *
 * The index is copied first, at one moment, and then each object that it names: what is written later is not
 * in the copy. What is deleted meanwhile, with its report or because of its age, is deleted in the copy too.
 *
 * @param dataDir of a service that may be running
 * @param into a folder that is empty or not there yet
 * @param withObjects `false` where the objects are in a bucket, which is backed up by its own means
 * @throws {Error} says what could not be read or written
 */
export async function backUp(dataDir: string, into: string, withObjects = true): Promise<Backup> {
  if (!existsSync(join(dataDir, INDEX_FILE)))
    throw new Error(`Cannot back up ${dataDir}: there is no ${INDEX_FILE} in it`);
  await makeEmpty(into);
  await copyFile(join(dataDir, PEPPER_FILE), join(into, PEPPER_FILE)).catch((error) => {
    if (!isMissing(error)) throw error; // it may be in the environment instead
  });
  const original = new DatabaseSync(join(dataDir, INDEX_FILE), { readOnly: true });
  const copy = join(into, INDEX_FILE);
  try {
    original.prepare("VACUUM INTO ?").run(copy);
    const database = openSqlite(copy);
    try {
      const { reports, cases } = sqlStores(database);
      const rows = await database.all(
        `SELECT key, report_id AS owner FROM objects
         UNION ALL SELECT key, NULL FROM case_files`,
      );
      const lost: string[] = [];
      let objects = 0;
      for (const { key, owner } of withObjects ? rows : []) {
        if (await copyObject(dataDir, into, String(key))) {
          objects++;
          continue;
        }
        const table = owner === null ? "case_files" : "objects";
        const isNamed =
          original.prepare(`SELECT 1 FROM ${table} WHERE key = ?`).get(String(key)) !== undefined;
        if (isNamed) lost.push(String(key));
        else if (owner === null) await cases.dropFiles([String(key)]);
        else if (original.prepare("SELECT 1 FROM reports WHERE id = ?").get(String(owner)) === undefined)
          await reports.delete(String(owner));
        else await database.run("DELETE FROM objects WHERE key = ?", [String(key)]);
      }
      const [row] = await database.all("SELECT count(*) AS count FROM reports");
      return { reports: Number(row?.count), objects, lost };
    } finally {
      database.close();
    }
  } finally {
    original.close();
  }
}

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [there] = await readdir(folder);
  if (there !== undefined) throw new Error(`Cannot back up into ${folder}: it has "${there}" already`);
}

/** @returns whether the object was there */
async function copyObject(dataDir: string, into: string, key: string): Promise<boolean> {
  const to = join(into, OBJECTS_FOLDER, key);
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  try {
    // A file system that can share the blocks of both files does.
    await copyFile(join(dataDir, OBJECTS_FOLDER, key), to, constants.COPYFILE_FICLONE);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
