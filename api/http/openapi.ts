/** Makes the OpenAPI description from the table of operations and the zod schemas. */
import * as z from "zod";
import { ProblemDocument } from "../../shared/schema/api.ts";
import { Diagnosis, Recommendation, Verdict } from "../../shared/schema/diagnosis.ts";
import { AgentInfo, Measurement } from "../../shared/schema/measurement.ts";
import { Round, Step } from "../../shared/schema/plan.ts";
import { FORM_TYPE } from "./body.ts";
import { OPERATIONS, type Operation, SCHEMAS } from "./operations.ts";
import { PROBLEM_STATUSES, problemTitle } from "./problem-kinds.ts";
import { PROBLEMS_ANYWHERE } from "./problem-response.ts";
import { HEADERS, HEADERS_ANYWHERE, type HeaderName, headersOfProblem } from "./response-headers.ts";

type Json = Record<string, unknown>;

const COMPONENTS = {
  ...SCHEMAS,
  AgentInfo,
  Diagnosis,
  Measurement,
  ProblemDocument,
  Recommendation,
  Round,
  Step,
  Verdict,
};

/** A schema for what callers send: a field that has a default may be left out. */
const toSchema = (schema: z.ZodType): Json => {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return json;
};

function components(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(COMPONENTS)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io: "input",
    unrepresentable: "any",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _dialect, $id: _id, ...schema }]) => [id, schema]),
  );
}

function toContent(content: NonNullable<Operation["body"]>): Json {
  const types: Json = {};
  if (content.json) {
    const refs = content.json.map((name) => ({ $ref: `#/components/schemas/${name}` }));
    types["application/json"] = { schema: refs.length === 1 ? refs[0] : { anyOf: refs } };
  }
  for (const type of content.bytes ?? []) types[type] = {};
  if (content.form) {
    const parts = Object.entries(content.form).map(([name, description]) => [
      name,
      { type: "array", items: { type: "string", contentMediaType: "application/octet-stream" }, description },
    ]);
    types[FORM_TYPE] = { schema: { type: "object", properties: Object.fromEntries(parts) } };
  }
  return types;
}

const toHeaders = (names: readonly HeaderName[]): Json =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

function toResponses(operation: Operation, refusals: Refusals): Json {
  const responses: Json = {};
  for (const [status, { description, content, headers }] of Object.entries(operation.answers)) {
    responses[status] = {
      description,
      headers: toHeaders([...HEADERS_ANYWHERE, ...(headers ?? [])]),
      ...(content ? { content: toContent(content) } : {}),
    };
  }
  const byStatus = new Map<number, string[]>();
  for (const code of new Set([...operation.problems, ...PROBLEMS_ANYWHERE])) {
    const status = PROBLEM_STATUSES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), `/problems/${code}: ${problemTitle(code, "en")}`]);
  }
  for (const [status, lines] of [...byStatus].sort(([a], [b]) => a - b)) {
    responses[status] = { $ref: `#/components/responses/${refusals.nameOf(status, lines.join("\n"))}` };
  }
  return responses;
}

/** What operations refuse alike is described once. */
class Refusals {
  readonly #names = new Map<string, string>();
  readonly described: Record<string, Json> = {};

  /** @returns the name of a problem response of that status and description */
  nameOf(status: number, description: string): string {
    const known = this.#names.get(description);
    if (known !== undefined) return known;
    const name = `Problem${status}No${this.#names.size + 1}`;
    this.#names.set(description, name);
    this.described[name] = {
      description,
      headers: toHeaders(headersOfProblem(status)),
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/ProblemDocument" } } },
    };
    return name;
  }
}

function toOperation(operation: Operation, refusals: Refusals): Json {
  const parameters: Json[] = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  for (const [name, { schema, description }] of Object.entries(operation.query ?? {})) {
    parameters.push({ name, in: "query", description, required: false, schema: toSchema(schema) });
  }
  for (const [name, { description, required }] of Object.entries(operation.headers ?? {})) {
    parameters.push({ name, in: "header", description, required, schema: { type: "string" } });
  }
  const security = {
    anyone: [],
    code: [],
    gateway: [],
    run: [{ runToken: [] }],
    staff: [{ apiToken: [] }, { session: [] }],
    admin: [{ apiToken: [] }, { session: [] }],
  }[operation.who];
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(operation.body ? { requestBody: { required: true, content: toContent(operation.body) } } : {}),
    responses: toResponses(operation, refusals),
    security,
  };
}

let described: Json | null = null;

/**
 * The interface as an OpenAPI 3.1 document, whose schemas are the zod schemas in JSON Schema 2020-12. A
 * Worker reads it from a file that was made with its script.
 */
export async function openApiDocument(origin: string): Promise<Json> {
  described ??= describe();
  return { ...described, servers: [{ url: origin }] };
}

function describe(): Json {
  const paths: Record<string, Json> = {};
  const refusals = new Refusals();
  for (const operation of OPERATIONS) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method]: toOperation(operation, refusals),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "ikefrag",
      version: "1",
      license: { name: "MIT", identifier: "MIT" },
      description:
        "Finds out why an IKEv2 VPN does not come up when the reason is fragmentation or path MTU. Errors are RFC 9457 problem documents.",
    },
    paths,
    components: {
      schemas: components(),
      responses: refusals.described,
      headers: Object.fromEntries(
        Object.entries(HEADERS).map(([name, description]) => [
          name,
          { description, schema: { type: "string" } },
        ]),
      ),
      securitySchemes: {
        apiToken: { type: "http", scheme: "bearer", description: "ikf_…: a staff or admin token" },
        runToken: { type: "http", scheme: "bearer", description: "ikr_…: the token of one run" },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-ikefrag-session",
          description: "The console's session",
        },
      },
    },
  };
}
