/** `/v1/analyses`: a diagnosis without a case. */
import { Hono } from "hono";
import * as z from "zod";
import { fromBase64 } from "../../shared/bytes/base64.ts";
import type { Analysis } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { End } from "../../shared/schema/joined.ts";
import { GivenHost } from "../../shared/schema/plan.ts";
import { speak } from "../../shared/text/speak.ts";
import { note } from "../auth/audit-log.ts";
import { may } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import {
  CAPTURE_TYPES,
  contentLength,
  FORM_TYPE,
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
import { incoming } from "../http/incoming.ts";
import { invalidFields, Problem } from "../http/problem.ts";
import { countUpload } from "../http/rate-limits.ts";
import { type AnalysisRequest, analyze } from "../reports/analyze.ts";
import { peek, readTextFile, sortGiven } from "../reports/read-file.ts";
import { EvidenceIntake } from "../reports/take-evidence.ts";
import { takeForm } from "../reports/take-form.ts";

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
  yield fromBase64(base64);
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
    const { body, signal } = incoming(c);
    const file = await peek(name || "file", body);
    if (!file.isGzippedText)
      return { evidence: nothing, captures: [{ name: name || "capture", body: file.whole, signal }] };
    const text = await readTextFile(name || "file", file.head, file.whole);
    const sorted = sortGiven(name || "text", text);
    if (sorted.kind === "outputs") return { evidence: { ...nothing, texts: [sorted.pasted] }, captures: [] };
    return withCaptures(sorted.evidence, gateway);
  }
  if (TEXT_TYPES.some((accepted) => accepted === mediaType(c))) {
    const text = { name: name || "text", text: await readText(c) };
    return { evidence: { ...nothing, texts: [text] }, captures: [] };
  }
  if (mediaType(c) !== "application/json")
    throw unsupportedMediaType(c, [FORM_TYPE, ...CAPTURE_TYPES, ...TEXT_TYPES, "application/json"]);
  const parsed = Evidence.safeParse(await readJson(c));
  if (!parsed.success) throw invalidFields("evidence", parsed.error);
  return withCaptures(parsed.data, gateway);
}

const withCaptures = (evidence: Evidence, gateway: string | null) => ({
  evidence: { ...evidence, gateway: evidence.gateway ?? gateway },
  captures: evidence.captures.map((capture) => ({ name: capture.name, body: bytesOf(capture.base64) })),
});

/** Where the files of a part of the form were recorded; `null` for those of which nobody says so. */
const ENDS: ReadonlyMap<string, End | null> = new Map([
  ["file", null],
  ...End.options.map((end) => [end, end] as const),
]);

const wrongField = (part: string, detail: string): Problem =>
  new Problem("invalid-fields", { params: { target: "form" }, errors: [{ pointer: `/${part}`, detail }] });

/**
 * Diagnoses the files and texts of a form, in any order. A file that cannot be used becomes a warning, where
 * there is another one.
 *
 * @throws {Problem} nothing of it can be used, or a field is wrong; then nothing is kept
 */
async function analyzeForm(deps: Deps, c: AppContext, gateway: string | null, keep: boolean) {
  const intake = new EvidenceIntake(deps, { gateway, keep });
  const setGateway = (part: string, value: string): void => {
    const host = GivenHost.safeParse(value.trim());
    if (!host.success) throw wrongField(part, "is no host name or address; a file is sent with its name");
    intake.setGateway(host.data);
  };
  try {
    await takeForm(
      { contentType: c.req.header("content-type") ?? "", ...incoming(c) },
      {
        field: async (part, value) => {
          // A part named `gateway` is a file where it has a file's name, and the host where it has none.
          if (part === "gateway" || part === "gateway_host") return setGateway(part, value);
          const end = ENDS.get(part);
          if (end === undefined && part !== "text") throw wrongField(part, "is not a known field");
          if (value.trim() !== "") await intake.takeText(part, value, end ?? null);
        },
        file: async ({ part, ...file }) => {
          const end = ENDS.get(part);
          if (end === undefined) throw wrongField(part, "is not a known field for files");
          await intake.takeFile(file, end);
        },
      },
    );
    if (intake.isEmpty) throw intake.unusable[0]?.problem ?? new Problem("empty-body");
  } catch (error) {
    await intake.drop();
    throw error;
  }
  return intake.finish(c.var.language);
}

/** The route `/v1/analyses`. */
export function analysisRoutes(deps: Deps) {
  return new Hono<Env>().post("/", may("staff"), validate("query", AnalysisQuery), async (c) => {
    const { store, name, gateway = null } = c.req.valid("query");
    await countUpload(deps, c);
    const keep = store === "1";
    const { diagnosis, reportId } =
      mediaType(c) === FORM_TYPE
        ? await analyzeForm(deps, c, gateway, keep)
        : await analyze(deps, {
            ...(await readRequest(c, name, gateway)),
            keep,
            language: c.var.language,
          });
    if (reportId !== null) await note(deps, c, "analysis-stored", reportId);
    const analysis: z.infer<typeof Analysis> = {
      ...speak(diagnosis, c.var.language),
      ...(reportId === null ? {} : { reportId, reportUrl: `${c.var.origin}/r/${reportId}` }),
    };
    return c.json(analysis);
  });
}
