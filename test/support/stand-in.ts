/**
 * A script in the place of tcpdump, so that a recording can be made, fail or hang without the rights to
 * record.
 */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { onTestFinished } from "vitest";

/**
 * For as long as the test runs, `tcpdump` is this script; `$0` stands in a directory of its own.
 *
 * @returns that directory
 */
export async function standInForTcpdump(script: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-tcpdump-"));
  const before = process.env.PATH;
  onTestFinished(async () => {
    process.env.PATH = before;
    await rm(directory, { recursive: true, force: true });
  });
  const file = join(directory, "tcpdump");
  await writeFile(file, `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${script}\n`);
  await chmod(file, 0o755);
  process.env.PATH = `${directory}${delimiter}${before}`;
  return directory;
}
