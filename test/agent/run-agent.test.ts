/** A whole run of the agent, against a service that answers what a test says. */
import { createSocket } from "node:dgram";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { canBoundRoute, describeChanges } from "../../agent/consent.ts";
import { ExitCode } from "../../agent/exit-code.ts";
import { runAgent } from "../../agent/run-agent.ts";
import { wordsIn } from "../../agent/words/words.ts";
import { PostRound } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { AgentInfo } from "../../shared/schema/measurement.ts";
import {
  agentOptions,
  CODE,
  EXITS,
  ordinaryAnswers,
  person,
  startAgentService,
} from "../support/agent-service.ts";
import { reflectorDatagram } from "../support/ike-gateway.ts";

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-agent-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

test("runAgent() asks first, sends every measurement with each round, and ends with the report ID", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, said, results, asked } = person("y");
  expect(await runAgent(agentOptions(service.origin, terminal))).toBe(ExitCode.HEALTHY);
  expect(asked).toHaveLength(1);
  expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
  expect(said.join("\n")).toContain("Example helpdesk");
  expect(said.at(-3)).toBe("Everything was answered.");
  expect(said.at(-1)).toBe(`${service.origin}/r/IKF-AAAAA-AAAAA-A`);
  expect(service.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    `GET /a/${CODE}.json`,
    "POST /v1/runs",
    "POST /v1/runs/run-1/rounds",
    "POST /v1/runs/run-1/rounds",
  ]);
  const [, start, first, second] = service.asked;
  expect(start?.body).toMatchObject({ code: CODE });
  const { agent } = Object(start?.body) as { agent: unknown };
  expect(AgentInfo.parse(agent)).toMatchObject({ language: "en" });
  expect(first?.authorization).toBe("Bearer token-1");
  const ids = [first, second].map((request) =>
    PostRound.parse(request?.body).measurements.map(({ step }) => step.id),
  );
  expect(ids).toEqual([["r1-interfaces"], ["r1-interfaces", "r2-interfaces"]]);
});

test.each(["en", "ja"] as const)("runAgent() says in which zone the code ends: %s", async (language) => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, said } = person("m", "n");
  await runAgent(agentOptions(service.origin, terminal, { language }));
  expect(said.find((line) => line.includes("2026"))).toMatch(/(UTC|GMT|[A-Z]{3,4})([+-]\d+)?$/);
});

test("runAgent() says before it asks who asks, about which gateway, and what is read and sent", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, said } = person("n");
  await runAgent(agentOptions(service.origin, terminal));
  const text = said.join("\n");
  for (const part of [
    "Example helpdesk",
    service.origin,
    "127.0.0.1",
    "MTU",
    "64 test packets (128 KiB)",
    "on this computer is changed",
  ]) {
    expect(text).toContain(part);
  }
  // It fits a screen: all of it is told to who asks for more.
  expect(said.length).toBeLessThanOrEqual(12);
});

test("runAgent() tells all of it to who answers m, and asks again", async () => {
  for (const [language, more] of [
    ["en", "m"],
    ["ja", "ｍ"],
  ] as const) {
    const service = await startAgentService(ordinaryAnswers());
    const { terminal, said, asked, results } = person(more, "M", "y");
    await runAgent(agentOptions(service.origin, terminal, { language }));
    expect(asked).toHaveLength(3);
    const heading = wordsIn(language)("readHeading");
    expect(said.filter((line) => line === heading)).toHaveLength(2);
    expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
  }
});

test.each([
  ["en", "to 127.0.0.1, reflector.example.net at most 64 test packets"],
  ["ja", "127.0.0.1, reflector.example.net へテスト用のパケットを最大64個"],
] as const)(
  "runAgent() names the reflector beside the gateway before it asks: %s",
  async (language, words) => {
    const answers = ordinaryAnswers();
    const facts = answers[`GET /a/${CODE}.json`]?.[0];
    const say = async (reflector: unknown) => {
      if (typeof facts === "object") Object.assign(facts.json as object, { reflector });
      const service = await startAgentService(answers);
      const { terminal, said } = person("n");
      await runAgent(agentOptions(service.origin, terminal, { language }));
      return said.join("\n");
    };
    expect(await say("reflector.example.net")).toContain(words);
    for (const none of [null, undefined]) expect(await say(none)).not.toContain("reflector");
    expect(await say("two words")).not.toContain("Example helpdesk");
  },
);

test.each([
  ["en", "VPN logins are begun and not finished, without a name or password", "may log refused logins"],
  ["ja", "名前もパスワードも使わずに、VPNのログインを途中まで行います", "ログインの失敗として記録"],
] as const)(
  "runAgent() says before it asks that logins are begun, and only where they are: %s",
  async (language, words, log) => {
    const answers = ordinaryAnswers();
    const facts = answers[`GET /a/${CODE}.json`]?.[0];
    const say = async (rehearsal: unknown) => {
      if (typeof facts === "object") Object.assign(facts.json as object, { rehearsal });
      const service = await startAgentService(answers);
      const { terminal, said } = person("n");
      await runAgent(agentOptions(service.origin, terminal, { language }));
      expect(said.at(-1)).not.toContain(words); // what is said last is that nothing was started
      return said.join("\n");
    };
    const told = await say(true);
    expect(told).toContain(words);
    expect(told).toContain(log);
    for (const none of [false, undefined, "yes"]) expect(await say(none)).not.toContain(words);
  },
);

test.each([
  { named: "localhost", exitCode: ExitCode.HEALTHY },
  { named: null, exitCode: ExitCode.UPLOAD_FAILED },
])(
  "runAgent() sends to another host only when the case named it beforehand: $named",
  async ({ named, exitCode }) => {
    const host = createSocket("udp4");
    onTestFinished(() => void host.close());
    host.on("message", (_bytes, from) => host.send("answer", from.port, from.address));
    await new Promise<void>((resolve) => host.bind(0, "127.0.0.1", resolve));
    const answers = ordinaryAnswers();
    const change = (path: string, fields: object) => {
      const answer = answers[path]?.[0];
      if (typeof answer === "object") Object.assign(answer.json as object, fields);
    };
    const step = {
      id: "r2-reflect-open",
      kind: "udp",
      atMs: 0,
      target: "localhost",
      family: 4,
      port: host.address().port,
      purpose: "reflection",
      datagram: reflectorDatagram(1),
      dontFragment: false,
      userMtu: null,
      tries: 1,
      waitMs: 5_000,
    };
    change(`GET /a/${CODE}.json`, { reflector: named });
    change("POST /v1/runs/run-1/rounds", { round: { number: 2, steps: [step] } });
    const service = await startAgentService(answers);
    const { terminal, said } = person(null);
    const saveFile = join(await temporaryDirectory(), "run.json");
    expect(await runAgent(agentOptions(service.origin, terminal, { yes: true, saveFile }))).toBe(exitCode);
    const { measurements } = PostRound.parse(service.asked.at(-1)?.body);
    if (named === null) expect(said.join("\n")).toContain("round.steps.0.port");
    else expect(measurements.at(-1)?.outcome.status).toBe("answered");
  },
);

test.each([
  { name: "no", answer: "n", say: "Not started" },
  { name: "nothing but the return key", answer: "", say: "Not started" },
  { name: "something that is not a yes", answer: "yesterday", say: "Not started" },
  { name: "nothing, for there is no terminal", answer: null, say: "--yes" },
])("runAgent() sends nothing when the answer is $name", async ({ answer, say }) => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, said, results } = person(answer);
  expect(await runAgent(agentOptions(service.origin, terminal))).toBe(ExitCode.REFUSED);
  expect(service.asked.map(({ method }) => method)).toEqual(["GET"]);
  expect(said.at(-1)).toContain(say);
  expect(results).toEqual([]);
});

test("runAgent() does not ask with --yes, and ends with 1 when a problem was found", async () => {
  const service = await startAgentService(ordinaryAnswers("outbound-fragments-dropped"));
  const { terminal, asked, results } = person(null);
  expect(await runAgent(agentOptions(service.origin, terminal, { yes: true }))).toBe(ExitCode.PROBLEM);
  expect(asked).toEqual([]);
  expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
});

for (const { name, verdict, problem, exitCode } of EXITS) {
  test(`runAgent() ends with ${exitCode} for ${name}`, async () => {
    const service = await startAgentService(ordinaryAnswers(verdict, problem));
    const { terminal } = person();
    expect(await runAgent(agentOptions(service.origin, terminal, { yes: true }))).toBe(exitCode);
  });
}

test("runAgent() speaks Japanese, and takes a Japanese yes", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, said, asked } = person("はい");
  expect(await runAgent(agentOptions(service.origin, terminal, { language: "ja" }))).toBe(ExitCode.HEALTHY);
  expect(asked[0]).toContain("始めてよいですか");
  expect(said.join("\n")).toContain("Example helpdesk");
});

test("runAgent() with --dry-run reads this computer and posts nothing", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, results, asked } = person(null);
  expect(await runAgent(agentOptions(service.origin, terminal, { dryRun: true }))).toBe(ExitCode.HEALTHY);
  expect(service.asked.map(({ method }) => method)).toEqual(["GET"]);
  expect(asked).toEqual([]);
  const evidence = Evidence.parse(JSON.parse(results.join("\n")));
  expect(evidence.measurements.map(({ step }) => step.kind)).toEqual(["interfaces", "vpn-profiles"]);
});

test("runAgent() keeps the measurements in a file when they cannot be sent, and says how to send them", async () => {
  const answers = { ...ordinaryAnswers(), "POST /v1/runs/run-1/rounds": ["cut" as const] };
  const service = await startAgentService(answers);
  const { terminal, said, results } = person(null);
  const directory = await temporaryDirectory();
  const saveFile = join(directory, "run.json");
  const exitCode = await runAgent(agentOptions(service.origin, terminal, { yes: true, saveFile }));
  expect(exitCode).toBe(ExitCode.UPLOAD_FAILED);
  const evidence = Evidence.parse(JSON.parse(await readFile(saveFile, "utf8")));
  expect(evidence.measurements.map(({ step }) => step.id)).toEqual(["r1-interfaces"]);
  expect(said.at(-2)).toContain(saveFile);
  expect(said.at(-1)).toBe("Or run the same command again.");
  expect(results).toEqual([]);
  expect(service.asked.filter(({ path }) => path.endsWith("/rounds"))).toHaveLength(3);
});

test("runAgent() tries again after a cut connection and a busy service, and loses nothing", async () => {
  const ordinary = ordinaryAnswers();
  const busy = { status: 503, json: { title: "Busy", status: 503 }, headers: { "retry-after": "0" } };
  const path = "POST /v1/runs/run-1/rounds";
  const service = await startAgentService({ ...ordinary, [path]: ["cut", busy, ...(ordinary[path] ?? [])] });
  const { terminal, results } = person(null);
  expect(await runAgent(agentOptions(service.origin, terminal, { yes: true }))).toBe(ExitCode.HEALTHY);
  expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
});

test("runAgent() writes to --save after a good run too", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const saveFile = join(await temporaryDirectory(), "run.json");
  await runAgent(agentOptions(service.origin, person(null).terminal, { yes: true, saveFile }));
  expect(Evidence.parse(JSON.parse(await readFile(saveFile, "utf8"))).measurements).toHaveLength(2);
});

test("runAgent() shows a refusal as the service's words, not as JSON, and obeys no escapes in it", async () => {
  const title = "This code is used up\x1b[2J";
  const problem = {
    status: 410,
    json: { type: "about:blank", status: 410, title, detail: "Ask for another code." },
  };
  const service = await startAgentService({ [`GET /a/${CODE}.json`]: [problem] });
  const { terminal, said } = person(null);
  expect(await runAgent(agentOptions(service.origin, terminal, { yes: true }))).toBe(ExitCode.REFUSED);
  expect(said.at(-1)).toBe("The service refused: This code is used up[2J. Ask for another code.");
});

test("runAgent() ends with 4 when the code runs out between the rounds, and keeps the measurements", async () => {
  const gone = { status: 410, json: { title: "Expired", status: 410 } };
  const service = await startAgentService({ ...ordinaryAnswers(), "POST /v1/runs/run-1/rounds": [gone] });
  const saveFile = join(await temporaryDirectory(), "run.json");
  const exitCode = await runAgent(
    agentOptions(service.origin, person(null).terminal, { yes: true, saveFile }),
  );
  expect(exitCode).toBe(ExitCode.REFUSED);
  expect(Evidence.parse(JSON.parse(await readFile(saveFile, "utf8"))).measurements).toHaveLength(1);
});

test("runAgent() stops when the service names another gateway than the one that was agreed to", async () => {
  const answers = ordinaryAnswers();
  const started = answers["POST /v1/runs"]?.[0];
  if (typeof started === "object") Object.assign(started.json as object, { gateway: "198.51.100.9" });
  const service = await startAgentService(answers);
  const { terminal, said } = person("y");
  expect(await runAgent(agentOptions(service.origin, terminal))).toBe(ExitCode.REFUSED);
  expect(said.at(-1)).toContain("198.51.100.9");
  expect(service.asked.at(-1)?.path).toBe("/v1/runs");
});

test.each([
  { name: "no JSON object", json: [] },
  {
    name: "a step that the agent does not know",
    json: { status: "continue", round: { number: 2, steps: [{ kind: "x" }] } },
  },
])("runAgent() keeps the measurements when the answer to a round is $name", async ({ json }) => {
  const service = await startAgentService({
    ...ordinaryAnswers(),
    "POST /v1/runs/run-1/rounds": [{ status: 200, json }],
  });
  const saveFile = join(await temporaryDirectory(), "run.json");
  const { terminal } = person(null);
  expect(await runAgent(agentOptions(service.origin, terminal, { yes: true, saveFile }))).toBe(
    ExitCode.UPLOAD_FAILED,
  );
  expect(await readdir(join(saveFile, ".."))).toEqual(["run.json"]);
});

test("runAgent() does not follow a redirect with the code", async () => {
  const elsewhere = await startAgentService(ordinaryAnswers());
  const redirect = { status: 307, json: {}, headers: { location: `${elsewhere.origin}/a/${CODE}.json` } };
  const service = await startAgentService({ [`GET /a/${CODE}.json`]: [redirect] });
  const { terminal } = person(null);
  expect(await runAgent(agentOptions(service.origin, terminal, { yes: true }))).toBe(ExitCode.NO_NETWORK);
  expect(elsewhere.asked).toEqual([]);
});

test("runAgent() says what is wrong when the service cannot be reached", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
  });
  await new Promise((resolve) => server.close(resolve));
  const { terminal, said } = person(null);
  expect(await runAgent(agentOptions(`http://127.0.0.1:${port}`, terminal, { yes: true }))).toBe(
    ExitCode.NO_NETWORK,
  );
  expect(said.at(-2)).toMatch(/^Cannot reach http:\/\/127\.0\.0\.1:\d+: connect ECONNREFUSED/);
});

test("runAgent() refuses a server that is no URL", async () => {
  const { terminal } = person(null);
  expect(await runAgent(agentOptions("file:///etc/passwd", terminal))).toBe(ExitCode.USAGE);
});

test.each([
  { name: "root on Linux", platform: "linux" as const, elevated: true, asks: true },
  {
    name: "somebody on Linux of whom nothing is known",
    platform: "linux" as const,
    elevated: null,
    asks: true,
  },
  { name: "anybody else on Linux", platform: "linux" as const, elevated: false, asks: false },
  { name: "an administrator of Windows", platform: "windows" as const, elevated: true, asks: false },
])("the agent asks $name for a route: $asks", ({ platform, elevated, asks }) => {
  const agent = { name: "a", version: "1", osVersion: null, runtime: "node", language: "en" as const };
  const may = canBoundRoute({ ...agent, platform, elevated });
  expect(may).toBe(asks);
  const text = describeChanges("vpn.example.com", may, wordsIn("en")).join("\n");
  expect(text.includes("a route to vpn.example.com alone")).toBe(asks);
  expect(text.includes("Nothing on this computer is changed")).toBe(!asks);
});

test("runAgent() asks for a code that is not given, and says what to do where nobody answers", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, asked } = person(` ${CODE} `, "n");
  expect(await runAgent(agentOptions(service.origin, terminal, { code: "" }))).toBe(ExitCode.REFUSED);
  expect(asked[0]).toContain("Case code");
  expect(service.asked.map(({ path }) => path)).toEqual([`/a/${CODE}.json`]);
  const nobody = person(null);
  expect(await runAgent(agentOptions(service.origin, nobody.terminal, { code: "" }))).toBe(ExitCode.USAGE);
  expect(nobody.said.at(-1)).toContain("--code");
});

test("runAgent() says that --yes answered, and prints one line of result", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, said, results } = person();
  await runAgent(agentOptions(service.origin, terminal, { yes: true }));
  expect(said).toContain("Started without a question, because --yes was given.");
  expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
});
