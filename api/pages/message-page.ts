/** One IKE message of a report: its fields, and the bytes of the packets that carried it. */
import { html } from "hono/html";
import * as z from "zod";
import { messageFields, messageTitle } from "../../shared/report/messages-section.ts";
import { note } from "../auth/audit-log.ts";
import { staffOf } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { readMessage, readMessageBytes } from "../reports/read-message.ts";
import { findReport, partsOf } from "../reports/read-report.ts";
import { embed } from "./diagnosis-view.ts";
import { type Html, layout, translate } from "./layout.ts";
import type { PlainTextKey } from "./words.ts";

/** Where a message has a page of its own. */
export const messagePath = (reportId: string, capture: string, frame: number): string =>
  `/console/reports/${reportId}/messages/${frame}?capture=${encodeURIComponent(capture)}`;

const Frame = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

/**
 * The page of a message. Whoever may download captures sees its bytes, also as plain text, for scripts of the
 * report's page and for terminals; that they were seen is written down.
 *
 * @throws {Problem} `capture-not-found`, `report-not-found`, or `role-too-low` for text that it is not
 */
export async function messagePage(deps: Deps, c: AppContext): Promise<Response> {
  const t = translate(c);
  const entry = await findReport(deps, c.req.param("reportId") ?? "");
  const parts = await partsOf(deps, entry);
  const frame = Frame.safeParse(c.req.param("frame"));
  if (!frame.success) throw new Problem("capture-not-found", { params: { days: deps.config.captureDays } });
  const place = { capture: c.req.query("capture"), frame: frame.data };
  const { message, before, after } = await readMessage(deps, parts, place);
  const isAdmin = staffOf(c).role === "admin";
  const wantsText = (c.req.header("accept") ?? "").startsWith("text/plain");
  if (wantsText && !isAdmin) throw new Problem("role-too-low", { params: { role: staffOf(c).role } });
  const packets = isAdmin ? await readMessageBytes(deps, parts, message) : [];
  if (isAdmin) {
    const seen = { capture: message.capture, frame: message.frame };
    await note(deps, c, "capture-read", entry.reportId, seen);
  }
  c.header("Vary", "Accept, Cookie, Accept-Language");
  if (wantsText) {
    const dumps = packets.map((packet) => `#${packet.frame}\n${hexLines(packet.bytes).join("\n")}\n`);
    return c.text(dumps.join("\n"));
  }
  const go = (to: number | null, label: PlainTextKey, rel: string): Html =>
    to === null
      ? html``
      : html`<a class="button" rel="${rel}" href="${messagePath(entry.reportId, message.capture, to)}">${t(label)}</a>`;
  const title = messageTitle(message, c.var.language, null, null);
  return c.html(
    layout(c, {
      title: `#${message.frame} · ${entry.reportId}`,
      here: "reports",
      wide: true,
      body: html`<p class="eyebrow"><a href="/console/reports">${t("reportsTitle")}</a> / <a href="/console/reports/${entry.reportId}">${entry.reportId}</a> / <bdi>${message.capture}</bdi></p>
<section class="panel"><h1 class="message-title">${embed(title)}</h1>
${embed(messageFields(message, c.var.language))}</section>
<section class="panel" id="bytes"><h2>${t("messageBytes")}</h2>
${
  isAdmin
    ? packets.map(
        (packet) =>
          html`<h3>${t("messagePacket", { frame: packet.frame, bytes: packet.bytes.length })}</h3><pre class="hex" tabindex="0" role="region" aria-label="${t("messagePacket", { frame: packet.frame, bytes: packet.bytes.length })}">${hexLines(packet.bytes).join("\n")}</pre>`,
      )
    : html`<p>${t("messageBytesForAdmins")}</p>`
}${isAdmin && packets.length === 0 ? html`<p>${t("messageBytesGone")}</p>` : ""}
</section>
<p class="pager">${go(before, "messageBefore", "prev")}${go(after, "messageAfter", "next")}<a class="button" href="/console/reports/${entry.reportId}#messages">${t("messageAll")}</a></p>`,
    }),
  );
}

/** What scripts fill with the message of a drawing that was chosen; without them nobody sees it. */
export function messageDialog(c: AppContext): Html {
  const t = translate(c);
  return html`<dialog id="message-dialog" aria-labelledby="message-title" data-loading="${t("messageLoading")}" data-failed="${t("messageBytesGone")}">
<h2 id="message-title"></h2>
<div data-fields></div>
<pre class="hex" tabindex="0" role="region" aria-label="${t("messageBytes")}" hidden></pre>
<form method="dialog" class="pager"><button type="button" data-before>${t("messageBefore")}</button><button type="button" data-after>${t("messageAfter")}</button><button class="primary" autofocus>${t("messageClose")}</button></form>
</dialog>`;
}

const BYTES_PER_LINE = 16;

/** Bytes as people compare them with other tools: an offset, 16 bytes in hex, and what of them is ASCII. */
export function hexLines(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += BYTES_PER_LINE) {
    const some = [...bytes.subarray(start, start + BYTES_PER_LINE)];
    const hex = some.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = some
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."))
      .join("");
    lines.push(`${start.toString(16).padStart(4, "0")}  ${hex.padEnd(3 * BYTES_PER_LINE - 1)}  ${ascii}`);
  }
  return lines;
}
