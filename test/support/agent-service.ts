/**
 * A service over real HTTP that hands the agent what a test wants it to be handed, and remembers what it was
 * asked.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { Terminal } from "../../agent/io/terminal.ts";
import type { AgentOptions } from "../../agent/run-agent.ts";
import { windowsWords } from "../../agent/words/windows.ts";
import type { Round } from "../../shared/schema/plan.ts";

export interface Asked {
  method: string;
  path: string;
  authorization: string | undefined;
  body: unknown;
}

/** How the service answers a request: JSON with a status, or it cuts the connection. */
export type Answer =
  | {
      status: number;
      json: unknown;
      headers?: Record<string, string> /** `json` is text of this type. */;
      raw?: string;
    }
  | "cut";

/**
 * The service as far as an agent sees it, over real HTTP: each path has its answers, and the last of them
 * stays.
 */
export async function startAgentService(answers: Record<string, Answer[]>) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url: path = "", headers } = request;
    const body = await readBody(request);
    asked.push({ method, path, authorization: headers.authorization, body });
    const queue = answers[`${method} ${path}`] ?? [
      { status: 404, json: { title: "Not found", status: 404 } },
    ];
    const answer = queue.length > 1 ? queue.shift() : queue[0];
    if (answer === undefined || answer === "cut") return response.destroy();
    const type = answer.raw ?? `application/${answer.status < 400 ? "json" : "problem+json"}; charset=utf-8`;
    response.writeHead(answer.status, { "content-type": type, ...answer.headers });
    response.end(answer.raw === undefined ? JSON.stringify(answer.json) : String(answer.json));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, asked };
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (!(request.headers["content-type"] ?? "").startsWith("application/json"))
    return bytes.length === 0 ? undefined : bytes;
  return JSON.parse(bytes.toString());
}

/** The code of that case. */
export const CODE = "ABCD-EFGH-JKMN0";

/**
 * What an agent meets in an ordinary run of two rounds that need no network.
 *
 * @param problem whether the service calls the verdict a problem
 */
export function ordinaryAnswers(
  verdict = "healthy",
  problem = verdict !== "healthy",
): Record<string, Answer[]> {
  const round = (number: number): Round => ({
    number,
    steps: [{ id: `r${number}-interfaces`, kind: "interfaces", atMs: 0, gateway: "127.0.0.1" }],
  });
  const expiresAt = "2026-01-05T00:00:00Z";
  const facts = { operator: "Example helpdesk", gateway: "127.0.0.1", language: "ja", expiresAt, ask: [] };
  return {
    [`GET /a/${CODE}.json`]: [{ status: 200, json: { ...facts, agentWords: windowsWords("en") } }],
    "POST /v1/runs": [
      {
        status: 201,
        json: { runId: "run-1", runToken: "token-1", gateway: "127.0.0.1", expiresAt, round: round(1) },
      },
    ],
    "POST /v1/runs/run-1/rounds": [
      { status: 200, json: { status: "continue", round: round(2) } },
      {
        status: 200,
        json: {
          status: "done",
          reportId: "IKF-AAAAA-AAAAA-A",
          reportUrl: "http://127.0.0.1/r/IKF-AAAAA-AAAAA-A",
          problem,
          diagnosis: { verdict, text: { sentence: "Everything was answered." } },
        },
      },
    ],
  };
}

/** With which exit code both agents end, by what the service says of the report. */
export const EXITS = [
  { name: "no problem", verdict: "healthy", problem: false, exitCode: 0 },
  { name: "a problem", verdict: "slow-gateway", problem: true, exitCode: 1 },
  { name: "a verdict that a newer service calls no problem", verdict: "newer", problem: false, exitCode: 0 },
];

/** A run of the case that everybody asks about, in English, where somebody can be asked. */
export const agentOptions = (
  server: string,
  terminal: Terminal,
  more: Partial<AgentOptions> = {},
): AgentOptions => ({
  server,
  code: CODE,
  language: "en",
  yes: false,
  capture: false,
  dryRun: false,
  saveFile: null,
  signal: new AbortController().signal,
  terminal,
  retryDelaysMs: [1, 1],
  ...more,
});

/** A person who gives these answers in turn; `null` in the end: nobody is there. */
export function person(...replies: (string | null)[]) {
  const said: string[] = [];
  const results: string[] = [];
  const asked: string[] = [];
  const terminal: Terminal = {
    result: (line) => void results.push(line),
    say: (line) => void said.push(line),
    progress: () => {},
    ask: async (question) => {
      asked.push(question);
      return replies.shift() ?? null;
    },
  };
  return { terminal, said, results, asked };
}
