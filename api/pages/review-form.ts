/** The review of a report in the console. */
import { html } from "hono/html";
import { type Review, ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import type { AppContext } from "../http/context.ts";
import type { ReportEntry } from "../store/port.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { facts, type Html, moment, sentence, theirs, translate } from "./layout.ts";

/** What the review form shows: the saved review, or what somebody typed and could not save yet. */
export interface ReviewDraft {
  version: number;
  status: ReviewStatus;
  note: string;
  overrideVerdict: Verdict | null;
  overrideReason: string;
  overrideUserText: string;
  /** What somebody else has saved in the meantime. */
  theirs: Review | null;
}

/** The form for the review as it is saved. */
export function reviewDraftOf({ review, version }: ReportEntry): ReviewDraft {
  return {
    version,
    status: review.status,
    note: review.note,
    overrideVerdict: review.override?.verdict ?? null,
    overrideReason: review.override?.reason ?? "",
    overrideUserText: review.override?.userText ?? "",
    theirs: null,
  };
}

interface ReviewFormInput {
  entry: ReportEntry;
  draft: ReviewDraft;
  admin: boolean;
}

/** The review: a form for admins, text for everyone else. */
export function reviewForm(c: AppContext, { entry, draft, admin }: ReviewFormInput): Html {
  const t = translate(c);
  const { review } = entry;
  const saved =
    review.updatedAt === null
      ? ""
      : html`<p class="hint">${sentence(c, "reviewBy", { at: moment(review.updatedAt), by: theirs(review.updatedBy ?? "") })}</p>`;
  if (!admin) {
    return html`<h2>${t("reviewTitle")}</h2>${facts([[t("reviewStatus"), t(`status.${review.status}`)]])}
${review.note === "" ? "" : html`<pre class="wrap">${review.note}</pre>`}${saved}<p class="hint">${t("reviewReadOnly")}</p>`;
  }
  return html`<h2>${t("reviewTitle")}</h2>
${
  draft.theirs === null
    ? ""
    : html`<div class="notice bad"><p>${t("reviewTheirs", { status: t(`status.${draft.theirs.status}`) })}</p><pre class="wrap">${draft.theirs.note || "–"}</pre></div>`
}
<form method="post" action="/console/reports/${entry.reportId}/review">
<input type="hidden" name="version" value="${draft.version}">
<div class="field"><label for="review-status">${t("reviewStatus")}</label><select id="review-status" name="status">${ReviewStatus.options.map(
    (status) =>
      html`<option value="${status}"${status === draft.status ? " selected" : ""}>${t(`status.${status}`)}</option>`,
  )}</select></div>
<div class="field"><label for="review-note">${t("reviewNote")}</label><textarea id="review-note" name="note" maxlength="10000">${draft.note}</textarea></div>
<details${[draft.overrideVerdict ?? "", draft.overrideReason, draft.overrideUserText].every((typed) => typed === "") ? "" : " open"}><summary>${t("reviewOverride")}</summary>
<div class="field"><label for="review-override">${t("columnVerdict")}</label><select id="review-override" name="override"><option value="">${t("reviewOverrideKeep")}</option>${Verdict.options.map(
    (verdict) =>
      html`<option value="${verdict}"${verdict === draft.overrideVerdict ? " selected" : ""}>${verdictTitle(verdict, c.var.language)}</option>`,
  )}</select><p class="hint">${t("reviewOverrideHint")}</p></div>
<div class="field"><label for="review-reason">${t("reviewOverrideReason")}</label><textarea id="review-reason" name="reason" rows="2" maxlength="2000">${draft.overrideReason}</textarea></div>
<div class="field"><label for="review-user-text">${t("reviewUserText")}</label><textarea id="review-user-text" name="userText" rows="3" maxlength="2000" aria-describedby="review-user-text-hint">${draft.overrideUserText}</textarea><p class="hint" id="review-user-text-hint">${t("reviewUserTextHint")}</p></div>
</details>
<button class="primary">${t("reviewSave")}</button>
</form>${saved}`;
}
