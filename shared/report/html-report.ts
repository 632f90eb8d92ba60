/** A report as one HTML file: a cover on the sections that all reports share. */
import { Markup, markup } from "../chart/markup.ts";
import type { DecodedCapture } from "../evidence/decoded-messages.ts";
import type { Observations } from "../evidence/observations.ts";
import type { SpokenDiagnosis } from "../schema/api.ts";
import type { RuleReference } from "./finding-sections.ts";
import { reportSections } from "./sections.ts";
import { REPORT_STYLE, REPORT_STYLE_SHA256 } from "./style.ts";
import { reportWords } from "./words.ts";

/**
 * No script, no connection, no frame: a report is opened from a mailbox, and names in it come from strangers.
 */
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${REPORT_STYLE_SHA256}'; base-uri 'none'; form-action 'none'`;

/**
 * A diagnosis as one file that needs nothing else: the verdict, the drawings, why, what to do, and the
 * evidence.
 *
 * @param decoded the messages of the captures, to which the drawings lead
 */
export function htmlReport(
  diagnosis: SpokenDiagnosis,
  observations: Observations,
  ruleReference: RuleReference,
  decoded: readonly DecodedCapture[] = [],
): string {
  const { text } = diagnosis;
  const words = reportWords(text.language);
  const sections = reportSections(diagnosis, observations, ruleReference, { decoded });
  const page = markup`<!doctype html>
<html lang="${text.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${text.title} · ikefrag</title>
<style>${new Markup(REPORT_STYLE)}</style>
</head>
<body class="report paged">
<header><span class="mark">ikefrag</span><span>${words.report}</span></header>
<main>
${Object.values(sections)}
</main>
<footer><p>${words.analyzer}${diagnosis.analyzer}<br>${words.madeBy}</p></footer>
</body>
</html>
`;
  return page.toString();
}
