/** `/v1/gateway-files`: what a gateway's administrator sends with the code of a gateway link. */
import { Hono } from "hono";
import type { z } from "zod";
import type { GatewayFilesTaken } from "../../shared/schema/api.ts";
import { findCaseOfGateway } from "../cases/gateway-code.ts";
import { type TakenGatewayFiles, takeGatewayFiles } from "../cases/take-gateway-files.ts";
import type { Deps } from "../deps.ts";
import { formUpload } from "../http/body.ts";
import type { AppContext, Env } from "../http/context.ts";
import { countingMisses, countUpload } from "../http/rate-limits.ts";

/** What came of an upload, in the language of the request, and with nothing of any report. */
export const gatewayFilesTaken = (
  c: AppContext,
  { taken, unusable }: TakenGatewayFiles,
): z.infer<typeof GatewayFilesTaken> => ({
  taken,
  refused: unusable.map(({ name, problem }) => ({
    name,
    problem: problem.code,
    detail: problem.detail(c.var.language),
  })),
});

/** The route under `/v1/gateway-files`. */
export function gatewayFileRoutes(deps: Deps) {
  return new Hono<Env>().post("/:code", async (c) => {
    await countUpload(deps, c);
    const { entry } = await countingMisses(deps, c, () => findCaseOfGateway(deps, c.req.param("code")));
    const taken = await takeGatewayFiles(deps, entry, { ...formUpload(c), sentBy: null });
    return c.json(gatewayFilesTaken(c, taken), 200, { "Cache-Control": "no-store" });
  });
}
