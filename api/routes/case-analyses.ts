/** `/v1/case-analyses`: what was analyzed in a browser, sent to the case whose code its holder has. */
import { Hono } from "hono";
import type { z } from "zod";
import type { CaseAnalysisTaken } from "../../shared/schema/api.ts";
import { findOpenCase } from "../cases/case-code.ts";
import { noteCaseAnalysis, takeCaseAnalysis } from "../cases/take-case-analysis.ts";
import type { Deps } from "../deps.ts";
import { formUpload } from "../http/body.ts";
import type { Env } from "../http/context.ts";
import { countingMisses, countRun, countUpload } from "../http/rate-limits.ts";

/** The route under `/v1/case-analyses`. */
export function caseAnalysisRoutes(deps: Deps) {
  return new Hono<Env>().post("/:code", async (c) => {
    await countUpload(deps, c);
    const open = await countingMisses(deps, c, () => findOpenCase(deps, c.req.param("code")));
    const { language, origin, requestId } = c.var;
    const upload = { ...formUpload(c), language };
    const { reportId, unusable } = await takeCaseAnalysis(deps, open, upload, () => countRun(deps, c));
    await noteCaseAnalysis(deps, open, reportId, requestId);
    const taken: z.infer<typeof CaseAnalysisTaken> = {
      reportId,
      reportUrl: `${origin}/r/${reportId}`,
      refused: unusable.map(({ name, problem }) => ({
        name,
        problem: problem.code,
        detail: problem.detail(language),
      })),
    };
    return c.json(taken, 201, { "Cache-Control": "no-store", Location: `/r/${reportId}` });
  });
}
