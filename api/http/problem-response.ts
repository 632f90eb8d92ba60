/** Answers with a problem document, RFC 9457. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import type { Language } from "../../shared/language.ts";
import type { ProblemDocument } from "../../shared/schema/api.ts";
import { LostObjectError, StoreUnavailableError } from "../store/unavailable.ts";
import { Problem } from "./problem.ts";
import type { ProblemCode } from "./problem-kinds.ts";

/** What any operation may answer, whatever it does. */
export const PROBLEMS_ANYWHERE: readonly ProblemCode[] = [
  "bad-host",
  "client-gone",
  // Whoever sends a token is told that it is not good, also where none is needed.
  "token-refused",
  "too-many-requests",
  "identity-provider-unreachable",
  "internal",
  "store-unavailable",
  "shutting-down",
];

/** Any error as a problem. An error that is not the caller's fault becomes `internal`; `app.ts` logs it. */
export function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailableError) {
    const { retryAfterSeconds: seconds } = error;
    return new Problem("store-unavailable", {
      params: { seconds, requestId },
      headers: { "Retry-After": String(seconds) },
    });
  }
  if (error instanceof LostObjectError) return new Problem("report-lost", { params: { requestId } });
  if (error instanceof HTTPException && error.status < 500) {
    return new Problem("malformed-json", { params: { reason: error.message } });
  }
  return new Problem("internal", { params: { requestId } });
}

/** The problem as a response of type `application/problem+json`. */
export function problemResponse(
  c: Context,
  problem: Problem,
  language: Language,
  requestId: string,
): Response {
  const document: z.infer<typeof ProblemDocument> = {
    type: `/problems/${problem.code}`,
    title: problem.title(language),
    status: problem.status,
    detail: problem.detail(language),
    requestId,
    ...(problem.errors.length > 0 ? { errors: problem.errors } : {}),
  };
  for (const [name, value] of Object.entries(problem.headers)) c.header(name, value);
  c.header("Content-Type", "application/problem+json; charset=utf-8");
  c.header("Content-Language", language);
  c.header("Cache-Control", "no-store");
  return c.body(JSON.stringify(document), problem.status);
}
