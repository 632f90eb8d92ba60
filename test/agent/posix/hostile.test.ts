/** agent/posix.sh and a service that means harm: it refuses whole, and nothing leaves but the requests. */
import { createSocket } from "node:dgram";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scriptWords } from "../../../agent/words/posix.ts";
import { type Answer, CODE, startAgentService } from "../../support/agent-service.ts";
import { runShellAgent, SHELL_AGENT_FILE, SHELLS } from "../../support/shell-agent.ts";

const CASE = `GET /a/${CODE}.json`;
/** A loopback address of this test's own, on which nothing else answers. */
const GATEWAY = "127.77.1.1";
const FACTS = {
  operator: "Example helpdesk",
  gateway: GATEWAY,
  reflector: null,
  language: "en",
  expiresAt: "2026-01-05T00:00:00Z",
  ask: [],
  agentWords: scriptWords("en"),
};

const raw = (text: string): Answer => ({ status: 200, json: text, raw: "application/json" });
const run1 = (round: unknown, more: object = {}): Answer => ({
  status: 201,
  json: { runId: "run-1", runToken: "token-1", gateway: GATEWAY, round, ...more },
});
const DONE = { status: "done", reportId: "IKF-AAAAA-AAAAA-A", problem: false, diagnosis: { text: {} } };

/** An IKE_SA_INIT request of so many bytes, RFC 7296 §3.1; on port 4500 after four zero bytes. */
function ikeRequest(bytes = 60, change: Record<number, number> = {}): Buffer {
  const datagram = Buffer.alloc(4 + bytes, 0);
  datagram.fill(0x11, 4, 12);
  datagram[4 + 17] = 0x20;
  datagram[4 + 18] = 34;
  datagram[4 + 19] = 0x08;
  datagram.writeUInt32BE(bytes, 4 + 24);
  for (const [at, value] of Object.entries(change)) datagram[Number(at)] = value;
  return datagram;
}
const udp = (change: object = {}) => ({
  id: "s",
  kind: "udp",
  atMs: 0,
  target: GATEWAY,
  family: 4,
  port: 4500,
  purpose: "baseline",
  datagram: ikeRequest().toString("base64"),
  dontFragment: false,
  userMtu: null,
  tries: 1,
  waitMs: 100,
  ...change,
});
const echo = (change: object = {}) => ({
  id: "s",
  kind: "echo",
  atMs: 0,
  target: GATEWAY,
  family: 4,
  pingPayloadBytes: 8,
  dontFragment: true,
  tries: 1,
  waitMs: 100,
  ...change,
});
const last = (asked: { body: unknown }[]): unknown => asked.at(-1)?.body;
const round = (...steps: object[]) => ({ number: 1, steps });
const based = (bytes: Buffer) => ({ datagram: bytes.toString("base64") });

/** Counts what arrives at the gateway's port 4500, and answers nothing. */
async function listen(): Promise<Buffer[]> {
  const heard: Buffer[] = [];
  const socket = createSocket("udp4").on("message", (bytes) => void heard.push(bytes));
  await new Promise<void>((listening) => socket.bind(4500, GATEWAY, listening));
  onTestFinished(() => void socket.close());
  return heard;
}

test.each([
  { name: "no JSON", answer: raw("<html>"), says: "JSON" },
  { name: "JSON that stops", answer: raw('{"gateway":"h"'), says: "JSON" },
  { name: "a quotation mark after it", answer: raw(`${JSON.stringify(FACTS)}"`), says: "JSON" },
  { name: "a second value after it", answer: raw(`${JSON.stringify(FACTS)}{}`), says: "JSON" },
  { name: "a comma too many", answer: raw('{"gateway":"h",}'), says: "JSON" },
  { name: "no comma", answer: raw('{"gateway":"h" "operator":"x"}'), says: "JSON" },
  { name: "an escape that is none", answer: raw('{"gateway":"\\x"}'), says: "JSON" },
  { name: "a number that is none", answer: raw('{"gateway":01}'), says: "JSON" },
  { name: "a name that stands twice", answer: raw('{"gateway":"h","gateway":"i"}'), says: "JSON" },
  { name: "a control character in a string", answer: raw('{"gateway":"\u001b[2J"}'), says: "JSON" },
  { name: "a line break in a string", answer: raw('{"gateway":"a\nb"}'), says: "JSON" },
  { name: "too deep", answer: raw(`${'{"a":'.repeat(40)}1${"}".repeat(40)}`), says: "JSON" },
  { name: "more than 4 MiB", answer: raw(`"${"x".repeat(5_000_000)}"`), says: "more than 4 MiB" },
  { name: "a million brackets", answer: raw("[".repeat(1_000_000)), says: "JSON" },
  { name: "a name as a path", answer: raw('{"gateway":1,"a.b":2,"$(id)":3}'), says: "gateway" },
  {
    name: "a gateway that is an option",
    answer: { status: 200, json: { ...FACTS, gateway: "-oProxyCommand=id" } },
    says: "gateway",
  },
  {
    name: "a gateway with a command",
    answer: { status: 200, json: { ...FACTS, gateway: "a;id" } },
    says: "gateway",
  },
  {
    name: "a gateway that is no text",
    answer: { status: 200, json: { ...FACTS, gateway: 7 } },
    says: "gateway",
  },
  {
    name: "a reflector with a space",
    answer: { status: 200, json: { ...FACTS, reflector: "a b" } },
    says: "reflector",
  },
  { name: "no words", answer: { status: 200, json: { ...FACTS, agentWords: {} } }, says: "agentWords" },
] satisfies { name: string; answer: Answer; says: string }[])(
  "a case of $name is not begun",
  async ({ answer, says }) => {
    const service = await startAgentService({ [CASE]: [answer] });
    const run = await runShellAgent({ server: service.origin, args: ["--yes"] });
    expect(run).toMatchObject({ exitCode: 3, stdout: "", left: [] });
    expect(run.stderr).toContain(`cannot be read: ${says}`);
    expect(service.asked).toHaveLength(1);
  },
);

test.each([
  { name: "a port of its own", steps: [udp({ port: 53 })], field: "steps.0.port" },
  {
    name: "bytes that are no IKE",
    steps: [udp({ port: 500, ...based(Buffer.from("GET / HTTP/1.1\r\n")) })],
    field: "steps.0.datagram",
  },
  {
    name: "no zero bytes before it on port 4500",
    steps: [udp(based(ikeRequest().subarray(4)))],
    field: "steps.0.datagram",
  },
  { name: "zero bytes before it on port 500", steps: [udp({ port: 500 })], field: "steps.0.datagram" },
  {
    name: "IKEv1",
    steps: [udp(based(ikeRequest(60, { 21: 0x10 })))],
    field: "steps.0.datagram",
  },
  {
    name: "a response",
    steps: [udp(based(ikeRequest(60, { 23: 0x28 })))],
    field: "steps.0.datagram",
  },
  {
    name: "no initiator's flag",
    steps: [udp(based(ikeRequest(60, { 23: 0 })))],
    field: "steps.0.datagram",
  },
  {
    name: "CREATE_CHILD_SA",
    steps: [udp(based(ikeRequest(60, { 22: 36 })))],
    field: "steps.0.datagram",
  },
  {
    name: "a length that is not there",
    steps: [udp(based(ikeRequest(60, { 31: 61 })))],
    field: "steps.0.datagram",
  },
  {
    name: "27 bytes",
    steps: [udp(based(ikeRequest(60, { 31: 27 }).subarray(0, 31)))],
    field: "steps.0.datagram",
  },
  { name: "base64 with a command", steps: [udp({ datagram: "$(id)===" })], field: "steps.0.datagram" },
  { name: "a datagram that is no text", steps: [udp({ datagram: 5 })], field: "steps.0.datagram" },
  {
    name: "too large a ping",
    steps: [echo({ pingPayloadBytes: 65_000 })],
    field: "steps.0.pingPayloadBytes",
  },
  { name: "half a ping", steps: [echo({ pingPayloadBytes: 1.5 })], field: "steps.0.pingPayloadBytes" },
  { name: "a target with an option", steps: [echo({ target: "-f" })], field: "steps.0.target" },
  { name: "another family", steps: [echo({ family: 5 })], field: "steps.0.family" },
  { name: "DF as a text", steps: [echo({ dontFragment: "true" })], field: "steps.0.dontFragment" },
  { name: "a thousand tries", steps: [echo({ tries: 1_000 })], field: "steps.0.tries" },
  { name: "a wait without end", steps: [echo({ waitMs: 1e9 })], field: "steps.0.waitMs" },
  { name: "a start in an hour", steps: [echo({ atMs: 3_600_000 })], field: "steps.0.atMs" },
  { name: "a path as an id", steps: [echo({ id: "../../etc" })], field: "steps.0.id" },
  { name: "a step of its own", steps: [{ id: "s", kind: "run", atMs: 0 }], field: "steps.0.kind" },
  { name: "a step with parts", steps: [echo({ more: { deep: 1 } })], field: "steps.0.kind" },
  { name: "a step that is none", steps: [7], field: "steps.0.kind" },
  { name: "65 steps", steps: Array.from({ length: 65 }, () => echo()), field: "steps" },
  { name: "a wrong step after a right one", steps: [udp(), udp({ port: 22 })], field: "steps.1.port" },
])("a round of $name is refused whole", async ({ steps, field }) => {
  const heard = await listen();
  const service = await startAgentService({
    [CASE]: [{ status: 200, json: FACTS }],
    "POST /v1/runs": [run1({ number: 1, steps })],
  });
  const run = await runShellAgent({ server: service.origin, args: ["--yes"] });
  expect(run).toMatchObject({ exitCode: 5, stdout: "" });
  expect(run.stderr).toContain(`cannot be read: round.${field}\n`);
  expect(heard).toEqual([]);
  expect(service.asked).toHaveLength(2);
});

test("a step for another host is left out, and told so", async () => {
  const heard = await listen();
  const service = await startAgentService({
    [CASE]: [{ status: 200, json: { ...FACTS, gateway: "127.77.1.2", reflector: "127.77.1.3" } }],
    "POST /v1/runs": [run1(round(udp(), echo(), echo({ target: "127.77.1.3" })), { gateway: "127.77.1.2" })],
    "POST /v1/runs/run-1/rounds": [{ status: 200, json: DONE }],
  });
  await runShellAgent({ server: service.origin, args: ["--yes"] });
  const { measurements } = last(service.asked) as { measurements: { outcome: object }[] };
  for (const { outcome } of measurements)
    expect(outcome).toMatchObject({
      status: "not-run",
      why: expect.stringContaining("Cannot send to 127.77.1."),
    });
  expect(measurements).toHaveLength(3);
  expect(heard).toEqual([]);
});

test("another gateway than the one that was agreed to ends the run", async () => {
  const service = await startAgentService({
    [CASE]: [{ status: 200, json: FACTS }],
    "POST /v1/runs": [run1(round(udp()), { gateway: "127.0.0.1" })],
  });
  const run = await runShellAgent({ server: service.origin, args: ["--yes"] });
  expect(run).toMatchObject({ exitCode: 4, stdout: "" });
  expect(run.stderr).toContain(`you agreed to test ${GATEWAY}`);
});

test("words cannot steer the terminal, nor turn the reading direction", async () => {
  const operator =
    "A\u0007\u001b]0;title\u0007 B\u009b31m C\u202eD\u2066E\u200fF\ufeffG %s \\033[1m $(id) `id`";
  const service = await startAgentService({
    [CASE]: [{ status: 200, json: { ...FACTS, operator } }],
  });
  const run = await runShellAgent({ server: service.origin });
  expect(run.stderr).toContain("A]0;title B31m CDEFG %s \\033[1m $(id) `id`");
  expect(run.stderr).not.toMatch(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/,
  );
});

test("a redirection is not followed", async () => {
  const asked: string[] = [];
  const other = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end(JSON.stringify(FACTS));
  });
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void other.close());
  const location = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  const service = await startAgentService({ [CASE]: [{ status: 302, json: FACTS, headers: { location } }] });
  const run = await runShellAgent({ server: service.origin, args: ["--yes"] });
  expect(run).toMatchObject({ exitCode: 3, stdout: "" });
  expect(run.stderr).toContain("HTTP 302");
  expect(asked).toEqual([]);
});

test("a service that wants rounds without end gets twenty", async () => {
  const next = (number: number) => ({ number, steps: [] });
  const service = await startAgentService({
    [CASE]: [{ status: 200, json: FACTS }],
    "POST /v1/runs": [run1(next(1))],
    "POST /v1/runs/run-1/rounds": [{ status: 200, json: { status: "continue", round: next(2) } }],
  });
  const run = await runShellAgent({ server: service.origin, args: ["--yes"] });
  expect(run.exitCode).toBe(5);
  expect(run.stderr).toContain("20 rounds, no report");
  expect(service.asked.filter(({ path }) => path.endsWith("/rounds"))).toHaveLength(20);
});

test.each(SHELLS)(
  "no part of the script that %s may get by a broken line does anything",
  async (shell) => {
    const service = await startAgentService({ [CASE]: [{ status: 200, json: FACTS }] });
    const text = await readFile(SHELL_AGENT_FILE, "utf8");
    // The ends of some lines, and each byte of the end.
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index).filter((_, at) => at % 40 === 0);
    for (let end = text.length - 2; end > text.length - 60; end--) ends.push(end);
    const file = join(tmpdir(), `ikefrag-cut-${shell}-${process.pid}.sh`);
    const environment = { IKEFRAG_SERVER: service.origin, IKEFRAG_CODE: CODE };
    for (const end of ends) {
      await writeFile(file, text.slice(0, end));
      const run = await runShellAgent({
        shell,
        server: null,
        code: null,
        environment,
        args: ["--yes"],
        file,
      });
      expect(run).toMatchObject({ stdout: "", left: [] });
    }
    expect(service.asked).toEqual([]);
  },
  60_000,
);

test("no round is begun after the time of a run", async () => {
  const service = await startAgentService({
    [CASE]: [{ status: 200, json: FACTS }],
    "POST /v1/runs": [run1(round())],
  });
  const file = join(await mkdtemp(join(tmpdir(), "ikefrag-late-")), "ikefrag.sh");
  onTestFinished(() => rm(dirname(file), { recursive: true, force: true }));
  const text = await readFile(SHELL_AGENT_FILE, "utf8");
  await writeFile(file, text.replace('"$measured_ms" -le 180000', '"$measured_ms" -le -1'));
  const run = await runShellAgent({ server: service.origin, args: ["--yes"], file });
  expect(run.exitCode).toBe(5);
  expect(run.stderr).toContain("180 s of measuring, no report");
  expect(service.asked.filter(({ path }) => path.endsWith("/rounds"))).toEqual([]);
});
