/** What stands on every page about the service itself: the way to the others of them. */
import { html } from "hono/html";
import type { AppContext } from "../http/context.ts";
import { type Html, translate } from "./layout.ts";

const TABS = {
  settings: ["/console/settings", "settingsTabService"],
  people: ["/console/people", "settingsTabPeople"],
  webhooks: ["/console/webhooks", "settingsTabWebhooks"],
  audit: ["/console/audit-log", "settingsTabAudit"],
} as const;

/** Links to the pages for administrators; the one that this is on is marked. */
export function settingsTabs(c: AppContext, here: keyof typeof TABS): Html {
  const t = translate(c);
  const links = Object.entries(TABS).map(
    ([name, [path, words]]) =>
      html`<a href="${path}"${name === here ? html` aria-current="page"` : ""}>${t(words)}</a>`,
  );
  return html`<nav class="tabs" aria-label="${t("navSettings")}">${links}</nav>`;
}
