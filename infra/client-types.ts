/**
 * Writes api/client/operations.ts from the description of the interface: `node infra/client-types.ts`. The
 * types of the client are so made from the schemas that the service checks bodies with.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openApiDocument } from "../api/http/openapi.ts";

type Json = { [key: string]: unknown };
interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; in: string; required?: boolean; schema: Json; description?: string }[];
  requestBody?: { content: Record<string, { schema?: Json }> };
  responses: Record<string, { content?: Record<string, { schema?: Json }> }>;
}

const HEADER_NAMES: Readonly<Record<string, string>> = {
  "Idempotency-Key": "idempotencyKey",
  "If-Match": "ifMatch",
};

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));
const union = (types: string[]): string => [...new Set(types)].join(" | ");
const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** A JSON Schema, as zod writes them, as a type. What it cannot say, such as a pattern, is left out. */
function toType(schema: Json): string {
  if (typeof schema.$ref === "string") return schema.$ref.replace("#/components/schemas/", "");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return union(schema.enum.map((value) => JSON.stringify(value)));
  const options = [...list(schema.anyOf), ...list(schema.oneOf)];
  if (options.length > 0) return `(${union(options.map(toType))})`;
  if (Array.isArray(schema.allOf)) return list(schema.allOf).map(toType).join(" & ");
  if (Array.isArray(schema.type)) return union(schema.type.map((type) => toType({ ...schema, type })));
  switch (schema.type) {
    case "string":
      return "string";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "null":
      return "null";
    case "array": {
      if (Array.isArray(schema.prefixItems)) return `[${list(schema.prefixItems).map(toType).join(", ")}]`;
      return `(${toType((schema.items ?? {}) as Json)})[]`;
    }
    case "object":
      return toObject(schema);
    default:
      return "unknown";
  }
}

function toObject({ properties, required, additionalProperties }: Json): string {
  const needed = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries((properties ?? {}) as Record<string, Json>).map(
    ([name, schema]) => `${key(name)}${needed.has(name) ? "" : "?"}: ${toType(schema)}`,
  );
  const isOpen = typeof additionalProperties === "object" && additionalProperties !== null;
  const others = isOpen ? `Record<string, ${toType(additionalProperties as Json)}>` : null;
  if (fields.length === 0) return others ?? "Record<string, unknown>";
  const object = `{ ${fields.join("; ")} }`;
  return others === null || others === "Record<string, unknown>" ? object : `${object} & ${others}`;
}

/** A comment whose lines end at 110 columns. */
function toComment(text: string, indent: string): string[] {
  const whole = `${indent}/** ${text} */`;
  if (whole.length <= 110) return [whole];
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (`${indent} * ${line} ${word}`.length > 110) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [`${indent}/**`, ...[...lines, line].map((each) => `${indent} * ${each}`), `${indent} */`];
}

const BYTES = "string | Uint8Array | ArrayBuffer | Blob | ReadableStream";

function inputOf({ parameters = [], requestBody }: Operation): { type: string; isOptional: boolean } {
  const fields = parameters.flatMap(({ name, in: place, required, schema }) => {
    const as = place === "header" ? HEADER_NAMES[name] : name;
    if (as === undefined) return [];
    return [{ name: as, type: place === "query" ? toType(schema) : "string", needed: required === true }];
  });
  if (requestBody !== undefined) {
    const types = Object.entries(requestBody.content).map(([type, { schema }]) =>
      type === "application/json" && schema
        ? toType(schema)
        : type.startsWith("multipart/")
          ? "FormData"
          : BYTES,
    );
    fields.push({ name: "body", type: union(types), needed: true });
    if (types.includes(BYTES)) fields.push({ name: "contentType", type: "string", needed: false });
  }
  if (fields.length === 0) return { type: "Record<string, never>", isOptional: true };
  const text = fields.map(({ name, type, needed }) => `${key(name)}${needed ? "" : "?"}: ${type}`).join("; ");
  return { type: `{ ${text} }`, isOptional: fields.every(({ needed }) => !needed) };
}

function outputOf({ responses }: Operation): string {
  const types = Object.entries(responses)
    .filter(([status]) => status.startsWith("2"))
    .flatMap(([status, { content }]) =>
      content === undefined
        ? [status === "204" ? "undefined" : "Response"]
        : Object.entries(content).map(([type, { schema }]) =>
            type === "application/json" && schema ? toType(schema) : "Response",
          ),
    );
  return union(types);
}

/** The text of api/client/operations.ts. */
export async function clientTypes(): Promise<string> {
  const document = JSON.parse(JSON.stringify(await openApiDocument("https://ikefrag.example.com"))) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Json> };
  };
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const lines = [
    "/** The operations of the interface and their types, as infra/client-types.ts writes them. */",
    "",
    "/** What every operation takes besides its own. */",
    "export interface RequestOptions {",
    "  signal?: AbortSignal;",
    "  headers?: Record<string, string>;",
    "}",
    "",
    "/** By ID: the method, the path, what stands in the query, and what is sent as. */",
    "export const OPERATIONS = {",
    ...operations.map(({ path, method, operation: { operationId, parameters = [], requestBody } }) => {
      const query = parameters.filter((each) => each.in === "query").map(({ name }) => name);
      const types = Object.keys(requestBody?.content ?? {});
      const body = types.length === 0 ? null : types.includes("application/json") ? "json" : "bytes";
      return `  ${operationId}: ${JSON.stringify([method.toUpperCase(), path, query, body])},`;
    }),
    "} as const;",
    "",
    "/** A method for each operation. */",
    "export interface Client {",
    ...operations.flatMap(({ operation }) => {
      const { type, isOptional } = inputOf(operation);
      return [
        ...toComment(operation.summary, "  "),
        `  ${operation.operationId}(input${isOptional ? "?" : ""}: ${type}, options?: RequestOptions): Promise<${outputOf(operation)}>;`,
      ];
    }),
    "}",
    "",
    ...Object.entries(document.components.schemas).flatMap(([name, schema]) => [
      `/** The shape \`${name}\` of the interface. */`,
      `export type ${name} = ${toType(schema)};`,
    ]),
    "",
  ];
  return lines.join("\n");
}

if (import.meta.main)
  writeFileSync(join(import.meta.dirname, "../api/client/operations.ts"), await clientTypes());
