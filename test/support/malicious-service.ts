/**
 * A service that means harm, over real HTTP: what it answers, trick by trick, beside hosts on loopback that
 * count what reaches them. What no trick may bring about is the same for all: `expectNoHarm`.
 */
import { createSocket } from "node:dgram";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished } from "vitest";
import { MAX_DATAGRAMS, MAX_SENT_BYTES } from "../../agent/send-limits.ts";
import { type Answer, CODE, ordinaryAnswers } from "./agent-service.ts";
import { ikeDatagram, reflectorDatagram, startIkeGateway } from "./ike-gateway.ts";
import { echo, udp } from "./windows-run.ts";

/** Hosts that the tricks know of, and what they heard. */
export interface Surroundings {
  /** The gateway of the case. */
  gateway: Awaited<ReturnType<typeof startIkeGateway>>;
  /** A host of somebody else, on IKE's ports too. */
  bystander: Awaited<ReturnType<typeof startIkeGateway>>;
  /** A port of the gateway that is not IKE's. */
  otherPort: { port: number; heard: Buffer[] };
  /** A web server of somebody else. */
  elsewhere: { origin: string; asked: string[] };
}

/** Starts the hosts of a test. */
export async function startSurroundings(): Promise<Surroundings> {
  const gateway = await startIkeGateway({ 500: 1_000, 4500: 1_000 });
  const bystander = await startIkeGateway({ 500: 1_000, 4500: 1_000 });
  const heard: Buffer[] = [];
  const socket = createSocket("udp4").on("message", (bytes) => void heard.push(bytes));
  await new Promise<void>((resolve) => socket.bind(0, gateway.address, resolve));
  onTestFinished(() => void socket.close());
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return {
    gateway,
    bystander,
    otherPort: { port: socket.address().port, heard },
    elsewhere: { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked },
  };
}

/** Its answers to a run for the gateway, where nothing but these parts differs from an honest one's. */
interface Harm {
  facts?: object;
  /** In place of the first answer to the case's question, to the run's start, and to a round. */
  onCase?: Answer;
  started?: object;
  onStart?: Answer;
  steps?: object[];
  onRound?: Answer[];
  report?: object;
}
const ok = (json: unknown): Answer => ({ status: 200, json });
const text = (json: string): Answer => ({ status: 200, json, raw: "application/json" });
const redirect = (location: string): Answer => ({ status: 307, json: {}, headers: { location } });

/** The answers of a service with this trick. */
export function answersOf({ gateway }: Surroundings, harm: Harm): Record<string, Answer[]> {
  const honest = ordinaryAnswers();
  const json = (path: string, at = 0): object => {
    const answer = honest[path]?.[at];
    return typeof answer === "object" ? (answer.json as object) : {};
  };
  const address = gateway.address;
  const round = { number: 1, steps: harm.steps ?? [] };
  return {
    [`GET /a/${CODE}.json`]: [
      harm.onCase ?? ok({ ...json(`GET /a/${CODE}.json`), gateway: address, ...harm.facts }),
    ],
    "POST /v1/runs": [
      harm.onStart ?? ok({ ...json("POST /v1/runs"), gateway: address, round, ...harm.started }),
    ],
    "POST /v1/runs/run-1/rounds": harm.onRound ?? [
      ok({ ...json("POST /v1/runs/run-1/rounds", 1), ...harm.report }),
    ],
  };
}

const ESCAPES = "\x1b[2J\x1b]0;owned\x07\x9b31m\r\u202eevil\u2066\u200f\u0000";
/** Which of these is in what a person sees: control characters but line ends, and what turns text round. */
const UNSAFE = /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** What became of a run, as far as a person sees it. */
type End = "refused" | "reported";
/**
 * Each by its name; `end` is how a run has to end, in Constrained Language Mode `endConstrained`: no datagram
 * is looked at there, because none can be sent.
 */
export const TRICKS: {
  name: string;
  end: End;
  endConstrained?: End;
  /** How many datagrams the gateway hears at least, where datagrams can be sent. */
  hears?: number;
  harm: (hosts: Surroundings) => Harm;
}[] = [
  {
    name: "another gateway than the one that was agreed to",
    end: "refused",
    harm: ({ bystander }) => ({ started: { gateway: bystander.address }, steps: [udp("a", 500)] }),
  },
  {
    name: "a step to another host",
    end: "reported",
    harm: ({ bystander }) => ({
      steps: [
        { ...udp("a", 500), target: bystander.address },
        { ...udp("b", 4500), target: bystander.address },
        { ...echo("c"), target: bystander.address },
      ],
    }),
  },
  {
    name: "another port of the gateway",
    end: "refused",
    harm: ({ gateway, otherPort }) => ({
      steps: [{ ...udp("a", otherPort.port), target: gateway.address, datagram: reflectorDatagram(1) }],
    }),
  },
  {
    name: "a reflector that was not agreed to",
    end: "refused",
    harm: ({ bystander, otherPort }) => ({
      started: { reflector: bystander.address },
      steps: [{ ...udp("a", otherPort.port), target: bystander.address, datagram: reflectorDatagram(1) }],
    }),
  },
  {
    name: "bytes that are no IKE",
    end: "refused",
    endConstrained: "reported",
    harm: ({ gateway }) => ({
      steps: [
        { ...udp("ok", 500), target: gateway.address },
        { ...udp("a", 500), target: gateway.address, datagram: Buffer.alloc(60, 7).toString("base64") },
      ],
    }),
  },
  {
    name: "too many and too large datagrams",
    end: "reported",
    hears: 14,
    harm: ({ gateway }) => ({
      steps: Array.from({ length: 64 }, (_, at) => ({
        ...udp(`a${at}`, at % 2 === 0 ? 500 : 4500),
        target: gateway.address,
        datagram: ikeDatagram(at % 2 === 0 ? 500 : 4500, at < 16 ? 8_900 : 60),
        tries: 5,
        waitMs: 100,
      })),
    }),
  },
  {
    name: "more steps than a round has",
    end: "refused",
    harm: ({ gateway }) => ({
      steps: Array.from({ length: 65 }, (_, at) => ({ ...udp(`a${at}`, 500), target: gateway.address })),
    }),
  },
  {
    name: "rounds without end",
    end: "refused",
    harm: () => ({ onRound: [ok({ status: "continue", round: { number: 2, steps: [] } })] }),
  },
  ...(["onCase", "onStart"] as const).map((at) => ({
    name: `a redirection: ${at}`,
    end: "refused" as const,
    harm: ({ elsewhere }: Surroundings) => ({ [at]: redirect(`${elsewhere.origin}/collect`) }),
  })),
  {
    name: "a redirection of what was measured",
    end: "refused",
    harm: ({ elsewhere }) => ({ onRound: [redirect(`${elsewhere.origin}/collect`)] }),
  },
  ...["../../a/x", "http://127.0.0.1/x", "a/../../x", "x\r\nHost: evil", "", " run-1", "@evil.example/x"].map(
    (runId) => ({
      name: `a run ${JSON.stringify(runId)}`,
      end: "refused" as const,
      harm: () => ({ started: { runId } }),
    }),
  ),
  {
    name: "a token that ends its header",
    end: "refused",
    harm: () => ({ started: { runToken: "x\r\nX-Evil: 1" } }),
  },
  ...["../../evil", "https://evil.example/", "a b", "", "IKF-1?x#y"].map((reportId) => ({
    name: `a report ${JSON.stringify(reportId)}`,
    end: "refused" as const,
    harm: () => ({ report: { reportId } }),
  })),
  {
    name: "escapes in all words of the case",
    end: "reported",
    harm: () => ({
      facts: { operator: ESCAPES, expiresAt: ESCAPES },
      report: { diagnosis: { verdict: ESCAPES, text: { sentence: ESCAPES } } },
    }),
  },
  {
    name: "escapes in a refusal",
    end: "refused",
    harm: () => ({ onStart: { status: 410, json: { title: ESCAPES, detail: ESCAPES, status: 410 } } }),
  },
  {
    name: "an answer of 5 MB",
    end: "refused",
    harm: () => ({ onCase: text(JSON.stringify({ gateway: "x".repeat(5_000_000) })) }),
  },
  {
    name: "brackets without end",
    end: "refused",
    harm: () => ({ onStart: text("[".repeat(100_000)) }),
  },
  {
    name: "keys of every object",
    end: "refused",
    harm: ({ gateway }) => ({
      onStart: text(
        `{"runId":"run-1","runToken":"t","gateway":"${gateway.address}","__proto__":{"kind":"udp"},"round":{"number":1,"steps":[{"id":"a","kind":"__proto__","atMs":0},{"id":"b","kind":"constructor","atMs":0}]}}`,
      ),
    }),
  },
  {
    name: "a recording and another MTU that the case did not name",
    end: "reported",
    harm: ({ gateway }) => ({
      steps: [
        { id: "a", kind: "capture", atMs: 0, target: gateway.address, seconds: 60, maxBytes: 5_000_000 },
        { id: "b", kind: "apply", atMs: 0, interfaceIndex: 19, family: 4, interfaceMtu: 576 },
      ],
    }),
  },
];

const PATHS = new RegExp(`^(/a/${CODE}\\.json|/v1/runs|/v1/runs/run-1/rounds)$`);

/** What holds whatever a service did: nothing went to anybody else, and no more than was agreed to. */
export function expectNoHarm(
  { gateway, bystander, otherPort, elsewhere }: Surroundings,
  asked: { path: string }[],
  seen: string,
): void {
  expect(bystander.heard).toEqual([]);
  expect(otherPort.heard).toEqual([]);
  expect(elsewhere.asked).toEqual([]);
  expect(asked.filter(({ path }) => !PATHS.test(path))).toEqual([]);
  expect(gateway.heard.length).toBeLessThanOrEqual(MAX_DATAGRAMS);
  const bytes = gateway.heard.reduce((sum, { datagram }) => sum + datagram.length, 0);
  expect(bytes).toBeLessThanOrEqual(MAX_SENT_BYTES);
  for (const { port, datagram } of gateway.heard) {
    const message = datagram.subarray(port === 4500 ? 4 : 0);
    expect(message.readUInt32BE(24)).toBe(message.length);
  }
  expect(UNSAFE.exec(seen)?.[0]).toBeUndefined();
}
