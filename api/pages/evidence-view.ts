/**
 * What the console has of the evidence beside the report's own tables: downloads, pasted texts, the raw JSON.
 */
import { type Markup, markup } from "../../shared/chart/markup.ts";
import type { Report } from "../../shared/schema/api.ts";
import { formatMoment } from "./layout.ts";
import type { Translate } from "./words.ts";

/**
 * Downloads, pasted texts and raw data of a report. Names and texts are a stranger's and stay text.
 *
 * @param undrawn captures that could not be read for the drawings
 */
export function moreEvidence(t: Translate, report: Report, undrawn: readonly string[]): Markup {
  const { evidence, captures, reportId } = report;
  const came = report.files.map(({ name, recordedAt, receivedAt, bytes }) => {
    const said = { name, at: formatMoment(receivedAt), bytes };
    const where = recordedAt === null ? null : t(`end.${recordedAt}`);
    return markup`<li>${where === null ? t("fileCameUnknown", said) : t("fileCame", { ...said, where })}</li>\n`;
  });
  const files = captures.map(({ name, bytes, sha256 }) => {
    const kept = t("captureKept", { bytes, sha256: `${sha256.slice(0, 16)}…` });
    const download = `/v1/reports/${reportId}/capture?name=${encodeURIComponent(name)}`;
    return markup`<li>${name} (${kept}) <a href="${download}" download>${t("captureDownload")}</a></li>\n`;
  });
  const texts = evidence.texts.map(
    ({ name, text }) =>
      markup`<details><summary>${name}</summary><pre class="wrap">${text}</pre></details>\n`,
  );
  return markup`${
    came.length > 0 &&
    markup`<h3>${t("filesTitle")}</h3>
<ul>${came}</ul>
`
  }${
    files.length > 0 &&
    markup`<h3>${t("capturesTitle")}</h3>
<ul>${files}</ul>
<p class="hint">${t("captureFrames")}</p>
`
  }${undrawn.map((name) => markup`<p class="hint">${t("captureUndrawn", { name })}</p>\n`)}${
    texts.length > 0 && markup`<h3>${t("textsTitle")}</h3>\n${texts}`
  }<p><a href="/v1/reports/${reportId}">${t("rawTitle")}</a></p>`;
}
