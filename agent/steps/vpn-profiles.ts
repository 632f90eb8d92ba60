/** The vpn-profiles step: which VPN connections Windows has, and which of them failed. */
import type { VpnProfilesMeasurement } from "../../shared/schema/measurement.ts";
import type { VpnProfilesStep } from "../../shared/schema/plan.ts";
import { toList, toRecord } from "../io/json.ts";
import { toInteger } from "./interface-facts.ts";
import { runPowerShell } from "./powershell.ts";
import { failed, foreignText, notRun, type StepContext } from "./step.ts";

type Measured = Extract<VpnProfilesMeasurement["outcome"], { status: "measured" }>;

const MAX_PROFILES = 64;
const MAX_FAILURES = 32;

/**
 * Get-VpnConnection lists the user's own connections or those of all users, never both. Get-WinEvent fails
 * where there are no events.
 */
export const VPN_PROFILES_SCRIPT = [
  "$ErrorActionPreference = 'SilentlyContinue'",
  "$profiles = @(@(Get-VpnConnection) + @(Get-VpnConnection -AllUserConnection) | Where-Object { $_ } | ForEach-Object { @{ name = '' + $_.Name; server = '' + $_.ServerAddress; tunnel = '' + $_.TunnelType; methods = @($_.AuthenticationMethod | ForEach-Object { '' + $_ }); status = '' + $_.ConnectionStatus } })",
  "$failures = @(Get-WinEvent -FilterHashtable @{ LogName = 'Application'; ProviderName = 'RasClient'; Id = 20227 } -MaxEvents 20 | ForEach-Object { @{ at = $_.TimeCreated.ToUniversalTime().ToString('o'); connection = '' + $_.Properties[2].Value; code = '' + $_.Properties[3].Value } })",
  "ConvertTo-Json -Compress -Depth 4 @{ profiles = $profiles; failures = $failures }",
].join("; ");

/** Reads the VPN connections of Windows, and the failed ones that its event log remembers. */
export async function readVpnProfiles(
  step: VpnProfilesStep,
  context: StepContext,
): Promise<VpnProfilesMeasurement> {
  const measurement = { step, startedAtMs: context.clock.nowMs(), sentAtMs: [] };
  if (context.platform !== "windows") {
    return { ...measurement, outcome: notRun("VPN profiles are read on Windows only") };
  }
  const answer = await runPowerShell(VPN_PROFILES_SCRIPT, context);
  if ("detail" in answer) return { ...measurement, outcome: failed("refused-by-system", answer.detail) };
  return { ...measurement, outcome: readVpnProfilesJson(answer.value) };
}

/** Reads what `VPN_PROFILES_SCRIPT` printed. */
export function readVpnProfilesJson(value: unknown): Measured {
  const { profiles, failures } = toRecord(value);
  const text = (part: unknown) => foreignText(typeof part === "string" ? part : "");
  return {
    status: "measured",
    profiles: toList(profiles)
      .map(toRecord)
      .slice(0, MAX_PROFILES)
      .map((row) => ({
        name: text(row.name),
        serverAddress: text(row.server),
        tunnelType: text(row.tunnel),
        authenticationMethods: toList(row.methods).map(text).slice(0, 16),
        connected: row.status === "Connected" ? true : row.status === "Disconnected" ? false : null,
      })),
    rasFailures: toList(failures)
      .map(toRecord)
      .flatMap((row) => {
        const at = new Date(String(row.at));
        const code = toInteger(row.code, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
        const isReadable = !Number.isNaN(at.getTime()) && code !== null;
        return isReadable ? [{ at: at.toISOString(), connection: text(row.connection), code }] : [];
      })
      .slice(0, MAX_FAILURES),
  };
}
