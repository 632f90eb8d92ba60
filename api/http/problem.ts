/** Problems: what a caller did wrong, as values that any part of the service throws. */
import type { z } from "zod";
import type { Language } from "../../shared/language.ts";
import { PROBLEMS, type ProblemCode } from "./problem-text.ts";

interface ProblemDetails {
  params?: Record<string, string | number>;
  errors?: { pointer: string; detail: string }[];
  headers?: Record<string, string>;
}

/**
 * What a caller did wrong, or may not do. It is thrown anywhere below a route, and answered in one place
 * (`problem-response.ts`). Its sentences are those of its code in `problem-text.ts`.
 */
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

  /** The HTTP status. */
  get status() {
    return PROBLEMS[this.code].status;
  }
  /** What kind of problem it is, in a few words. */
  title(language: Language): string {
    return PROBLEMS[this.code].title[language];
  }
  /** What went wrong this time, and what to do about it. */
  detail(language: Language): string {
    const template: string = PROBLEMS[this.code].detail[language];
    return template.replace(/\{(\w+)\}/g, (whole, name) => String(this.params[name] ?? whole));
  }
}

/** The path to a field as a JSON pointer, RFC 6901. */
export function toJsonPointer(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

const MAX_ERRORS = 20;

/** What zod found, as the problem `invalid-fields`. @param target what the fields belong to, such as "body" */
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
