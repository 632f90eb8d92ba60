/** Packs what the demonstration tells of, for the package. The same evidence gives the same bytes. */
import { Buffer } from "node:buffer";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { RECORDED } from "../cli/demo/evidence.ts";

const CASES = join(import.meta.dirname, "../test/cases");

/** The story's pings went to somebody's address. Nobody's stands in the demonstration. */
const withInventedAddress = (text: string): string => text.replaceAll("122.28.47.86", "198.51.100.86");

/** @returns the file that `ikefrag serve --demo` reads */
export async function demoFile(): Promise<Uint8Array> {
  const files = Object.entries(RECORDED).map(async ([name, path]) => {
    const bytes = await readFile(join(CASES, path));
    const told = path.endsWith(".txt") ? Buffer.from(withInventedAddress(bytes.toString("utf8"))) : bytes;
    return [name, told.toString("base64")] as const;
  });
  const json = JSON.stringify(Object.fromEntries(await Promise.all(files)));
  return gzipSync(json, { level: 9 });
}
