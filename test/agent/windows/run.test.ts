/** The PowerShell agent from its line on, against a service that answers what a test says, over real HTTP. */
import { createSocket } from "node:dgram";
import { readdir, readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { windowsWords } from "../../../agent/words/windows.ts";
import { PostRound } from "../../../shared/schema/api.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { AgentInfo, type Measurement } from "../../../shared/schema/measurement.ts";
import type { Round, Step } from "../../../shared/schema/plan.ts";
import { type Answer, CODE, EXITS, ordinaryAnswers, startAgentService } from "../../support/agent-service.ts";
import {
  agentText,
  type EngineOptions,
  IS_WINDOWS,
  noEngine,
  runEngine,
  temporaryDirectory,
} from "../../support/windows-engine.ts";
import { ORDINARY_MACHINE, standIns } from "../../support/windows-stand-ins.ts";

const REPORT_ID = "IKF-AAAAA-AAAAA-A";
const IS_ROOT = process.getuid?.() === 0;

/** Serves the script as well, and runs it by the line of a case. */
async function runLine(
  answers: Record<string, Answer[]>,
  options: Partial<EngineOptions> = {},
  change = (text: string) => text,
) {
  const service = await startAgentService(answers);
  const script = await agentText(CODE, service.origin);
  const served = await startAgentService({
    [`GET /a/${CODE}.ps1`]: [{ status: 200, json: change(script), raw: "text/plain; charset=utf-8" }],
  });
  const output = await runEngine({
    command: `irm -UseBasicParsing ${served.origin}/a/${CODE}.ps1 | iex; "exit code $LASTEXITCODE"`,
    standIns: standIns(ORDINARY_MACHINE),
    ...options,
  });
  const lines = output.stdout.trimEnd().split("\n");
  const exitCode = Number(/exit code (\d+)$/.exec(lines.pop() ?? "")?.[1]);
  return { ...output, lines, exitCode, service };
}

/** Runs of one round with these steps. */
function answersWith(steps: Step[], gateway = "127.0.0.1"): Record<string, Answer[]> {
  const answers = ordinaryAnswers();
  const round: Round = { number: 1, steps };
  const started = answers["POST /v1/runs"]?.[0];
  const facts = answers[`GET /a/${CODE}.json`]?.[0];
  if (typeof started !== "object" || typeof facts !== "object") throw new Error("Cannot build the answers");
  Object.assign(started.json as object, { round, gateway });
  Object.assign(facts.json as object, { gateway });
  const last = answers["POST /v1/runs/run-1/rounds"]?.[1];
  return { ...answers, "POST /v1/runs/run-1/rounds": last ? [last] : [] };
}

/** What was posted last, as the service would read it. */
function posted(service: { asked: { path: string; body: unknown }[] }): Measurement[] {
  const last = service.asked.findLast(({ path }) => path.endsWith("/rounds"));
  return PostRound.parse(last?.body).measurements;
}

const udp = (id: string, port: number, more: Partial<Extract<Step, { kind: "udp" }>> = {}): Step => ({
  id,
  kind: "udp",
  atMs: 0,
  target: "127.0.0.1",
  family: 4,
  port,
  purpose: "baseline",
  datagram: Buffer.from(`ikefrag ${id}`).toString("base64"),
  dontFragment: false,
  userMtu: null,
  tries: 1,
  waitMs: 1_000,
  ...more,
});
const echo = (id: string, more: Partial<Extract<Step, { kind: "echo" }>> = {}): Step => ({
  id,
  kind: "echo",
  atMs: 0,
  target: "127.0.0.1",
  family: 4,
  pingPayloadBytes: 100,
  dontFragment: true,
  tries: 1,
  waitMs: 1_000,
  ...more,
});

/** A gateway on loopback that gives back what it gets, `after` so many datagrams. */
async function startGateway(answersAfter = 0) {
  const socket = createSocket("udp4");
  const heard: { atMs: number; text: string }[] = [];
  socket.on("message", (bytes, from) => {
    heard.push({ atMs: performance.now(), text: bytes.toString() });
    if (heard.length > answersAfter) socket.send(bytes, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return { port: (socket.address() as AddressInfo).port, heard };
}

const YES = { env: { IKEFRAG_YES: "1", IKEFRAG_LANG: "en" } };

test.skipIf(noEngine).each(EXITS)(
  "the exit code is $exitCode for $name",
  async ({ verdict, problem, exitCode }) => {
    expect((await runLine(ordinaryAnswers(verdict, problem), YES)).exitCode).toBe(exitCode);
  },
);

test.skipIf(noEngine).each(["5.1", "7"] as const)(
  "the line asks, sends every measurement with each round, and ends with the report ID: PowerShell %s",
  async (as) => {
    const input = "y\n";
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
    const text = lines.join("\n");
    expect(text).toMatch(/Code valid until: 2026-01-0\d \d\d:\d\d [+-]\d\d:\d\d$/m);
    for (const part of [
      "Example helpdesk",
      service.origin,
      "127.0.0.1",
      "64 packets and 128 KiB",
      "Nothing on this computer",
    ])
      expect(text).toContain(part);
  },
);

test.skipIf(noEngine)("the report ID is put on the clipboard", async () => {
  const { calls } = await runLine(ordinaryAnswers("outbound-fragments-dropped"), YES);
  expect(calls.find(({ command }) => command === "Set-Clipboard")?.arguments).toMatchObject({
    Value: [REPORT_ID],
  });
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
    expect(stdout).toContain("依頼元：総務部ヘルプデスク");
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
  expect(lines.at(-1)).toContain(says);
  expect(exitCode).toBe(exit);
  // .NET asks again by itself where a connection is cut.
  expect(service.asked.every(({ method }) => method === "GET")).toBe(true);
  expect(stdout).not.toMatch(/At line:|CategoryInfo|at <ScriptBlock>/);
});

test.skipIf(noEngine)("a gateway that nobody agreed to is not sent to", async () => {
  const answers = answersWith([udp("u", 9)]);
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

/** Each is one step that is not as agreed on: none may be begun, nor any other of its round. */
const WRONG_STEPS: { name: string; step: object; field: string }[] = [
  { name: "another kind", step: { ...echo("a"), kind: "shell" }, field: "kind" },
  { name: "an ID with a quote", step: { ...echo("a"), id: "a'b" }, field: "id" },
  { name: "too late", step: { ...echo("a"), atMs: 30_001 }, field: "atMs" },
  { name: "an option for a target", step: { ...echo("a"), target: "-n" }, field: "target" },
  { name: "too large a ping", step: { ...echo("a"), pingPayloadBytes: 9_001 }, field: "pingPayloadBytes" },
  { name: "too many tries", step: { ...echo("a"), tries: 6 }, field: "tries" },
  { name: "text for a number", step: { ...echo("a"), waitMs: "1000" }, field: "waitMs" },
  { name: "no family", step: { ...echo("a"), family: null }, field: "family" },
  { name: "no base64", step: { ...udp("a", 9), datagram: "%%%%" }, field: "datagram" },
  { name: "too small an MTU", step: { ...udp("a", 9), userMtu: 575 }, field: "userMtu" },
  { name: "a missing field", step: { id: "a", kind: "interfaces", atMs: 0 }, field: "gateway" },
  {
    name: "an IPv6 MTU below 1280",
    step: { id: "a", kind: "apply", atMs: 0, interfaceIndex: 3, family: 6, interfaceMtu: 1_279 },
    field: "interfaceMtu",
  },
];

test.skipIf(noEngine)("a round that is not as agreed on is not begun, and the field is named", async () => {
  // All in one session: each with the agent's own check, which is what is tried here.
  const checks = WRONG_STEPS.map(
    ({ step }) =>
      `Find-WrongField (ConvertFrom-Json '${JSON.stringify({ number: 1, steps: [echo("ok"), step] }).replaceAll("'", "''")}')`,
  );
  const definitions = (await agentText(CODE, "http://127.0.0.1:9")).replace(/\nStart-Ikefrag\n$/, "\n");
  const { stdout } = await runEngine({
    command: `${definitions}\nSet-StrictMode -Version 3\n${checks.join("\n")}`,
  });
  expect(stdout.trim().split("\n")).toEqual(WRONG_STEPS.map(({ field }) => `round.steps.1.${field}`));
});

test.skipIf(noEngine)("a wrong round ends the run before anything of it is done", async () => {
  const gateway = await startGateway();
  const { lines, exitCode } = await runLine(
    answersWith([udp("u", gateway.port), { ...udp("v", gateway.port), tries: 9 } as Step]),
    YES,
  );
  expect(lines.join("\n")).toContain("round.steps.1.tries");
  expect(exitCode).toBe(5);
  expect(gateway.heard).toEqual([]);
});

test.skipIf(noEngine)("a datagram is sent until it is answered; nobody there is said so", async () => {
  const gateway = await startGateway(2);
  const silent = await startGateway(99);
  const steps = [
    udp("third", gateway.port, { tries: 3, waitMs: 300 }),
    udp("silent", silent.port, { tries: 2, waitMs: 200 }),
    udp("closed", 9),
    udp("foreign", gateway.port, { target: "198.51.100.7" }),
    udp("no-ipv6", gateway.port, { family: 6 }),
  ];
  const { service } = await runLine(answersWith(steps), YES);
  const [third, nobody, closed, foreign, unresolved] = posted(service);
  expect(third).toMatchObject({ outcome: { status: "answered", address: "127.0.0.1", dontFragment: false } });
  expect(third?.sentAtMs).toHaveLength(3);
  const answer =
    third?.outcome.status === "answered" && "answers" in third.outcome
      ? third.outcome.answers[0]?.datagram
      : "";
  expect(Buffer.from(answer ?? "", "base64").toString()).toBe("ikefrag third");
  expect(nobody).toMatchObject({ outcome: { status: "failed", failure: "timeout" } });
  expect(nobody?.sentAtMs).toHaveLength(2);
  expect(closed).toMatchObject({ outcome: { status: "failed", failure: "unreachable" } });
  expect(foreign).toMatchObject({ sentAtMs: [], outcome: { status: "not-run" } });
  expect(unresolved).toMatchObject({ sentAtMs: [], outcome: { status: "failed", failure: "unresolved" } });
});

test.skipIf(noEngine)(
  "all steps of a round are under way at once, 100 ms between two to one port",
  async () => {
    // So many that most are sent when all sockets are open: then nothing but the gap holds them back.
    const COUNT = 12;
    // It answers none before it has heard all: who waits for one before the next is begun hears nothing.
    const socket = createSocket("udp4");
    const heard: { port: number; address: string }[] = [];
    socket.on("message", (_, from) => {
      heard.push(from);
      if (heard.length === COUNT) for (const { port, address } of heard) socket.send("answer", port, address);
    });
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    onTestFinished(() => void socket.close());
    const { port } = socket.address();
    const steps = Array.from({ length: COUNT }, (_, at) => udp(`u${at}`, port, { waitMs: 10_000 }));
    const { service } = await runLine(answersWith(steps), YES);
    const measured = posted(service);
    expect(measured.map(({ outcome }) => outcome.status)).toEqual(steps.map(() => "answered"));
    const sent = measured.map(({ sentAtMs }) => sentAtMs[0] ?? 0);
    for (const [at, moment] of sent.slice(1).entries())
      expect(moment - (sent[at] ?? 0)).toBeGreaterThanOrEqual(100);
  },
);

test.skipIf(noEngine)(
  "logins that are begun are named before the question, and only where they are",
  async () => {
    const words = "VPN logins are begun there and not finished, without a name or password";
    const run = async (rehearsal: unknown) => {
      const answers = answersWith([], "127.0.0.2");
      const answer = answers[`GET /a/${CODE}.json`]?.[0];
      if (typeof answer === "object") Object.assign(answer.json as object, { rehearsal });
      return (await runLine(answers, YES)).lines.join("\n");
    };
    expect(await run(true)).toContain(words);
    expect(await run(false)).not.toContain(words);
  },
);

test.skipIf(noEngine)("a reflector that the case names is sent to over UDP, and nobody else is", async () => {
  const reflector = await startGateway();
  const steps = [
    udp("reflected", reflector.port, { target: "localhost" }),
    echo("pinged", { target: "localhost" }),
    udp("third", reflector.port, { target: "ip6-localhost" }),
  ];
  const run = async (facts: object) => {
    const answers = answersWith(steps, "127.0.0.2");
    const answer = answers[`GET /a/${CODE}.json`]?.[0];
    if (typeof answer === "object") Object.assign(answer.json as object, facts);
    const { service, lines } = await runLine(answers, YES);
    return { outcomes: posted(service).map(({ outcome }) => outcome), text: lines.join("\n") };
  };
  const named = await run({ reflector: "localhost" });
  expect(named.text).toContain("to 127.0.0.2, localhost and no other host");
  expect(named.outcomes).toMatchObject([
    { status: "answered", address: "127.0.0.1" },
    { status: "not-run", why: expect.stringContaining("127.0.0.2 alone") },
    { status: "not-run" },
  ]);
  const unnamed = await run({ reflector: null });
  expect(unnamed.text).toContain("to 127.0.0.2 and no other host");
  expect(unnamed.outcomes.map(({ status }) => status)).toEqual(["not-run", "not-run", "not-run"]);
});

test.skipIf(noEngine)("a run sends 64 datagrams and 128 KiB, whatever the service asks for", async () => {
  const gateway = await startGateway();
  const large = Buffer.alloc(8_800).toString("base64");
  // 14 of them fit 128 KiB; each port has a lane of its own, so that the test need not wait.
  const gateways = await Promise.all(Array.from({ length: 20 }, () => startGateway()));
  const steps = gateways.map(({ port }, at) => udp(`large${at}`, port, { datagram: large }));
  const { service } = await runLine(answersWith([...steps, udp("small", gateway.port)]), YES);
  const measured = posted(service);
  expect(measured.filter(({ sentAtMs }) => sentAtMs.length > 0 && sentAtMs.length < 2)).toHaveLength(15);
  expect(measured.at(-1)).toMatchObject({ outcome: { status: "answered" } });
  expect(measured[19]).toMatchObject({ sentAtMs: [], outcome: { status: "not-run" } });
});

test.skipIf(noEngine)(
  "DF and the socket's MTU are set and read back; where the right is lacking, that is said",
  async () => {
    const gateway = await startGateway();
    const datagram = Buffer.alloc(2_000).toString("base64");
    const steps = [
      udp("whole", gateway.port, { dontFragment: true }),
      udp("too-large", gateway.port, {
        dontFragment: true,
        datagram: Buffer.alloc(9_000).toString("base64"),
      }),
      udp("capped", gateway.port, { userMtu: 1_280, datagram, waitMs: 500 }),
    ];
    const { service } = await runLine(answersWith(steps), YES);
    const [whole, , capped] = posted(service);
    expect(whole).toMatchObject({ outcome: { status: "answered", dontFragment: true } });
    if (IS_WINDOWS)
      expect(["answered", "not-run"]).toContain(capped?.outcome.status); // by its build
    else if (IS_ROOT) expect(capped).toMatchObject({ outcome: { status: "answered" } });
    else
      expect(capped).toMatchObject({
        sentAtMs: [],
        outcome: { status: "not-run", why: expect.stringContaining("IP_USER_MTU") },
      });
  },
);

test.skipIf(noEngine || !(IS_ROOT || IS_WINDOWS))(
  "echo requests by .NET: an answer, its size, and IP fragments that came",
  async () => {
    const steps = [echo("small"), echo("pieces", { pingPayloadBytes: 2_000, dontFragment: false })];
    const { service } = await runLine(answersWith(steps), YES);
    const [small, pieces] = posted(service);
    expect(small).toMatchObject({
      outcome: { status: "answered", address: "127.0.0.1", replyPingPayloadBytes: 100 },
    });
    expect(pieces).toMatchObject({
      outcome: { status: "answered", replyPingPayloadBytes: 2_000 },
      reassembly: { failed: 0 },
    });
  },
);
