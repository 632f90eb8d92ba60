import type { Observations, ReflectionObservation } from "../../evidence/observations.ts";
import { once, TRIES_FOR_LOST } from "./probe-facts.ts";

/** What a reflector's own link carries: larger datagrams leave it in pieces. Its start warns where that is not so. */
export const REFLECTOR_MTU = 1_500;
/** Of the tries that were lost, so many with something small answered after them: the reflector was there all along. */
const TRIES_OUTLIVED = 2;

/** What datagrams from the deployment's reflector told about the way to this client. */
export interface ReflectionFacts {
  /**
   * `pieces-lost`: whole packets came, and never one in pieces. `large-lost`: neither came, while small ones did. `null`: not asked, or no
   * answer that counts.
   */
  state: "pieces-pass" | "pieces-lost" | "large-lost" | null;
  pieces: ReflectionObservation[];
  whole: ReflectionObservation[];
  small: ReflectionObservation[];
}

export const reflectionFacts = once((o: Observations): ReflectionFacts => {
  const asked = o.reflections.filter((r) => r.ipBytes !== null);
  const largest = (r: ReflectionObservation): number => r.ipBytes ?? 0;
  const small = asked.filter((r) => largest(r) < LEAST_LARGE_IP_BYTES);
  const pieces = asked.filter((r) => largest(r) > REFLECTOR_MTU);
  const whole = asked.filter((r) => largest(r) >= LEAST_LARGE_IP_BYTES && largest(r) <= REFLECTOR_MTU);
  const latestSmall = Math.max(
    Number.NEGATIVE_INFINITY,
    ...small.flatMap((r) => (r.outcome === "answered" && r.answeredAtMs !== null ? [r.answeredAtMs] : [])),
  );
  const isLost = (r: ReflectionObservation): boolean =>
    r.outcome === "silent" &&
    r.tries >= TRIES_FOR_LOST &&
    r.sentAtMs.filter((at) => at <= latestSmall).length >= TRIES_OUTLIVED;
  const all = (some: ReflectionObservation[], is: (r: ReflectionObservation) => boolean): boolean =>
    some.length > 0 && some.every(is);
  const came = (r: ReflectionObservation): boolean => r.outcome === "answered";
  // Some sizes in pieces that come and some that do not are chance, or something that one more try would not settle.
  const state = all(pieces, came)
    ? "pieces-pass"
    : !all(pieces, isLost)
      ? null
      : all(whole, came)
        ? "pieces-lost"
        : all(whole, isLost)
          ? "large-lost"
          : null;
  return { state, pieces, whole, small };
});

/** Between what is small on every path and what may not be. */
export const LEAST_LARGE_IP_BYTES = 1_000;

export const reflectionRefs = ({ pieces, whole, small }: ReflectionFacts) =>
  [...pieces, ...whole, ...small].map((r) => r.ref);
