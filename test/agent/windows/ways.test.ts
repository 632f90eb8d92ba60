/** The ways to start the PowerShell agent: as a file, by iex, by a policy, with a signature. */
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Answer, CODE, ordinaryAnswers, startAgentService } from "../../support/agent-service.ts";
import {
  type EngineOptions,
  noEngine,
  runEngine,
  temporaryDirectory,
  WINDOWS_AGENT_FILE,
} from "../../support/windows-engine.ts";
import { ORDINARY_MACHINE, standIns } from "../../support/windows-stand-ins.ts";

const REPORT_ID = "IKF-AAAAA-AAAAA-A";
const ANSWERS = () => ordinaryAnswers("outbound-fragments-dropped");

/** Keeps the script as it is handed out for all cases, and runs a command in which ORIGIN is the service. */
async function start(command: string, options: Partial<EngineOptions> = {}, answers = ANSWERS(), more = "") {
  const service = await startAgentService(answers);
  const directory = await temporaryDirectory();
  await writeFile(join(directory, "ikefrag.ps1"), (await readFile(WINDOWS_AGENT_FILE, "utf8")) + more);
  const output = await runEngine({
    command: `${command.replaceAll("ORIGIN", service.origin)}; "after: $LASTEXITCODE"`,
    standIns: standIns(ORDINARY_MACHINE),
    directory,
    ...options,
    env: { IKEFRAG_LANG: "en", ...options.env },
  });
  return { ...output, lines: output.stdout.trimEnd().split("\n"), service, directory };
}
const paths = (service: { asked: { path: string }[] }): string[] => service.asked.map(({ path }) => path);

const FROM_TEXT = "([IO.File]::ReadAllText('ikefrag.ps1'))";
const WAYS: { name: string; command: string; env?: Record<string, string>; input?: string }[] = [
  { name: "a file with parameters", command: `.\\ikefrag.ps1 -Server ORIGIN -Code ${CODE} -Yes` },
  {
    name: "a file with parameters in another order, and small letters",
    command: ".\\ikefrag.ps1 -yes -code abcd-efgh-jkmn0 -server ORIGIN/",
  },
  {
    name: "a file, and a code as it is said over the telephone",
    command: ".\\ikefrag.ps1 -Server ORIGIN",
    input: "ａbcd efgh jkmn0\ny\n",
  },
  {
    name: "a script block",
    command: `& ([scriptblock]::Create${FROM_TEXT}) -Server ORIGIN -Code ${CODE} -Yes`,
  },
  {
    name: "iex and the environment",
    command: `$env:IKEFRAG_SERVER = 'ORIGIN'; iex ${FROM_TEXT}`,
    env: { IKEFRAG_CODE: CODE, IKEFRAG_YES: "1" },
  },
  {
    name: "iex in a function that has parameters of the same names",
    command: `function Get-Help2($Code, $Server, $Yes) { iex ${FROM_TEXT} }; $env:IKEFRAG_SERVER = 'ORIGIN'; Get-Help2 1 2 3`,
    env: { IKEFRAG_CODE: CODE, IKEFRAG_YES: "1" },
  },
];

test.skipIf(noEngine).each(WAYS.flatMap((way) => (["5.1", "7"] as const).map((as) => ({ ...way, as }))))(
  "the constant script runs as $name: PowerShell $as, and the command after it runs too",
  async ({ command, env = {}, input, as }) => {
    const { lines, service, stderr } = await start(command, { as, env, ...(input ? { input } : {}) });
    expect(lines.slice(-3), stderr).toEqual([REPORT_ID, `${service.origin}/r/${REPORT_ID}`, "after: 1"]);
    expect(paths(service)[0]).toBe(`/a/${CODE}.json`);
  },
);

test.skipIf(noEngine)("the constant script runs in Constrained Language Mode as a file", async () => {
  const { lines } = await start(`.\\ikefrag.ps1 -Server ORIGIN -Code ${CODE} -Yes`, { constrained: true });
  expect(lines).toContain(REPORT_ID);
});

test.skipIf(noEngine).each([
  {
    name: "a parameter before the environment",
    command: `-Server ORIGIN -Code ${CODE}`,
    env: "http://127.0.0.1:9",
  },
  { name: "the environment where no parameter is", command: `-Code ${CODE}`, env: "ORIGIN" },
])("the service is taken from $name", async ({ command, env }) => {
  const { lines } = await start(`$env:IKEFRAG_SERVER = '${env}'; .\\ikefrag.ps1 ${command} -Yes`);
  expect(lines).toContain(REPORT_ID);
});

test.skipIf(noEngine)(
  "what the service wrote into a case's script is not the environment's to change",
  async () => {
    const { lines } = await start(
      `$text = ${FROM_TEXT}.Replace('__IKEFRAG_URL__', 'ORIGIN').Replace('__IKEFRAG_CODE__', '${CODE}'); iex $text`,
      { env: { IKEFRAG_SERVER: "http://127.0.0.1:9", IKEFRAG_CODE: "OTHER", IKEFRAG_YES: "1" } },
    );
    expect(lines).toContain(REPORT_ID);
  },
);

test.skipIf(noEngine).each([
  { name: "no service", command: `-Code ${CODE}` },
  { name: "no code, and nobody to ask", command: "-Server ORIGIN" },
  { name: "no code, where nobody is to be asked", command: "-Server ORIGIN -Yes" },
  { name: "a code with a line end", command: `-Server ORIGIN -Code "A/../B"` },
  { name: "a service that is no address", command: `-Server "file:///etc/passwd" -Code ${CODE}` },
])("with $name nothing is asked for, and it ends with 2", async ({ command }) => {
  const { lines, service } = await start(`.\\ikefrag.ps1 ${command}`);
  expect(lines.at(-2)).toContain("add -Server URL -Code CODE");
  expect(lines.at(-1)).toBe("after: 2");
  expect(service.asked).toEqual([]);
});

test.skipIf(noEngine)(
  "a parameter that it does not have is an error of PowerShell's, and nothing is run",
  async () => {
    const { stdout, stderr, service } = await start(`.\\ikefrag.ps1 -Server ORIGIN -Code ${CODE} -Sever x`);
    expect(stdout + stderr).toContain("Sever");
    expect(service.asked).toEqual([]);
  },
);

test.skipIf(noEngine).each([
  { verdict: "healthy", problem: false, code: 0 },
  { verdict: "outbound-fragments-dropped", problem: true, code: 1 },
])("a process that runs the file ends with $code for $verdict", async ({ verdict, problem, code }) => {
  const { exitCode, lines } = await start(
    `.\\ikefrag.ps1 -Server ORIGIN -Code ${CODE} -Yes; exit $LASTEXITCODE`,
    { ownProcess: true },
    ordinaryAnswers(verdict, problem),
  );
  expect(lines.at(-1)).toContain("/r/IKF-");
  expect(exitCode).toBe(code);
});

const POLICY = `-Server ORIGIN -Code ${CODE} -Yes`;
const withMtu = (interfaceMtu: unknown) => {
  const answers = ANSWERS();
  const done = answers["POST /v1/runs/run-1/rounds"]?.[1];
  if (typeof done !== "object") throw new Error("Cannot find the report");
  Object.assign((done.json as { diagnosis: object }).diagnosis, { recommendation: { interfaceMtu } });
  return answers;
};

test.skipIf(noEngine).each([
  { who: "SYSTEM", machine: { isSystem: true } },
  { who: "administrator", machine: { elevated: true } },
  { who: "user", machine: {} },
])("a yes that a policy gave is said, and as whom it runs: $who", async ({ who, machine }) => {
  const { stdout, lines } = await start(`.\\ikefrag.ps1 ${POLICY}`, {
    standIns: standIns({ ...ORDINARY_MACHINE, ...machine, startedFrom: "explorer" }),
  });
  expect(stdout).toContain(`the yes was given beforehand (-Yes or IKEFRAG_YES). Runs as: ${who}\n`);
  expect(stdout).not.toMatch(/Start\?|Press Enter/);
  expect(lines.at(-1)).toBe("after: 1");
});

test.skipIf(noEngine).each([
  { name: "an MTU", mtu: 1_400, says: `${REPORT_ID} outbound-fragments-dropped 1400 yes-by-policy:user` },
  { name: "no MTU", mtu: null, says: `${REPORT_ID} outbound-fragments-dropped - yes-by-policy:user` },
  { name: "no number", mtu: "$(1)\n", says: `${REPORT_ID} outbound-fragments-dropped - yes-by-policy:user` },
])("a quiet run prints one line: $name", async ({ mtu, says }) => {
  const { stdout } = await start(`.\\ikefrag.ps1 ${POLICY} -Quiet`, {}, withMtu(mtu));
  expect(stdout).toBe(`${says}\nafter: 1\n`);
});

const REFUSED: Answer = {
  status: 404,
  json: { title: "The case code is not known", status: 404, detail: "x".repeat(5_000) },
};
test.skipIf(noEngine).each([
  {
    name: "a code that is not known",
    code: 4,
    answers: { [`GET /a/${CODE}.json`]: [REFUSED] },
    says: "not known",
  },
  {
    name: "no service",
    code: 3,
    answers: { [`GET /a/${CODE}.json`]: ["cut" as const] },
    says: "Cannot reach",
  },
])("a quiet run that fails prints one line, too: $name", async ({ code, answers, says }) => {
  const { lines } = await start(`.\\ikefrag.ps1 ${POLICY} -Quiet`, {}, answers);
  expect(lines).toEqual([expect.stringContaining(says), `after: ${code}`]);
  expect(lines[0]?.length).toBeLessThan(2_048);
});

test.skipIf(noEngine)("a quiet run without a yes begins nothing", async () => {
  const { lines, service } = await start(`.\\ikefrag.ps1 -Server ORIGIN -Code ${CODE} -Quiet`, {
    input: "y\n",
  });
  expect(lines.at(-1)).toBe("after: 4");
  expect(lines).toHaveLength(2);
  expect(paths(service)).toEqual([`/a/${CODE}.json`]);
});

test.skipIf(noEngine)(
  "what a policy's run cannot send is kept beside the temporary files, not where it started",
  async () => {
    const elsewhere = await temporaryDirectory();
    const answers = { ...ANSWERS(), "POST /v1/runs/run-1/rounds": [REFUSED] };
    const { directory } = await start(`.\\ikefrag.ps1 ${POLICY}`, { env: { TEMP: elsewhere } }, answers);
    const kept = async (folder: string) =>
      (await readdir(folder)).filter((name) => name.startsWith("ikefrag-") && name.endsWith(".json"));
    expect(await kept(directory)).toEqual([]);
    expect(await kept(elsewhere)).toHaveLength(1);
  },
);

/** As Set-AuthenticodeSignature appends it: base64 in comments. */
const SIGNATURE = [
  "# SIG # Begin signature block",
  ...Array.from({ length: 90 }, (_, at) => `# ${Buffer.alloc(48, at).toString("base64")}`),
  "# SIG # End signature block",
  "",
].join("\r\n");

test.skipIf(noEngine).each([
  { name: "as a file", command: `.\\ikefrag.ps1 ${POLICY}` },
  {
    name: "by iex",
    command: `$env:IKEFRAG_SERVER = 'ORIGIN'; $env:IKEFRAG_YES = 1; $env:IKEFRAG_CODE = '${CODE}'; iex ${FROM_TEXT}`,
  },
])("a signature block at its end leaves it running $name", async ({ command }) => {
  const { lines } = await start(command, {}, ANSWERS(), SIGNATURE);
  expect(lines.slice(-3)).toEqual([REPORT_ID, expect.stringContaining("/r/IKF-"), "after: 1"]);
});
