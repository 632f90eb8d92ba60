/** `/v1/analyses`: a diagnosis without a case. */
import { Hono } from "hono";
import * as z from "zod";
import type { Analysis } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { GivenHost } from "../../shared/schema/plan.ts";
import { speak } from "../../shared/text/speak.ts";
import { may } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import {
  CAPTURE_TYPES,
  contentLength,
  isCapture,
  mediaType,
  readJson,
  readText,
  TEXT_TYPES,
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
    .transform((name) => name.replace(/[\p{Cc}\p{Cf}\\/]/gu, "").trim())
    .default(""),
  /** Where the pings went, for a body that does not say it. */
  gateway: GivenHost.optional(),
});

async function* bytesOf(base64: string): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Reads the body as one capture, as one pasted text, or as evidence in JSON that may hold several. */
async function readRequest(
  c: AppContext,
  name: string,
  gateway: string | null,
): Promise<Omit<AnalysisRequest, "keep" | "language">> {
  const nothing = Evidence.parse({ schema: "ikefrag/evidence/1", gateway });
  if (isCapture(c)) {
    if ((contentLength(c) ?? 0) > MAX_CAPTURE_BYTES) throw captureTooLarge();
    return {
      evidence: nothing,
      captures: [{ name: name || "capture", body: c.req.raw.body ?? bytesOf("") }],
    };
  }
  if (TEXT_TYPES.some((accepted) => accepted === mediaType(c))) {
    const text = { name: name || "text", text: await readText(c) };
    return { evidence: { ...nothing, texts: [text] }, captures: [] };
  }
  if (mediaType(c) !== "application/json")
    throw unsupportedMediaType(c, [...CAPTURE_TYPES, ...TEXT_TYPES, "application/json"]);
  const parsed = Evidence.safeParse(await readJson(c));
  if (!parsed.success) throw invalidFields("evidence", parsed.error);
  const evidence = { ...parsed.data, gateway: parsed.data.gateway ?? gateway };
  return {
    evidence,
    captures: evidence.captures.map((capture) => ({ name: capture.name, body: bytesOf(capture.base64) })),
  };
}

/** The route `/v1/analyses`. */
export function analysisRoutes(deps: Deps) {
  return new Hono<Env>().post("/", may("staff"), validate("query", AnalysisQuery), async (c) => {
    const { store, name, gateway = null } = c.req.valid("query");
    await countUpload(deps, c);
    const request = await readRequest(c, name, gateway);
    const { diagnosis, reportId } = await analyze(deps, {
      ...request,
      keep: store === "1",
      language: c.var.language,
    });
    const analysis: z.infer<typeof Analysis> = {
      ...speak(diagnosis, c.var.language),
      ...(reportId === null ? {} : { reportId, reportUrl: `${c.var.origin}/r/${reportId}` }),
    };
    return c.json(analysis);
  });
}
