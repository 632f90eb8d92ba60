import { windowsProgram } from "../io/system.ts";
import type { StepContext } from "./step.ts";

/** Windows may hold a script's first cmdlet back for several seconds while it loads modules and scans them. */
const TIMEOUT_MS = 30_000;

/**
 * Runs a Windows PowerShell script that prints one JSON value, and reads it.
 *
 * @param script cmdlets only, so that it also runs where the language mode is constrained; double quotes are not allowed
 * @returns the value, or why there is none
 */
export async function runPowerShell(
  script: string,
  { runProgram, signal }: StepContext,
): Promise<{ value: unknown } | { detail: string }> {
  // Names on a Japanese Windows do not survive the console's code page; where .NET is not allowed they have to.
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
