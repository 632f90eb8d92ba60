import type { MiddlewareHandler } from "hono";
import type { z } from "zod";
import type { AppContext, Env } from "./context.ts";
import { byteQuotaHeaders, MAX_JSON_BYTES } from "./limits.ts";
import { invalidFields, Problem } from "./problem.ts";

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

/** @returns the media type without parameters, lower case; empty when there is none */
export function mediaType(c: AppContext): string {
  return (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** @returns `Content-Length`, or `null` when the body comes in chunks */
export function contentLength(c: AppContext): number | null {
  const header = c.req.header("content-length");
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : null;
}

const jsonTooLarge = () =>
  new Problem("json-too-large", {
    params: { max: MAX_JSON_BYTES },
    headers: byteQuotaHeaders("json-body", MAX_JSON_BYTES, MAX_JSON_BYTES),
  });

/** Reads a JSON body of at most 1 MiB. @throws {Problem} for another type, another size, another syntax */
export async function readJson(c: AppContext): Promise<unknown> {
  const given = mediaType(c);
  if (!JSON_TYPE.test(given)) {
    throw new Problem("unsupported-media-type", {
      params: { given: given || "a body without a content type", accepted: "application/json" },
    });
  }
  if ((contentLength(c) ?? 0) > MAX_JSON_BYTES) throw jsonTooLarge();
  let text = "";
  let bytes = 0;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of c.req.raw.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_JSON_BYTES) throw jsonTooLarge();
      text += decoder.decode(chunk, { stream: true });
    }
    text += decoder.decode();
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof Problem) throw error;
    if (error instanceof SyntaxError)
      throw new Problem("malformed-json", { params: { reason: whereJsonBroke(error, text) } });
    if (error instanceof TypeError)
      throw new Problem("malformed-json", { params: { reason: "it is not UTF-8" } });
    throw error;
  }
}

/** Engines quote the text in their message: keep the place, leave the text. */
function whereJsonBroke(error: SyntaxError, text: string): string {
  if (text.trim() === "") return "it is empty";
  const place = /line (\d+) column (\d+)/.exec(error.message);
  if (place) return `line ${place[1]}, column ${place[2]}`;
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position === undefined ? "it ends too early or is cut" : `character ${position}`;
}

type Valid<T extends string, S extends z.ZodType> = {
  in: { [K in T]: z.input<S> };
  out: { [K in T]: z.output<S> };
};

/** zod at the edge, with our error body instead of the library's. */
export function validate<T extends "json" | "query", S extends z.ZodType>(
  target: T,
  schema: S,
): MiddlewareHandler<Env, string, Valid<T, S>> {
  return async (c, next) => {
    const result = schema.safeParse(target === "json" ? await readJson(c) : c.req.query());
    if (!result.success) throw invalidFields(target === "json" ? "body" : "query", result.error);
    c.req.addValidatedData(target, Object(result.data));
    await next();
  };
}
