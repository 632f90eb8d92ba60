/** How often one client may upload, and how often it may guess. */
import { customerOf } from "../../shared/packet/address.ts";
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "./context.ts";
import { Problem } from "./problem.ts";

interface RatePolicy {
  name: string;
  quota: number;
  windowSeconds: number;
}

/**
 * Counts this request against the address that it came from; addresses are stored as keyed hashes.
 *
 * The answer says how much is left, in the fields of draft-ietf-httpapi-ratelimit-headers.
 *
 * @throws {Problem} `too-many-requests`
 */
async function countRequest(deps: Deps, c: AppContext, policy: RatePolicy): Promise<void> {
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

/** Counts an upload, by an agent or by staff. @throws {Problem} `too-many-requests` */
export const countUpload = (deps: Deps, c: AppContext): Promise<void> =>
  countRequest(deps, c, { name: "uploads", quota: deps.config.uploadsPerMinute, windowSeconds: 60 });

/**
 * Counts a wrong code, ID, link or token. Somebody who guesses is slowed down; somebody who mistypes is not.
 *
 * @throws {Problem} `too-many-requests`
 */
export const countMiss = (deps: Deps, c: AppContext): Promise<void> =>
  countRequest(deps, c, { name: "misses", quota: 60, windowSeconds: 60 });

/**
 * Runs a look-up by a code or a report ID, and counts it when nothing is found.
 *
 * @throws {Problem} what the look-up throws, or `too-many-requests` in its place
 */
export async function countingMisses<T>(deps: Deps, c: AppContext, lookUp: () => Promise<T>): Promise<T> {
  try {
    return await lookUp();
  } catch (error) {
    if (error instanceof Problem && isMiss(error, c)) await countMiss(deps, c);
    throw error;
  }
}

function isMiss({ code }: Problem, c: AppContext): boolean {
  // Staff can list all reports, so they have no reason to guess an ID. Nobody can list the codes.
  if (code === "report-not-found") return c.var.principal.kind === "anyone";
  return code === "code-unknown";
}
