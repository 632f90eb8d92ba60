import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import type { Language, ProblemDocument } from "../../shared/schema/api.ts";
import { PROBLEMS, type ProblemCode } from "./problem-text.ts";

interface ProblemDetails {
  params?: Record<string, string | number>;
  errors?: { pointer: string; detail: string }[];
  headers?: Record<string, string>;
}

/** What a caller did wrong, or may not do: thrown anywhere below a route, answered by `onError`. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly params: Record<string, string | number>;
  readonly errors: { pointer: string; detail: string }[];
  readonly headers: Record<string, string>;

  constructor(code: ProblemCode, { params = {}, errors = [], headers = {} }: ProblemDetails = {}) {
    super(code);
    this.name = "Problem";
    this.code = code;
    this.params = params;
    this.errors = errors;
    this.headers = headers;
  }

  get status() {
    return PROBLEMS[this.code].status;
  }
  title(language: Language): string {
    return PROBLEMS[this.code].title[language];
  }
  detail(language: Language): string {
    const template: string = PROBLEMS[this.code].detail[language];
    return template.replace(/\{(\w+)\}/g, (whole, name) => String(this.params[name] ?? whole));
  }
}

/** A JSON pointer, RFC 6901. */
export function toJsonPointer(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

const MAX_ERRORS = 20;

/** What zod found, as a problem. @param target what the fields belong to, in the caller's words */
export function invalidFields(target: string, error: z.ZodError): Problem {
  const errors = error.issues
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => ({ path: [...issue.path, key], message: "is not a known field" }))
        : [{ path: issue.path, message: issue.message }],
    )
    .slice(0, MAX_ERRORS)
    .map(({ path, message }) => ({ pointer: toJsonPointer(path), detail: message }));
  return new Problem("invalid-fields", { params: { target }, errors });
}

/** Any error as a problem; what is no problem of the caller's becomes `internal` and is logged by the caller of this. */
export function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status < 500) {
    return new Problem("malformed-json", { params: { reason: error.message } });
  }
  return new Problem("internal", { params: { requestId } });
}

/** The answer of RFC 9457. */
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
