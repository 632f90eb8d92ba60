/** Runs agent/posix.sh in a shell, with no other programs on its path than a test names. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { onTestFinished } from "vitest";
import { CODE } from "./agent-service.ts";

/** The script, as it is handed out but for the case's code and the service's address. */
export const SHELL_AGENT_FILE = join(import.meta.dirname, "../../agent/posix.sh");

/** The shells here; Debian has the first two. */
export const SHELLS = ["dash", "bash", "busybox"].filter((shell) => findProgram(shell) !== null);

/** What the script may start, but for what sends over the network and what opens sockets. */
export const COMMON_PROGRAMS = (
  "awk cat cut date dd env getent grep head iconv id ip mkdir mktemp od rm rmdir sed sleep tail timeout tr " +
  "uname wc"
).split(" ");

/** Two ways to send a datagram. */
export const UDP_PROGRAMS = { perl: ["perl"], bash: ["bash"] };

/** Where the program is on this computer; `null`: it is not here. */
export function findProgram(name: string): string | null {
  const folders = (process.env.PATH ?? "").split(":");
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}

export interface ShellRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** What stands in the home afterwards, and in the folder for temporary files. */
  left: string[];
}

export interface ShellOptions {
  shell?: string;
  /** `null`: neither is said, and the environment may say them. */
  server: string | null;
  code?: string | null;
  args?: string[];
  programs?: string[];
  /** Scripts that take a program's place, by its name. */
  standIns?: Record<string, string>;
  environment?: Record<string, string>;
  /** What is typed at a terminal of its own; left out: there is none. */
  typed?: string;
  /** Where the script is; left out: the one that is served. */
  file?: string;
  /** What else is done with the process while it runs. */
  meanwhile?: (child: ChildProcess) => void;
}

/** Runs the script in an empty home, as a session of its own, so that no terminal of ours is asked. */
export async function runShellAgent(options: ShellOptions): Promise<ShellRun> {
  const { shell = "dash", server, code = CODE, args = [], standIns = {}, environment = {} } = options;
  const folder = await mkdtemp(join(tmpdir(), "ikefrag-shell-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [home, temporary, bin] = ["home", "tmp", "bin"].map((name) => join(folder, name));
  if (home === undefined || temporary === undefined || bin === undefined) throw new Error("no folder");
  for (const each of [home, temporary, bin]) await mkdir(each);
  for (const [name, text] of Object.entries(standIns)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
  for (const name of options.programs ?? [...COMMON_PROGRAMS, "curl", "ping", "perl"]) {
    const found = findProgram(name);
    if (found !== null && !(name in standIns)) await symlink(found, join(bin, name));
  }
  const words = [
    ...(shell === "busybox" ? [findProgram(shell) ?? shell, "sh"] : [findProgram(shell) ?? shell]),
    options.file ?? SHELL_AGENT_FILE,
    ...(server === null ? [] : ["--server", server]),
    ...(code === null ? [] : ["--code", code]),
    ...args,
  ];
  const env = { PATH: bin, HOME: home, TMPDIR: temporary, LANG: "en_US.UTF-8", ...environment };
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const [program = "", ...rest] =
    options.typed === undefined
      ? words
      : [findProgram("script") ?? "script", "-qec", `${quoted} 2>&1`, "/dev/null"];
  const child = spawn(program, rest, {
    cwd: home,
    detached: true,
    env: options.typed === undefined ? env : { ...env, SHELL: "/bin/sh" },
    stdio: [options.typed === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? 0), "SIGKILL");
    } catch {
      // It has ended.
    }
  });
  const said = { stdout: "", stderr: "" };
  child.stdout?.on("data", (bytes: Buffer) => {
    said.stdout += bytes.toString();
    // Typed once the question is there: a terminal may drop what comes before.
    if (options.typed !== undefined && /\[y\/N\] $|code: $/.test(said.stdout))
      child.stdin?.write(options.typed);
  });
  child.stderr?.on("data", (bytes: Buffer) => (said.stderr += bytes.toString()));
  options.meanwhile?.(child);
  const exitCode = await new Promise<number | null>((settle) => child.on("close", settle));
  const left = [...(await readdir(home)), ...(await readdir(temporary))];
  return { exitCode, ...said, left };
}

/** What the shell says of the script's grammar; it runs nothing of it. */
export function checkGrammar(shell: string, file = SHELL_AGENT_FILE): string {
  const words = shell === "busybox" ? ["sh", "-n", file] : ["-n", file];
  return execFileSync(findProgram(shell) ?? shell, words, { encoding: "utf8" });
}
