/** How `analyze` and `probe` end: the diagnosis on standard output, and the exit code that says the same. */
import { ExitCode } from "../agent/exit-code.ts";
import type { Language } from "../shared/language.ts";
import type { Diagnosis } from "../shared/schema/diagnosis.ts";
import { VERDICTS } from "../shared/schema/verdicts.ts";
import { speak } from "../shared/text/speak.ts";
import { chooseStyle, printReport } from "./print-report.ts";

/** The exit code that says whether the diagnosis found a problem. */
export const exitCodeOf = ({ verdict }: Diagnosis): number =>
  VERDICTS[verdict].isProblem ? ExitCode.PROBLEM : ExitCode.HEALTHY;

/**
 * Writes a diagnosis to standard output, as JSON or as a report for a person.
 *
 * @returns the exit code
 */
export function showDiagnosis(
  diagnosis: Diagnosis,
  { json, language, server = null }: { json: boolean; language: Language; server?: string | null },
): number {
  const spoken = speak(diagnosis, language);
  process.stdout.write(
    json
      ? `${JSON.stringify(spoken, null, 2)}\n`
      : printReport(spoken, chooseStyle(process.stdout, process.env), process.stdout.columns, server),
  );
  return exitCodeOf(diagnosis);
}
