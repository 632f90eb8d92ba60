/** How large a request may be, and the problems that say so. */
import { Problem } from "./problem.ts";

/** The largest JSON body. */
export const MAX_JSON_BYTES = 1024 * 1024;
/**
 * The largest where a code and a few names come: strangers send it, and it is parsed before they are known.
 */
export const MAX_SMALL_JSON_BYTES = 4 * 1024;
/** The largest text, pasted or as a file; of a larger log the end is taken. */
export const MAX_TEXT_BYTES = MAX_JSON_BYTES;
/** All texts of one form: reading them takes longer than reading captures. */
export const MAX_TEXTS_BYTES = 4 * MAX_TEXT_BYTES;
/** How many files one form may have, and how many bytes all of them together. */
export const MAX_FORM_FILES = 20;
/** The largest form with files. */
export const MAX_FORM_BYTES = 64 * 1024 * 1024;
/** So much of a log is gone through, unpacked, and its last `MAX_TEXT_BYTES` are read. */
export const MAX_LOG_BYTES = 64 * 1024 * 1024;
/** How many files of the gateway's side a case takes, and how many bytes of logs in all. */
export const MAX_CASE_FILES = 20;
/** Every report of the case is judged from all of them each time that one comes. */
export const MAX_CASE_TEXT_BYTES = 2 * MAX_TEXT_BYTES;
/** The largest capture as it is sent, gzipped or not. */
export const MAX_CAPTURE_BYTES = 50 * 1024 * 1024;
/** The reader stops after this many packets, and the report says so. */
export const MAX_CAPTURE_PACKETS = 1_000_000;
/** A kept message costs about a kilobyte, and an instance may have no more than 128 MB. */
export const MAX_KEPT_IKE_MESSAGES = 20_000;
/** What a gzipped capture may grow to. The reader stops there, and the report says so. */
export const MAX_UNZIPPED_BYTES = 4 * MAX_CAPTURE_BYTES;
/** How many times larger than its gzipped form a capture may be. */
export const MAX_GZIP_RATIO = 100;
/** The same bounds, as the reader of captures takes them. */
export const CAPTURE_BOUNDS = {
  maxPackets: MAX_CAPTURE_PACKETS,
  maxIkeMessages: MAX_KEPT_IKE_MESSAGES,
  maxBytes: MAX_UNZIPPED_BYTES,
  maxGzipRatio: MAX_GZIP_RATIO,
} as const;
/** A run has at most 20 rounds, and an agent posts a round again when the answer was lost. */
export const MAX_POSTS_A_RUN = 40;

/** The `RateLimit` fields that go with a bound on bytes. */
export function byteQuotaHeaders(name: string, quota: number, left: number): Record<string, string> {
  return {
    "RateLimit-Policy": `"${name}";q=${quota};qu="content-bytes"`,
    RateLimit: `"${name}";r=${Math.max(0, left)}`,
  };
}

/** The problem of a JSON body that is too large. */
export const jsonTooLarge = (max: number): Problem =>
  new Problem("json-too-large", {
    params: { max },
    headers: byteQuotaHeaders("json-body", max, max),
  });

/** The problem of files that are too large together. */
export const formTooLarge = (): Problem => new Problem("form-too-large", { params: { max: MAX_FORM_BYTES } });

/** The problem of a text that is too large. */
export const textTooLarge = (max: number = MAX_TEXT_BYTES): Problem =>
  new Problem("text-too-large", {
    params: { max },
    headers: byteQuotaHeaders("text-body", max, max),
  });

/** The problem of a capture that is too large. */
export const captureTooLarge = (): Problem =>
  new Problem("body-too-large", {
    params: { max: MAX_CAPTURE_BYTES },
    headers: byteQuotaHeaders("capture-body", MAX_CAPTURE_BYTES, MAX_CAPTURE_BYTES),
  });
