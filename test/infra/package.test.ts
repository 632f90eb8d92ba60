/**
 * The package as `npm pack` makes it, put into a clean folder and run there, with nothing else beside it.
 * `IKEFRAG_NODE` names the Node that it runs on; without it, it is the one that runs the tests.
 */
import { execFile, spawn } from "node:child_process";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NODE = process.env.IKEFRAG_NODE ?? process.execPath;
/** Each file that the package may hold. Sources, tests and settings of this checkout do not belong to it. */
const EXPECTED =
  /^package\/(package\.json|README\.md|LICENSE|SECURITY\.md|CHANGELOG\.md|dist\/(agent\.(mjs|ps1|sh)|demo\.json\.gz|client\.mjs|client\/\w+\.d\.ts|ikefrag(-[0-9A-Z]+|-reflector)?\.mjs|THIRD-PARTY-LICENCES\.txt|pages\/(names\.json|[a-z-]+-[0-9a-f]{16}\.(css|js)))|test\/cases\/seed\/.+|infra\/(migrations\/\d{4}_\w+\.sql|systemd\/[\w-]+\.(service|env)))$/;

let folder: string;
let inside: string;

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function run(command: string, words: string[], cwd: string): Promise<Ended> {
  const environment = {
    ...process.env,
    PATH: `${dirname(NODE)}:${process.env.PATH}`,
    NO_COLOR: "1",
    npm_config_offline: "true",
  };
  return new Promise((resolve) => {
    execFile(command, words, { cwd, env: environment, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
const ikefrag = (...words: string[]): Promise<Ended> =>
  run(NODE, [join(inside, "node_modules/.bin/ikefrag"), ...words], inside);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "ikefrag-package-"));
  inside = join(folder, "clean");
  // The checkout is built already, and another test may be reading what is built.
  const packed = await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], ROOT);
  if (packed.code !== 0) throw new Error(`Cannot pack: ${packed.stderr}`);
  const tarball = join(folder, `ikefrag-${packageJson.version}.tgz`);
  // Offline: it needs no other package.
  const words = ["install", "--no-audit", "--no-fund", "--prefix", inside, tarball];
  const installed = await run("npm", words, folder);
  if (installed.code !== 0) throw new Error(`Cannot install the package: ${installed.stderr}`);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("the package holds what runs, the notices of what it is made of, and nothing else", async () => {
  const { stdout } = await run("tar", ["tzf", join(folder, `ikefrag-${packageJson.version}.tgz`)], folder);
  const names = stdout.trim().split("\n");
  expect(names.filter((name) => !EXPECTED.test(name))).toEqual([]);
  for (const name of [
    "dist/ikefrag.mjs",
    "dist/agent.mjs",
    "dist/agent.ps1",
    "dist/agent.sh",
    "infra/migrations/0001_create_tables.sql",
  ])
    expect(names).toContain(`package/${name}`);
  expect(await readdir(join(inside, "node_modules"))).toEqual([".bin", ".package-lock.json", "ikefrag"]);
  const notices = await readFile(join(inside, "node_modules/ikefrag/dist/THIRD-PARTY-LICENCES.txt"), "utf8");
  for (const name of ["hono", "zod", "@noble/curves"]) expect(notices).toContain(`\n${name} `);
});

test("its client is imported by its name, and compiles against its types without anything else", async () => {
  const source = `import { createClient, ProblemError, type CaseCreated } from "ikefrag/client";
const client = createClient({ url: "https://ikefrag.example.com", fetch: async () => new Response(null, { status: 502 }) });
const opened: Promise<CaseCreated> = client.createCase({ body: { gateway: "vpn.example.com" } });
opened.catch((error) => console.log(error instanceof ProblemError && error.status));
// @ts-expect-error a gateway is needed
client.createCase({ body: {} }).catch(() => {});
`;
  await writeFile(join(inside, "use.mts"), source);
  const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
  const words =
    "--ignoreConfig --strict --module nodenext --target es2024 --lib es2024,dom,dom.iterable".split(" ");
  const compiled = await run(process.execPath, [compiler, ...words, "--outDir", inside, "use.mts"], inside);
  expect(compiled).toMatchObject({ code: 0, stdout: "" });
  const ran = await run(NODE, ["use.mjs"], inside);
  expect(ran).toMatchObject({ code: 0, stdout: "502\n" });
});

test("each command runs from it, in a folder of its own", async () => {
  const asked = await run("npx", ["--no-install", "ikefrag", "--version"], inside);
  expect(asked).toMatchObject({ code: 0, stdout: `ikefrag ${packageJson.version}\n` });
  const [overview = ""] = (await ikefrag("--help")).stdout.split("Try it");
  const commands = [...overview.matchAll(/^ {2}([a-z]+) /gm)].map(([, name]) => name ?? "");
  expect(new Set(commands).size).toBeGreaterThan(5);
  for (const name of new Set(commands))
    expect(await ikefrag(name, "--help"), name).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("Usage:"),
    });

  await cp(join(inside, "node_modules/ikefrag/test/cases/seed"), inside, { recursive: true });
  const analyzed = await ikefrag(
    "analyze",
    "wired-fail.pcapng",
    "netsh-ja.txt",
    "--json",
    "--html",
    "out.html",
  );
  expect(analyzed).toMatchObject({ code: 1, stderr: "The report is in out.html.\n" });
  expect(JSON.parse(analyzed.stdout)).toMatchObject({ verdict: "ike-auth-unanswered" });
  expect(await readFile(join(inside, "out.html"), "utf8")).toContain("<svg");
  const decoded = await ikefrag("decode", "wired-fail.pcapng", "--json");
  expect(decoded).toMatchObject({ code: 0, stdout: expect.stringContaining("IKE_AUTH") });
  const pair = ["--before", "wired-fail.pcapng", "--after", "wifi-ok.pcapng"];
  // 1: no capture of a login alone says that all is well.
  expect(await ikefrag("compare", ...pair)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining("IKE_AUTH answered"),
  });
  expect(await ikefrag("minimize", "wired-fail.pcapng", "small.pcapng")).toMatchObject({ code: 0 });
  // Nobody said yes, so nothing was sent.
  expect(await ikefrag("probe", "--gateway", "192.0.2.1")).toMatchObject({
    stderr: expect.stringContaining("192.0.2.1"),
  });
});

test("the service starts from it, hands out the agents, and ends when it is told to", async () => {
  const program = join(inside, "node_modules/.bin/ikefrag");
  const child = spawn(NODE, [program, "serve", "--port", "0", "--data", join(folder, "data")], {
    cwd: inside,
  });
  let said = "";
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      said += chunk;
      if (/Stop with Ctrl-C/.test(said)) resolve();
    });
    child.stderr.on("data", (chunk) => {
      said += chunk;
    });
    child.once("exit", () => reject(new Error(`It ended: ${said}`)));
  });
  try {
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? "";
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    const token = /\bikf_\w+/.exec(said)?.[0] ?? "";
    const opened = await fetch(`${origin}/v1/cases`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ gateway: "vpn.example.com" }),
    });
    expect(opened.status).toBe(201);
    const { code } = (await opened.json()) as { code: string };
    const agent = await fetch(`${origin}/a/${code}.mjs`);
    expect(await agent.text()).toContain("ikefrag agent");
  } finally {
    child.kill("SIGTERM");
  }
  expect(await ended).toBe(0);
});
