/** The PowerShell engine that runs the Windows agent on Linux, as Windows PowerShell 5.1 or as PowerShell 7 would. */
import { accessSync, constants } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";

const ROOT = join(import.meta.dirname, "../..");
export const WINDOWS_AGENT_FILE = join(ROOT, "agent/windows.ps1");

/** Where the engine is, or why there is none: what needs it is skipped with that reason. */
export function findEngine(): { file: string; missing: null } | { file: null; missing: string } {
  const { IKEFRAG_PWSH } = process.env;
  const file = resolve(IKEFRAG_PWSH ?? join(ROOT, "../shared/pwsh/pwsh"));
  try {
    accessSync(file, constants.X_OK);
    return { file, missing: null };
  } catch {
    const where = IKEFRAG_PWSH === undefined ? "../shared/pwsh/pwsh" : `IKEFRAG_PWSH=${IKEFRAG_PWSH}`;
    return { file: null, missing: `there is no PowerShell engine at ${where}` };
  }
}
