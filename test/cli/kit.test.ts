/** `ikefrag kit`: what it writes is what was published, no rule looks for it, and it runs as it says. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { kit, kitFiles, originOf } from "../../cli/kit.ts";
import { CODE, ordinaryAnswers, startAgentService } from "../support/agent-service.ts";
import { matchedRules } from "../support/detection-strings.ts";
import {
  lint,
  noEngine,
  noEngineOfOurs,
  runEngine,
  temporaryDirectory,
  WINDOWS_AGENT_FILE,
} from "../support/windows-engine.ts";
import { ORDINARY_MACHINE, standIns } from "../support/windows-stand-ins.ts";

const run = promisify(execFile);
const NO_CODE = "0000-0000-00001";
const agent = await readFile(WINDOWS_AGENT_FILE, "utf8");
const sha256 = (text: string | Uint8Array) => createHash("sha256").update(text).digest("hex").toUpperCase();
const VERSION = "9.8.7";
const factsFor = (server: string, code = CODE) => ({ server, version: VERSION, sha256: sha256(agent), code });
const FILES = kitFiles(agent, factsFor("https://ikefrag.example.com"));
const scripts = [...FILES].filter(([name]) => name.endsWith(".ps1"));

/** A computer on which the kit lies, with folders of its own; the service has the published script. */
async function computer({ problem = true, served = agent } = {}) {
  const directory = await temporaryDirectory();
  const service = await startAgentService({
    ...ordinaryAnswers(problem ? "outbound-fragments-dropped" : "healthy", problem),
    [`GET /agent/${VERSION}/ikefrag.ps1`]: [{ status: 200, json: served, raw: "text/plain; charset=utf-8" }],
  });
  const folder = (name: string) => join(directory, name);
  const env = {
    ProgramFiles: folder("pf"),
    ProgramData: folder("pd"),
    LOCALAPPDATA: folder("local"),
    IKEFRAG_LANG: "en",
  };
  await mkdir(join(env.ProgramData, "Microsoft/Windows/Start Menu/Programs"), { recursive: true });
  await mkdir(env.ProgramFiles);
  await mkdir(folder("kit"));
  // Nobody waits in a test.
  for (const [name, text] of kitFiles(agent, factsFor(service.origin)))
    await writeFile(join(directory, "kit", name), text.replace("$spreadSeconds = 300", "$spreadSeconds = 0"));
  const start = async (
    command: string,
    more: { as?: "5.1" | "7"; constrained?: boolean; input?: string } = {},
  ) => {
    const options = { standIns: standIns(ORDINARY_MACHINE), directory, env, ...more };
    const { stdout, stderr } = await runEngine({ ...options, command: `${command}; "after: $LASTEXITCODE"` });
    return { lines: stdout.trimEnd().split("\n"), said: stdout + stderr };
  };
  const installed = join(env.ProgramFiles, "ikefrag/ikefrag.ps1");
  const menu = join(env.ProgramData, "Microsoft/Windows/Start Menu/Programs/ikefrag.cmd");
  return { directory, service, env, start, installed, menu };
}

test("it writes the published script as it is, and nothing over what is there", async () => {
  const out = join(await temporaryDirectory(), "new/kit");
  expect(await kit({ server: "https://ikefrag.example.com/", code: null, out })).toBe(0);
  expect((await readdir(out)).sort()).toEqual([...FILES.keys()].sort());
  const script = await readFile(join(out, "ikefrag.ps1"));
  expect(script.toString()).toBe(agent);
  expect(await readFile(join(out, "SHA256SUMS"), "utf8")).toBe(
    `${sha256(script).toLowerCase()}  ikefrag.ps1\n`,
  );
  await expect(kit({ server: "https://ikefrag.example.com", code: null, out })).rejects.toThrow(
    /files in it already/,
  );
  await expect(
    kit({ server: "https://ikefrag.example.com", code: null, out: join(out, "README.md") }),
  ).rejects.toThrow(/Cannot write/);
  await expect(kit({ server: "https://ikefrag.example.com", code: NO_CODE, out })).rejects.toThrow(
    /case code/,
  );
});

test.each([
  "http://ikefrag.example.com",
  "https://a'b.example.com",
  "https://ikefrag.example.com/%PATH%",
  "https://ikefrag.example.com/a/b",
  "https://user:secret@ikefrag.example.com",
  "https://ikefrag.example.com?x=1",
  "https://ikefrag.example.com\nreboot",
  'https://ikefrag.example.com" & calc "',
  "https://$env:x",
  "ftp://ikefrag.example.com",
  "ikefrag.example.com",
  "",
])("%j is no address of a service", (server) => {
  expect(() => originOf(server)).toThrow(/--server/);
});
test.each([
  ["https://IKEFRAG.example.com/", "https://ikefrag.example.com"],
  ["https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"],
  ["https://vpn-hilfe.例え.jp", "https://vpn-hilfe.xn--r8jz45g.jp"],
  ["http://127.0.0.1:8787", "http://127.0.0.1:8787"],
])("%s is one", (server, origin) => {
  expect(originOf(server)).toBe(origin);
});

test("no public rule of level high looks for what is in the kit, and of level medium one", () => {
  for (const [name, text] of FILES) {
    const lines = text.split(/\r?\n/);
    const found = [
      ...lines.flatMap((line) => matchedRules("command-line", line)),
      ...(name.endsWith(".ps1") ? matchedRules("script-block", text) : []),
    ].filter(({ level }) => level !== "low");
    expect(
      found.filter(({ level }) => level === "high"),
      name,
    ).toEqual([]);
    // The agent and what fetches it ask the web for something: nobody can avoid that.
    const asksTheWeb = /^(?:ikefrag|install|detect)\.ps1$/.test(name);
    const blocks = matchedRules("script-block", text).filter(({ level }) => level === "medium");
    if (name.endsWith(".ps1"))
      expect(
        blocks.map(({ title }) => title),
        name,
      ).toEqual(asksTheWeb ? ["Usage Of Web Request Commands And Cmdlets - ScriptBlock"] : []);
  }
});

test("scripts are ASCII without a byte order mark, as signatures and cmd want them", () => {
  for (const [name, text] of FILES)
    if (name !== "README.md") expect(text, name).toMatch(/^[\t\r\n\x20-\x7e]*$/);
  expect(FILES.get("ikefrag.cmd")?.replaceAll("\r\n", "")).not.toContain("\n");
});

test.skipIf(noEngineOfOurs).each(scripts)("Windows PowerShell 5.1 would take %s", async (name, text) => {
  const file = join(await temporaryDirectory(), name);
  await writeFile(file, text);
  // They are files, and nobody runs them by iex.
  const findings = (await lint(file))
    .split("\n")
    .filter((line) => !/: (?:iex-unsafe|top-level-param): /.test(line));
  expect(findings.filter((line) => !/^(?:\d+ findings in 1 files)?$/.test(line))).toEqual([]);
});

test.skipIf(noEngine).each(["beside it", "fetched"])(
  "installed, with the script %s, it runs",
  async (from) => {
    const { directory, start, installed, menu, service } = await computer();
    if (from === "fetched") await run("rm", [join(directory, "kit/ikefrag.ps1")]);
    expect((await start("& ./kit/install.ps1")).said).toContain("is installed");
    expect(await readFile(installed, "utf8")).toBe(agent);
    expect(service.asked).toHaveLength(from === "fetched" ? 1 : 0);
    // The Start menu's line, with what cmd puts into it; the user types the code as it was said.
    const line =
      (await readFile(menu, "utf8")).split(/\r?\n/).find((each) => each.startsWith("powershell")) ?? "";
    expect(line).toMatch(
      /^powershell -NoProfile -ExecutionPolicy RemoteSigned -File "%ProgramFiles%\\ikefrag\\ikefrag\.ps1" -Server \S+$/,
    );
    const [, server = ""] = /-Server (\S+)$/.exec(line) ?? [];
    for (const [as, constrained] of [
      ["5.1", false],
      ["5.1", true],
      ["7", true],
    ] as const) {
      const input = `${CODE.toLowerCase().replaceAll("-", " ")}\ny\n`;
      const { lines, said } = await start(`& '${installed}' -Server ${server}`, { as, constrained, input });
      expect(lines, said).toContain("IKF-AAAAA-AAAAA-A");
    }
  },
);

test.skipIf(noEngine)(
  "where a policy forbids .NET, a script that needs it says so and does nothing",
  async () => {
    const { start, installed } = await computer();
    for (const name of ["check", "install"]) {
      const { said } = await start(`& ./kit/${name}.ps1`, { constrained: true });
      expect(said, name).toContain("Constrained Language Mode");
      expect(said, name).not.toContain("is not ikefrag");
    }
    await expect(readFile(installed)).rejects.toThrow(/ENOENT/);
  },
);

test.skipIf(noEngine)("another file than the published one is not installed", async () => {
  const wrong = await computer({ served: `${agent}\n# more` });
  await run("rm", [join(wrong.directory, "kit/ikefrag.ps1")]);
  expect((await wrong.start("& ./kit/install.ps1")).said).toContain("not the one that was published");
  await expect(readFile(wrong.installed)).rejects.toThrow(/ENOENT/);
  const changed = await computer();
  await writeFile(join(changed.directory, "kit/ikefrag.ps1"), agent.replace("64", "65"));
  expect((await changed.start("& ./kit/install.ps1")).said).toContain("is not ikefrag");
  await expect(readFile(changed.installed)).rejects.toThrow(/ENOENT/);
});

test
  .skipIf(noEngine)
  .each((["5.1", "7"] as const).flatMap((as) => [false, true].map((constrained) => ({ as, constrained }))))(
  "unattended: one line, and 1 for a problem: PowerShell $as, constrained: $constrained",
  async (mode) => {
    for (const problem of [true, false]) {
      const { start, service } = await computer({ problem });
      const { lines, said } = await start("& ./kit/detect.ps1", mode);
      expect(lines, said).toHaveLength(2);
      expect(lines[0]).toMatch(/^IKF-AAAAA-AAAAA-A [a-z-]+ (?:\d+|-)/);
      expect(lines[0]?.length).toBeLessThanOrEqual(2_048);
      expect(lines[1]).toBe(`after: ${problem ? 1 : 0}`);
      expect(service.asked.map(({ path }) => path)[0]).toBe(`/agent/${VERSION}/ikefrag.ps1`);
    }
  },
);

test.skipIf(noEngine)("unattended, what cannot run says so, and is no problem found", async () => {
  const wrong = await computer({ served: "exit 1" });
  expect((await wrong.start("& ./kit/detect.ps1")).lines).toEqual([
    "Not run: the file that came is not the one that was published",
    "after: 0",
  ]);
  const { directory, start } = await computer();
  const file = join(directory, "kit/detect.ps1");
  await writeFile(file, (await readFile(file, "utf8")).replace(`$code = '${CODE}'`, "$code = ''"));
  expect((await start("& ./kit/detect.ps1")).lines).toEqual([
    "Not run: fill in the code of a case",
    "after: 0",
  ]);
});

/** Signs a script as Set-AuthenticodeSignature lays it out: behind a line end, CMS in lines of comments. */
async function signed(text: string, directory: string): Promise<string> {
  const at = (name: string) => join(directory, name);
  await run("openssl", [
    ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=Example Ltd"],
    ...["-addext", "extendedKeyUsage=codeSigning", "-keyout", at("key.pem"), "-out", at("own.pem")],
  ]);
  // What PowerShell signs is the text in UTF-16.
  await writeFile(at("content"), Buffer.from(text, "utf16le"));
  await run("openssl", [
    ...["cms", "-sign", "-binary", "-in", at("content"), "-signer", at("own.pem"), "-inkey", at("key.pem")],
    ...["-outform", "DER", "-out", at("signature")],
  ]);
  const base64 = (await readFile(at("signature"))).toString("base64").match(/.{1,64}/g) ?? [];
  const block = ["SIG # Begin signature block", ...base64, "SIG # End signature block"];
  return `${text}\r\n${block.map((line) => `# ${line}\r\n`).join("")}`;
}

test.skipIf(noEngine)(
  "signed by an organisation it runs, is installed, and can still be checked",
  async () => {
    const { directory, start, installed, service } = await computer();
    const copy = await signed(agent, directory);
    expect(sha256(copy)).not.toBe(sha256(agent));
    const file = join(directory, "kit/ikefrag.ps1");
    await writeFile(file, copy);
    expect((await start("& ./kit/check.ps1")).lines[0]).toContain(`is ikefrag ${VERSION}.`);
    expect((await start("& ./kit/install.ps1")).said).toContain("is installed");
    expect(await readFile(installed, "utf8")).toBe(copy);
    for (const constrained of [false, true])
      expect((await start("& ./kit/detect.ps1", { constrained })).lines[0]).toMatch(/^IKF-AAAAA-AAAAA-A /);
    const byIex = `$env:IKEFRAG_SERVER = '${service.origin}'; $env:IKEFRAG_YES = 1; $env:IKEFRAG_CODE = '${CODE}'; iex ([IO.File]::ReadAllText('${file}'))`;
    expect((await start(byIex)).lines).toContain("IKF-AAAAA-AAAAA-A");
    // One byte of the script changed, or something behind the signature, which PowerShell would run too.
    for (const changed of [copy.replace("64", "65"), `${copy}'more'\r\n`]) {
      await writeFile(file, changed);
      expect((await start("& ./kit/check.ps1")).lines).toEqual([
        expect.stringContaining(`is not ikefrag ${VERSION}.`),
        "after: 1",
      ]);
    }
  },
);
