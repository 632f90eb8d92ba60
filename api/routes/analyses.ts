/** `/v1/analyses`: a diagnosis without a case. */
import { Hono } from "hono";
import * as z from "zod";
import type { Analysis } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { speak } from "../../shared/text/speak.ts";
import { may } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import {
  CAPTURE_TYPES,
  contentLength,
  isCapture,
  mediaType,
  readJson,
  unsupportedMediaType,
  validate,
} from "../http/body.ts";
import { captureTooLarge, MAX_CAPTURE_BYTES } from "../http/bounds.ts";
import type { AppContext, Env } from "../http/context.ts";
import { invalidFields } from "../http/problem.ts";
import { countUpload } from "../http/rate-limits.ts";
import { type AnalysisRequest, analyze } from "../reports/analyze.ts";

const AnalysisQuery = z.object({
  store: z.enum(["0", "1"]).default("0"),
  /** A file name, for the evidence to point at. */
  name: z
    .string()
    .max(128)
    .transform((name) => name.replace(/[\p{Cc}\p{Cf}\\/]/gu, "").trim() || "capture")
    .default("capture"),
});

async function* bytesOf(base64: string): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Reads the body as one capture, or as evidence in JSON that may hold several. */
async function readRequest(c: AppContext, name: string): Promise<Omit<AnalysisRequest, "keep">> {
  if (isCapture(c)) {
    if ((contentLength(c) ?? 0) > MAX_CAPTURE_BYTES) throw captureTooLarge();
    const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
    return { evidence, captures: [{ name, body: c.req.raw.body ?? bytesOf("") }] };
  }
  if (mediaType(c) !== "application/json")
    throw unsupportedMediaType(c, [...CAPTURE_TYPES, "application/json"]);
  const parsed = Evidence.safeParse(await readJson(c));
  if (!parsed.success) throw invalidFields("evidence", parsed.error);
  const evidence = parsed.data;
  return {
    evidence,
    captures: evidence.captures.map((capture) => ({ name: capture.name, body: bytesOf(capture.base64) })),
  };
}

/** The route `/v1/analyses`. */
export function analysisRoutes(deps: Deps) {
  return new Hono<Env>().post("/", may("staff"), validate("query", AnalysisQuery), async (c) => {
    const { store, name } = c.req.valid("query");
    await countUpload(deps, c);
    const request = await readRequest(c, name);
    const { diagnosis, reportId } = await analyze(deps, { ...request, keep: store === "1" });
    const analysis: z.infer<typeof Analysis> = {
      ...speak(diagnosis, c.var.language),
      ...(reportId === null ? {} : { reportId, reportUrl: `${c.var.origin}/r/${reportId}` }),
    };
    return c.json(analysis);
  });
}
