/**
 * Writes the hashes of this version's agents into docs/releases.json: `npm run hashes`. The service tells
 * the hashes of what it serves, and the repository those of what was published: two origins, so that whoever
 * changes the one cannot change the other.
 *
 * As long as a version is not out, its row follows the source. `npm run hashes -- --release` puts the day
 * into it, when the version is tagged; from then on the row stays, and a changed agent needs a new version.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { releaseFiles, VERSION } from "../api/cases/release-files.ts";
import { bundleAgent, posixAgent, windowsAgent } from "./build.ts";

const root = join(import.meta.dirname, "..");
/** Where the table is, from the repository's root. */
export const RELEASES_FILE = "docs/releases.json";

/** SHA-256 in lower-case hexadecimal digits, by the name of the file. */
export type Hashes = Readonly<Record<string, string>>;
/** One version: `released` is the day, `null` as long as it is not out. */
export interface ReleaseRow {
  version: string;
  released: string | null;
  files: Hashes;
}

/** The hashes of what this source gives. */
export async function builtHashes(): Promise<Hashes> {
  const [mjs, ps1, sh] = await Promise.all([bundleAgent(), windowsAgent(), posixAgent()]);
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const files = releaseFiles({ agentBundle: text(mjs), windowsAgent: text(ps1), posixAgent: text(sh) });
  return Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256]));
}

/** The table as it is in the repository. */
export const readReleases = async (): Promise<ReleaseRow[]> =>
  JSON.parse(await readFile(join(root, RELEASES_FILE), "utf8")) as ReleaseRow[];

/**
 * The table with this version's row, the newest first.
 *
 * @param day on which the version is released; `null`: it is not
 * @throws {Error} the version is out, with other bytes
 */
export function withRow(
  rows: readonly ReleaseRow[],
  version: string,
  files: Hashes,
  day: string | null,
): ReleaseRow[] {
  const known = rows.find((row) => row.version === version);
  const isSame = JSON.stringify(known?.files) === JSON.stringify(files);
  if (known !== undefined && known.released !== null) {
    if (isSame) return [...rows];
    throw new Error(
      `Cannot change the hashes of ${version}: it was released on ${known.released}. ` +
        "Give the changed agents a new version in package.json",
    );
  }
  return [{ version, released: day, files }, ...rows.filter((row) => row !== known)];
}

if (import.meta.main) {
  const day = process.argv.includes("--release") ? new Date().toISOString().slice(0, 10) : null;
  const rows = withRow(await readReleases(), VERSION, await builtHashes(), day);
  await writeFile(join(root, RELEASES_FILE), `${JSON.stringify(rows, null, 2)}\n`);
}
