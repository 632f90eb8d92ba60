/** A report and a fix card as Markdown: the same values as their JSON, for issues and tickets. */
import { type Fact, markdownReport } from "../../shared/report/markdown-report.ts";
import { messageWords } from "../../shared/report/message-words.ts";
import { reportWords } from "../../shared/report/words.ts";
import type { FixCard, Report } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import { say } from "../../shared/text/speak.ts";

/** @param shown what the caller may see of a report */
export function toMarkdown(shown: FixCard | Report): string {
  const isWhole = "diagnosis" in shown;
  const { text } = isWhole ? shown.diagnosis : shown;
  const words = messageWords(text.language);
  const names = reportWords(text.language);
  const status = isWhole ? shown.status : shown.reviewStatus;
  const titleOf = (verdict: Verdict) => say({ key: `verdict.${verdict}.title`, params: {} }, text.language);
  const { override } = shown;
  const lead = override === null ? null : words.overridden({ verdict: titleOf(override) });
  const facts: Fact[] = [
    [words.reportId, shown.reportId],
    [words.createdAt, shown.createdAt],
    [words.status, words.statuses[status]],
  ];
  // What the user is told in place of the advice that was taken back.
  if (!isWhole) return markdownReport(shown, facts, { lead, note: shown.overrideText ?? "" });
  const { gateway, adapter, label, diagnosis, review, files } = shown;
  const own: Fact[] = [
    [names.gateway, gateway],
    [names.adapter, adapter],
    [words.label, label],
    ...files.map(({ name }): Fact => [names.captureName, name]),
  ];
  const note = [review.override?.reason ?? "", review.override?.userText ?? "", review.note]
    .filter((part) => part !== "")
    .join("\n\n");
  return markdownReport(diagnosis, [...facts, ...own], { lead, note, whole: diagnosis });
}
