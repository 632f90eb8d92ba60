/** Holds every HTTP answer that a test receives to the OpenAPI description: status, type and shape. */
import { expect } from "vitest";
import { OPERATIONS, type Operation, SCHEMAS } from "../../api/http/operations.ts";
import type { ProblemCode } from "../../api/http/problem-kinds.ts";
import { PROBLEMS_ANYWHERE } from "../../api/http/problem-response.ts";
import { HEADERS_ANYWHERE, headersOfProblem } from "../../api/http/response-headers.ts";
import { ProblemDocument } from "../../shared/schema/api.ts";

function operationOf(method: string, path: string): Operation | undefined {
  return OPERATIONS.find(
    (operation) =>
      operation.method === (method === "HEAD" ? "get" : method.toLowerCase()) &&
      new RegExp(`^${operation.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(path),
  );
}

/** @param path with or without its query */
export async function expectDescribed(method: string, path: string, response: Response): Promise<void> {
  const operation = operationOf(method, path.split("?")[0] ?? "");
  if (operation === undefined) return; // a page, or a path that there is none of
  const where = `${method} ${path}: ${response.status}`;
  const isProblem = response.status >= 400;
  const described = new Set<string>(
    (isProblem
      ? headersOfProblem(response.status)
      : [...HEADERS_ANYWHERE, ...(operation.answers[response.status]?.headers ?? [])]
    ).map((name) => name.toLowerCase()),
  );
  const strange = [...response.headers.keys()].filter(
    (name) => name !== "content-type" && !described.has(name),
  );
  expect(strange, `${where}: headers that are not described`).toEqual([]);
  const type = response.headers.get("content-type") ?? "";
  if (type.startsWith("application/problem+json")) {
    const problem = ProblemDocument.parse(await response.clone().json());
    const code = problem.type.replace("/problems/", "") as ProblemCode;
    expect([...operation.problems, ...PROBLEMS_ANYWHERE], where).toContain(code);
    return;
  }
  if (type.startsWith("text/html") && response.status >= 400) return; // the same problem, for people
  const answer = operation.answers[response.status];
  expect(answer, `${where} is described`).toBeDefined();
  if (!type.startsWith("application/json")) return;
  const content = answer?.content;
  const schemas = content?.json ?? [];
  const body: unknown = await response.clone().json();
  const results = schemas.map((name) => SCHEMAS[name].safeParse(body));
  expect(
    results.some(({ success }) => success),
    `${where} is ${schemas.join(" or ")}: ${results[0]?.error?.message}`,
  ).toBe(true);
}
