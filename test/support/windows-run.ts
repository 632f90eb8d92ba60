/** Runs of the PowerShell agent by its line, against a service that answers what a test says. */
import { PostRound } from "../../shared/schema/api.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round, Step } from "../../shared/schema/plan.ts";
import { type Answer, CODE, ordinaryAnswers, startAgentService } from "./agent-service.ts";
import { ikeDatagram } from "./ike-gateway.ts";
import { agentText, type EngineOptions, runEngine } from "./windows-engine.ts";
import { ORDINARY_MACHINE, standIns } from "./windows-stand-ins.ts";

/** Serves the script as well, and runs it by the line of a case. */
export async function runLine(
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
export function answersWith(steps: Step[], gateway = "127.0.0.1"): Record<string, Answer[]> {
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
export function posted(service: { asked: { path: string; body: unknown }[] }): Measurement[] {
  const last = service.asked.findLast(({ path }) => path.endsWith("/rounds"));
  return PostRound.parse(last?.body).measurements;
}

export const udp = (id: string, port: number, more: Partial<Extract<Step, { kind: "udp" }>> = {}): Step => ({
  id,
  kind: "udp",
  atMs: 0,
  target: "127.0.0.1",
  family: 4,
  port,
  purpose: "baseline",
  datagram: ikeDatagram(port),
  dontFragment: false,
  userMtu: null,
  tries: 1,
  waitMs: 1_000,
  ...more,
});
export const echo = (id: string, more: Partial<Extract<Step, { kind: "echo" }>> = {}): Step => ({
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

/** Settings of a run in English that nobody is asked about. */
export const YES = { env: { IKEFRAG_YES: "1", IKEFRAG_LANG: "en" } };
