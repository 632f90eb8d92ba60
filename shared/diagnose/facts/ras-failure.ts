/** The last failure to connect that Windows itself remembers. */
import type { Observations, VpnObservation } from "../../evidence/observations.ts";

/** A failure older than a week may have had another cause, on another network. */
const RECENT_MS = 7 * 24 * 3_600_000;
/** Other times are as some Windows prints them, where day and month may be either. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** The last one whose time cannot be compared, else the one with the latest time. */
export function newestFailure(o: Observations): VpnObservation["rasFailures"][number] | undefined {
  const timeOf = ({ at }: { at: string | null }): number =>
    at !== null && ISO_TIME.test(at) ? Date.parse(at) : Number.NaN;
  const recent = (o.vpn?.rasFailures ?? []).filter(
    (f) => o.startedAtMs === null || !(o.startedAtMs - timeOf(f) >= RECENT_MS),
  );
  return recent.some((f) => Number.isNaN(timeOf(f)))
    ? recent.at(-1)
    : recent.toSorted((a, b) => timeOf(b) - timeOf(a))[0];
}
