/** `ikefrag doctor`: whether what a data directory holds is whole. */
import process from "node:process";
import { ExitCode } from "../agent/exit-code.ts";
import { CHECKS, type Examination, examine, type Finding } from "../api/runtime/doctor.ts";

/**
 * Examines, and says what is found.
 *
 * @returns the exit code: 0 when all is well or was mended, 1 when it is not, 2 when it cannot be examined
 */
export async function doctor(
  dataDir: string,
  { mend, json }: { mend: boolean; json: boolean },
): Promise<number> {
  let examination: Examination;
  try {
    examination = await examine(dataDir, mend);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      message.startsWith("Cannot ") ? `${message}\n` : `Cannot examine ${dataDir}: ${message}\n`,
    );
    return ExitCode.USAGE;
  }
  const problems = examination.findings.filter(({ isProblem, isMended }) => isProblem && !isMended).length;
  process.stdout.write(
    json
      ? `${JSON.stringify({ dataDir, problems, ...examination })}\n`
      : printed(dataDir, problems, examination),
  );
  return problems === 0 ? ExitCode.HEALTHY : ExitCode.PROBLEM;
}

function printed(dataDir: string, problems: number, { looked, findings }: Examination): string {
  const { reports, cases, runs, objects, auditEntries } = looked;
  const lines = [
    `${dataDir}: ${reports} reports, ${cases} cases, ${runs} runs, ${objects} objects, ${auditEntries} entries of the audit log`,
  ];
  for (const check of CHECKS) {
    const found = findings.filter((finding) => finding.check === check);
    if (found.length === 0) lines.push(`  well     ${check}`);
    for (const finding of found) lines.push(`  ${stateOf(finding).padEnd(8)} ${check}: ${sentence(finding)}`);
  }
  lines.push(problems === 0 ? "No problem is left." : `${problems} problem${problems === 1 ? "" : "s"}.`, "");
  return lines.join("\n");
}

const stateOf = ({ isProblem, isMended }: Finding): string =>
  isMended ? "mended" : isProblem ? "PROBLEM" : "note";

const sentence = ({ what, count, examples }: Finding): string =>
  examples.length === 0 ? what : `${count}: ${what}, such as ${examples.join(", ")}`;
