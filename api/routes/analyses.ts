import { Hono } from "hono";
import { z } from "zod";
import { diagnose } from "../../shared/diagnose/diagnose.ts";
import type { Analysis } from "../../shared/schema/api.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { speak } from "../../shared/text/speak.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { may } from "../auth/principal.ts";
import type { Deps } from "../deps.ts";
import { contentLength, mediaType, readJson, validate } from "../http/body.ts";
import type { Env } from "../http/context.ts";
import { countUpload, MAX_CAPTURE_BYTES } from "../http/limits.ts";
import { invalidFields, Problem } from "../http/problem.ts";
import { createReport } from "../reports/reports.ts";
import { captureTooLarge, takeCapture } from "../reports/take-capture.ts";
import type { StoredObject } from "../store/port.ts";

/** What a capture may be sent as. The first is its registered type; the file itself says what it is. */
export const CAPTURE_TYPES = new Set([
  "application/vnd.tcpdump.pcap",
  "application/octet-stream",
  "application/x-pcapng",
  "application/gzip",
]);

const AnalysisQuery = z.object({
  store: z.enum(["0", "1"]).default("0"),
  /** A file name, for the evidence to point at. */
  name: z
    .string()
    .max(128)
    .transform((name) => name.replace(/[\p{Cc}\p{Cf}\\/]/gu, "").trim() || "capture")
    .default("capture"),
});

/** Puts an upload of any kind into one shape. */
async function* bytesOf(base64: string): AsyncGenerator<Uint8Array> {
  yield Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** `/v1/analyses`: a diagnosis without a case. */
export function analysisRoutes(deps: Deps) {
  return new Hono<Env>().post("/", may("staff"), validate("query", AnalysisQuery), async (c) => {
    const { store, name } = c.req.valid("query");
    const keep = store === "1";
    await countUpload(deps, c);

    let evidence: Evidence;
    const transcripts: Transcript[] = [];
    const captures: StoredObject[] = [];
    const take = async (capture: { name: string; body: AsyncIterable<Uint8Array> }) => {
      const taken = await takeCapture(deps, {
        ...capture,
        maxBytes: MAX_CAPTURE_BYTES,
        tooLarge: captureTooLarge,
        keep,
      });
      transcripts.push(taken.transcript);
      if (taken.object !== null) captures.push(taken.object);
    };

    const given = mediaType(c);
    if (CAPTURE_TYPES.has(given)) {
      if ((contentLength(c) ?? 0) > MAX_CAPTURE_BYTES) throw captureTooLarge();
      evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
      await take({ name, body: c.req.raw.body ?? bytesOf("") });
    } else if (given === "application/json") {
      const parsed = Evidence.safeParse(await readJson(c));
      if (!parsed.success) throw invalidFields("evidence", parsed.error);
      evidence = parsed.data;
      try {
        for (const capture of evidence.captures)
          await take({ name: capture.name, body: bytesOf(capture.base64) });
      } catch (error) {
        await deps.blobs.delete(captures.map(({ key }) => key));
        throw error;
      }
    } else {
      throw new Problem("unsupported-media-type", {
        params: {
          given: given || "a body without a content type",
          accepted: `${[...CAPTURE_TYPES].join(", ")}, application/json`,
        },
      });
    }

    if (!keep) {
      const analysis: z.infer<typeof Analysis> = speak(diagnose({ evidence, transcripts }), c.var.language);
      return c.json(analysis);
    }
    const { reportId, diagnosis } = await createReport(deps, {
      source: "analysis",
      evidence,
      transcripts,
      captures,
      run: null,
    });
    const analysis: z.infer<typeof Analysis> = {
      ...speak(diagnosis, c.var.language),
      reportId,
      reportUrl: `${c.var.origin}/r/${reportId}`,
    };
    return c.json(analysis);
  });
}
