/** The landing page: a report by its ID, and an analysis that happens in the browser. */
import { html } from "hono/html";
import type { PageFiles } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { assetPath } from "./assets.ts";
import { type Html, layout, translate } from "./layout.ts";
import type { PlainTextKey, Translate } from "./words.ts";

/** What the page's script says, by the names that it knows the words by. */
const SCRIPT_WORDS = {
  copy: "copy",
  copied: "copied",
  working: "localWorking",
  done: "localDone",
  cancelled: "localCancelled",
  nothing: "localNothing",
  unusable: "localUnusable",
  failed: "localFailed",
  pasted: "localPasted",
  where: "localWhere",
  cut: "localCut",
  leftEvidence: "localLeftEvidence",
  leftUnusable: "localLeftUnusable",
  sent: "localSent",
} as const satisfies Record<string, PlainTextKey>;

/** The page for who is not signed in, and for everybody else. */
export function homePage(c: AppContext): Html {
  const t = translate(c);
  return layout(c, {
    title: t("homeTitle"),
    body: html`<section>
  <h1>${t("homeTitle")}</h1>
  <p class="lead">${t("homeLead")}</p>
</section>
<section class="panel" aria-label="${t("homeFindTitle")}">
  <form method="get" action="/r">
    <div class="inline">
      <div class="field"><label for="id">${t("homeFindLabel")}</label><input id="id" name="id" required maxlength="2000" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="IKF-XXXXX-XXXXX-X"></div>
      <button class="primary">${t("homeFindButton")}</button>
    </div>
  </form>
</section>
${localPart(t, c.var.pageFiles)}
<details><summary>${t("homeUserTitle")}</summary><p>${t("homeUserText")}</p></details>
<details><summary>${t("homeStaffTitle")}</summary><p>${t("homeStaffText")}</p><p><a class="button" href="/console">${t("navSignIn")}</a></p></details>`,
  });
}

function localPart(t: Translate, { analyzer }: PageFiles["names"]): Html {
  const words = Object.fromEntries(Object.entries(SCRIPT_WORDS).map(([name, key]) => [name, t(key)]));
  return html`<div data-local data-analyzer="${assetPath(analyzer)}" data-words="${JSON.stringify(words)}">
<section class="panel local"><h2>${t("localTitle")}</h2><p>${t("localLead")}</p>
<noscript><p class="notice">${t("localNoScript")}</p></noscript>
<form data-part="form" hidden>
  <div class="drop" data-part="drop"><label class="button"><input class="unseen" type="file" multiple data-part="choose">${t("localChoose")}</label> <span>${t("localDrop")}</span></div>
  <ul class="chosen" data-part="files"></ul>
  <details><summary>${t("localPasteTitle")}</summary><div class="field"><label for="local-paste">${t("localPasteLabel")}</label><textarea id="local-paste" class="paste" data-part="paste" spellcheck="false" autocomplete="off" autocapitalize="none"></textarea></div><div class="field"><label for="local-gateway">${t("localGatewayName")}</label><input id="local-gateway" data-part="gateway" maxlength="253" autocomplete="off" autocapitalize="none" spellcheck="false" placeholder="vpn.example.com"></div><button class="primary">${t("localAnalyze")}</button></details>
  <div class="inline"><progress data-part="progress" aria-label="${t("localProgress")}" hidden></progress> <button type="button" data-part="cancel" hidden>${t("localCancel")}</button></div>
  <p data-part="status" class="status" role="status"></p>
</form>
<template data-part="file-row"><li><bdi data-part="file-name"></bdi> <span class="soft" data-part="file-size"></span> <select data-part="file-end"><option value="">${t("localWhere")}: ${t("localAnywhere")}</option><option value="client">${t("localClient")}</option><option value="gateway">${t("localGateway")}</option><option value="between">${t("localBetween")}</option></select> <button type="button" data-part="file-away">${t("localRemove")}</button></li></template>
<template data-part="prepared-row"><li><label class="check"><input type="checkbox" checked data-part="wanted"> <span><bdi data-part="prepared-name"></bdi> <span class="soft" data-part="prepared-size"></span></span></label><details><summary>${t("localShown")}</summary><pre tabindex="0" data-part="prepared-shown"></pre><p><a data-part="prepared-save">${t("localSaveSent")}</a></p></details></li></template>
</section>
<div data-part="result" hidden>
<p class="saves"><a class="button" data-part="save-html" download="ikefrag-report.html">${t("localSaveHtml")}</a> <a class="button" data-part="save-json" download="ikefrag-diagnosis.json">${t("localSaveJson")}</a></p>
<div class="report" data-part="report"></div>
<section class="panel"><h2>${t("localSendTitle")}</h2><p>${t("localSendText")}</p>
<button type="button" data-part="prepare">${t("localPrepare")}</button>
<div data-part="preview" hidden><p>${t("localPreviewText")}</p>
<ul class="prepared" data-part="prepared"></ul>
<form data-part="send"><div class="inline"><div class="field"><label for="local-code">${t("localCode")}</label><input id="local-code" data-part="code" required maxlength="64" autocomplete="off" autocapitalize="characters" spellcheck="false" placeholder="XXXX-XXXX-XXXXX"></div><button class="primary" data-part="send-button">${t("localSend")}</button></div></form>
<p data-part="sent" class="status" role="status"></p></div>
</section></div>
</div>`;
}
