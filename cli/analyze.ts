/** `ikefrag analyze FILE…`: judges evidence of one user's VPN that does not come up. */
import { diagnoseObservations, ruleReference } from "../shared/diagnose/diagnose.ts";
import { observe } from "../shared/evidence/observe.ts";
import type { Language } from "../shared/language.ts";
import { htmlReport } from "../shared/report/html-report.ts";
import { speak } from "../shared/text/speak.ts";
import { loadEvidence } from "./load-evidence.ts";
import { showDiagnosis } from "./show-diagnosis.ts";
import { checkHtmlTarget, writeHtml, writtenTo } from "./write-html.ts";

/** What `ikefrag analyze` can be told besides its files. */
export interface AnalyzeOptions {
  json: boolean;
  language: Language;
  /** The file that the HTML report is written to; `null`: none is written. */
  html: string | null;
}

/**
 * Reads all files as one body of evidence, and says what is wrong and what to do.
 *
 * @returns the exit code
 * @throws {UnusableInputError} a file cannot be used, or the report cannot be written
 */
export async function analyze(files: readonly string[], options: AnalyzeOptions): Promise<number> {
  if (options.html !== null) await checkHtmlTarget(options.html, files);
  const loaded = await loadEvidence(files);
  for (const { message } of loaded.unusable) process.stderr.write(`ikefrag: warning: ${message}\n`);
  for (const { capture, quality } of loaded.transcripts) {
    for (const { byteOffset, message } of quality.damage) {
      process.stderr.write(`ikefrag: warning: ${capture}: damaged at byte ${byteOffset}: ${message}\n`);
    }
  }
  const observations = observe(loaded.evidence, loaded.transcripts);
  const diagnosis = diagnoseObservations(observations);
  if (options.html !== null) {
    await writeHtml(
      options.html,
      htmlReport(speak(diagnosis, options.language), observations, ruleReference),
    );
    process.stderr.write(`${writtenTo(options.html, options.language)}\n`);
  }
  return showDiagnosis(diagnosis, options);
}
