/** What an agent measured and what pasted texts tell of the client itself: its VPN connections. */
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { VpnProfilesMeasurement } from "../schema/measurement.ts";
import { Host } from "../schema/plan.ts";
import type { VpnObservation } from "./observations.ts";
import type { ReadText } from "./text/read.ts";

/**
 * The VPN connections and the failures to connect. Those in texts come first, so that what was measured is
 * the newest.
 */
export function observeVpn(
  measurements: readonly VpnProfilesMeasurement[],
  texts: readonly Pick<ReadText, "vpnProfiles" | "rasFailures">[],
): VpnObservation | null {
  const asked = measurements.find((m) => m.outcome.status === "measured");
  const known = asked?.outcome.status === "measured" ? asked.outcome : null;
  const measuredRef: EvidenceRef = {
    kind: "probe",
    stepId: asked?.step.id ?? "vpn-profiles",
    bytes: null,
    sizeKind: null,
  };
  const pasted = texts.flatMap((t) => t.vpnProfiles);
  const profiles: VpnObservation["profiles"] = [
    ...(known?.profiles ?? []).map((p) => ({ ...p, ref: measuredRef })),
    ...pasted
      .filter((p) => !known?.profiles.some((m) => m.name === p.name))
      .map(({ source, line, ...p }) => ({ ...p, ref: { kind: "text" as const, source, line } })),
  ];
  const failed = texts.flatMap((t) => t.rasFailures);
  // A name that stands in a longer one comes after it.
  const names = [...profiles.map((p) => p.name), ...failed.flatMap((f) => f.connection ?? [])]
    .filter((name) => name !== "")
    .sort((a, b) => b.length - a.length);
  const rasFailures: VpnObservation["rasFailures"] = [
    ...oldestFirst(once(failed)).map(({ source, line, at, code, connection, message }) => ({
      at,
      connection: connection ?? names.find((name) => message?.includes(name)) ?? null,
      code,
      ref: { kind: "text" as const, source, line },
    })),
    ...(known?.rasFailures ?? []).toSorted(byTime).map((f) => ({ ...f, ref: measuredRef })),
  ];
  if (known === null && profiles.length + rasFailures.length === 0) return null;
  const settings = known?.settings === undefined ? {} : { settings: { ...known.settings, ref: measuredRef } };
  return { profiles, rasFailures, ...settings };
}

/** A time that can be compared: others are as some Windows prints them, where day and month may be either. */
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
const isComparable = ({ at }: { at: string | null }): boolean => at !== null && ISO_TIME.test(at);

/**
 * The event viewer shows an event as text and below that as XML, and who pastes `rasdial` may paste its event
 * too: the one whose time can be compared stays.
 */
function once(failed: ReadText["rasFailures"]): ReadText["rasFailures"] {
  return failed.filter((failure, at) => {
    const next = failed[at + 1];
    if (!next || isComparable(failure) || !isComparable(next) || next.source !== failure.source) return true;
    const { connection, message, code } = failure;
    const isSameName =
      connection === null
        ? message?.includes(next.connection ?? "") !== false
        : connection === next.connection;
    return next.code !== code || !isSameName;
  });
}

/** The event viewer and `Get-WinEvent`, which print times as the country does, have the newest first. */
function oldestFirst(failed: ReadText["rasFailures"]): ReadText["rasFailures"] {
  const ordered: ReadText["rasFailures"] = [];
  let run: ReadText["rasFailures"] = [];
  for (const failure of failed) {
    const isNewestFirst = failure.at !== null && !isComparable(failure);
    if (!isNewestFirst || failure.source !== run[0]?.source) {
      ordered.push(...run);
      run = [];
    }
    if (isNewestFirst) run.unshift(failure);
    else ordered.push(failure);
  }
  return [...ordered, ...run];
}

const byTime = (a: { at: string }, b: { at: string }): number => Date.parse(a.at) - Date.parse(b.at);

/**
 * The gateway that the VPN connections name: the one that the failed connection has, else the only one there
 * is. A text is a stranger's, so that it has to have the form of a host.
 */
export function gatewayOfProfile(vpn: VpnObservation | null): string | null {
  if (vpn === null) return null;
  const failed = vpn.rasFailures.at(-1)?.connection ?? null;
  const ofFailed = vpn.profiles.filter((p) => p.name === failed);
  const candidates = ofFailed.length > 0 ? ofFailed : vpn.profiles;
  const hosts = [...new Set(candidates.map((p) => p.serverAddress).filter((h) => h !== ""))];
  const [host] = hosts;
  return hosts.length === 1 && Host.safeParse(host).success ? (host ?? null) : null;
}
