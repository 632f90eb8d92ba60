/** `/v1/insights`: what many reports say together. */
import { Hono } from "hono";
import { may } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import type { Env } from "../http/context.ts";
import { InsightsQuery } from "../http/list-query.ts";
import { readInsights } from "../reports/insights.ts";

/** The route `/v1/insights`. */
export function insightRoutes(deps: Deps) {
  return new Hono<Env>().get("/", may("staff"), validate("query", InsightsQuery), async (c) =>
    c.json(await readInsights(deps, c.req.valid("query"), c.var.language)),
  );
}
