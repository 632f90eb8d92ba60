/** The history of a report in the console: one table, newest first. */
import { html } from "hono/html";
import { LANGUAGES } from "../../shared/language.ts";
import { ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import type { AppContext } from "../http/context.ts";
import type { HistoryEvent } from "../reports/report-history.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { type Html, moment, scrollTable, theirs, translate } from "./layout.ts";

/** The section. @param events newest first */
export function historySection(c: AppContext, events: readonly HistoryEvent[]): Html {
  const t = translate(c);
  const rows = events.map(
    (event) =>
      html`<tr><td class="nowrap">${moment(event.at)}</td><td>${event.by === null ? html`<span class="soft">${t("historyService")}</span>` : theirs(event.by)}</td><td class="wide">${inWords(c, event)}</td></tr>`,
  );
  return html`<section id="history"><h2>${t("historyTitle")}</h2>
${scrollTable(
  t("historyTitle"),
  html`<table class="cards"><thead><tr><th scope="col">${t("historyWhen")}</th><th scope="col">${t("historyWho")}</th><th scope="col">${t("historyWhat")}</th></tr></thead><tbody>${rows}</tbody></table>`,
)}
<p class="soft">${t("historyShort")}</p></section>`;
}

function inWords(c: AppContext, event: HistoryEvent): Html | string {
  const t = translate(c);
  switch (event.what) {
    case "created":
      return t("history.created", { source: t(`source.${event.source}`) });
    case "diagnosed": {
      const { verdict, confidence, analyzer } = event;
      return html`${t("history.diagnosed", { verdict: verdictTitle(verdict, c.var.language), confidence, analyzer })}`;
    }
    case "file-came":
      return t("history.file-came", { name: event.name, bytes: event.bytes });
    case "capture-read": {
      const { frame, capture } = event.detail;
      const done =
        typeof frame === "number" ? t("history.message-read", { frame }) : t("history.capture-read");
      return typeof capture === "string" ? html`${done} · ${theirs(capture)}` : done;
    }
    case "report-reviewed":
      return [t("history.report-reviewed"), ...changes(c, event.detail)].join(
        LANGUAGES[c.var.language].listJoiner,
      );
    case "analysis-stored":
    case "report-reanalyzed":
      return t(`history.${event.what}`);
  }
}

/** What a review changed. The log is older than some of its details: what it does not say is left out. */
function changes(c: AppContext, detail: Readonly<Record<string, unknown>>): string[] {
  const t = translate(c);
  const [from, to] = [ReviewStatus.safeParse(detail.from), ReviewStatus.safeParse(detail.to)];
  const verdict = Verdict.safeParse(detail.override);
  const moved = from.success && to.success && from.data !== to.data;
  return [
    moved && t("historyStatus", { from: t(`status.${from.data}`), to: t(`status.${to.data}`) }),
    verdict.success && t("historyOverride", { verdict: verdictTitle(verdict.data, c.var.language) }),
    detail.override === null && t("historyOverrideGone"),
    detail.userText === true && t("historyUserText"),
    detail.note === true && t("historyNote"),
  ].filter((part) => part !== false);
}
