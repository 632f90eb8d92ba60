/** Asks Windows PowerShell for values. */
import { windowsProgram } from "../io/system.ts";
import type { StepContext } from "./step.ts";

/** A script's first cmdlet may take several seconds, while Windows loads and scans modules. */
const TIMEOUT_MS = 30_000;

/**
 * Runs a Windows PowerShell script that prints one JSON value, and reads it.
 *
 * @param script uses only cmdlets, so that it also runs in Constrained Language Mode; without double quotes
 * @returns the value, or why there is none
 */
export async function runPowerShell(
  script: string,
  { runProgram, signal }: StepContext,
): Promise<{ value: unknown } | { detail: string }> {
  // The console's code page would spoil Japanese names. Where .NET is not allowed, that cannot be helped.
  const utf8 = "try { [Console]::OutputEncoding = New-Object System.Text.UTF8Encoding $false } catch { }";
  const programArguments = ["-NoProfile", "-NonInteractive", "-Command", `${utf8}; ${script}`];
  const program = windowsProgram("WindowsPowerShell\\v1.0\\powershell.exe");
  const result = await runProgram(program, programArguments, { signal, timeoutMs: TIMEOUT_MS });
  if (result.status === "missing" || result.status === "refused") return { detail: result.detail };
  if (result.status === "timed-out")
    return { detail: `Cannot read PowerShell's answer: none within ${TIMEOUT_MS} ms` };
  try {
    return { value: JSON.parse(result.output) };
  } catch {
    const said = `${result.errors} ${result.output}`.trim();
    return { detail: `Cannot read PowerShell's answer: exit code ${result.exitCode}, ${said}` };
  }
}
