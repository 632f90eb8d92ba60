/** `/v1/cases`: what the helpdesk opens for a user and a VPN gateway. */
import { Hono } from "hono";
import { type Deleted, NewCase } from "../../shared/schema/api.ts";
import { note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { revokeCode } from "../cases/case-code.ts";
import { createCase, replaceCode } from "../cases/create-case.ts";
import { deleteCase } from "../cases/delete-data.ts";
import { exportCase } from "../cases/export-case.ts";
import { makeGatewayLink } from "../cases/gateway-code.ts";
import { listCases } from "../cases/list-cases.ts";
import { deleteGatewayFile, readCase } from "../cases/read-case.ts";
import { takeGatewayFiles } from "../cases/take-gateway-files.ts";
import type { Deps } from "../deps.ts";
import { formUpload, validate } from "../http/body.ts";
import { MAX_SMALL_JSON_BYTES } from "../http/bounds.ts";
import type { Env } from "../http/context.ts";
import { idempotent } from "../http/idempotency.ts";
import { Paging } from "../http/list-query.ts";
import { Problem } from "../http/problem.ts";
import { countUpload } from "../http/rate-limits.ts";
import { gatewayFilesTaken } from "./gateway-files.ts";

/** Whether nothing is left of what is to be deleted: else the same request goes on. */
export const isDone = ({ left }: Deleted): boolean => left.reports + left.cases === 0;

/** The routes under `/v1/cases`. */
export function caseRoutes(deps: Deps) {
  return new Hono<Env>()
    .post("/", may("staff"), validate("json", NewCase, MAX_SMALL_JSON_BYTES), idempotent(deps), async (c) => {
      const { gateway, label, language, ask, rehearsal, maxRuns, hours } = c.req.valid("json");
      const created = await createCase(deps, c.var.origin, staffOf(c), {
        gateway,
        label: label ?? null,
        language: language ?? c.var.language,
        ask: ask ?? [],
        rehearsal: rehearsal ?? true,
        maxRuns,
        hours,
      });
      await note(deps, c, "case-opened", created.caseId, { gateway, maxRuns: created.maxRuns });
      return c.json(created, 201, { "Cache-Control": "no-store" });
    })
    .get("/", may("staff"), validate("query", Paging), async (c) =>
      c.json(await listCases(deps, c.req.valid("query"))),
    )
    .get("/:caseId", may("staff"), async (c) => c.json(await readCase(deps, c.req.param("caseId"))))
    .get("/:caseId/export", may("admin"), async (c) => {
      const caseId = c.req.param("caseId");
      const zip = await exportCase(deps, caseId, c.var.language);
      return c.body(zip, 200, {
        "Content-Type": "application/zip",
        "Content-Disposition": `attachment; filename="ikefrag-case-${caseId}.zip"`,
        "Cache-Control": "no-store",
      });
    })
    .post("/:caseId/code", may("staff"), idempotent(deps), async (c) => {
      const replaced = await replaceCode(deps, c.var.origin, c.req.param("caseId"));
      return c.json(replaced, 201, { "Cache-Control": "no-store" });
    })
    .post("/:caseId/gateway-link", may("staff"), idempotent(deps), async (c) => {
      const link = await makeGatewayLink(deps, c.var.origin, c.req.param("caseId"));
      return c.json(link, 201, { "Cache-Control": "no-store" });
    })
    .post("/:caseId/gateway-files", may("staff"), async (c) => {
      await countUpload(deps, c);
      const entry = await deps.cases.get(c.req.param("caseId"));
      if (entry === null) throw new Problem("case-not-found");
      const taken = await takeGatewayFiles(deps, entry, { ...formUpload(c), sentBy: staffOf(c).name });
      return c.json({ ...gatewayFilesTaken(c, taken), reports: taken.reports });
    })
    .delete("/:caseId/gateway-files/:fileId", may("admin"), async (c) => {
      await deleteGatewayFile(deps, c.req.param("caseId"), c.req.param("fileId"));
      return c.body(null, 204);
    })
    .delete("/:caseId/data", may("admin"), async (c) => {
      const deleted = await deleteCase(deps, c.req.param("caseId"));
      return c.json(deleted, isDone(deleted) ? 200 : 202);
    })
    .delete("/:caseId", may("staff"), async (c) => {
      await revokeCode(deps, c.req.param("caseId"));
      return c.body(null, 204);
    });
}
