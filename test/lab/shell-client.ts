/** The laboratory's client as a computer without Node.js or Deno: its shell runs the agent in POSIX sh. */
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type Network, tryInNamespace } from "./network.ts";
import type { Output } from "./programs.ts";

/** How UDP is sent: `dash` has perl for it, `bash` has not, so that its own sockets are used. */
export type Shell = "dash" | "bash";

/** All that the agent may start besides ping; what is not in the list is not on this client's path. */
const PROGRAMS = (
  "awk bash cat curl cut date dd env getent grep head iconv id ip mkdir mktemp od ping rm rmdir sed sleep tail " +
  "sha256sum timeout tr uname wc"
).split(" ");

/** Runs the line of a case for macOS and Linux, as a user does who has said yes beforehand. */
export async function runInShell(
  { client }: Network,
  shell: Shell,
  { home, line }: { home: string; line: string },
): Promise<Output> {
  const programs = join(home, "bin");
  await mkdir(programs, { recursive: true });
  const wanted = Object.fromEntries(
    [...PROGRAMS, ...(shell === "dash" ? ["perl"] : [])].map((name) => [name, name]),
  );
  for (const [name, program] of Object.entries({ ...wanted, sh: shell })) {
    const { stdout } = await tryInNamespace(client, "sh", ["-c", `command -v ${program}`]);
    await symlink(stdout.trim(), join(programs, name));
  }
  const settings = ["-i", `HOME=${home}`, `TMPDIR=${home}`, `PATH=${programs}`];
  return tryInNamespace(client, "env", [...settings, join(programs, "sh"), "-c", `${line} --yes --lang en`]);
}
