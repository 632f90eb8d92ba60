/** `/v1/cases`: what the helpdesk opens for a user and a VPN gateway. */
import { Hono } from "hono";
import { NewCase } from "../../shared/schema/api.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { revokeCode } from "../cases/case-code.ts";
import { createCase } from "../cases/create-case.ts";
import { listCases } from "../cases/list-cases.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import type { Env } from "../http/context.ts";
import { Paging } from "../http/list-query.ts";

/** The routes under `/v1/cases`. */
export function caseRoutes(deps: Deps) {
  return new Hono<Env>()
    .post("/", may("staff"), validate("json", NewCase), async (c) => {
      const { gateway, label, language, ask } = c.req.valid("json");
      const created = await createCase(deps, c.var.origin, staffOf(c), {
        gateway,
        label: label ?? null,
        language: language ?? c.var.language,
        ask: ask ?? [],
      });
      return c.json(created, 201, { "Cache-Control": "no-store" });
    })
    .get("/", may("staff"), validate("query", Paging), async (c) =>
      c.json(await listCases(deps, c.req.valid("query"))),
    )
    .delete("/:caseId", may("staff"), async (c) => {
      await revokeCode(deps, c.req.param("caseId"));
      return c.body(null, 204);
    });
}
