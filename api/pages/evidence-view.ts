/**
 * What the console has of the evidence beside the report's own tables: downloads, pasted texts, the raw JSON.
 */
import { type Markup, markup } from "../../shared/chart/markup.ts";
import { momentOf } from "../../shared/report/moment.ts";
import type { Report } from "../../shared/schema/api.ts";
import type { Translate } from "./words.ts";

/**
 * Downloads, pasted texts and raw data of a report. Names and texts are a stranger's and stay text.
 *
 * @param undrawn captures that could not be read for the drawings
 */
export function moreEvidence(t: Translate, report: Report, undrawn: readonly string[]): Markup {
  const { evidence, captures, reportId } = report;
  const shaOf = new Map(captures.map(({ name, sha256 }) => [name, sha256]));
  const rows = report.files.map(({ name, recordedAt, receivedAt, bytes }) => {
    const sha256 = shaOf.get(name);
    const download = `/v1/reports/${reportId}/capture?name=${encodeURIComponent(name)}`;
    return markup`<tr><td class="free"><bdi>${name}</bdi></td><td>${recordedAt !== null && t(`end.${recordedAt}`)}</td><td>${momentOf(Date.parse(receivedAt))}</td><td class="number">${bytes}</td><td>${
      sha256 !== undefined && markup`<code title="${sha256}">${sha256.slice(0, 12)}…</code>`
    }</td><td>${
      sha256 !== undefined &&
      markup`<a href="${download}" download aria-label="${t("captureDownload")}: ${name}">${t("captureDownload")}</a>`
    }</td></tr>
`;
  });
  const heads = [
    t("fileName"),
    t("fileWhere"),
    t("fileReceived"),
    t("fileBytes"),
    "SHA-256",
    markup`<span class="unseen">${t("captureDownload")}</span>`,
  ];
  const texts = evidence.texts.map(
    ({ name, text }) =>
      markup`<details><summary>${name}</summary><pre class="wrap">${text}</pre></details>\n`,
  );
  return markup`${
    rows.length > 0 &&
    markup`<h3>${t("filesTitle")}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="${t("filesTitle")}"><table><thead><tr>${heads.map(
      (head, n) => markup`<th scope="col"${n === 3 && markup` class="number"`}>${head}</th>`,
    )}</tr></thead><tbody>
${rows}</tbody></table></div>
<p class="soft">${t("filesText")}</p>
`
  }${undrawn.map((name) => markup`<p class="soft">${t("captureUndrawn", { name })}</p>\n`)}${
    texts.length > 0 && markup`<h3>${t("textsTitle")}</h3>\n${texts}`
  }<p><a href="/v1/reports/${reportId}">${t("rawTitle")}</a></p>`;
}
