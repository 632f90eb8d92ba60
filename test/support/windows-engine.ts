/**
 * PowerShell for the Windows agent: on Linux an engine that takes on Windows PowerShell 5.1's or PowerShell
 * 7's ways, with stand-ins for what only Windows has; on Windows the real one, with stand-ins of our own.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import process from "node:process";
import { createInterface, type Interface } from "node:readline";
import { onTestFinished } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
export const WINDOWS_AGENT_FILE = join(ROOT, "agent/windows.ps1");
export const IS_WINDOWS = process.platform === "win32";

/** Where it is, or why there is none: what needs it is skipped with that reason. */
export function findEngine(): { file: string; missing: null } | { file: null; missing: string } {
  const { IKEFRAG_PWSH } = process.env;
  if (IS_WINDOWS) return { file: IKEFRAG_PWSH ?? "powershell.exe", missing: null };
  const file = resolve(IKEFRAG_PWSH ?? join(ROOT, "../shared/pwsh/pwsh"));
  try {
    accessSync(file, constants.X_OK);
    return { file, missing: null };
  } catch {
    const where = IKEFRAG_PWSH === undefined ? "../shared/pwsh/pwsh" : `IKEFRAG_PWSH=${IKEFRAG_PWSH}`;
    return { file: null, missing: `there is no PowerShell engine at ${where}` };
  }
}

const engine = findEngine();
/** For `test.skipIf`: says why, once for each file of tests. */
export const noEngine = engine.missing !== null;
/** What the engine has, and a real Windows has not: its lint, and commands that are missing. */
export const noEngineOfOurs = noEngine || IS_WINDOWS;
/** Stand-ins as on Windows: also on Linux where that is asked for, to try them. */
const ownStandIns = IS_WINDOWS || process.env.IKEFRAG_STAND_INS === "own";
if (noEngine) console.warn(`skipped: ${engine.missing}`);

export interface EngineOptions {
  command: string;
  as?: "5.1" | "7";
  constrained?: boolean;
  culture?: string;
  /** PowerShell that registers stand-ins, loaded first. */
  standIns?: string;
  /** What is typed; absent: nobody is there to ask. */
  input?: string;
  env?: Record<string, string>;
  directory?: string;
  /**
   * A process of its own, as a user starts it. Else one process runs one command after another, which is
   * faster.
   */
  ownProcess?: boolean;
}

export interface EngineOutput {
  exitCode: number | null;
  stdout: string;
  stderr: string;
  /** Which stand-ins were called, in order. */
  calls: { command: string; arguments: unknown }[];
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-windows-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Runs a command as `powershell -Command` does. */
export async function runEngine(options: EngineOptions): Promise<EngineOutput> {
  if (engine.file === null) throw new Error(engine.missing);
  const directory = options.directory ?? (await temporaryDirectory());
  const callLog = join(directory, "calls.jsonl");
  const words = ["-NoProfile", ...(options.input === undefined ? ["-NonInteractive"] : [])];
  if (!IS_WINDOWS) words.push("-As", options.as ?? "5.1");
  if (ownStandIns) words.push(...(await wordsWithOwnStandIns(options, directory)));
  else words.push(...(await wordsOfEngine(options, directory, callLog)));
  const env = { TEMP: directory, STAND_IN_LOG: callLog, ...options.env };
  const { exitCode, stdout, stderr } =
    ownStandIns || options.ownProcess
      ? await runProcess(engine.file, words, { env, directory, input: options.input ?? "" })
      : await runWarm(engine.file, words, { env, directory, input: options.input ?? "" });
  const log = await readFile(callLog, "utf8").catch(() => "");
  const calls = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineOutput["calls"][number]);
  return { exitCode, stdout: stdout.replaceAll("\r\n", "\n"), stderr, calls };
}

interface Run {
  env: Record<string, string>;
  directory: string;
  input: string;
}
type RunOutput = Omit<EngineOutput, "calls">;

async function runProcess(file: string, words: string[], { env, directory, input }: Run): Promise<RunOutput> {
  const child = spawn(file, words, { cwd: directory, env: { ...process.env, ...env } });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdin.on("error", () => {}); // it may end before it has read all
  child.stdin.end(input);
  const exitCode = await new Promise<number | null>((settle, reject) => {
    child.once("error", reject);
    child.once("close", settle);
  });
  return { exitCode, stdout, stderr };
}

/** The process that runs one command line after another; see windows-warm-engine.ps1. */
let warm: { child: ChildProcessWithoutNullStreams; answers: Interface } | null = null;
/** The run before. Runs in that process wait for each other. */
let lastRun: Promise<unknown> = Promise.resolve();

function runWarm(file: string, words: string[], run: Run): Promise<RunOutput> {
  const result = lastRun.then(() => askWarm(file, { ...run, words }));
  lastRun = result.catch(() => {});
  return result;
}

async function askWarm(file: string, request: Run & { words: string[] }): Promise<RunOutput> {
  warm ??= await startWarm(file);
  const { child, answers } = warm;
  return new Promise((resolve, reject) => {
    const listen = (line: string) => {
      if (!line.startsWith("\x01")) return;
      stop();
      const [code, ...texts] = line.slice(1).split(" ");
      const [stdout = "", stderr = ""] = texts.map((text) => Buffer.from(text, "base64").toString());
      resolve({ exitCode: Number(code), stdout, stderr });
    };
    const fail = (code: number | null) => {
      stop();
      reject(new Error(`Cannot run: the PowerShell engine ended with exit code ${code}`));
    };
    // A run that does not end must not hold up the tests behind it.
    let waiting = true;
    const stop = () => {
      waiting = false;
      answers.off("line", listen);
      child.off("exit", fail);
    };
    onTestFinished(() => {
      if (waiting) child.kill("SIGKILL");
    });
    answers.on("line", listen);
    child.once("exit", fail);
    child.stdin.write(`${Buffer.from(JSON.stringify(request)).toString("base64")}\n`);
  });
}

async function startWarm(file: string): Promise<NonNullable<typeof warm>> {
  const script = await readFile(join(import.meta.dirname, "windows-warm-engine.ps1"), "utf8");
  const child = spawn(file, ["-NoProfile", "-As", "7", "-Command", script]);
  child.stderr.pipe(process.stderr);
  child.stdin.on("error", () => {}); // it has ended, which whoever waits for an answer is told
  child.once("exit", () => {
    warm = null;
  });
  // Its standard input ends with this process, and then it ends, too.
  child.unref();
  return { child, answers: createInterface({ input: child.stdout }) };
}

async function wordsOfEngine(options: EngineOptions, directory: string, callLog: string): Promise<string[]> {
  const words = ["-CallLog", callLog, "-Culture", options.culture ?? "en-US"];
  if (options.constrained) words.push("-LanguageMode", "ConstrainedLanguage");
  if (options.standIns !== undefined) {
    await writeFile(join(directory, "stand-ins.ps1"), options.standIns);
    words.push("-StandIns", join(directory, "stand-ins.ps1"));
  }
  return [...words, "-Command", options.command];
}

/**
 * As files, for Windows takes no line of more than 32 KiB; with a byte order mark, for 5.1 takes others for
 * ANSI.
 */
async function wordsWithOwnStandIns(options: EngineOptions, directory: string): Promise<string[]> {
  const write = async (name: string, text: string): Promise<string> => {
    await writeFile(join(directory, name), `\ufeff${text}`);
    return `. '${join(directory, name)}'`;
  };
  const before = [
    "[Console]::OutputEncoding = New-Object Text.UTF8Encoding $false",
    "[Console]::InputEncoding = New-Object Text.UTF8Encoding $false",
    `function global:Get-UICulture { [Globalization.CultureInfo]'${options.culture ?? "en-US"}' }`,
    await readFile(join(import.meta.dirname, "windows-stand-ins.ps1"), "utf8"),
    options.standIns ?? "",
    options.constrained ? "$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'" : "",
  ];
  const lines = [await write("before.ps1", before.join("\n")), await write("command.ps1", options.command)];
  return ["-ExecutionPolicy", "Bypass", "-Command", lines.join("; ")];
}

/** `-Lint`'s findings; empty: there are none. */
export async function lint(file: string): Promise<string> {
  if (engine.file === null) throw new Error(engine.missing);
  const child = spawn(engine.file, ["-Lint", file]);
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  const exitCode = await new Promise<number | null>((settle) => child.once("close", settle));
  return exitCode === 0 ? "" : stdout || `exit code ${exitCode}`;
}

/** The agent as the service hands it out. */
export async function agentText(code: string, origin: string): Promise<string> {
  const text = await readFile(WINDOWS_AGENT_FILE, "utf8");
  return text.replace("__IKEFRAG_CODE__", code).replace("__IKEFRAG_URL__", origin);
}

/**
 * Loads the agent's functions without starting it, and runs PowerShell that calls them.
 *
 * @param command its last line prints one JSON value, by `ConvertTo-AsciiJson`
 * @returns that value, and which stand-ins were called
 */
export async function callAgent(
  command: string,
  options: Omit<EngineOptions, "command"> = {},
): Promise<{ value: unknown; calls: EngineOutput["calls"] }> {
  const definitions = (await agentText("AAAA", "http://127.0.0.1:9")).replace(
    /\nStart-Ikefrag @args\n$/,
    "\n",
  );
  const inAFunction = `function Invoke-Test {\n${command}\n}`;
  const { stdout, stderr, calls } = await runEngine({
    ...options,
    command: `${definitions}\nSet-StrictMode -Version 3\n$ErrorActionPreference = 'Stop'\n${inAFunction}\nInvoke-Test`,
  });
  const json = stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    return { value: JSON.parse(json), calls };
  } catch {
    throw new Error(`Cannot find what the agent's functions gave: ${stdout}${stderr}`);
  }
}
