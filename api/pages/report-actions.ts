/** What is done in the queue of reports besides reading: many changed at once, assigned; saved views. */
import { Hono } from "hono";
import { ReviewStatus } from "../../shared/schema/api.ts";
import { actorOf, note } from "../auth/audit-log.ts";
import { may, staffOf } from "../auth/authorize.ts";
import { newKey } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { invalidFields } from "../http/problem.ts";
import { assigneeOf, ChosenReports, changeStatuses, readUndo, undoStatuses } from "../reports/change-many.ts";

const MOST_VIEWS = 20;
const MOST_NAME = 60;

/** The parameters of the list that lead back to where somebody was. */
const LISTED = ["q", "status", "verdict", "gateway", "adapter", "since", "cursor", "limit"];

/** The address of the list with its own parameters of what a form sends as `back`, and more. */
export function backToList(sent: unknown, more: Readonly<Record<string, string>> = {}): string {
  const given = new URLSearchParams(typeof sent === "string" ? sent.slice(0, 2_000) : "");
  const kept = new URLSearchParams();
  for (const name of LISTED) {
    const value = given.get(name);
    if (value) kept.set(name, value);
  }
  for (const [name, value] of Object.entries(more)) kept.set(name, value);
  return kept.size === 0 ? "/console/reports" : `/console/reports?${kept}`;
}

function chosenIn(form: Readonly<Record<string, unknown>>): readonly string[] {
  const chosen = ChosenReports.safeParse(form.report);
  if (!chosen.success) throw invalidFields("form", chosen.error);
  return chosen.data;
}

/** The routes under `/console/reports` that change many reports, and those for saved views. */
export function reportActions(deps: Deps) {
  const reviewed = (c: AppContext, reportIds: readonly string[]) =>
    Promise.all(reportIds.map((reportId) => note(deps, c, "report-reviewed", reportId, { many: true })));
  const assign = async (c: AppContext, reportIds: readonly string[], wanted: string): Promise<number> => {
    const assignee = await assigneeOf(deps, staffOf(c), wanted);
    let assigned = 0;
    for (const reportId of reportIds) {
      if (!(await deps.reports.assign(reportId, assignee))) continue;
      assigned++;
      await note(deps, c, "report-assigned", reportId, { to: assignee?.name ?? null });
    }
    return assigned;
  };

  return new Hono<Env>()
    .post("/status", may("admin"), async (c) => {
      const form = await c.req.parseBody({ all: true });
      const status = ReviewStatus.safeParse(form.status);
      if (!status.success) throw invalidFields("form", status.error);
      const made = await changeStatuses(deps, staffOf(c), chosenIn(form), status.data);
      await reviewed(c, made.changed);
      const more = made.undo === null ? { done: "unchanged" } : { undo: made.undo };
      return c.redirect(backToList(form.back, more), 303);
    })
    .post("/undo", may("admin"), async (c) => {
      const form = await c.req.parseBody();
      const before = readUndo(deps, staffOf(c), String(form.undo ?? ""));
      if (before === null) return c.redirect(backToList(form.back, { done: "too-late" }), 303);
      const { changed, left } = await undoStatuses(deps, staffOf(c), before);
      await reviewed(c, changed);
      return c.redirect(backToList(form.back, { done: left === 0 ? "undone" : "partly-undone" }), 303);
    })
    .post("/assign", async (c) => {
      const form = await c.req.parseBody({ all: true });
      const chosen = chosenIn(form);
      await assign(c, chosen, String(form.assignee ?? ""));
      const [only] = chosen;
      // From a report's own page back to it, from the list back to the list.
      if (form.back === undefined) return c.redirect(`/console/reports/${only}`, 303);
      return c.redirect(backToList(form.back, { done: "assigned" }), 303);
    })
    .post("/views", async (c) => {
      const form = await c.req.parseBody();
      const name = String(form.name ?? "")
        .trim()
        .slice(0, MOST_NAME);
      const list = backToList(form.back);
      if (name === "") return c.redirect(list, 303);
      const query = list.split("?")[1] ?? "";
      const view = { id: newKey(deps.random), owner: actorOf(staffOf(c)), name, query };
      const saved = await deps.views.save({ ...view, createdAt: deps.now().toISOString() }, MOST_VIEWS);
      return c.redirect(backToList(form.back, { done: saved ? "view-saved" : "views-full" }), 303);
    })
    .post("/views/:viewId/delete", async (c) => {
      const form = await c.req.parseBody();
      await deps.views.remove(actorOf(staffOf(c)), c.req.param("viewId"));
      return c.redirect(backToList(form.back, { done: "view-removed" }), 303);
    });
}
