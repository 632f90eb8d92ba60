/** Plays a recorded run against a service: each round is answered with what was measured then. */
import type { z } from "zod";
import type { PostRound, ReportReady, RoundReply } from "../../shared/schema/api.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import { Measurement } from "../../shared/schema/measurement.ts";
import type { Round, Step } from "../../shared/schema/plan.ts";

const roundOf = (measurement: Measurement): number => Number(/^r(\d+)-/.exec(measurement.step.id)?.[1]);

/** A plan that asks for more than was recorded is told that it was not tried. */
const notTried = (step: Step): Measurement =>
  Measurement.parse({
    step,
    startedAtMs: 0,
    sentAtMs: [],
    outcome: { status: "not-run", why: "not recorded" },
  });

/** Plays a recorded run into a service, round by round, as its agent did. */
export async function playRecorded(
  recorded: Evidence,
  first: Round,
  post: (body: z.input<typeof PostRound>) => Promise<RoundReply>,
): Promise<z.infer<typeof ReportReady>> {
  const measurements: Measurement[] = [];
  let reply: RoundReply = { status: "continue", round: first };
  while (reply.status === "continue") {
    const { number, steps }: Round = reply.round;
    const recording = recorded.measurements.filter((measurement) => roundOf(measurement) === number);
    measurements.push(...(recording.length > 0 ? recording : steps.map(notTried)));
    reply = await post({
      round: number,
      startedAt: recorded.startedAt ?? new Date(0).toISOString(),
      measurements,
    });
  }
  return reply;
}
