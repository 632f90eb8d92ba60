/** The page of the console that says what many reports have in common. */
import { Hono } from "hono";
import { html } from "hono/html";
import { type Insights, InsightsBy } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { deleteGateway } from "../cases/delete-data.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { InsightsQuery } from "../http/list-query.ts";
import { invalidFields, Problem } from "../http/problem.ts";
import { networkNames, readInsights } from "../reports/insights.ts";
import { verdictTitle } from "./diagnosis-view.ts";
import { type Html, layout, type Notice, noticeBox, scrollTable, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

/** What a deletion before this page has done, as a word in the address. */
const FLASHES = {
  deleted: { tone: "good", text: "gatewayDeleted" },
  left: { tone: "bad", text: "gatewayDeletedInPart" },
} as const satisfies Record<string, { tone: Notice["tone"]; text: PlainTextKey }>;

function flash(c: AppContext): Notice | null {
  const done = c.req.query("done") ?? "";
  if (!Object.hasOwn(FLASHES, done)) return null;
  const { tone, text } = FLASHES[done as keyof typeof FLASHES];
  return { tone, text: translate(c)(text) };
}

/** The pages under `/console/insights`. */
export function insightPages(deps: Deps) {
  const page = async (c: AppContext) => {
    const query = InsightsQuery.safeParse(c.req.query());
    if (!query.success) throw invalidFields("query", query.error);
    const found = await readInsights(deps, query.data, c.var.language);
    const t = translate(c);
    const { by, weeks, since, reports, groups } = found;
    const shown = groups.reduce((sum, group) => sum + group.reports, 0);
    return c.html(
      layout(c, {
        title: t("insightsTitle"),
        here: "insights",
        body: html`${noticeBox(flash(c))}<h1>${t("insightsTitle")}</h1>
<form method="get" action="/console/insights" class="filters panel">
<div class="field"><label for="by">${t("insightsBy")}</label><select id="by" name="by">${InsightsBy.options.map((each) => html`<option value="${each}"${each === by ? " selected" : ""}>${t(`insightsBy.${each}`)}</option>`)}</select></div>
<div class="field"><label for="weeks">${t("insightsWeeks")}</label><input id="weeks" name="weeks" type="number" min="1" max="104" value="${weeks}"></div>
<div class="buttons"><button class="primary">${t("insightsApply")}</button></div>
</form>
<p>${reports === 0 ? t("insightsNone") : t("insightsAll", { since, reports, shown })}</p>
${groups.map((group) => groupSection(c, found, group))}`,
      }),
    );
  };
  return new Hono<Env>().get("/", page).post("/:gateway/delete", may("admin"), async (c) => {
    const form = await c.req.parseBody();
    if (form.confirm !== "yes") throw new Problem("invalid-fields", { params: { target: "form" } });
    const { left } = await deleteGateway(deps, c.req.param("gateway"));
    const done = left.reports + left.cases > 0 ? "left" : "deleted";
    return c.redirect(`/console/insights?done=${done}`, 303);
  });
}

/** Only of a gateway: an interface's name is that of many people's interfaces. */
function deletePanel(c: AppContext, gateway: string): Html {
  const t = translate(c);
  return html`<details><summary>${t("manageTitle")}</summary>
<form method="post" action="/console/insights/${encodeURIComponent(gateway)}/delete"><div class="field"><label class="check"><input type="checkbox" name="confirm" value="yes" required> <span>${t("gatewayDeleteConfirm", { gateway })}</span></label></div><button class="danger">${t("gatewayDeleteButton")}</button></form></details>`;
}

function groupSection(c: AppContext, { by, since }: Insights, group: Insights["groups"][number]): Html {
  const t = translate(c);
  const { language } = c.var;
  const names: Readonly<Record<string, string>> = networkNames(language);
  const { name, sentence, verdicts, weeks } = group;
  const title = name === null ? t("insightsUnnamed") : by === "network" ? (names[name] ?? name) : name;
  const linked = (verdict: Verdict): Html | string => {
    const shown = verdictTitle(verdict, language);
    // Reports that name nothing cannot be listed by a name, and no list is of a kind of network.
    if (name === null || by === "network") return shown;
    return html`<a href="/console/reports?${new URLSearchParams({ verdict, since, [by]: name })}">${shown}</a>`;
  };
  const rows = verdicts.map(
    ({ verdict, reports, networks }) => html`<tr>
<td class="wide"><span class="dot ${VERDICTS[verdict].tone}"></span>${linked(verdict)}</td>
<td class="number">${reports}</td>
<td>${networks.map(({ network, reports: count }) => html`<span class="tag">${names[network]} ${count}</span> `)}</td>
</tr>`,
  );
  const byWeek = weeks.map(({ week, reports }) => `${week}: ${reports}`).join(" · ");
  return html`<section class="panel"><h2>${title}</h2><p>${sentence}</p>
${scrollTable(title, html`<table class="cards"><thead><tr><th scope="col">${t("columnVerdict")}</th><th scope="col" class="number">${t("columnReports")}</th><th scope="col">${t("insightsBy.network")}</th></tr></thead><tbody>${rows}</tbody></table>`)}
<p class="hint">${t("insightsByWeek")}: ${byWeek}</p>${by === "gateway" && name !== null && staffOf(c).role === "admin" ? deletePanel(c, name) : ""}</section>`;
}
