/** What a person sees where a program gets a problem document. */
import { html } from "hono/html";
import type { AppContext } from "../http/context.ts";
import type { Problem } from "../http/problem.ts";
import { type Html, layout, translate } from "./layout.ts";
import { operatorLine } from "./operator.ts";

/** A problem as a page. */
export function errorPage(c: AppContext, problem: Problem): Html {
  const t = translate(c);
  // A code that has ended, or an ID that is none: whoever came by it can only ask who gave it to them.
  const isOfUsers = c.var.principal.kind !== "staff" && [404, 410, 429].includes(problem.status);
  return layout(c, {
    title: problem.title(c.var.language),
    body: html`<section>
  <p class="eyebrow">${problem.status}</p>
  <h1>${problem.title(c.var.language)}</h1>
  <p class="lead">${problem.detail(c.var.language)}</p>
  ${problem.errors.length === 0 ? "" : html`<ul>${problem.errors.map(({ pointer, detail }) => html`<li><code>${pointer}</code> ${detail}</li>`)}</ul>`}
  ${problem.status >= 500 ? html`<p class="hint">${t("errorHint")} ${t("requestId")}: <code>${c.var.requestId}</code></p>` : ""}
  ${isOfUsers ? html`<p>${t("errorAsk")} ${operatorLine(c)}</p>` : ""}
  <p><a class="button" href="/">${t("backHome")}</a></p>
</section>`,
  });
}
