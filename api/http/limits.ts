import { customerOf } from "../../shared/packet/address.ts";
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "./context.ts";
import { Problem } from "./problem.ts";

/** DESIGN limits of one request. */
export const MAX_JSON_BYTES = 1024 * 1024;
export const MAX_CAPTURE_BYTES = 50 * 1024 * 1024;
export const MAX_CAPTURE_PACKETS = 1_000_000;
/** A kept message costs about a kilobyte, and an instance may have 128 MB. */
export const MAX_KEPT_IKE_MESSAGES = 20_000;
/** What a gzipped capture may grow to; reading stops there and says so. */
export const MAX_UNZIPPED_BYTES = 4 * MAX_CAPTURE_BYTES;
export const MAX_GZIP_RATIO = 100;
/** A run has at most 20 rounds; lost answers are posted again. */
export const MAX_POSTS_A_RUN = 40;

interface RatePolicy {
  name: string;
  quota: number;
  windowSeconds: number;
}

/**
 * The client's address where the operator's own proxies stand in front: each adds the address that it saw to the
 * right of X-Forwarded-For, and what stands further left anybody may have written.
 */
export function forwardedAddress(
  header: string | undefined,
  proxyHops: number,
  socketAddress: string,
): string {
  if (proxyHops === 0 || header === undefined) return socketAddress;
  return header.split(",").at(-proxyHops)?.trim() || socketAddress;
}

/**
 * Counts this request against the address it came from.
 *
 * The answer says how much is left, as draft-ietf-httpapi-ratelimit-headers has it; addresses are stored keyed.
 *
 * @throws {Problem} `too-many-requests`
 */
export async function countRequest(deps: Deps, c: AppContext, policy: RatePolicy): Promise<void> {
  const { name, quota, windowSeconds } = policy;
  const nowSeconds = Math.floor(deps.now().getTime() / 1000);
  const subject = hmacHex(deps.config.pepper, `rate ${name} ${customerOf(deps.clientAddress(c))}`);
  const hits = await deps.access.hit(subject, windowSeconds, nowSeconds);
  const seconds = windowSeconds - (nowSeconds % windowSeconds);
  c.header("RateLimit-Policy", `"${name}";q=${quota};w=${windowSeconds}`);
  c.header("RateLimit", `"${name}";r=${Math.max(0, quota - hits)};t=${seconds}`);
  if (hits > quota) {
    throw new Problem("too-many-requests", {
      params: { quota, window: windowSeconds, seconds },
      headers: { "Retry-After": String(seconds) },
    });
  }
}

/** 10 captures a minute and address, be they a run's or a staff member's. */
export const countUpload = (deps: Deps, c: AppContext): Promise<void> =>
  countRequest(deps, c, { name: "uploads", quota: deps.config.uploadsPerMinute, windowSeconds: 60 });

/** Wrong codes, IDs, links and tokens: who guesses is slowed down, who mistypes is not. */
export const countMiss = (deps: Deps, c: AppContext): Promise<void> =>
  countRequest(deps, c, { name: "misses", quota: 60, windowSeconds: 60 });

/** The fields that go with a bound on bytes. */
export function byteQuotaHeaders(name: string, quota: number, left: number): Record<string, string> {
  return {
    "RateLimit-Policy": `"${name}";q=${quota};qu="content-bytes"`,
    RateLimit: `"${name}";r=${Math.max(0, left)}`,
  };
}
