/** The last failure to connect that Windows itself remembers. */
import type { Observations, VpnObservation } from "../../evidence/observations.ts";
import { once } from "./once.ts";

type RasFailure = VpnObservation["rasFailures"][number];

/** A failure older than a week may have had another cause, on another network. */
const RECENT_MS = 7 * 24 * 3_600_000;
/** Other times are as some Windows prints them, where day and month may be either. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** In milliseconds since 1970; NaN where it cannot be compared. */
const timeOf = ({ at }: RasFailure): number =>
  at !== null && ISO_TIME.test(at) ? Date.parse(at) : Number.NaN;

/** The last one whose time cannot be compared, else the one with the latest time. */
export function newestFailure(o: Observations): RasFailure | undefined {
  return newestOf(o.vpn?.rasFailures ?? [], o.startedAtMs, RECENT_MS);
}

function newestOf(
  failures: readonly RasFailure[],
  startedAtMs: number | null,
  withinMs: number,
): RasFailure | undefined {
  const recent = failures.filter((f) => startedAtMs === null || !(startedAtMs - timeOf(f) >= withinMs));
  return recent.some((f) => Number.isNaN(timeOf(f)))
    ? recent.at(-1)
    : recent.toSorted((a, b) => timeOf(b) - timeOf(a))[0];
}

/** Older than a day, a failure is not what brought the user here. */
const SAME_TROUBLE_MS = 24 * 3_600_000;

/** A failure that is what the evidence was collected for. */
export interface FreshFailure {
  failure: RasFailure;
  /** When it was, in milliseconds since 1970; `null`: nothing tells, as in the output of rasdial. */
  atMs: number | null;
  /** How long before the evidence was collected, in whole minutes; `null`: nothing tells. */
  minutesBefore: number | null;
}

/**
 * The failure to connect to this gateway that Windows recorded within a day. Failures of a profile that leads
 * to another server are not counted, nor is one of a profile that is connected by now.
 */
export const freshFailure = once((o: Observations): FreshFailure | null => {
  const failures = (o.vpn?.rasFailures ?? []).filter((f) => mayBeOfGateway(f, o));
  const failure = newestOf(failures, o.startedAtMs, SAME_TROUBLE_MS);
  if (failure === undefined) return null;
  const time = timeOf(failure);
  const atMs = Number.isNaN(time) ? null : time;
  const before = atMs === null || o.startedAtMs === null ? null : o.startedAtMs - atMs;
  return { failure, atMs, minutesBefore: before === null ? null : Math.round(before / 60_000) };
});

function mayBeOfGateway({ connection }: RasFailure, o: Observations): boolean {
  const profiles = o.vpn?.profiles ?? [];
  if (connection === null || connection === "" || profiles.length === 0) return true;
  // Windows keeps the failures of profiles that were removed since: none of those here is what failed.
  return profiles.some(
    (p) => p.name === connection && !p.connected && mayBeSameHost(p.serverAddress, o.gateway),
  );
}

const IS_ADDRESS = /^[\d.]+$|:/;

/** Of a name and an address nothing tells that they are two hosts. */
export function mayBeSameHost(one: string | null, other: string | null): boolean {
  if (one === null || one === "" || other === null) return true;
  if (IS_ADDRESS.test(one) !== IS_ADDRESS.test(other)) return true;
  const plain = (host: string): string => host.toLowerCase().replace(/\.$/, "");
  return plain(one) === plain(other);
}

/**
 * Windows's codes for silence: whatever is lost on the way, Windows reports one of these
 * (docs/domain.md §1.5).
 */
const NO_ANSWER_CODES: readonly number[] = [809, 13_805, 13_813];

/** Windows's error codes of VPN types other than IKEv2 (docs/domain.md §1.5). */
const NOT_IKEV2_CODES: readonly number[] = [787, 788, 789, 791, 792, 806, 807, 808];
/**
 * Error codes that mean that the gateway answered and refused, so packet sizes are not the reason
 * (docs/domain.md §1.5).
 */
const ANSWERED_AND_REFUSED_CODES: readonly number[] = [
  691,
  812,
  13_801,
  13_806,
  13_816,
  13_823,
  13_826,
  13_843,
  13_847,
  13_848,
  13_863,
  13_864,
  13_865,
  13_868,
  13_880,
  13_887,
  13_899,
  -2_146_762_487, // 0x800B0109, as the event log writes it
];

/** What a code says: nobody answered, the gateway refused, it is no IKEv2, or none of these. */
export type FailureKind = "silent" | "refused" | "otherVpn" | "other";

/** What kind of failure a code of Windows stands for. */
export function kindOfFailure(code: number): FailureKind {
  if (NO_ANSWER_CODES.includes(code)) return "silent";
  if (ANSWERED_AND_REFUSED_CODES.includes(code)) return "refused";
  return NOT_IKEV2_CODES.includes(code) ? "otherVpn" : "other";
}
