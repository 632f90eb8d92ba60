/** The laboratory's client as a computer without Node.js or Deno: its shell runs the agent in POSIX sh. */
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type Network, tryInNamespace } from "./network.ts";
import type { Output } from "./programs.ts";

const AGENT_FILE = join(import.meta.dirname, "../../agent/posix.sh");

/** How UDP is sent: `dash` has perl for it, `bash` has not, so that its own sockets are used. */
export type Shell = "dash" | "bash";

/** All that the agent may start besides ping; what is not in the list is not on this client's path. */
const PROGRAMS = (
  "awk bash cat curl cut date dd env getent grep head iconv id ip mkdir mktemp od ping rm rmdir sed sleep tail " +
  "timeout tr uname wc"
).split(" ");

/** Runs the constant script as a user does who has said yes beforehand. */
export async function runInShell(
  { client }: Network,
  shell: Shell,
  { home, server, code }: { home: string; server: string; code: string },
): Promise<Output> {
  const programs = join(home, "bin");
  await mkdir(programs, { recursive: true });
  for (const program of [...PROGRAMS, shell, ...(shell === "dash" ? ["perl"] : [])]) {
    const { stdout } = await tryInNamespace(client, "sh", ["-c", `command -v ${program}`]);
    await symlink(stdout.trim(), join(programs, program)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  }
  const settings = ["-i", `HOME=${home}`, `TMPDIR=${home}`, `PATH=${programs}`];
  const line = `cd "$HOME" && exec ${shell} "$0" --server "$1" --code "$2" --yes --lang en`;
  return tryInNamespace(client, "env", [...settings, "/bin/sh", "-c", line, AGENT_FILE, server, code]);
}
