import { Hono } from "hono";
import type { z } from "zod";
import { nextRound, type PlanInput } from "../../shared/plan/plan.ts";
import {
  NewRun,
  PostRound,
  type ReportReady,
  type RoundReply,
  type RunStarted,
} from "../../shared/schema/api.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import { speak } from "../../shared/text/speak.ts";
import { bearerToken } from "../auth/principal.ts";
import { equalDigests, newKey, newSecret, SecretPrefix, sha256Hex } from "../auth/secrets.ts";
import { redeemCode } from "../cases/open-case.ts";
import { reflectorFor } from "../cases/reflector-token.ts";
import type { Deps } from "../deps.ts";
import { contentLength, mediaType, validate } from "../http/body.ts";
import type { AppContext, Env } from "../http/context.ts";
import { byteQuotaHeaders, countUpload, MAX_CAPTURE_BYTES, MAX_POSTS_A_RUN } from "../http/limits.ts";
import { Problem } from "../http/problem.ts";
import { addCapture, createReport, currentDiagnosis } from "../reports/reports.ts";
import { captureTooLarge, takeCapture } from "../reports/take-capture.ts";
import type { Case, Run } from "../store/port.ts";
import { CAPTURE_TYPES } from "./analyses.ts";

const MINUTE_MS = 60_000;
const SEED_BYTES = 32;

async function authorizedRun(deps: Deps, c: AppContext): Promise<{ run: Run; case: Case }> {
  const token = bearerToken(c);
  if (token === null) throw new Problem("token-missing", { headers: { "WWW-Authenticate": "Bearer" } });
  const run = await deps.cases.getRun(c.req.param("runId") ?? "");
  // Hashed also when there is no such run: the time must not say which it was.
  const matches = equalDigests(sha256Hex(token), run?.tokenHash ?? sha256Hex(""));
  const entry = run && matches ? await deps.cases.get(run.caseId) : null;
  if (!run || !entry) throw new Problem("token-refused", { headers: { "WWW-Authenticate": "Bearer" } });
  if (run.expiresAt <= deps.now().toISOString()) {
    throw new Problem("run-expired", { params: { at: run.expiresAt } });
  }
  return { run, case: entry };
}

/** A report about another gateway is no use, and nobody may fill one in: what was asked must have been the case's. */
function refuseOtherTargets(gateway: string, reflector: string | null, measurements: Measurement[]): void {
  const name = gateway.toLowerCase();
  const own = new Set([name]);
  for (const { step, outcome } of measurements) {
    if (step.kind !== "interfaces" || step.gateway.toLowerCase() !== name) continue;
    if ("gatewayAddresses" in outcome)
      for (const { address } of outcome.gatewayAddresses) own.add(address.toLowerCase());
  }
  const errors = measurements.flatMap(({ step }, index) => {
    const [field, target] =
      step.kind === "interfaces"
        ? ["gateway", step.gateway]
        : "target" in step
          ? ["target", step.target]
          : [];
    if (target === undefined || own.has(target.toLowerCase())) return [];
    const isReflection = step.kind === "udp" && step.purpose === "reflection";
    if (isReflection && target.toLowerCase() === reflector?.toLowerCase()) return [];
    return [
      {
        pointer: `/measurements/${index}/step/${field}`,
        detail: `is ${target}, not the case's gateway or an address of it`,
      },
    ];
  });
  if (errors.length > 0)
    throw new Problem("wrong-target", { params: { gateway }, errors: errors.slice(0, 20) });
}

/** `/v1/runs`: what an agent does within a case. Between rounds nothing is kept but the run's row. */
export function runRoutes(deps: Deps) {
  const spokenTo = (c: AppContext, run: Run) => (c.var.languageAsked ? c.var.language : run.agent.language);
  const ready = (
    c: AppContext,
    run: Run,
    reportId: string,
    diagnosis: Diagnosis,
  ): z.infer<typeof ReportReady> => ({
    status: "done",
    reportId,
    reportUrl: `${c.var.origin}/r/${reportId}`,
    diagnosis: speak(diagnosis, spokenTo(c, run)),
  });

  const planInput = (
    { gateway, ask }: Case,
    { id, agent }: Run,
    measurements: readonly Measurement[],
    c: AppContext,
  ): PlanInput => ({
    gateway,
    ask,
    agent,
    measurements,
    seed: deps.random(SEED_BYTES),
    reflector: reflectorFor(deps, c, id),
  });

  return new Hono<Env>()
    .post("/", validate("json", NewRun), async (c) => {
      const { code, agent } = c.req.valid("json");
      const entry = await redeemCode(deps, c, code);
      const now = deps.now();
      const token = newSecret(SecretPrefix.runToken, deps.random);
      const run: Run = {
        id: newKey(deps.random),
        caseId: entry.id,
        tokenHash: sha256Hex(token),
        agent,
        createdAt: now.toISOString(),
        expiresAt: new Date(now.getTime() + deps.config.runMinutes * MINUTE_MS).toISOString(),
        reportId: null,
      };
      const round = nextRound(planInput(entry, run, [], c));
      if (round === null) throw new Error("Cannot start a run: the plan has no first round");
      await deps.cases.createRun(run);
      const started: z.infer<typeof RunStarted> = {
        runId: run.id,
        runToken: token,
        gateway: entry.gateway,
        expiresAt: run.expiresAt,
        round,
      };
      return c.json(started, 201, { "Cache-Control": "no-store" });
    })
    .post(
      "/:runId/rounds",
      async (c, next) => {
        // Before the body is read: a stranger's megabyte is not worth parsing.
        const { run } = await authorizedRun(deps, c);
        if (!(await deps.cases.countPost(run.id, MAX_POSTS_A_RUN))) {
          throw new Problem("too-many-rounds", {
            params: { max: MAX_POSTS_A_RUN },
            headers: { "RateLimit-Policy": `"posts";q=${MAX_POSTS_A_RUN}`, RateLimit: '"posts";r=0' },
          });
        }
        await next();
      },
      validate("json", PostRound),
      async (c) => {
        const { run, case: entry } = await authorizedRun(deps, c);
        const { startedAt, measurements } = c.req.valid("json");
        refuseOtherTargets(entry.gateway, deps.config.reflector?.host ?? null, measurements);
        if (run.reportId !== null) {
          // The answer to the last round was lost on its way: here it is again.
          return c.json(ready(c, run, run.reportId, await currentDiagnosis(deps, run.reportId)));
        }
        const round = nextRound(planInput(entry, run, measurements, c));
        if (round !== null) return c.json({ status: "continue", round } satisfies RoundReply);
        const evidence = Evidence.parse({
          schema: "ikefrag/evidence/1",
          startedAt,
          gateway: entry.gateway,
          agent: run.agent,
          measurements,
        });
        const { reportId, diagnosis } = await createReport(deps, {
          source: "run",
          evidence,
          transcripts: [],
          captures: [],
          run: { run, case: entry },
        });
        return c.json(ready(c, run, reportId, diagnosis));
      },
    )
    .put("/:runId/capture", async (c) => {
      const { run, case: entry } = await authorizedRun(deps, c);
      await countUpload(deps, c);
      const given = mediaType(c);
      if (!CAPTURE_TYPES.has(given)) {
        throw new Problem("unsupported-media-type", {
          params: {
            given: given || "a body without a content type",
            accepted: [...CAPTURE_TYPES].join(", "),
          },
        });
      }
      if (run.reportId === null) throw new Problem("report-not-ready");
      const announced = contentLength(c);
      if ((announced ?? 0) > MAX_CAPTURE_BYTES) throw captureTooLarge();

      // The whole allowance of this upload is taken beforehand, so that uploads side by side cannot exceed the case's.
      const { uploadBytesPerCase } = deps.config;
      const taken = announced ?? MAX_CAPTURE_BYTES;
      if (!(await deps.cases.takeUploadBytes(entry.id, taken, uploadBytesPerCase))) {
        throw new Problem("case-quota", {
          params: { max: uploadBytesPerCase },
          headers: byteQuotaHeaders("case-uploads", uploadBytesPerCase, 0),
        });
      }
      let received = 0;
      try {
        const capture = await takeCapture(deps, {
          name: "capture",
          body: c.req.raw.body ?? new ReadableStream(),
          maxBytes: taken,
          tooLarge: captureTooLarge,
          keep: true,
        });
        received = capture.receivedBytes;
        if (capture.object === null) throw new Error("Cannot keep the capture: it was not written");
        const diagnosis = await addCapture(deps, run.reportId, capture.transcript, capture.object);
        return c.json(ready(c, run, run.reportId, diagnosis));
      } finally {
        if (taken > received)
          await deps.cases.takeUploadBytes(entry.id, received - taken, uploadBytesPerCase);
      }
    });
}
