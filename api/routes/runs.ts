/** `/v1/runs`: what an agent does within a case. */
import { Hono } from "hono";
import type { z } from "zod";
import { NewRun, PostRound, type ReportReady, type RoundReply } from "../../shared/schema/api.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { speak } from "../../shared/text/speak.ts";
import { authorizeRun, runOf } from "../auth/authorize-run.ts";
import { diagnosisForRun } from "../cases/diagnosis-for-run.ts";
import { startRun } from "../cases/start-run.ts";
import { countPost, takeRound } from "../cases/take-round.ts";
import { takeRunCapture } from "../cases/take-run-capture.ts";
import type { Deps } from "../deps.ts";
import { CAPTURE_TYPES, contentLength, isCapture, unsupportedMediaType, validate } from "../http/body.ts";
import { MAX_SMALL_JSON_BYTES } from "../http/bounds.ts";
import type { AppContext, Env } from "../http/context.ts";
import { incoming } from "../http/incoming.ts";
import { countRun, countUpload, guessable } from "../http/rate-limits.ts";
import { adviceInForce } from "../reports/advice-in-force.ts";
import type { StoredDiagnosis } from "../reports/write-report.ts";

async function reportReady(
  deps: Deps,
  c: AppContext,
  { reportId, diagnosis: whole }: StoredDiagnosis,
): Promise<z.infer<typeof ReportReady>> {
  const { language, languageAsked, origin } = c.var;
  const diagnosis = await diagnosisForRun(deps, runOf(c), whole);
  const spoken = speak(diagnosis, languageAsked ? language : runOf(c).run.agent.language);
  // Whoever sends a recording late may find that an administrator has looked at the report meanwhile.
  const entry = await deps.reports.get(reportId);
  return {
    status: "done",
    reportId,
    reportUrl: `${origin}/r/${reportId}`,
    problem: VERDICTS[diagnosis.verdict].isProblem,
    diagnosis: adviceInForce(spoken, entry ?? { override: null }),
  };
}

/** The routes under `/v1/runs`. */
export function runRoutes(deps: Deps) {
  return new Hono<Env>()
    .post("/", guessable(deps), validate("json", NewRun, MAX_SMALL_JSON_BYTES), async (c) => {
      const admit = () => countRun(deps, c);
      const started = await startRun(deps, c.req.valid("json"), deps.clientAddress(c), admit);
      return c.json(started, 201, { "Cache-Control": "no-store" });
    })
    .post(
      "/:runId/rounds",
      authorizeRun(deps),
      async (c, next) => {
        // Counted before the body is read, so that too many large bodies are not even parsed.
        await countPost(deps, runOf(c));
        await next();
      },
      validate("json", PostRound),
      async (c) => {
        const taken = await takeRound(deps, runOf(c), c.req.valid("json"), deps.clientAddress(c));
        return c.json(
          "reportId" in taken
            ? await reportReady(deps, c, taken)
            : ({ status: "continue", round: taken } satisfies RoundReply),
        );
      },
    )
    .put("/:runId/capture", authorizeRun(deps), async (c) => {
      await countUpload(deps, c);
      // Each capture leaves a diagnosis, and they count like rounds.
      await countPost(deps, runOf(c));
      if (!isCapture(c)) throw unsupportedMediaType(c, CAPTURE_TYPES);
      const taken = await takeRunCapture(deps, runOf(c), {
        ...incoming(c),
        announcedBytes: contentLength(c),
      });
      return c.json(await reportReady(deps, c, taken));
    });
}
