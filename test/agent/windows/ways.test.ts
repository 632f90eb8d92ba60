/** The ways to start the PowerShell agent: as a file, by iex, by a policy, with a signature. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CODE, ordinaryAnswers, startAgentService } from "../../support/agent-service.ts";
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
