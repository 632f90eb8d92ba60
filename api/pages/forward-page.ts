/** What of a report goes to others: the text to copy or to send, and the files that go with it. */
import { Hono } from "hono";
import { html } from "hono/html";
import { type Markup, markup } from "../../shared/chart/markup.ts";
import type { ForwardPack } from "../../shared/report/forward-pack.ts";
import type { ForwardTo } from "../../shared/text/forward.ts";
import { staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { mailtoAddress } from "../reports/draft-mail.ts";
import {
  type Forward,
  type ForwardRequest,
  forwardedCapture,
  forwardMail,
  forwardZip,
  readForward,
} from "../reports/forward-report.ts";
import { findReport } from "../reports/read-report.ts";
import type { ReportEntry } from "../store/port.ts";
import { type Html, layout, sentence, theirs, translate } from "./layout.ts";
import type { Translate } from "./words.ts";

/** A zone's name is short, and decides nothing but how times are written. */
const ZONE = /^[A-Za-z0-9_+\-/]{1,64}$/;

/** Where what goes to others stands for a report. */
export const forwardPath = (reportId: string): string => `/console/reports/${reportId}/forward`;

/** The line of a report's page that leads there. */
export const forwardLink = (t: Translate, reportId: string): Markup =>
  markup`<p><a href="${forwardPath(reportId)}">${t("forwardLink")}</a></p>`;

function readRequest(c: AppContext, isWithFiles: boolean): ForwardRequest {
  const { to, addresses, zone } = c.req.query();
  const isWith = addresses !== "0";
  return {
    to: to === "carrier" ? "carrier" : "gateway",
    language: c.var.language,
    addresses: isWith,
    zone: zone !== undefined && ZONE.test(zone) ? zone : null,
    // A capture with addresses is what its download alone is: an administrator's.
    withCaptures: !isWith || staffOf(c).role === "admin",
    isWithFiles,
  };
}

const addressOf = (path: string, { to, addresses, zone }: ForwardRequest): string => {
  const query = new URLSearchParams({ to, addresses: addresses ? "1" : "0" });
  if (zone !== null) query.set("zone", zone);
  return `${path}?${query}`;
};

/** The pages under `/console/reports/ID/forward`. */
export function forwardPages(deps: Deps) {
  const read = async (c: AppContext, isWithFiles = false) => {
    const entry = await findReport(deps, c.req.param("reportId") ?? "");
    const request = readRequest(c, isWithFiles);
    return { entry, request, forward: await readForward(deps, entry, request) };
  };
  const readPack = async (c: AppContext) => {
    const { forward, ...given } = await read(c, true);
    const { pack } = forward;
    if (pack === null) throw new Problem("not-found", { params: { method: c.req.method, path: c.req.path } });
    return { ...given, forward: { ...forward, pack } };
  };
  const file = (
    c: AppContext,
    name: string,
    type: string,
    body: string | ReadableStream | Uint8Array<ArrayBuffer>,
  ) =>
    c.body(body, 200, {
      "Content-Type": type,
      "Content-Disposition": `attachment; filename="${name}"`,
      "Cache-Control": "no-store",
    });

  return new Hono<Env>()
    .get("/:reportId/forward", async (c) => {
      const { entry, request, forward } = await read(c);
      return c.html(await forwardPage(c, entry, request, forward));
    })
    .get("/:reportId/forward/draft.eml", async (c) => {
      const { entry, request, forward } = await readPack(c);
      const draft = await forwardMail(deps, forward, request.addresses);
      return file(c, `${entry.reportId}.eml`, "message/rfc822", draft);
    })
    .get("/:reportId/forward/all.zip", async (c) => {
      const { entry, request, forward } = await readPack(c);
      const zip = await forwardZip(deps, forward, request.addresses);
      return file(c, `${entry.reportId}.zip`, "application/zip", zip);
    })
    .get("/:reportId/forward/report.html", async (c) => {
      const { entry, forward } = await read(c);
      return file(c, `${entry.reportId}.html`, "text/html; charset=utf-8", forward.html());
    })
    .get("/:reportId/forward/captures/:number", async (c) => {
      const { entry, request, forward } = await read(c);
      const capture = forward.captures[Number(c.req.param("number")) - 1];
      if (capture === undefined)
        throw new Problem("capture-not-found", { params: { days: deps.config.captureDays } });
      const bytes = await forwardedCapture(deps, capture, request.addresses);
      return file(c, `${entry.reportId}.pcapng`, "application/x-pcapng", bytes);
    });
}

function forwardPage(
  c: AppContext,
  { reportId, override }: ReportEntry,
  request: ForwardRequest,
  forward: Forward,
): Promise<Html> | Html {
  const t = translate(c);
  const { pack, readers } = forward;
  const path = forwardPath(reportId);
  return layout(c, {
    title: `${t("forwardTitle")} · ${reportId}`,
    here: "reports",
    body: html`<p class="eyebrow"><a href="/console/reports">${t("reportsTitle")}</a> / <a href="/console/reports/${reportId}">${reportId}</a></p>
<h1>${t("forwardTitle")}</h1>
<p>${t("forwardLead")}</p>
${override === null ? "" : html`<p class="notice note">${t("forwardReviewed")}</p>`}
${choices(t, path, request)}
${
  pack !== null
    ? packPanel(c, path, request, { ...forward, pack })
    : html`<p class="notice note" role="status">${t(readers.length === 0 ? "forwardNobodyAtAll" : "forwardNobody")}</p>`
}`,
  });
}

/** Two switches as links: they work without scripts, and can be sent to a colleague. */
function choices(t: Translate, path: string, request: ForwardRequest): Html {
  const position = (name: string, to: ForwardRequest, isHere: boolean) =>
    html`<a href="${addressOf(path, to)}"${isHere ? html` aria-current="true"` : ""}>${name}</a>`;
  const readers = (["gateway", "carrier"] satisfies ForwardTo[]).map((to) =>
    position(t(`forwardTo.${to}`), { ...request, to }, request.to === to),
  );
  const versions = [true, false].map((addresses) =>
    position(
      t(`forwardAddresses.${addresses ? 1 : 0}`),
      { ...request, addresses },
      request.addresses === addresses,
    ),
  );
  return html`<div class="switches"><nav class="switch" aria-label="${t("forwardReader")}"><span>${t("forwardReader")}</span>${readers}</nav>
<nav class="switch" aria-label="${t("forwardAddresses")}"><span>${t("forwardAddresses")}</span>${versions}</nav></div>
${request.addresses ? "" : html`<p class="hint">${t("forwardWithoutHint")}</p>`}`;
}

function packPanel(
  c: AppContext,
  path: string,
  request: ForwardRequest,
  { pack, captures, tooLarge }: Forward & { pack: ForwardPack },
): Html {
  const t = translate(c);
  const isWithheld = !request.withCaptures;
  const address = (part: string): string => addressOf(`${path}/${part}`, request);
  const mail = mailtoAddress(pack.subject, [pack.text, ...pack.shorter]);
  const files = captures.map(
    ({ bytes }, at) =>
      html`<li><a href="${address(`captures/${at + 1}`)}" download>${t("forwardCapture", { number: at + 1, bytes })}</a></li>`,
  );
  return html`<section class="panel" data-own-zone>
<p class="buttons"><span data-copies="forward-text" data-first data-copy="${t("forwardCopy")}" data-copied="${t("copied")}"></span><a class="button" href="${mail}">${t("forwardMail")}</a><a class="button" href="${address("draft.eml")}" download>${t("forwardDraft")}</a></p>
<p class="hint">${t("forwardMailHint")}</p>
<h2>${t("forwardSubject")}</h2><p class="forward">${pack.subject}</p>
<h2>${t("forwardText")}</h2><p class="forward" id="forward-text" tabindex="0">${pack.text}</p>
</section>
<section class="panel files"><h2>${t("forwardFiles")}</h2>
<ul><li><a href="${address("draft.eml")}" download>${t("forwardDraft")}</a></li><li><a href="${address("all.zip")}" download>${t("forwardZip")}</a></li><li><a href="${address("report.html")}" download>${t("forwardHtml")}</a></li>${files}</ul>
${isWithheld ? html`<p class="hint">${t("forwardCaptureAdmin")}</p>` : ""}
${tooLarge.length === 0 ? "" : html`<p class="hint">${sentence(c, "forwardTooLarge", { names: html`${tooLarge.map((name) => html`${theirs(name)} `)}` })}</p>`}</section>`;
}
