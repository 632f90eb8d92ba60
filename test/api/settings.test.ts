/** What the operator decides: shown with secrets masked, and refused where it is wrong or does not hold. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { linesOf } from "../../api/cases/agent-commands.ts";
import { VERSION } from "../../api/cases/release-files.ts";
import { DEFAULT_CONFIG } from "../../api/deps.ts";
import { readConfig, Settings } from "../../api/runtime/config.ts";
import { BucketSettings } from "../../api/runtime/s3-settings.ts";
import { readSettings, strangeNames } from "../../api/runtime/settings.ts";
import type { AgentLines } from "../../shared/schema/ways.ts";
import { json, ORIGIN, openService, openTestCase } from "../support/service.ts";

const root = join(import.meta.dirname, "../..");
const PEPPER = "p".repeat(32);

/** Runs `ikefrag serve` as an operator does. */
async function serve(words: string[], settings: Record<string, string>) {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-settings-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const dataDir = join(directory, "data");
  const { PATH = "", HOME = "" } = process.env;
  const program = [join(root, "cli/main.ts"), "serve", "--port", "0", "--data", dataDir, ...words];
  const ran = promisify(execFile)(process.execPath, program, { env: { PATH, HOME, ...settings } });
  const { code, stdout, stderr } = await ran.then(
    (said) => ({ ...said, code: 0 }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
  return { code, stdout, stderr, hasBegun: existsSync(dataDir) };
}

test("a mistyped name is refused with what was meant, and one of somebody else's is named", () => {
  for (const [name, meant] of [
    ["IKEFRAG_CAPTURE_DAY", "IKEFRAG_CAPTURE_DAYS"],
    ["IKEFRAG_PUBLIC_ULR", "IKEFRAG_PUBLIC_URL"],
    ["IKEFRAG_S3_BUCKT", "IKEFRAG_S3_BUCKET"],
  ])
    expect(() => strangeNames([name ?? ""]), name).toThrow(
      `Cannot start: ${name} is no setting. Did you mean ${meant}?`,
    );
  expect(
    strangeNames(["IKEFRAG_CAPTURES_KEPT_DAYS", "PATH", "IKEFRAG_LANG", "IKEFRAG_PEPPER", "IKEFRAG"]),
  ).toEqual([
    "IKEFRAG_CAPTURES_KEPT_DAYS is no setting, and changes nothing. The nearest is IKEFRAG_CAPTURE_DAYS",
  ]);
});

test("every setting has a row in the operator's table", async () => {
  const table = await readFile(join(root, "infra/README.md"), "utf8");
  const rows = table
    .split("\n")
    .filter((line) => line.startsWith("| `IKEFRAG_"))
    .join("\n");
  for (const name of Object.keys({ ...Settings.shape, ...BucketSettings.shape }))
    expect(rows, name).toContain(`\`${name}\``);
});

test("where others reach the service, it starts only with its public URL, and one over https", () => {
  const read = (host: string, publicUrl: string | null, more: Record<string, string> = {}) =>
    readSettings(more, { host, publicUrl }, PEPPER).publicUrl;
  for (const host of ["127.0.0.1", "localhost", "::1"]) expect(read(host, null), host).toBeNull();
  for (const host of ["0.0.0.0", "::", "192.0.2.1", "ikefrag.example.com"]) {
    expect(() => read(host, null), host).toThrow(/^Cannot start: .*--public-url/);
    expect(read(host, "https://ikefrag.example.com"), host).toBe("https://ikefrag.example.com");
  }
  const plain = "http://ikefrag.example.com";
  expect(() => read("127.0.0.1", plain)).toThrow(/^Cannot start: IKEFRAG_PUBLIC_URL is http/);
  expect(() => readConfig({ IKEFRAG_PEPPER: PEPPER, IKEFRAG_PUBLIC_URL: plain })).toThrow("is http");
  expect(read("0.0.0.0", plain, { IKEFRAG_PLAIN_HTTP: "allowed" })).toBe(plain);
  expect(read("127.0.0.1", "http://localhost:8787")).toBe("http://localhost:8787");
});

test("--print-config shows all settings, says which nobody decided, and masks secrets; nothing is begun", async () => {
  const secrets = {
    IKEFRAG_PEPPER: "pepper-of-this-test-0123456789abcdef",
    IKEFRAG_BOOTSTRAP_TOKEN: "ikf_bootstrap0123456789abcdefghjkm",
    IKEFRAG_METRICS_TOKEN: "metrics-token-of-this-test-0123456789",
    IKEFRAG_REFLECTOR_KEY: "reflector-key-of-this-test-0123456789",
    IKEFRAG_S3_ACCESS_KEY_ID: "access-key-of-this-test",
    IKEFRAG_S3_SECRET_ACCESS_KEY: "secret-access-key-of-this-test",
  };
  const { code, stdout, stderr, hasBegun } = await serve(
    ["--print-config", "--reflector", "192.0.2.1:4555"],
    {
      ...secrets,
      IKEFRAG_OPERATOR: "Example helpdesk",
      IKEFRAG_S3_BUCKET: "evidence",
      IKEFRAG_S3_REGION: "eu-west-1",
      IKEFRAG_WALLPAPER: "blue",
    },
  );
  expect(stderr).toMatch(/^ikefrag: IKEFRAG_WALLPAPER is no setting, and changes nothing\. [^\n]+\n$/);
  expect({ code, hasBegun }).toEqual({ code: 0, hasBegun: false });
  const lines = stdout.split("\n");
  for (const line of [
    "IKEFRAG_OPERATOR=Example helpdesk",
    "IKEFRAG_REFLECTOR=192.0.2.1:4555",
    "IKEFRAG_S3_BUCKET=evidence",
    "# IKEFRAG_REPORT_DAYS=90",
    "# IKEFRAG_PUBLIC_URL=",
    ...Object.keys(secrets).map((name) => `${name}=(secret)`),
  ])
    expect(lines).toContain(line);
  expect(lines.filter((line) => line !== "").length).toBe(
    Object.keys({ ...Settings.shape, ...BucketSettings.shape }).length,
  );
  for (const secret of Object.values(secrets)) expect(stdout).not.toContain(secret);
});

test.each([
  { words: ["--host", "0.0.0.0"], settings: {}, said: /^Cannot start: others reach 0\.0\.0\.0/ },
  {
    words: [],
    settings: { IKEFRAG_REPORT_DAY: "9" },
    said: /^Cannot start: IKEFRAG_REPORT_DAY is no setting\. Did you mean IKEFRAG_REPORT_DAYS\?/,
  },
  { words: [], settings: { IKEFRAG_REPORT_DAYS: "ten" }, said: /^Cannot start: IKEFRAG_REPORT_DAYS / },
  {
    words: [],
    settings: { IKEFRAG_PUBLIC_URL: "https://example.com/ikefrag" },
    said: /^Cannot start: IKEFRAG_PUBLIC_URL must be an origin, such as https:/,
  },
  { words: [], settings: { IKEFRAG_LOG: "some" }, said: /^Cannot start: IKEFRAG_LOG must be errors or all/ },
  {
    words: ["--public-url", "http://ikefrag.example.com"],
    settings: {},
    said: /^Cannot start: IKEFRAG_PUBLIC_URL is http/,
  },
  {
    words: ["--print-config", "--host", "::"],
    settings: {},
    said: /^Cannot start: others reach ::/,
  },
])(
  "serve $words with $settings does not start, and says why in a line",
  async ({ words, settings, said }) => {
    const { code, stdout, stderr } = await serve(words, settings);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(said);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  },
);

test("without a public URL, no name beyond this machine gets anything over http", async () => {
  const open = await openService({ publicUrl: null });
  onTestFinished(() => open.close());
  const ask = (origin: string) =>
    open.app.request(`${origin}/v1/cases`, {
      method: "POST",
      headers: { authorization: `Bearer ${open.tokens.staff}`, "content-type": "application/json" },
      body: JSON.stringify({ gateway: "vpn.example.com" }),
    });
  for (const origin of ["http://evil.example", "http://192.0.2.7:8787", "http://127.0.0.1.evil.example"]) {
    const response = await ask(origin);
    expect(response.status, origin).toBe(400);
    expect(await json(response)).toMatchObject({ type: "/problems/bad-host" });
  }
  for (const origin of ["http://127.0.0.1:8787", "http://localhost", "http://[::1]:1", "https://a.example"])
    expect((await ask(origin)).status, origin).toBe(201);
});

test("lines over plain http are marked beside them, and others are not", async () => {
  const mark = /class="notice bad">These lines use plain http/;
  for (const [publicUrl, isMarked] of [
    ["http://ikefrag.example.com", true],
    [ORIGIN, false],
  ] as const) {
    const open = await openService({ publicUrl, plainHttp: true });
    onTestFinished(() => open.close());
    const code = await openTestCase(open);
    const page = await (await open.request("GET", `/a/${code}`, { headers: { accept: "text/html" } })).text();
    expect(mark.test(page), publicUrl).toBe(isMarked);
  }
});

test.each(["quick", "file"] as const)(
  "the lines with curl take nothing but https, where they lead to https: %s",
  async (way) => {
    const agents = { agentBundle: "process.exit(7)", windowsAgent: "", posixAgent: "exit 7" };
    const linesAt = (origin: string) => linesOf(agents, way, origin, "0123-4567-89ABC") as AgentLines;
    const { macLinux, node } = linesAt(ORIGIN);
    for (const line of [macLinux, node]) expect(line).toContain('curl --proto "=https" --tlsv1.2 -fsSL');
    const server = createServer((_request, response) => response.end(agents.agentBundle));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const directory = await mkdtemp(join(tmpdir(), "ikefrag-line-"));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    /** Runs a line in a shell. @returns what it ended with: 7 is the program that came */
    const run = (line: string) =>
      promisify(execFile)("sh", ["-c", line], {
        cwd: directory,
        env: { ...process.env, HOME: directory },
      }).then(
        () => 0,
        ({ code }: { code: number }) => code,
      );
    const lines = linesAt(here);
    for (const line of [lines.macLinux, lines.node]) expect(await run(line), line).toBe(7);
    // The same line for https, led to http: 1 is curl's "unsupported protocol".
    for (const line of [macLinux, node]) expect(await run(line.replaceAll(ORIGIN, here)), line).toBe(1);
  },
);

test("without Node.js and Deno the line takes the script for sh; other bytes than the published are not run", async () => {
  const agents = { agentBundle: "process.exit(7)", windowsAgent: "", posixAgent: "exit 9" };
  let served = agents.posixAgent;
  const asked: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const here = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-line-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  // A computer that has what every macOS and Linux has, and no runtime of JavaScript.
  const which = (name: string) =>
    promisify(execFile)("sh", ["-c", `command -v ${name}`]).then(({ stdout }) => stdout.trim());
  for (const name of ["sh", "curl", "grep", "mktemp", "sha256sum"])
    await symlink(await which(name), join(directory, name));
  const run = (way: "quick" | "file") =>
    promisify(execFile)(
      join(directory, "sh"),
      ["-c", linesOf(agents, way, here, "0123-4567-89ABC")?.macLinux ?? ""],
      { cwd: directory, env: { PATH: directory, HOME: directory } },
    ).catch((error: { code: number; stderr: string }) => error);
  expect(await run("quick")).toMatchObject({ code: 9 });
  expect(await run("file")).toMatchObject({ code: 9 });
  expect(asked).toEqual(["/a/0123-4567-89ABC.sh", `/agent/${VERSION}/ikefrag.sh`]);
  served = "exit 8";
  expect(await run("file")).toMatchObject({ code: 1, stderr: expect.stringMatching(/^Not run: /) });
});

test("which ways are offered, and in which order, is the operator's", () => {
  const read = (ways: string) => readConfig({ IKEFRAG_PEPPER: PEPPER, IKEFRAG_DELIVERY: ways }).delivery;
  expect(read("")).toEqual(DEFAULT_CONFIG.delivery);
  expect(read("installed, by-hand")).toEqual(["installed", "by-hand"]);
  for (const [wrong, why] of [
    ["file,mail", "must be quick, file, installed, by-hand, with commas between them"],
    ["file,file", "must name each way once"],
    [",", "must be quick"],
  ] as const)
    expect(() => read(wrong), wrong).toThrow(`IKEFRAG_DELIVERY ${why}`);
});

test("networks are named by JSON or by a file with it, and a prefix that is none is named", async () => {
  const read = (networks: string) => readConfig({ IKEFRAG_PEPPER: PEPPER, IKEFRAG_NETWORKS: networks });
  const table = '{"192.0.2.0/24": "Example Mobile"}';
  expect(read(table).networks?.nameOf("192.0.2.7")).toBe("Example Mobile");
  expect(read("").networks).toBeNull();
  for (const [wrong, why] of [
    ["{", "has to be JSON"],
    ['{"192.0.2.0/24": ""}', "has to be JSON"],
    ['{"192.0.2.0/40": "x"}', '"192.0.2.0/40": it is no ADDRESS/LENGTH'],
    ['{"192.0.2.0/24": "wifi"}', "is a kind of network"],
  ] as const)
    expect(() => read(wrong), wrong).toThrow(why);

  const directory = await mkdtemp(join(tmpdir(), "ikefrag-networks-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "networks.json");
  await writeFile(file, table);
  const given = { publicUrl: null, host: "127.0.0.1" };
  const fromFile = readSettings({ IKEFRAG_NETWORKS: `@${file}` }, given, PEPPER);
  expect(fromFile.networks?.nameOf("192.0.2.7")).toBe("Example Mobile");
  expect(() => readSettings({ IKEFRAG_NETWORKS: `@${file}x` }, given, PEPPER)).toThrow("cannot be read");
});
