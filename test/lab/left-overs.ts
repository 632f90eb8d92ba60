/** Removes what killed laboratories have left behind. */
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { removeNamespace } from "./network.ts";
import { run } from "./programs.ts";

const NAMESPACE = /^ikf-([0-9a-z]+)-[0-9a-f]+-/;
const DIRECTORY = /^ikefrag-lab\.([0-9a-z]+)\./;

/** What laboratories left that were killed before they could clean up. */
export async function removeLeftOvers(): Promise<void> {
  const { stdout } = await run("ip", ["netns", "list"]);
  for (const [name = ""] of stdout.split("\n").map((line) => line.split(" "))) {
    if (isOrphan(NAMESPACE, name)) await removeNamespace(name);
  }
  for (const name of await readdir("/etc/netns").catch(() => []))
    if (isOrphan(NAMESPACE, name)) await rm(join("/etc/netns", name), { recursive: true, force: true });
  for (const name of await readdir(tmpdir()))
    if (isOrphan(DIRECTORY, name)) await rm(join(tmpdir(), name), { recursive: true, force: true });
}

function isOrphan(pattern: RegExp, name: string): boolean {
  const owner = pattern.exec(name)?.[1];
  return owner !== undefined && !isAlive(Number.parseInt(owner, 36));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
