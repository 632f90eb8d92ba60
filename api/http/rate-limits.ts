/** How often one client may upload, and how often it may guess; and what all clients may do in a day. */
import type { MiddlewareHandler } from "hono";
import { customerOf } from "../../shared/packet/address.ts";
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { StoreUnavailableError } from "../store/unavailable.ts";
import type { AppContext, Env } from "./context.ts";
import { Problem } from "./problem.ts";

interface RatePolicy {
  name: string;
  quota: number;
  windowSeconds: number;
}

/** Wrong codes, IDs, links, tokens and passkeys of one address. */
const MISSES: RatePolicy = { name: "misses", quota: 60, windowSeconds: 60 };
const DAY_SECONDS = 86_400;

/** A request that counts. */
interface Counted {
  /** Puts into the answer how much is left. */
  say(): void;
  /** Takes it back, because it turned out to be none of those that the policy is about. */
  takeBack(): Promise<void>;
}

/**
 * Counts this request against the address that it came from; addresses are stored as keyed hashes, and of an
 * IPv6 address its /64 counts.
 *
 * What is left is said in the fields of draft-ietf-httpapi-ratelimit-headers: with a refusal always.
 *
 * @param subject whom it counts against, where that is not the address
 * @throws {Problem} `too-many-requests`
 */
async function count(deps: Deps, c: AppContext, policy: RatePolicy, subject?: string): Promise<Counted> {
  const { name, quota, windowSeconds } = policy;
  const nowSeconds = Math.floor(deps.now().getTime() / 1000);
  const key = hmacHex(deps.config.pepper, `rate ${name} ${subject ?? customerOf(deps.clientAddress(c))}`);
  const hits = await deps.access.hit(key, windowSeconds, nowSeconds);
  const seconds = windowSeconds - (nowSeconds % windowSeconds);
  const say = () => {
    c.header("RateLimit-Policy", `"${name}";q=${quota};w=${windowSeconds}`);
    c.header("RateLimit", `"${name}";r=${Math.max(0, quota - hits)};t=${seconds}`);
  };
  if (hits > quota) {
    say();
    throw new Problem("too-many-requests", {
      params: { quota, window: windowSeconds, seconds },
      headers: { "Retry-After": String(seconds) },
    });
  }
  return {
    say,
    async takeBack() {
      try {
        await deps.access.unhit(key, windowSeconds, nowSeconds);
      } catch (error) {
        // A code or a link may be used up by now: its answer is not lost over a count that ends by itself.
        if (!(error instanceof StoreUnavailableError)) throw error;
        deps.log({ level: "error", message: error.message });
      }
    },
  };
}

/** Counts an upload, by an agent or by staff. @throws {Problem} `too-many-requests` */
export async function countUpload(deps: Deps, c: AppContext): Promise<void> {
  const quota = deps.config.uploadsPerMinute;
  (await count(deps, c, { name: "uploads", quota, windowSeconds: 60 })).say();
}

/** Counts that somebody begins to sign in with a passkey, which leaves a row for some minutes. */
export async function countSignIn(deps: Deps, c: AppContext): Promise<void> {
  await count(deps, c, { name: "sign-ins", quota: 60, windowSeconds: 60 });
}

/**
 * Counts a run against what the whole service takes in a day, whoever asks. It is asked only of who has a
 * code that is good, so that guesses use up nothing of it.
 *
 * @throws {Problem} `too-many-requests`
 */
export async function countRun(deps: Deps, c: AppContext): Promise<void> {
  const quota = deps.config.runsPerDay;
  await count(deps, c, { name: "runs-of-all", quota, windowSeconds: DAY_SECONDS }, "all");
}

/**
 * Counts a miss that nobody gets right by guessing, such as a token of 160 bits: who is known is not asked to
 * wait because of others behind the same address, and who is not learns how often it was tried.
 *
 * @throws {Problem} `too-many-requests`
 */
export async function countMiss(deps: Deps, c: AppContext): Promise<void> {
  (await count(deps, c, MISSES)).say();
}

/**
 * Runs a look-up by something that can be guessed: a code, a report ID, a link, a token. It counts before
 * anything is looked up, so that a right guess behind too many wrong ones gets no answer either, and many
 * guesses at the same time are no more than one after the other. What finds something is taken back: whoever
 * mistypes is not slowed down, and neither are many users behind one address.
 *
 * @param isMiss whether what the look-up gave is a miss
 * @throws {Problem} what the look-up throws, or `too-many-requests` in its place
 */
export async function countingMisses<T>(
  deps: Deps,
  c: AppContext,
  lookUp: () => Promise<T>,
  isMiss: (found: T) => boolean = () => false,
): Promise<T> {
  const counted = await count(deps, c, MISSES);
  let missed = false;
  try {
    const found = await lookUp();
    missed = isMiss(found);
    return found;
  } catch (error) {
    missed = isMissing(error);
    throw error;
  } finally {
    if (missed) counted.say();
    else await counted.takeBack();
  }
}

/** The same where staff may list what is looked up, and so have no reason to guess. */
export const countingStrangersMisses = <T>(
  deps: Deps,
  c: AppContext,
  lookUp: () => Promise<T>,
): Promise<T> => (c.var.principal.kind === "staff" ? lookUp() : countingMisses(deps, c, lookUp));

/** The same for a whole route: it counts before the body is read. */
export function guessable(deps: Deps): MiddlewareHandler<Env> {
  return async (c, next) => {
    const counted = await count(deps, c, MISSES);
    await next();
    // What a handler throws ends here as an answer, and as `c.error`.
    if (isMissing(c.error)) counted.say();
    else await counted.takeBack();
  };
}

const MISSED: ReadonlySet<string> = new Set(["code-unknown", "report-not-found"]);
const isMissing = (error: unknown): boolean => error instanceof Problem && MISSED.has(error.code);
