/** The description of the interface, by the rules of OpenAPI itself. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { OPERATIONS } from "../../api/http/operations.ts";
import { PROBLEM_STATUSES } from "../../api/http/problem-kinds.ts";
import { json, openService, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

interface Described {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { $ref?: string; headers?: object }>; operationId: string }>
  >;
  components: {
    headers: Record<string, { description: string }>;
    responses: Record<string, { headers: object }>;
  };
}

test("promise 26: the description has no error by the schema of OpenAPI 3.1", async () => {
  const document = await json<Record<string, unknown>>(await service.request("GET", "/openapi.json"));
  const { valid, errors } = await new Validator().validate(document);
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  const broken = { ...document, paths: { "/x": { get: { responses: { twohundred: {} } } } } };
  expect((await new Validator().validate(broken)).valid).toBe(false);
});

test("each answer of each operation has its headers, and each header a description", async () => {
  const { paths, components } = await json<Described>(await service.request("GET", "/openapi.json"));
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods));
  expect(operations).toHaveLength(OPERATIONS.length);
  for (const { responses, operationId } of operations) {
    for (const [status, { $ref, ...response }] of Object.entries(responses)) {
      const shared = components.responses[$ref?.replace("#/components/responses/", "") ?? ""];
      const headers = shared?.headers ?? response.headers ?? {};
      expect(Object.keys(headers), `${operationId} ${status}`).toContain("X-Request-Id");
      for (const name of Object.keys(headers)) expect(components.headers[name]?.description).toBeTruthy();
    }
  }
});

test("each type of problem has a page, in each language, and no other has one", async () => {
  for (const [code, status] of Object.entries(PROBLEM_STATUSES)) {
    for (const language of ["en", "ja"]) {
      const response = await service.request("GET", `/problems/${code}`, {
        headers: { "accept-language": language },
      });
      expect(response.status, code).toBe(200);
      const text = await response.text();
      expect(text).toContain(`${status} · ${code}`);
      expect(text).toContain(`<html lang="${language}"`);
    }
  }
  expect((await service.request("GET", "/problems/none")).status).toBe(404);
  const list = await (await service.request("GET", "/problems")).text();
  for (const code of Object.keys(PROBLEM_STATUSES)) expect(list).toContain(`href="/problems/${code}"`);
});
