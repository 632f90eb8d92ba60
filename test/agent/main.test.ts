/** The agent's command line, and the served file on Node and Deno. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { parseArguments } from "../../agent/arguments.ts";
import { bundleAgent } from "../../infra/build.ts";
import { CODE, ordinaryAnswers, startAgentService } from "../support/agent-service.ts";

const BUILT_IN = { server: "http://127.0.0.1:1", code: CODE };
const PLACEHOLDERS = { server: "__IKEFRAG_URL__", code: "__IKEFRAG_CODE__" };

test.each([
  {
    name: "what the service built in",
    args: [],
    builtIn: BUILT_IN,
    want: { ...BUILT_IN, yes: false, dryRun: false },
  },
  {
    name: "arguments over what is built in",
    args: ["--code", "X", "-y"],
    builtIn: BUILT_IN,
    want: { code: "X", yes: true },
  },
  {
    name: "its own arguments",
    args: ["--server=http://h", "--code=X", "--lang", "ja"],
    builtIn: PLACEHOLDERS,
    want: { server: "http://h", language: "ja" },
  },
  { name: "a missing server", args: ["--code", "X"], builtIn: PLACEHOLDERS, want: { misused: "--server" } },
  {
    name: "a missing code, which a person is asked for",
    args: ["--server", "http://h"],
    builtIn: PLACEHOLDERS,
    want: { server: "http://h", code: "" },
  },
  {
    name: "a missing code where nobody is asked",
    args: ["--server", "http://h", "--yes"],
    builtIn: PLACEHOLDERS,
    want: { misused: "--code" },
  },
  {
    name: "an unknown language",
    args: ["--lang", "tlh"],
    builtIn: BUILT_IN,
    want: { misused: "--lang tlh" },
  },
  {
    name: "help before all else",
    args: ["--help", "--lang", "x"],
    builtIn: PLACEHOLDERS,
    want: { help: true },
  },
])("parseArguments() takes $name", ({ args, builtIn, want }) => {
  expect(parseArguments(args, builtIn)).toMatchObject(want);
});

test("parseArguments() takes service and code from the environment where nothing else names them", () => {
  const environment = { IKEFRAG_SERVER: "https://env.example", IKEFRAG_CODE: "ENV" };
  expect(parseArguments([], PLACEHOLDERS, environment)).toMatchObject({
    server: "https://env.example",
    code: "ENV",
  });
  expect(parseArguments([], BUILT_IN, environment)).toMatchObject(BUILT_IN);
  expect(parseArguments(["--code", "X"], PLACEHOLDERS, environment)).toMatchObject({ code: "X" });
});

test("parseArguments() names an option that is none", () => {
  expect(parseArguments(["--yess"], BUILT_IN)).toMatchObject({ misused: expect.stringContaining("--yess") });
});

/** The file as the service hands it out. */
async function servedAgent(origin: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-served-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const text = new TextDecoder().decode(await bundleAgent());
  const file = join(directory, "ikefrag.mjs");
  await writeFile(file, text.replace("__IKEFRAG_URL__", origin).replace("__IKEFRAG_CODE__", CODE));
  return file;
}

interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** @param onText called with all of standard error so far, as it grows */
function start(
  program: string,
  args: string[],
  onText: (stderr: string, child: ChildProcess) => void = () => {},
) {
  return new Promise<Ended>((resolve, reject) => {
    const env = { ...process.env, LANG: "en_US.UTF-8", LC_ALL: "" };
    // A group of its own, so without a terminal to ask on.
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"], env, detached: true });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk;
      onText(stderr, child);
    });
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

const DENO = join(dirname(createRequire(import.meta.url).resolve("deno/package.json")), "bin.cjs");
const DENO_PERMISSIONS = ["--allow-net", "--allow-sys", "--allow-run", "--allow-read", "--allow-env"];

for (const { name, program, args } of [
  { name: "Node", program: process.execPath, args: [] },
  { name: "Deno", program: process.execPath, args: [DENO, "run", "--no-prompt", ...DENO_PERMISSIONS] },
]) {
  test(`the served agent runs on ${name}, and the last line of its output is the report ID`, async () => {
    const service = await startAgentService(ordinaryAnswers());
    const file = await servedAgent(service.origin);
    const ended = await start(program, [...args, file, "--yes"]);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "IKF-AAAAA-AAAAA-A\n" });
    expect(service.asked.at(-1)?.body).toMatchObject({
      measurements: [{ outcome: { status: "measured" } }, {}],
    });
  });
}

test("the served agent stops with 4 when nobody can be asked, and has posted nothing", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const ended = await start(process.execPath, [await servedAgent(service.origin)]);
  expect(ended).toMatchObject({ exitCode: 4, stdout: "" });
  expect(ended.stderr).toContain("--yes");
  expect(service.asked.map(({ method }) => method)).toEqual(["GET"]);
});

test("the served agent ends at once on Ctrl-C", async () => {
  const answers = ordinaryAnswers();
  const started = answers["POST /v1/runs"]?.[0];
  const steps = [{ id: "late", kind: "interfaces", atMs: 30_000, gateway: "127.0.0.1" }];
  if (typeof started === "object") Object.assign(started.json as object, { round: { number: 1, steps } });
  const service = await startAgentService(answers);
  const ended = await start(
    process.execPath,
    [await servedAgent(service.origin), "--yes"],
    (stderr, child) => {
      if (stderr.includes("Round 1")) child.kill("SIGINT");
    },
  );
  expect(ended).toMatchObject({ exitCode: 130, stdout: "" });
  expect(ended.stderr).toMatch(/Stopped\.\n$/);
});
