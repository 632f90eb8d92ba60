/** The PowerShell agent from its line on, against a service that answers what a test says, over real HTTP. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { windowsWords } from "../../../agent/words/windows.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { AgentInfo } from "../../../shared/schema/measurement.ts";
import { type Answer, CODE, EXITS, ordinaryAnswers } from "../../support/agent-service.ts";
import { noEngine, temporaryDirectory } from "../../support/windows-engine.ts";
import { answersWith, posted, runLine, udp, YES } from "../../support/windows-run.ts";
import { ORDINARY_MACHINE, standIns } from "../../support/windows-stand-ins.ts";

const REPORT_ID = "IKF-AAAAA-AAAAA-A";

test.skipIf(noEngine).each(EXITS)(
  "the exit code is $exitCode for $name",
  async ({ verdict, problem, exitCode }) => {
    expect((await runLine(ordinaryAnswers(verdict, problem), YES)).exitCode).toBe(exitCode);
  },
);

test.skipIf(noEngine).each(["5.1", "7"] as const)(
  "the line asks, sends every measurement with each round, and ends with the report ID: PowerShell %s",
  async (as) => {
    const input = "m\ny\n";
    const { lines, exitCode, service, stderr } = await runLine(ordinaryAnswers(), { as, input });
    expect(lines.slice(-2), stderr).toEqual([REPORT_ID, `${service.origin}/r/${REPORT_ID}`]);
    expect(exitCode).toBe(0);
    expect(service.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /a/${CODE}.json`,
      "POST /v1/runs",
      "POST /v1/runs/run-1/rounds",
      "POST /v1/runs/run-1/rounds",
    ]);
    const [, start, first] = service.asked;
    expect(AgentInfo.parse(Object(start?.body).agent)).toMatchObject({
      name: "ikefrag-powershell",
      platform: "windows",
      language: "en",
    });
    expect(first?.authorization).toBe("Bearer token-1");
    expect(posted(service).map(({ step }) => step.id)).toEqual(["r1-interfaces", "r2-interfaces"]);
    const [consent = "", details = ""] = lines.join("\n").split("Start?");
    expect(consent.trim().split("\n").length).toBeLessThan(9);
    for (const part of [
      `Example helpdesk (${service.origin})`,
      "the VPN to 127.0.0.1",
      "to 127.0.0.1 at most 64 test packets (128 KiB)",
      "no password",
      "Nothing on this computer",
    ])
      expect(consent).toContain(part);
    expect(details).toMatch(/Code valid until: 2026-01-0\d \d\d:\d\d [+-]\d\d:\d\d$/m);
    for (const part of ["64 packets and 128 KiB", "no other host", "key types of login certificates"])
      expect(details).toContain(part);
  },
);

test.skipIf(noEngine).each([
  { who: "somebody who was asked", options: { input: "y\n" }, put: [REPORT_ID] },
  // Nobody there has called for it, and may be copying something else.
  { who: "a policy's yes", options: YES, put: undefined },
])("the report ID is put on the clipboard, or not, for $who", async ({ options, put }) => {
  const { calls } = await runLine(ordinaryAnswers("outbound-fragments-dropped"), options);
  const call = calls.find(({ command }) => command === "Set-Clipboard");
  expect((call?.arguments as { Value?: unknown } | undefined)?.Value).toEqual(put);
});

test.skipIf(noEngine).each([
  { startedFrom: "explorer", input: "y\n\n", env: {}, waits: true },
  { startedFrom: "cmd", input: "y\n", env: {}, waits: false },
  // Nobody is there to press a key.
  { startedFrom: "explorer", input: "", env: YES.env, waits: false },
] as const)(
  "a window of its own waits to be read: from $startedFrom with $env",
  async ({ startedFrom, waits, ...options }) => {
    const { lines, stdout, exitCode } = await runLine(ordinaryAnswers(), {
      ...options,
      standIns: standIns({ ...ORDINARY_MACHINE, startedFrom }),
    });
    expect(lines.join("\n")).toContain(REPORT_ID);
    expect(stdout.includes(windowsWords("en").pressEnter)).toBe(waits);
    expect(exitCode).toBe(0);
  },
);

test.skipIf(noEngine).each([
  { name: "no", input: "n\n", says: "Not started" },
  { name: "nothing but the return key", input: "\n", says: "Not started" },
  { name: "something that is not a yes", input: "yesterday\n", says: "Not started" },
  { name: "nothing, for nobody is there", input: undefined, says: "nobody can answer" },
])("nothing is sent when the answer is $name", async ({ input, says }) => {
  const { lines, exitCode, service } = await runLine(ordinaryAnswers(), {
    ...(input === undefined ? {} : { input }),
  });
  expect(service.asked.map(({ method }) => method)).toEqual(["GET"]);
  expect(lines.at(-1)).toContain(says);
  expect(exitCode).toBe(4);
});

test.skipIf(noEngine)(
  "a Japanese Windows is spoken to in Japanese, and a Japanese yes is taken",
  async () => {
    const answers = ordinaryAnswers();
    const facts = answers[`GET /a/${CODE}.json`]?.[0];
    if (typeof facts === "object")
      Object.assign(facts.json as object, {
        operator: "総務部ヘルプデスク",
        agentWords: { ...windowsWords("ja"), reportBelow: "これが\u202eレポート" },
      });
    const { stdout, exitCode, service } = await runLine(answers, { culture: "ja-JP", input: "はい\n" });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("総務部ヘルプデスク（");
    expect(stdout).toContain("始めてよいですか");
    // Served words are text from elsewhere too: nothing in them may turn the reading direction.
    expect(stdout).toContain("これがレポート");
    expect(service.asked[1]?.body).toMatchObject({ agent: { language: "ja" } });
  },
);

test.skipIf(noEngine)("a dry run reads this computer, shows the measurements and sends nothing", async () => {
  const { lines, exitCode, service } = await runLine(ordinaryAnswers(), {
    env: { IKEFRAG_DRYRUN: "1", IKEFRAG_LANG: "en" },
  });
  expect(service.asked.map(({ method }) => method)).toEqual(["GET"]);
  expect(exitCode).toBe(0);
  const evidence = Evidence.parse(JSON.parse(lines.at(-1) ?? ""));
  expect(evidence.measurements.map(({ step }) => step.kind)).toEqual(["interfaces", "vpn-profiles"]);
});

test.skipIf(noEngine)("the measurements are kept in a file where that is asked for", async () => {
  const directory = await temporaryDirectory();
  const env = { IKEFRAG_YES: "1", IKEFRAG_LANG: "en", IKEFRAG_SAVE: join(directory, "measured.json") };
  const { lines } = await runLine(ordinaryAnswers(), { directory, env });
  expect(lines.at(-2)).toBe(REPORT_ID);
  const kept = Evidence.parse(JSON.parse(await readFile(env.IKEFRAG_SAVE, "utf8")));
  expect(kept.measurements).toHaveLength(2);
});

const problem = (status: number, title: string, detail: string): Answer => ({
  status,
  json: { type: "/problems/x", title, status, detail },
});

test.skipIf(noEngine).each([
  {
    name: "an unknown code",
    answer: problem(404, "The case code is not known", "Ask for a new one"),
    says: "not known. Ask",
    exit: 4,
  },
  {
    name: "an expired code",
    answer: problem(410, "The case code has expired", "It ended"),
    says: "has expired",
    exit: 4,
  },
  {
    name: "a service in trouble",
    answer: problem(500, "Something went wrong", ""),
    says: "Cannot reach",
    exit: 3,
  },
  { name: "no answer", answer: "cut" as const, says: "Cannot reach", exit: 3 },
  {
    name: "a redirection",
    answer: { status: 302, json: {}, headers: { location: "http://127.0.0.1:9/" } },
    says: "Cannot reach",
    exit: 3,
  },
  {
    name: "an answer that is no JSON",
    answer: { status: 200, json: "<html>", raw: "text/html" },
    says: "cannot be read: JSON",
    exit: 3,
  },
  {
    name: "a gateway that is an option",
    answer: { status: 200, json: { gateway: "-t" } },
    says: "cannot be read: gateway",
    exit: 3,
  },
])("$name is told without a stack trace", async ({ answer, says, exit }) => {
  const { lines, stdout, exitCode, service } = await runLine({ [`GET /a/${CODE}.json`]: [answer] }, YES);
  expect(lines.at(exit === 3 ? -2 : -1)).toContain(says);
  if (exit === 3) expect(lines.at(-1)).toContain(`${service.origin}/blocked says what helps`);
  expect(exitCode).toBe(exit);
  // .NET asks again by itself where a connection is cut.
  expect(service.asked.every(({ method }) => method === "GET")).toBe(true);
  expect(stdout).not.toMatch(/At line:|CategoryInfo|at <ScriptBlock>/);
});

test.skipIf(noEngine)("a gateway that nobody agreed to is not sent to", async () => {
  const answers = answersWith([udp("u", 500)]);
  const started = answers["POST /v1/runs"]?.[0];
  if (typeof started === "object") Object.assign(started.json as object, { gateway: "203.0.113.9" });
  const { lines, exitCode } = await runLine(answers, YES);
  expect(lines.at(-1)).toContain("you agreed to test 127.0.0.1, but the service now names 203.0.113.9");
  expect(exitCode).toBe(4);
});

test.skipIf(noEngine)("what cannot be sent is kept in a file that can be analysed", async () => {
  const directory = await temporaryDirectory();
  const answers = {
    ...ordinaryAnswers(),
    "POST /v1/runs/run-1/rounds": [problem(410, "The run has expired", "")],
  };
  const { lines, exitCode } = await runLine(answers, { ...YES, directory });
  expect(exitCode).toBe(4);
  expect(lines.join("\n")).toContain("The run has expired");
  const file = (await readdir(directory)).find((name) => name.startsWith("ikefrag-ABCDEFGHJKMN0-"));
  expect(
    Evidence.parse(JSON.parse(await readFile(join(directory, file ?? ""), "utf8"))).measurements,
  ).toHaveLength(1);
});

test.skipIf(noEngine)("an upload that fails once is tried again", async () => {
  const answers = ordinaryAnswers();
  const rounds = answers["POST /v1/runs/run-1/rounds"] ?? [];
  const busy = problem(503, "Busy", "");
  const { lines, service } = await runLine(
    { ...answers, "POST /v1/runs/run-1/rounds": [busy, ...rounds] },
    YES,
  );
  expect(lines.at(-2)).toBe(REPORT_ID);
  expect(service.asked.filter(({ path }) => path.endsWith("/rounds"))).toHaveLength(3);
});

test.skipIf(noEngine)("after three minutes of measuring no further round is begun", async () => {
  const after = (milliseconds: number) => (text: string) => {
    expect(text).toContain("$measuredMs -gt 180000");
    return text.replace("180000", `${milliseconds}`);
  };
  const { lines, exitCode, service } = await runLine(ordinaryAnswers(), YES, after(0));
  expect(lines.join("\n")).toContain("180 s of measuring, no report");
  expect(exitCode).toBe(5);
  expect(posted(service).map(({ step }) => step.id)).toEqual(["r1-interfaces"]);
});

const LIES: { name: string; word: (text: string) => string; begins: boolean }[] = [
  { name: "lie", word: () => "Press y to close this window.", begins: true },
  { name: "are empty", word: () => "", begins: true },
  { name: "move the cursor", word: (text) => `\u001b[2J\u001b[1;1H\u202e${text}\r\n`, begins: true },
  { name: "have holes that nothing fills", word: (text) => `${text} {7}`, begins: false },
  { name: "have half a hole", word: (text) => `${text} {`, begins: false },
];
test.skipIf(noEngine).each(LIES)(
  "where the service's words $name, the script still says where its packets go",
  async ({ word, begins }) => {
    const answers = ordinaryAnswers();
    const facts = answers[`GET /a/${CODE}.json`]?.[0];
    if (typeof facts !== "object") throw new Error("Cannot find the facts");
    const served = Object.entries(windowsWords("en")).map(([key, text]) => [key, word(text)]);
    Object.assign(facts.json as object, { agentWords: Object.fromEntries(served) });
    const { stdout, exitCode, service } = await runLine(answers, { input: "n\n" });
    expect(stdout.includes(`] packets -> 127.0.0.1; results -> ${service.origin}\n`)).toBe(begins);
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    expect(service.asked.map(({ method }) => method)).toEqual(["GET"]);
    expect(exitCode).toBe(begins ? 4 : 1);
  },
);
