/** What of the interface and of the console is written down in the audit log, in one table for both. */
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { type AuditAction, note } from "./audit-log.ts";

/**
 * By the pattern of the route: what is noted where it succeeded, of what its first parameter names. Handlers
 * note for themselves what is about something that the path does not name, such as a new case.
 */
export const AUDITED: Readonly<Record<string, AuditAction>> = {
  "DELETE /v1/cases/:caseId": "case-revoked",
  "POST /console/cases/:caseId/revoke": "case-revoked",
  "POST /console/cases/:caseId/restore": "case-restored",
  "POST /console/cases/:caseId/code": "code-replaced",
  "POST /v1/cases/:caseId/code": "code-replaced",
  "GET /v1/cases/:caseId/export": "case-exported",
  "DELETE /v1/cases/:caseId/data": "case-deleted",
  "POST /console/cases/:caseId/delete": "case-deleted",
  "DELETE /v1/gateways/:gateway": "gateway-deleted",
  "POST /console/insights/:gateway/delete": "gateway-deleted",
  "POST /v1/cases/:caseId/gateway-link": "gateway-link-made",
  "POST /console/cases/:caseId/gateway-link": "gateway-link-made",
  "POST /v1/cases/:caseId/gateway-files": "gateway-files-added",
  "POST /console/cases/:caseId/gateway-files": "gateway-files-added",
  "DELETE /v1/cases/:caseId/gateway-files/:fileId": "gateway-file-deleted",
  "POST /console/cases/:caseId/gateway-files/:fileId/delete": "gateway-file-deleted",
  "GET /v1/reports/:reportId": "report-read",
  "GET /console/reports/:reportId": "report-read",
  "GET /console/reports/:reportId/forward": "report-read",
  "GET /console/reports/:reportId/forward/draft.eml": "report-forwarded",
  "GET /console/reports/:reportId/forward/all.zip": "report-forwarded",
  "GET /console/reports/:reportId/forward/report.html": "report-forwarded",
  "GET /console/reports/:reportId/forward/captures/:number": "capture-read",
  "PATCH /v1/reports/:reportId/review": "report-reviewed",
  "POST /console/reports/:reportId/review": "report-reviewed",
  "POST /v1/reports/:reportId/reanalyze": "report-reanalyzed",
  "POST /console/reports/:reportId/reanalyze": "report-reanalyzed",
  "GET /v1/reports/:reportId/capture": "capture-read",
  "DELETE /v1/reports/:reportId": "report-deleted",
  "POST /console/reports/:reportId/delete": "report-deleted",
  "POST /v1/webhooks/:webhookId/test": "webhook-tested",
  "POST /v1/webhooks/:webhookId/deliveries/:deliveryId/resend": "webhook-message-resent",
};

const OF_WHAT_WAS_SHOWN = ["ETag", "Content-Disposition", "Content-Length", "Link", "Set-Cookie"];

/** What the first parameter of a pattern is in a path. */
function subjectOf(pattern: string, path: string): string {
  const at = pattern.split("/").findIndex((part) => part.startsWith(":"));
  const part = at < 0 ? "" : (path.split("/")[at] ?? "");
  try {
    return decodeURIComponent(part).toUpperCase().startsWith("IKF") ? part.toUpperCase() : part;
  } catch {
    return part;
  }
}

/** Notes what the table names, before the answer goes out. */
export function audited(deps: Deps): MiddlewareHandler<Env> {
  return async (c: AppContext, next) => {
    await next();
    if (c.res.status >= 400) return;
    const method = c.req.method === "HEAD" ? "GET" : c.req.method;
    const route = matchedRoutes(c).findLast((each) => each.method !== "ALL");
    const action = route && AUDITED[`${method} ${route.path}`];
    if (!action) return;
    await note(deps, c, action, subjectOf(route.path, c.req.path), c.var.auditDetail).catch((error) => {
      // Nothing of what was about to be shown goes out, not even its headers.
      for (const name of OF_WHAT_WAS_SHOWN) c.res.headers.delete(name);
      throw error;
    });
  };
}
