import { Hono } from "hono";
import { z } from "zod";
import {
  CaseCreated,
  type CaseList,
  type CaseSummary,
  type Language,
  NewCase,
} from "../../shared/schema/api.ts";
import { newCaseCode } from "../../shared/schema/identifier.ts";
import { Ask } from "../../shared/schema/plan.ts";
import { may, staffOf } from "../auth/principal.ts";
import { newKey } from "../auth/secrets.ts";
import { agentCommands } from "../cases/agent-lines.ts";
import { closedBy, codeHash } from "../cases/open-case.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import type { Env } from "../http/context.ts";
import { fromCursor, toCursor } from "../http/page-cursor.ts";
import { Problem } from "../http/problem.ts";
import type { Case, Grant } from "../store/port.ts";

const HOUR_MS = 3_600_000;

interface CaseRequest {
  gateway: string;
  label: string | null;
  language: Language;
  ask: readonly Ask[];
}

/** Opens a case. The code is in the answer and nowhere else. */
export async function createCase(
  deps: Deps,
  origin: string,
  by: Grant,
  { gateway, label, language, ask }: CaseRequest,
): Promise<z.infer<typeof CaseCreated>> {
  const now = deps.now();
  const code = newCaseCode(deps.random(12));
  const entry: Case = {
    id: newKey(deps.random),
    gateway,
    label,
    language,
    ask: Ask.options.filter((each) => ask.includes(each)), // each once, in the order in which they are done
    createdAt: now.toISOString(),
    createdBy: by.name,
    expiresAt: new Date(now.getTime() + deps.config.caseHours * HOUR_MS).toISOString(),
    revokedAt: null,
    runs: 0,
  };
  await deps.cases.create(entry, codeHash(deps, code));
  return CaseCreated.parse({
    code,
    gateway,
    label,
    language,
    ask: entry.ask,
    expiresAt: entry.expiresAt,
    page: `${origin}/a/${code}`,
    commands: agentCommands(origin, code),
  });
}

const CASE_STATES = {
  "code-expired": "expired",
  "code-revoked": "revoked",
  "code-used-up": "used-up",
} as const;

export function toCaseSummary(deps: Deps, entry: Case): CaseSummary {
  const closed = closedBy(deps, entry)?.code;
  return {
    caseId: entry.id,
    gateway: entry.gateway,
    label: entry.label,
    language: entry.language,
    ask: entry.ask,
    createdAt: entry.createdAt,
    createdBy: entry.createdBy,
    expiresAt: entry.expiresAt,
    state:
      closed !== undefined && closed in CASE_STATES
        ? CASE_STATES[closed as keyof typeof CASE_STATES]
        : "open",
    runs: entry.runs,
    maxRuns: deps.config.runsPerCode,
  };
}

export const Paging = z.object({
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** @throws {Problem} the cursor is none of ours */
export function readCursor(deps: Deps, cursor: string | undefined) {
  if (cursor === undefined) return null;
  const position = fromCursor(deps.config.pepper, cursor);
  if (position !== null) return position;
  throw new Problem("invalid-fields", {
    params: { target: "query" },
    errors: [
      { pointer: "/cursor", detail: "is not a cursor that this service gave; begin again without it" },
    ],
  });
}

export async function listCases(deps: Deps, page: z.infer<typeof Paging>): Promise<z.infer<typeof CaseList>> {
  const rows = await deps.cases.list({ after: readCursor(deps, page.cursor), limit: page.limit + 1 });
  const last = rows.length > page.limit ? rows[page.limit - 1] : undefined;
  return {
    cases: rows.slice(0, page.limit).map((entry) => toCaseSummary(deps, entry)),
    nextCursor: last ? toCursor(deps.config.pepper, last) : null,
  };
}

/** `/v1/cases`: what the helpdesk opens for a user and a gateway. */
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
      if (!(await deps.cases.revoke(c.req.param("caseId"), deps.now().toISOString())))
        throw new Problem("case-not-found");
      return c.body(null, 204);
    });
}
