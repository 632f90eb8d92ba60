/**
 * `ikefrag compare`: what differs between two bodies of evidence of one user, and whether a change helped.
 */
import { type ComparedSide, compare as compareSides } from "../shared/diagnose/compare.ts";
import type { Language } from "../shared/language.ts";
import type { Phrase } from "../shared/schema/diagnosis.ts";
import { say, speak } from "../shared/text/speak.ts";
import { diagnoseLoaded, loadEvidence } from "./load-evidence.ts";
import { chooseStyle, printComparison } from "./print-report.ts";
import { exitCodeOf } from "./show-diagnosis.ts";

/** What `ikefrag compare` is told. */
export interface CompareOptions {
  beforeFiles: readonly string[];
  afterFiles: readonly string[];
  json: boolean;
  language: Language;
}

/**
 * Judges both sides, and says what differs.
 *
 * @returns the exit code of the second side's diagnosis
 * @throws {UnusableInputError} a file cannot be used
 */
export async function compare({ beforeFiles, afterFiles, json, language }: CompareOptions): Promise<number> {
  const [before, after] = [await loadSide(beforeFiles), await loadSide(afterFiles)];
  const comparison = compareSides(before, after);
  if (json) {
    const words = (phrases: readonly Phrase[]) => phrases.map((p) => say(p, language));
    const { outcome, differences, same } = comparison;
    const text = { language, outcome: words(outcome), differences: words(differences), same: words(same) };
    const sides = { before: speak(before.diagnosis, language), after: speak(after.diagnosis, language) };
    process.stdout.write(`${JSON.stringify({ ...comparison, text, ...sides }, null, 2)}\n`);
  } else {
    process.stdout.write(printComparison(comparison, language, chooseStyle(process.stdout, process.env)));
  }
  return exitCodeOf(after.diagnosis);
}

async function loadSide(files: readonly string[]): Promise<ComparedSide> {
  const loaded = await loadEvidence(files);
  for (const { why } of loaded.unusable) process.stderr.write(`ikefrag: warning: ${why}\n`);
  return diagnoseLoaded(loaded);
}
