/** Problems: what a caller did wrong, as values that any part of the service throws. */
import type { z } from "zod";
import type { Language } from "../../shared/language.ts";
import {
  PROBLEM_STATUSES,
  type ProblemCode,
  type ProblemValues,
  problemDetail,
  problemTitle,
} from "./problem-kinds.ts";

/** What one problem says besides its code. */
interface ProblemDetails {
  /** The places in the request that it is about. */
  errors?: { pointer: string; detail: string }[];
  /** Headers of the answer, such as `Retry-After`. */
  headers?: Record<string, string>;
}

/** The parameters are required exactly where the sentence of the code has some. */
type ProblemArguments<Code extends ProblemCode> = undefined extends ProblemValues<Code>[0]
  ? [details?: ProblemDetails & { params?: ProblemValues<Code>[0] }]
  : [details: ProblemDetails & { params: ProblemValues<Code>[0] }];

/**
 * What a caller did wrong, or may not do. It is thrown anywhere below a route, and answered in one place
 * (`problem-response.ts`). Its sentences are those of its code in `problem-text/`.
 */
export class Problem<Code extends ProblemCode = ProblemCode> extends Error {
  readonly code: ProblemCode;
  readonly params: Record<string, string | number>;
  readonly errors: { pointer: string; detail: string }[];
  readonly headers: Record<string, string>;

  constructor(code: Code, ...[{ params = {}, errors = [], headers = {} } = {}]: ProblemArguments<Code>) {
    super(code);
    this.name = "Problem";
    this.code = code;
    this.params = params;
    this.errors = errors;
    this.headers = headers;
  }

  /** The HTTP status. */
  get status() {
    return PROBLEM_STATUSES[this.code];
  }
  /** What kind of problem it is, in a few words. */
  title(language: Language): string {
    return problemTitle(this.code, language);
  }
  /** What went wrong this time, and what to do about it. */
  detail(language: Language): string {
    return problemDetail(this.code, language, this.params);
  }
}

/**
 * Whether an error is about one file among several, and not about the request that brings them or about the
 * service: the other files can then be used without it.
 */
export const isOfOneFile = (error: unknown): error is Problem =>
  error instanceof Problem &&
  error.status < 500 &&
  error.code !== "malformed-form" &&
  error.code !== "client-gone";

/** The path to a field as a JSON pointer, RFC 6901. */
export function toJsonPointer(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).replace(/~/g, "~0").replace(/\//g, "~1")}`).join("");
}

const MAX_ERRORS = 20;

/**
 * What zod found, as the problem `invalid-fields`.
 *
 * @param target what the fields belong to, such as "body"
 */
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
