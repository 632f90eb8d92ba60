/** A whole run of the agent with a capture: permission, revised verdict, and files that are kept. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import { runAgent } from "../../agent/run-agent.ts";
import { terminalUser } from "../../agent/terminal-user.ts";
import { wordsIn } from "../../agent/words/words.ts";
import { PostRound } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import {
  type Answer,
  agentOptions,
  CODE,
  ordinaryAnswers,
  person,
  startAgentService,
} from "../support/agent-service.ts";
import { encodePcap } from "../support/capture-files.ts";
import { ethernet, frameAt, ip, udp } from "../support/packet-builder.ts";
import { standInForTcpdump } from "../support/stand-in.ts";

const PUT = "PUT /v1/runs/run-1/capture";
const packet = ip({
  source: "127.0.0.1",
  destination: "127.0.0.1",
  protocol: 17,
  payload: udp(500, 500, new Uint8Array(60)),
});
const PCAP = encodePcap([frameAt(0, ethernet(packet))]);

const report = (verdict: string, sentence: string): Answer => ({
  status: 200,
  json: {
    status: "done",
    reportId: "IKF-AAAAA-AAAAA-A",
    problem: verdict !== "healthy",
    diagnosis: { verdict, text: { sentence } },
  },
});

/** A run whose second round is a capture; it says "healthy" without one, and something else with one. */
function answers(
  put: Answer[] = [report("ike-auth-unanswered", "Seen in the recording.")],
): Record<string, Answer[]> {
  const ordinary = ordinaryAnswers();
  const [facts] = ordinary[`GET /a/${CODE}.json`] ?? [];
  if (typeof facts === "object") Object.assign(facts.json as object, { ask: ["capture"] });
  const step = {
    id: "r2-capture",
    kind: "capture",
    atMs: 0,
    target: "127.0.0.1",
    seconds: 60,
    maxBytes: 5_000_000,
  };
  return {
    ...ordinary,
    "POST /v1/runs/run-1/rounds": [
      { status: 200, json: { status: "continue", round: { number: 2, steps: [step] } } },
      report("healthy", "Everything was answered."),
    ],
    [PUT]: put,
  };
}

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-capture-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A tcpdump that writes one IKE message, and then waits for its end. */
async function tcpdumpOfOne(): Promise<void> {
  const directory = await standInForTcpdump(`cat "$(dirname "$0")/one.pcap"; exec sleep 60`);
  await writeFile(join(directory, "one.pcap"), PCAP);
}

/** What the agent said of its capture. */
function measured(service: { asked: { path: string; body: unknown }[] }) {
  const last = service.asked.filter(({ path }) => path.endsWith("/rounds")).at(-1);
  return PostRound.parse(last?.body).measurements.find(({ step }) => step.kind === "capture")?.outcome;
}

test("the user is asked before a capture, by its address, time and size, dials, and gets the revised verdict", async () => {
  await tcpdumpOfOne();
  const service = await startAgentService(answers());
  const { terminal, said, asked, results } = person("y", "y", "");
  expect(await runAgent(agentOptions(service.origin, terminal))).toBe(1);
  expect(asked.map((question) => question.split(/[?.]/)[0])).toEqual(["Start", "Record them", "Recording"]);
  const text = said.join("\n");
  expect(text.indexOf("while you connect the VPN (takes tcpdump")).toBeGreaterThan(0);
  expect(text).toContain("Packets to and from 127.0.0.1 can be recorded");
  expect(text).toContain("60 seconds and 5 MB");
  expect(text).toContain("the headers of ICMP messages"); // pings are recorded too, not errors alone
  expect(text).toContain(`The recording is sent to ${service.origin}`);
  expect(measured(service)).toEqual({ status: "measured", bytes: PCAP.length, rasCode: null });
  const sent = service.asked.at(-1);
  expect(`${sent?.method} ${sent?.path}`).toBe(PUT);
  expect(sent?.authorization).toBe("Bearer token-1");
  expect(Buffer.from(sent?.body as Buffer)).toEqual(Buffer.from(PCAP));
  expect(said).toContain("Seen in the recording.");
  expect(said).not.toContain("Everything was answered.");
  expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
});

test.each([
  { name: "no", replies: ["y", "n"], more: {}, why: "The user said no to a capture" },
  {
    name: "nothing, for there is nobody",
    replies: ["y"],
    more: {},
    why: "Cannot capture: there is no terminal to ask at",
  },
  {
    name: "--yes, which does not allow this",
    replies: [],
    more: { yes: true },
    why: "Cannot record packets: --yes alone does not allow it; add --capture",
  },
])(
  "nothing is recorded where the answer is $name, and there is a report all the same",
  async ({ replies, more, why }) => {
    await standInForTcpdump("echo 'must not run' >&2; exit 1");
    const service = await startAgentService(answers());
    const { terminal, results } = person(...replies);
    expect(await runAgent(agentOptions(service.origin, terminal, more))).toBe(0);
    expect(measured(service)).toEqual({ status: "not-run", why });
    expect(service.asked.some(({ method }) => method === "PUT")).toBe(false);
    expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
  },
);

test("nothing is recorded where the case did not name it beforehand, whatever the user would allow", async () => {
  await standInForTcpdump("echo 'must not run' >&2; exit 1");
  const all = answers();
  all[`GET /a/${CODE}.json`] = ordinaryAnswers()[`GET /a/${CODE}.json`] ?? [];
  const service = await startAgentService(all);
  const { terminal, asked } = person();
  expect(await runAgent(agentOptions(service.origin, terminal, { yes: true, capture: true }))).toBe(0);
  expect(measured(service)).toEqual({
    status: "not-run",
    why: "Cannot capture: the user was not told of it before the run",
  });
  expect(asked).toEqual([]);
});

test("--yes --capture asks nothing, and waits as long as it may where nobody can press a key", async () => {
  const directory = await standInForTcpdump(`cat "$(dirname "$0")/one.pcap"; exec sleep 0.3`);
  await writeFile(join(directory, "one.pcap"), PCAP);
  const service = await startAgentService(answers());
  const { terminal, said, asked } = person();
  expect(await runAgent(agentOptions(service.origin, terminal, { yes: true, capture: true }))).toBe(1);
  expect(asked).toHaveLength(1); // for the key
  expect(said).toContain("Recording for 60 s. Connect the VPN now.");
  expect(measured(service)).toMatchObject({ status: "measured", bytes: PCAP.length });
});

test("a recording that cannot be sent is kept, for this user's eyes alone, and the report ID is there", async () => {
  await tcpdumpOfOne();
  const service = await startAgentService(answers(["cut"]));
  const directory = await temporaryDirectory();
  const before = process.cwd();
  process.chdir(directory);
  onTestFinished(() => process.chdir(before));
  const { terminal, said, results } = person("y", "y", "");
  expect(await runAgent(agentOptions(service.origin, terminal))).toBe(5);
  const [kept = ""] = await readdir(directory);
  expect(kept).toMatch(/^ikefrag-.*\.pcap$/);
  expect((await stat(kept)).mode & 0o777).toBe(0o600);
  expect(await readFile(kept)).toEqual(Buffer.from(PCAP));
  expect(said.join("\n")).toContain(`hand the file ${kept}`);
  expect(said).toContain("Everything was answered.");
  expect(results).toEqual(["IKF-AAAAA-AAAAA-A"]);
  expect(service.asked.filter(({ method }) => method === "PUT")).toHaveLength(3);
});

test("where the service goes away after the dial, the measurements and the recording are kept", async () => {
  await tcpdumpOfOne();
  const path = "POST /v1/runs/run-1/rounds";
  const all = answers();
  const service = await startAgentService({ ...all, [path]: [...(all[path] ?? []).slice(0, 1), "cut"] });
  const saveFile = join(await temporaryDirectory(), "run.json");
  const { terminal, said, results } = person("y", "y", "");
  expect(await runAgent(agentOptions(service.origin, terminal, { saveFile }))).toBe(5);
  expect(await readFile(`${saveFile}.pcap`)).toEqual(Buffer.from(PCAP));
  expect(Evidence.parse(JSON.parse(await readFile(saveFile, "utf8"))).measurements).toHaveLength(2);
  expect(said.at(-1)).toContain(`hand the file ${saveFile}.pcap`);
  expect(results).toEqual([]);
});

test("a service that refuses the recording is asked once, and its words are shown", async () => {
  await tcpdumpOfOne();
  const refusal = { status: 413, json: { title: "The case has sent enough", status: 413 } };
  const service = await startAgentService(answers([refusal]));
  const directory = await temporaryDirectory();
  const { terminal, said } = person("y", "y", "");
  const saveFile = join(directory, "run.json");
  expect(await runAgent(agentOptions(service.origin, terminal, { saveFile }))).toBe(5);
  expect(said.join("\n")).toContain("The case has sent enough");
  expect(service.asked.filter(({ method }) => method === "PUT")).toHaveLength(1);
  // It is where the user wanted the measurements, and nowhere else.
  expect(said.join("\n")).toContain(`hand the file ${saveFile}.pcap`);
  expect((await readdir(directory)).sort()).toEqual(["run.json", "run.json.pcap"]);
});

test.each([
  { why: "Cannot capture: there is no tcpdump on the PATH", words: "このPCにtcpdumpがありません" },
  { why: "Cannot capture: tcpdump: eth0: You don't have permission to capture", words: "権限がありません" },
])("why nothing was recorded is told in the person's language: $why", ({ why, words }) => {
  const { terminal, said } = person();
  const { signal } = new AbortController();
  const user = terminalUser(
    terminal,
    wordsIn("ja"),
    { yes: false, capture: false },
    { server: null, signal },
  );
  user.tell("192.0.2.1", { status: "not-run", why });
  expect(said.join("")).toContain(words);
  expect(said.join("")).not.toContain("Cannot");
});
