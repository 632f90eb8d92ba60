/** Where the objects are, if they are in an S3 bucket: the operator's settings for it. */
import * as z from "zod";
import { isPlainHttp } from "../http/loopback.ts";
import type { S3Settings } from "../store/s3.ts";
import { isBareOrigin, parseSettings } from "./config.ts";

const settingsText = z.string().trim().min(1);
/** The settings of an S3 bucket. */
export const BucketSettings = z.object({
  IKEFRAG_S3_BUCKET: settingsText.regex(
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    "must have 3 to 63 small letters, digits, dots and hyphens",
  ),
  IKEFRAG_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: "must be an http or https URL" })
    .refine((url) => isBareOrigin(url), "must be an origin, such as https://s3.example.com")
    .optional(),
  IKEFRAG_S3_REGION: settingsText
    .regex(/^[a-z0-9-]+$/, "must have small letters, digits and hyphens")
    .optional(),
  IKEFRAG_S3_PREFIX: z
    .string()
    .max(200)
    .regex(/^[\w-]+(\/[\w-]+)*\/?$/, "must be names of letters, digits, _ and -, with / between them")
    .transform((prefix) => `${prefix.replace(/\/$/, "")}/`)
    .default(""),
  IKEFRAG_S3_PATH_STYLE: z.enum(["on", "off"], "must be on or off").optional(),
  IKEFRAG_S3_PLAIN_HTTP: z.literal("allowed", "can only be allowed").optional(),
  IKEFRAG_S3_ACCESS_KEY_ID: settingsText,
  IKEFRAG_S3_SECRET_ACCESS_KEY: settingsText,
  IKEFRAG_S3_SESSION_TOKEN: settingsText.optional(),
});

/**
 * Reads where the objects are, if they are in an S3 bucket.
 *
 * @returns `null` where no such setting is there
 * @throws {Error} that names a missing or wrong setting, and never quotes a secret
 */
export function readS3Settings(environment: Record<string, unknown>): S3Settings | null {
  const given = Object.fromEntries(
    Object.keys(BucketSettings.shape).flatMap((name) => {
      const value = environment[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
  if (Object.keys(given).length === 0) return null;
  const settings = parseSettings(BucketSettings, given);
  const { IKEFRAG_S3_ENDPOINT: endpoint, IKEFRAG_S3_REGION: region } = settings;
  const isAws = endpoint === undefined;
  if (isAws && region === undefined) {
    throw new Error(
      "Cannot start: IKEFRAG_S3_ENDPOINT or, for AWS, IKEFRAG_S3_REGION has to say where the bucket is",
    );
  }
  const url = new URL(
    endpoint ?? `https://s3.${region}.amazonaws.com${region?.startsWith("cn-") ? ".cn" : ""}`,
  );
  if (isPlainHttp(url.origin) && !settings.IKEFRAG_S3_PLAIN_HTTP) {
    throw new Error(
      "Cannot start: IKEFRAG_S3_ENDPOINT is http, and evidence would travel in the clear. Use https, or on a " +
        "network that is yours alone IKEFRAG_S3_PLAIN_HTTP=allowed",
    );
  }
  return {
    endpoint: url.origin,
    // Those that have no regions take this name, and R2 does.
    region: region ?? "us-east-1",
    bucket: settings.IKEFRAG_S3_BUCKET,
    prefix: settings.IKEFRAG_S3_PREFIX,
    pathStyle: (settings.IKEFRAG_S3_PATH_STYLE ?? (isAws ? "off" : "on")) === "on",
    accessKeyId: settings.IKEFRAG_S3_ACCESS_KEY_ID,
    secretAccessKey: settings.IKEFRAG_S3_SECRET_ACCESS_KEY,
    sessionToken: settings.IKEFRAG_S3_SESSION_TOKEN ?? null,
  };
}
