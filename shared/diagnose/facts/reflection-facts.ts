/** What datagrams from the deployment's reflector told, taken by themselves. */
import type { Observations, ReflectionObservation } from "../../evidence/observations.ts";
import { ETHERNET_MTU } from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { once } from "./once.ts";
import { countsAsLost } from "./probe-tries.ts";

/**
 * What a reflector's own link carries: larger datagrams leave it as IP fragments. It warns at its start where
 * that is not so.
 */
export const REFLECTOR_MTU = ETHERNET_MTU;

/** From this size of the IP packet on a datagram counts as large. Smaller ones pass on every path. */
export const LEAST_LARGE_IP_BYTES = 1_000;

/** The datagrams that were asked for, by the size of their IP packet, and what they say together. */
export interface ReflectionFacts {
  /**
   * `fragments-lost`: whole packets came, and never one that left as IP fragments.
   * `large-lost`: neither came, while small ones did. `null`: not asked, or no answer that counts.
   */
  state: "fragments-pass" | "fragments-lost" | "large-lost" | null;
  /** Larger than the reflector's link: they left it as IP fragments. */
  fragmented: ReflectionObservation[];
  whole: ReflectionObservation[];
  small: ReflectionObservation[];
}

/** What datagrams of chosen sizes from the reflector told about the way to this client. */
export const reflectionFacts = once((o: Observations): ReflectionFacts => {
  const asked = o.reflections.filter((r) => r.ipBytes !== null);
  const sizeOf = (r: ReflectionObservation): number => r.ipBytes ?? 0;
  const small = asked.filter((r) => sizeOf(r) < LEAST_LARGE_IP_BYTES);
  const fragmented = asked.filter((r) => sizeOf(r) > REFLECTOR_MTU);
  const whole = asked.filter((r) => sizeOf(r) >= LEAST_LARGE_IP_BYTES && sizeOf(r) <= REFLECTOR_MTU);
  const latestSmall = Math.max(
    Number.NEGATIVE_INFINITY,
    ...small.flatMap((r) => (r.outcome === "answered" && r.answeredAtMs !== null ? [r.answeredAtMs] : [])),
  );
  const isLost = (r: ReflectionObservation): boolean =>
    r.outcome === "silent" &&
    countsAsLost({
      tries: r.tries,
      beforeAnAnswer: r.sentAtMs.filter((at) => at <= latestSmall).length,
    });
  const came = (r: ReflectionObservation): boolean => r.outcome === "answered";
  const all = (some: ReflectionObservation[], is: (r: ReflectionObservation) => boolean): boolean =>
    some.length > 0 && some.every(is);
  // If some of the fragmented sizes come and others do not, it is chance, or something that these sizes
  // cannot settle.
  const state = all(fragmented, came)
    ? "fragments-pass"
    : !all(fragmented, isLost)
      ? null
      : all(whole, came)
        ? "fragments-lost"
        : all(whole, isLost)
          ? "large-lost"
          : null;
  return { state, fragmented, whole, small };
});

/** Where the reflector's datagrams stand in the evidence. */
export const reflectionRefs = ({ fragmented, whole, small }: ReflectionFacts): EvidenceRef[] =>
  [...fragmented, ...whole, ...small].map((r) => r.ref);
