/** One report in the console, with its evidence and its review. */
import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { z } from "zod";
import { markup } from "../../shared/chart/markup.ts";
import { LANGUAGES } from "../../shared/language.ts";
import type { ReportSections } from "../../shared/report/sections.ts";
import { type Report, ReviewPatch, ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { may, staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { observeReport } from "../reports/observe-report.ts";
import {
  capturesOf,
  findReport,
  partsOf,
  type ReportParts,
  readReport,
  stampOf,
} from "../reports/read-report.ts";
import { eventsOf, readHistory } from "../reports/report-history.ts";
import { reviewChange, saveReview } from "../reports/save-review.ts";
import { deleteReports, reanalyze } from "../reports/write-report.ts";
import type { ReportEntry } from "../store/port.ts";
import { compareLink } from "./compare-page.ts";
import { embed, sectionsOf, verdictTitle } from "./diagnosis-view.ts";
import { moreEvidence } from "./evidence-view.ts";
import { flash } from "./flash.ts";
import { forwardPath } from "./forward-page.ts";
import { historySection } from "./history-section.ts";
import { facts, type Html, layout, moment, type Notice, noticeBox, theirs, translate } from "./layout.ts";
import { messageDialog, messagePage, messagePath } from "./message-page.ts";
import { assigneeForm } from "./report-search-form.ts";
import { type ReviewDraft, reviewDraftOf, reviewForm } from "./review-form.ts";
import type { PlainTextKey } from "./words.ts";

/** The pages under `/console/reports/ID`. */
export function reportPages(deps: Deps) {
  const makeSections = async (c: AppContext, entry: ReportEntry, parts: ReportParts) => {
    const t = translate(c);
    const report = await readReport(deps, entry, c.var.language, parts);
    const { observations, decoded, undrawn } = await observeReport(deps, report.evidence, capturesOf(parts));
    const eyebrow = markup`<a href="/console/reports">${t("reportsTitle")}</a> / ${report.reportId}`;
    const { verdict, ...others } = sectionsOf(t, report, observations, {
      eyebrow,
      moreEvidence: moreEvidence(t, report, undrawn),
      decoded,
      bytesHref: ({ capture, frame }) => messagePath(report.reportId, capture, frame),
    });
    const isRefuted = report.review.override !== null;
    const { why, candidates, ...shown } = others;
    const folded = [verdict, why, candidates].map(embed).join("");
    const diagnosedAt = parts.objects.findLast(({ kind }) => kind === "diagnosis")?.createdAt;
    return {
      verdict: String(isRefuted ? await correctedVerdict(c, report) : embed(verdict)),
      sections: Object.values(isRefuted ? shown : others)
        .map(embed)
        .join(""),
      folded: isRefuted
        ? String(
            html`<details class="refuted"><summary>${t("overriddenFolded")}</summary>${raw(folded)}</details>`,
          )
        : "",
      jump: String(await jumpLinks(c, isRefuted ? shown : others)),
      about: String(await aboutPanel(c, report, entry.caseId)),
      events: JSON.stringify(eventsOf(report, diagnosedAt ?? report.createdAt)),
    };
  };

  const reportPage = async (c: AppContext, entry: ReportEntry, draft: ReviewDraft, notice: Notice | null) => {
    const { reportId } = entry;
    const parts = await partsOf(deps, entry);
    // What is the same for all who may read it: neither the navigation nor the review.
    const made = await deps.remembered.of(
      { reportId, what: `report page ${c.var.language}`, stamp: stampOf(entry, parts) },
      () => makeSections(c, entry, parts),
    );
    const admin = staffOf(c).role === "admin";
    const events = await readHistory(deps, reportId, JSON.parse(made.events));
    return layout(c, {
      title: reportId,
      here: "reports",
      wide: true,
      body: html`
${raw(made.jump)}
${noticeBox(notice)}
<div class="report paged">${raw(made.verdict)}</div>
<div class="columns"><div class="report paged">
${raw(made.sections)}${historySection(c, events)}${raw(made.folded)}
</div><aside>
${raw(made.about)}
<section class="panel"><h2>${translate(c)("columnAssignee")}</h2>${assigneeForm(c, entry)}</section>
<section class="panel" id="review" tabindex="-1">${reviewForm(c, { entry, draft, admin })}</section>
${admin ? managePanel(c, entry) : ""}
</aside></div>
${messageDialog(c)}`,
    });
  };

  return new Hono<Env>()
    .get("/:reportId", async (c) => {
      const entry = await findReport(deps, c.req.param("reportId"));
      return c.html(await reportPage(c, entry, reviewDraftOf(entry), flash(c)));
    })
    .get("/:reportId/messages/:frame", (c) => messagePage(deps, c))
    .post("/:reportId/review", may("admin"), async (c) => {
      const t = translate(c);
      const entry = await findReport(deps, c.req.param("reportId"));
      const form = await c.req.parseBody();
      const verdict = Verdict.safeParse(form.override);
      const draft: ReviewDraft = {
        version: Number(form.version),
        status: ReviewStatus.catch(entry.status).parse(form.status),
        note: String(form.note ?? "").replace(/\r\n/g, "\n"),
        overrideVerdict: verdict.success ? verdict.data : null,
        overrideReason: String(form.reason ?? "").trim(),
        overrideUserText: String(form.userText ?? "")
          .replace(/\r\n/g, "\n")
          .trim(),
        theirs: null,
      };
      const again = async (status: 400 | 412, notice: Notice, shown: ReviewDraft) =>
        c.html(await reportPage(c, entry, shown, notice), status);

      if (draft.overrideVerdict !== null && draft.overrideReason === "") {
        return again(400, { tone: "bad", text: t("reviewReasonMissing") }, draft);
      }
      const patch = ReviewPatch.safeParse({
        status: draft.status,
        note: draft.note,
        override:
          draft.overrideVerdict === null
            ? null
            : {
                verdict: draft.overrideVerdict,
                reason: draft.overrideReason,
                userText: draft.overrideUserText,
              },
      } satisfies z.input<typeof ReviewPatch>);
      if (!patch.success) return again(400, { tone: "bad", text: t("reviewTooLong") }, draft);
      // The form keeps what was typed and gets the newer version's number: saving again is then a decision.
      const stale = async () => {
        const fresh = await findReport(deps, entry.reportId);
        return c.html(
          await reportPage(
            c,
            fresh,
            { ...draft, version: fresh.version, theirs: fresh.review },
            { tone: "bad", text: t("reviewStale") },
          ),
          412,
        );
      };
      if (draft.version !== entry.version) return stale();
      try {
        const saved = await saveReview(deps, entry, entry.version, patch.data, staffOf(c).name);
        c.set("auditDetail", reviewChange(entry.review, saved));
      } catch (error) {
        if (error instanceof Problem && error.code === "review-stale") return stale();
        throw error;
      }
      return c.redirect(`/console/reports/${entry.reportId}?done=saved#review`, 303);
    })
    .post("/:reportId/reanalyze", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c.req.param("reportId"));
      const { outcome } = await reanalyze(deps, reportId);
      return c.redirect(
        `/console/reports/${reportId}?done=${outcome === "kept" ? "kept" : "reanalyzed"}`,
        303,
      );
    })
    .post("/:reportId/delete", may("admin"), async (c) => {
      const { reportId } = await findReport(deps, c.req.param("reportId"));
      const form = await c.req.parseBody();
      if (form.confirm !== "yes") return c.redirect(`/console/reports/${reportId}#manage`, 303);
      await deleteReports(deps, reportId);
      return c.redirect("/console/reports?done=deleted", 303);
    });
}

/** What a person put in place of the analyzer's verdict, where the verdict stands otherwise. */
function correctedVerdict(c: AppContext, { reportId, review: { override } }: Report): Html {
  if (override === null) return html``;
  const t = translate(c);
  const { verdict, reason, userText } = override;
  return html`<section class="verdict ${VERDICTS[verdict].tone}">
<p class="eyebrow"><a href="/console/reports">${t("reportsTitle")}</a> / ${reportId}</p>
<h1>${verdictTitle(verdict, c.var.language)}</h1>
<p><span class="tag note">${t("overriddenMark")}</span></p>
<dl><div><dt>${t("overriddenReason")}</dt><dd class="typed" dir="auto">${reason}</dd></div>
<div><dt>${t("overriddenUserText")}</dt><dd class="typed" dir="auto">${userText ?? t("overriddenNoUserText")}</dd></div></dl>
</section>`;
}

/** Links to the parts of the page that are far down: with the keyboard, all else lies before them. */
function jumpLinks(c: AppContext, sections: Partial<ReportSections>): Html {
  const t = translate(c);
  const drawing = sections.bothEnds ? "both-ends" : sections.sequence ? "sequence" : "ladder";
  const links: [id: string, label: PlainTextKey, isThere: boolean][] = [
    ["review", "jumpReview", true],
    [drawing, "jumpWire", Boolean(sections.bothEnds ?? sections.sequence ?? sections.ladder)],
    ["advice", "jumpAdvice", Boolean(sections.advice)],
    ["server", "jumpForward", Boolean(sections.server)],
    ["messages", "jumpMessages", Boolean(sections.messages)],
    ["evidence", "jumpEvidence", true],
    ["history", "jumpHistory", true],
  ];
  return html`<nav class="jump" aria-label="${t("jumpTitle")}">${links
    .filter(([, , isThere]) => isThere)
    .map(([id, label]) => html`<a href="#${id}">${t(label)}</a>`)}</nav>`;
}

function aboutPanel(c: AppContext, report: Report, caseId: string | null): Html {
  const t = translate(c);
  const { agent } = report.evidence;
  return html`<section class="panel"><h2>${t("factsTitle")}</h2>${facts([
    [t("columnLabel"), report.label === null ? null : theirs(report.label)],
    [t("caseOne"), caseId === null ? null : html`<a href="/console/cases/${caseId}">${t("factCase")}</a>`],
    [t("columnCreated"), moment(report.createdAt)],
    [t("factExpires"), moment(report.expiresAt)],
    [t("factCapturesExpire"), report.capturesExpireAt === null ? null : moment(report.capturesExpireAt)],
    [t("factSource"), t(`source.${report.source}`)],
    [t("factPlatform"), agent === null ? null : [agent.platform, agent.osVersion].filter(Boolean).join(" ")],
    [t("factAgent"), agent === null ? null : `${agent.name} ${agent.version} (${agent.runtime})`],
    [t("factAnalyzer"), report.diagnosis.analyzer],
    [t("cardTitle"), html`<a href="/r/${report.reportId}">${t("factFixCard")}</a>`],
    [t("compareTitle"), compareLink(t, report.reportId)],
    [t("forwardTitle"), html`<a href="${forwardPath(report.reportId)}">${t("forwardLink")}</a>`],
  ])}
${
  report.withoutEvidence === null
    ? ""
    : html`<h3>${t("partialTitle")}</h3><p>${t("partialMissing", { names: report.withoutEvidence.missing.join(LANGUAGES[c.var.language].listJoiner) })}</p><p>${moment(report.withoutEvidence.at)}<br><code>${report.withoutEvidence.verdict}</code> (${report.withoutEvidence.confidence}), ${report.withoutEvidence.analyzer}</p>`
}</section>`;
}

function managePanel(c: AppContext, { reportId }: ReportEntry): Html {
  const t = translate(c);
  return html`<details class="panel" id="manage"><summary>${t("manageTitle")}</summary>
<form method="post" action="/console/reports/${reportId}/reanalyze"><p class="hint">${t("reanalyzeText")}</p><div class="field"><button>${t("reanalyzeButton")}</button></div></form>
<form method="post" action="/console/reports/${reportId}/delete"><div class="field"><label class="check"><input type="checkbox" name="confirm" value="yes" required> <span>${t("deleteConfirm")}</span></label></div><button class="danger">${t("deleteButton")}</button></form>
</details>`;
}
