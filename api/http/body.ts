/** Reads the bodies of requests: bounded JSON checked by a schema, and what a capture may be sent as. */
import type { MiddlewareHandler } from "hono";
import type { z } from "zod";
import { decodeText } from "../../shared/evidence/character-sets.ts";
import { linesLeftOut, NewestLines } from "../../shared/evidence/newest-lines.ts";
import { isLongLog } from "../../shared/evidence/text/read.ts";
import { jsonTooLarge, MAX_JSON_BYTES, MAX_LOG_BYTES, textTooLarge } from "./bounds.ts";
import type { AppContext, Env } from "./context.ts";
import { incoming } from "./incoming.ts";
import { invalidFields, Problem } from "./problem.ts";

/**
 * What a capture may be sent as. The first is its registered type; what it really is, the file itself says.
 */
export const CAPTURE_TYPES = [
  "application/vnd.tcpdump.pcap",
  "application/octet-stream",
  "application/x-pcapng",
  "application/gzip",
] as const;

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$/;

/** @returns the media type without parameters, in lower case; empty when there is no type */
export function mediaType(c: AppContext): string {
  return (c.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/** @returns `Content-Length`, or `null` when the body comes in chunks */
export function contentLength(c: AppContext): number | null {
  const header = c.req.header("content-length");
  return header !== undefined && /^\d+$/.test(header) ? Number(header) : null;
}

/** Whether the body is sent as a capture. */
export const isCapture = (c: AppContext): boolean =>
  CAPTURE_TYPES.some((accepted) => accepted === mediaType(c));

/** The problem of a body that is sent as something else than what is accepted. */
export function unsupportedMediaType(c: AppContext, accepted: readonly string[]): Problem {
  return new Problem("unsupported-media-type", {
    params: { given: mediaType(c) || "a body without a content type", accepted: accepted.join(", ") },
  });
}

/** What a text may be sent as, pasted as it is. */
export const TEXT_TYPES = ["text/plain"] as const;

/** What a form with files is sent as. */
export const FORM_TYPE = "multipart/form-data";

/** A body as a form that is read while it arrives. @throws {Problem} `unsupported-media-type` */
export function formUpload(c: AppContext) {
  if (mediaType(c) !== FORM_TYPE) throw unsupportedMediaType(c, [FORM_TYPE]);
  return {
    contentType: c.req.header("content-type") ?? "",
    ...incoming(c),
    announcedBytes: contentLength(c),
  };
}

/**
 * Reads a text in UTF-8, UTF-16 or one of Windows's code pages: all of it up to 1 MiB, and the end of a
 * larger log.
 *
 * @throws {Problem} when it is larger and no log, empty, or no text
 */
export async function readText(c: AppContext): Promise<string> {
  if ((contentLength(c) ?? 0) > MAX_LOG_BYTES) throw textTooLarge(MAX_LOG_BYTES);
  const newest = new NewestLines();
  let bytes = 0;
  for await (const chunk of incoming(c).body) {
    bytes += chunk.length;
    if (bytes > MAX_LOG_BYTES) throw textTooLarge(MAX_LOG_BYTES);
    newest.push(chunk);
  }
  if (bytes === 0) throw new Problem("empty-body");
  const text = newest.end(decodeText);
  if (text === null) throw unsupportedMediaType(c, CAPTURE_TYPES);
  if (linesLeftOut(text) > 0 && !isLongLog(text)) throw textTooLarge();
  return text;
}

/**
 * Reads a JSON body.
 *
 * @param max the most bytes that it may have
 * @throws {Problem} when it has another type, is larger, or is not JSON
 */
export async function readJson(c: AppContext, max: number = MAX_JSON_BYTES): Promise<unknown> {
  if (!JSON_TYPE.test(mediaType(c))) throw unsupportedMediaType(c, ["application/json"]);
  if ((contentLength(c) ?? 0) > max) throw jsonTooLarge(max);
  let text = "";
  let bytes = 0;
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const chunk of incoming(c).body) {
      bytes += chunk.length;
      if (bytes > max) throw jsonTooLarge(max);
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

/** JavaScript engines quote the body in their message. The place is given to the caller, the quote is not. */
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

/**
 * Checks a body or a query by a schema. The caller gets our problem document, not the library's own errors.
 */
export function validate<T extends "json" | "query", S extends z.ZodType>(
  target: T,
  schema: S,
  max: number = MAX_JSON_BYTES,
): MiddlewareHandler<Env, string, Valid<T, S>> {
  return async (c, next) => {
    const result = schema.safeParse(target === "json" ? await readJson(c, max) : c.req.query());
    if (!result.success) throw invalidFields(target === "json" ? "body" : "query", result.error);
    c.req.addValidatedData(target, Object(result.data));
    await next();
  };
}
