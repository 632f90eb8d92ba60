/** The page of the console that says what many reports have in common. */
import { Hono } from "hono";
import { html } from "hono/html";
import { weekBars } from "../../shared/chart/week-bars.ts";
import { chartWords } from "../../shared/chart/words.ts";
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
import { embed, verdictTitle } from "./diagnosis-view.ts";
import { type Html, layout, type Notice, noticeBox, theirs, translate } from "./layout.ts";
import type { PlainTextKey, Translate } from "./words.ts";

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
    const { since, reports, groups } = found;
    const shown = groups.reduce((sum, group) => sum + group.reports, 0);
    const most = Math.max(0, ...groups.flatMap(({ weeks }) => weeks.map((week) => week.reports)));
    return c.html(
      layout(c, {
        title: t("insightsTitle"),
        here: "insights",
        wide: true,
        body: html`${noticeBox(flash(c))}<h1>${t("insightsTitle")}</h1>
${switches(t, found)}
${reports === 0 ? html`<section class="panel"><p>${t("insightsNone")}</p><p><a class="button" href="/console/cases">${t("navCases")}</a></p></section>` : html`<p class="hint">${t("insightsAll", { since, reports, shown })} ${t("insightsBars")}</p>`}
<div class="multiples">${groups.map((group) => groupSection(c, found, group, most))}</div>`,
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

/** So many verdicts of a group are seen at once; all are folded behind them. */
const MOST_VERDICTS_OPEN = 4;
/** So many weeks can be chosen by a click; any other number by the address. */
const SPANS = [4, 12, 26, 52] as const;

/** By what reports are grouped, and of how many weeks, as links: they can be kept and sent. */
function switches(t: Translate, { by, weeks }: Insights): Html {
  const position = (name: string, to: { by: string; weeks: number }, isHere: boolean) =>
    html`<a href="/console/insights?by=${to.by}&amp;weeks=${to.weeks}"${isHere ? html` aria-current="true"` : ""}>${name}</a>`;
  const kinds = InsightsBy.options.map((each) =>
    position(t(`insightsBy.${each}`), { by: each, weeks }, each === by),
  );
  const spans = SPANS.map((each) => position(String(each), { by, weeks: each }, each === weeks));
  return html`<div class="switches"><nav class="switch" aria-label="${t("insightsBy")}"><span>${t("insightsBy")}</span>${kinds}</nav>
<nav class="switch" aria-label="${t("insightsWeeks")}"><span>${t("insightsWeeks")}</span>${spans}</nav></div>`;
}

/** A sentence in which a stranger's name stands, whichever way its script runs. */
const isolated = (sentence: string, name: string): Html =>
  html`${sentence.split(name).map((part, at) => (at === 0 ? part : html`${theirs(name)}${part}`))}`;

function groupSection(c: AppContext, found: Insights, group: Insights["groups"][number], most: number): Html {
  const t = translate(c);
  const { language } = c.var;
  const { by, since, weeks: span } = found;
  const names: Readonly<Record<string, string>> = networkNames(language);
  const { name, reports, sentence, verdicts, weeks } = group;
  const title = name === null ? t("insightsUnnamed") : by === "network" ? (names[name] ?? name) : name;
  const listed = (verdict: Verdict | null): string =>
    `/console/reports?${new URLSearchParams({ ...(verdict === null ? {} : { verdict }), since, [by]: name ?? "" })}`;
  // Reports that name nothing cannot be listed by a name, and no list is of a kind of network.
  const isListed = name !== null && by !== "network";
  const row = (each: (typeof verdicts)[number], isWhole: boolean): Html => {
    const { verdict, reports: some, networks } = each;
    const shown = verdictTitle(verdict, language);
    const where = networks.map(({ network, reports: n }) => `${names[network]} ${n}`).join(" · ");
    return html`<li><span class="dot ${VERDICTS[verdict].tone}"></span>${isListed ? html`<a href="${listed(verdict)}">${shown}</a>` : shown} <strong>${some}</strong>${isWhole ? html` <span class="hint">${where}</span>` : ""}</li>`;
  };
  const isFolded = by !== "network" || verdicts.length > MOST_VERDICTS_OPEN;
  const all = isFolded
    ? html`<details><summary>${t(by === "network" ? "insightsFoldAll" : "insightsFold")}</summary><ul class="verdicts">${verdicts.map((each) => row(each, by !== "network"))}</ul></details>`
    : "";
  const label = chartWords(language).weeks.label({ name: title });
  const bars = weekBars(weeks, { since, weeks: span, most }, label, language);
  const count = isListed ? html`<a href="${listed(null)}">${reports}</a>` : reports;
  return html`<section class="panel"><h2>${theirs(title)} <span class="count">${count}</span></h2><p>${isolated(sentence, title)}</p>
${embed(bars)}
<ul class="verdicts">${verdicts.slice(0, MOST_VERDICTS_OPEN).map((each) => row(each, false))}</ul>${all}${by === "gateway" && name !== null && staffOf(c).role === "admin" ? deletePanel(c, name) : ""}</section>`;
}
