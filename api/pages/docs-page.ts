/** `/docs`: the interface, to read. */
import { html } from "hono/html";
import { FORM_TYPE } from "../http/body.ts";
import type { AppContext } from "../http/context.ts";
import { OPERATIONS, type Operation } from "../http/operations.ts";
import { PROBLEM_STATUSES } from "../http/problem-kinds.ts";
import { facts, type Html, layout, translate } from "./layout.ts";

function contentOf(content: Operation["body"]): string | null {
  if (content === undefined) return null;
  const { json = [], bytes = [], form } = content;
  const parts = form ? [`${FORM_TYPE} (${Object.keys(form).join(", ")})`] : [];
  return [...json, ...bytes, ...parts].join(", ");
}

/** The page, from the same table of operations as `/openapi.json`. */
export function docsPage(c: AppContext): Html {
  const t = translate(c);
  return layout(c, {
    title: t("docsTitle"),
    body: html`<section><h1>${t("docsTitle")}</h1><p>${t("docsText")} <a href="/openapi.json">/openapi.json</a></p></section>
${OPERATIONS.map(
  (operation) => html`<section class="panel" id="${operation.id}">
  <h2><code>${operation.method.toUpperCase()} ${operation.path}</code></h2>
  <p lang="en">${operation.summary}</p>
  ${facts([
    [t("docsWho"), t(`who.${operation.who}`)],
    [t("docsQuery"), operation.query ? Object.keys(operation.query).join(", ") : null],
    [t("docsBody"), contentOf(operation.body)],
    [
      t("docsAnswers"),
      Object.entries(operation.answers)
        .map(([status, { content }]) => [status, contentOf(content)].filter(Boolean).join(" "))
        .join("; "),
    ],
    [
      t("docsProblems"),
      html`${[...new Set(operation.problems)].map((code, index) => html`${index > 0 ? ", " : ""}<a href="/problems/${code}">${PROBLEM_STATUSES[code]} ${code}</a>`)}`,
    ],
  ])}
</section>`,
)}`,
  });
}
