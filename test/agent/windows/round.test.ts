/** What the PowerShell agent takes for a round, and what it sends: to whom, to which port, and how much. */
import { createSocket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { Step } from "../../../shared/schema/plan.ts";
import { CODE } from "../../support/agent-service.ts";
import { AGREED_STEPS, DISAGREED_STEPS } from "../../support/agreed-steps.ts";
import { ikeDatagram, noIkePorts, reflectorDatagram, startIkeGateway } from "../../support/ike-gateway.ts";
import { agentText, IS_WINDOWS, noEngine, runEngine } from "../../support/windows-engine.ts";
import { answersWith, echo, posted, runLine, udp, YES } from "../../support/windows-run.ts";

const IS_ROOT = process.getuid?.() === 0;
/** Where no gateway can listen on IKE's ports. */
const noNetwork = noEngine || noIkePorts !== null;

/** A reflector on loopback that gives back what it gets. */
async function startReflector() {
  const socket = createSocket("udp4");
  socket.on("message", (bytes, from) => socket.send(bytes, from.port, from.address));
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  return (socket.address() as AddressInfo).port;
}

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
  { name: "no base64", step: { ...udp("a", 500), datagram: "%%%%" }, field: "datagram" },
  { name: "too small an MTU", step: { ...udp("a", 500), userMtu: 575 }, field: "userMtu" },
  { name: "a missing field", step: { id: "a", kind: "interfaces", atMs: 0 }, field: "gateway" },
  {
    name: "an IPv6 MTU below 1280",
    step: { id: "a", kind: "apply", atMs: 0, interfaceIndex: 3, family: 6, interfaceMtu: 1_279 },
    field: "interfaceMtu",
  },
  ...DISAGREED_STEPS,
];

/** What the script knows of its case when it checks a round. */
const RUN_FACTS =
  "$run = @{ Gateway = '127.0.0.1'; Reflector = 'reflector.example'; ReflectorPort = 4000; Constrained = $false }";

test.skipIf(noEngine)(
  "what a plan sends is as agreed on, and the reflector keeps its first port",
  async () => {
    const definitions = (await agentText(CODE, "http://127.0.0.1:9")).replace(
      /\nStart-Ikefrag @args\n$/,
      "\n",
    );
    const check = `"found: $(Find-WrongField (ConvertFrom-Json '${JSON.stringify({ number: 1, steps: AGREED_STEPS })}')), $($run.ReflectorPort)"`;
    const { stdout } = await runEngine({
      command: `${definitions}\nSet-StrictMode -Version 3\n${RUN_FACTS.replace("4000", "$null")}\n${check}`,
    });
    expect(stdout.trim()).toBe("found: , 4000");
  },
);

test.skipIf(noEngine)("a round that is not as agreed on is not begun, and the field is named", async () => {
  // All in one session: each with the agent's own check, which is what is tried here.
  const checks = WRONG_STEPS.map(
    ({ step }) =>
      `Find-WrongField (ConvertFrom-Json '${JSON.stringify({ number: 1, steps: [echo("ok"), step] }).replaceAll("'", "''")}')`,
  );
  const definitions = (await agentText(CODE, "http://127.0.0.1:9")).replace(/\nStart-Ikefrag @args\n$/, "\n");
  const { stdout } = await runEngine({
    command: `${definitions}\nSet-StrictMode -Version 3\n${RUN_FACTS}\n${checks.join("\n")}`,
  });
  expect(stdout.trim().split("\n")).toEqual(WRONG_STEPS.map(({ field }) => `round.steps.1.${field}`));
});

test.skipIf(noNetwork)("a wrong round ends the run before anything of it is done", async () => {
  const { address, heard } = await startIkeGateway({ 500: 0 });
  const right = udp("u", 500, { target: address });
  for (const [wrong, field] of [
    [{ tries: 9 }, "tries"],
    [{ port: 53 }, "port"],
    [{ datagram: Buffer.from("any bytes").toString("base64").replaceAll("=", "A") }, "datagram"],
  ] as const) {
    const { lines, exitCode } = await runLine(
      answersWith([right, { ...right, id: "v", ...wrong } as Step], address),
      YES,
    );
    expect(lines.join("\n")).toContain(`round.steps.1.${field}`);
    expect(exitCode).toBe(5);
  }
  expect(heard).toEqual([]);
});

test.skipIf(noNetwork)("a datagram is sent until it is answered; nobody there is said so", async () => {
  const { address } = await startIkeGateway({ 4500: 2, 500: 99 });
  const there = { target: address };
  const steps = [
    udp("third", 4500, { ...there, tries: 3, waitMs: 300 }),
    udp("silent", 500, { ...there, tries: 2, waitMs: 200 }),
    udp("foreign", 4500, { target: "198.51.100.7" }),
    udp("no-ipv6", 4500, { ...there, family: 6 }),
  ];
  const { service } = await runLine(answersWith(steps, address), YES);
  const [third, nobody, foreign, unresolved] = posted(service);
  expect(third).toMatchObject({ outcome: { status: "answered", address, dontFragment: false } });
  expect(third?.sentAtMs).toHaveLength(3);
  const answer =
    third?.outcome.status === "answered" && "answers" in third.outcome
      ? third.outcome.answers[0]?.datagram
      : "";
  expect(answer).toBe(ikeDatagram(4500));
  expect(nobody).toMatchObject({ outcome: { status: "failed", failure: "timeout" } });
  expect(nobody?.sentAtMs).toHaveLength(2);
  expect(foreign).toMatchObject({ sentAtMs: [], outcome: { status: "not-run" } });
  expect(unresolved).toMatchObject({ sentAtMs: [], outcome: { status: "failed", failure: "unresolved" } });
});

test.skipIf(noNetwork)("a port that nobody listens on is unreachable", async () => {
  const { address } = await startIkeGateway({});
  const { service } = await runLine(answersWith([udp("closed", 500, { target: address })], address), YES);
  expect(posted(service)).toMatchObject([{ outcome: { status: "failed", failure: "unreachable" } }]);
});

test.skipIf(noNetwork)(
  "all steps of a round are under way at once, 100 ms between two to one port",
  async () => {
    // So many that most are sent when all sockets are open: then nothing but the gap holds them back.
    const COUNT = 12;
    // It answers none before it has heard all: who waits for one before the next is begun hears nothing.
    const { address, socket } = await startIkeGateway({ 500: COUNT });
    const heard: { port: number; address: string }[] = [];
    socket(500).on("message", (_, from) => {
      heard.push(from);
      if (heard.length === COUNT)
        for (const { port, address } of heard) socket(500).send("answer", port, address);
    });
    const steps = Array.from({ length: COUNT }, (_, at) =>
      udp(`u${at}`, 500, { target: address, waitMs: 10_000 }),
    );
    const { service } = await runLine(answersWith(steps, address), YES);
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
    const words = "VPN logins are begun and not finished, without a name or password";
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
  const port = await startReflector();
  const steps = [
    udp("reflected", port, { target: "localhost", datagram: reflectorDatagram(1) }),
    echo("pinged", { target: "localhost" }),
    udp("third", 4500, { target: "ip6-localhost" }),
  ];
  const run = async (facts: object) => {
    const answers = answersWith(steps, "127.0.0.2");
    const answer = answers[`GET /a/${CODE}.json`]?.[0];
    if (typeof answer === "object") Object.assign(answer.json as object, facts);
    const { service, lines, exitCode } = await runLine(answers, YES);
    return { service, exitCode, text: lines.join("\n") };
  };
  const named = await run({ reflector: "localhost" });
  expect(named.text).toContain("to 127.0.0.2, localhost at most 64 test packets");
  expect(posted(named.service).map(({ outcome }) => outcome)).toMatchObject([
    { status: "answered", address: "127.0.0.1" },
    { status: "not-run", why: expect.stringContaining("127.0.0.2 alone") },
    { status: "not-run" },
  ]);
  const unnamed = await run({ reflector: null });
  expect(unnamed.text).toContain("to 127.0.0.2 at most 64 test packets");
  expect(unnamed.text).toContain("round.steps.0.port");
  expect(unnamed.exitCode).toBe(5);
});

test.skipIf(noNetwork)("a run sends 64 datagrams and 128 KiB, whatever the service asks for", async () => {
  const { address, heard } = await startIkeGateway({ 500: 0, 4500: 0 });
  // 14 of them fit 128 KiB; two ports have a lane each, so that the test need not wait as long.
  const steps = Array.from({ length: 20 }, (_, at) => {
    const port = at % 2 === 0 ? 500 : 4500;
    return udp(`large${at}`, port, { target: address, datagram: ikeDatagram(port, 8_800) });
  });
  const { service } = await runLine(
    answersWith([...steps, udp("small", 500, { target: address })], address),
    YES,
  );
  const measured = posted(service);
  expect(measured.filter(({ sentAtMs }) => sentAtMs.length === 1)).toHaveLength(15);
  expect(heard).toHaveLength(15);
  expect(measured.at(-1)).toMatchObject({ outcome: { status: "answered" } });
  expect(measured[19]).toMatchObject({ sentAtMs: [], outcome: { status: "not-run" } });
});

test.skipIf(noNetwork)(
  "DF and the socket's MTU are set and read back; where the right is lacking, that is said",
  async () => {
    const { address } = await startIkeGateway({ 500: 0 });
    const there = { target: address };
    const steps = [
      udp("whole", 500, { ...there, dontFragment: true }),
      udp("too-large", 500, { ...there, dontFragment: true, datagram: ikeDatagram(500, 9_000) }),
      udp("capped", 500, { ...there, userMtu: 1_280, datagram: ikeDatagram(500, 2_000), waitMs: 500 }),
    ];
    const { service } = await runLine(answersWith(steps, address), YES);
    const [whole, , capped] = posted(service);
    expect(whole).toMatchObject({ outcome: { status: "answered", dontFragment: true } });
    if (IS_ROOT) expect(capped).toMatchObject({ outcome: { status: "answered" } });
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
