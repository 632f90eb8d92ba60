import { html } from "hono/html";
import type { Language } from "../../shared/language.ts";
import type { DiagnosisText } from "../../shared/schema/api.ts";
import type { Confidence, Direction, Recommendation, Verdict } from "../../shared/schema/diagnosis.ts";
import { VERDICTS } from "../../shared/schema/verdicts.ts";
import { say } from "../../shared/text/speak.ts";
import { commandLine, facts, type Html, list, scrollTable } from "./layout.ts";
import type { TextKey, Translate } from "./words.ts";

export const verdictTitle = (verdict: Verdict, language: Language): string =>
  say({ key: `verdict.${verdict}.title`, params: {} }, language);

interface Spoken {
  verdict: Verdict;
  confidence: Confidence;
  direction: Direction | null;
  recommendation: Recommendation;
  text: DiagnosisText;
}

/** The verdict, before everything else. */
export function verdictPanel(
  t: Translate,
  { verdict, direction, text }: Spoken,
  eyebrow: Html | string,
): Html {
  return html`<section class="verdict ${VERDICTS[verdict].tone}">
  <p class="eyebrow">${eyebrow}</p>
  <h1>${text.title}</h1>
  <p class="lead">${text.sentence}</p>
  <ul class="chips">
    <li><span>${t("confidence")}</span> ${text.confidence}</li>
    ${direction === null || text.direction === null ? "" : html`<li><span>${t("direction")}</span> ${text.direction}</li>`}
    <li><span>${t("verdict")}</span> <code>${verdict}</code></li>
  </ul>
</section>`;
}

/** What to do, with the numbers and the commands. */
export function recommendationPanel(t: Translate, { recommendation: advice, text }: Spoken): Html {
  return html`<section class="panel">
  <h2>${t("whatToDo")}</h2>
  ${text.actions.length === 0 ? "" : html`<ol class="actions">${text.actions.map((action) => html`<li>${action}</li>`)}</ol>`}
  ${mtuReadout(t, advice, text)}
  ${commandBlocks(t, advice)}
</section>`;
}

function mtuReadout(t: Translate, advice: Recommendation, text: DiagnosisText): Html {
  if (advice.interfaceMtu === null) {
    return html`<p class="readout"><span class="number keep">${t("keepMtu")}</span></p>`;
  }
  const basis: TextKey | null = advice.basis === null ? null : `basis.${advice.basis}`;
  return html`<div class="readout">
    <p><span class="caption">${t("recommendedMtu")}</span><span class="number">${advice.interfaceMtu}</span><span class="unit">${t("wholeIpPacket")}</span></p>
    ${facts([
      [t("basis"), basis === null ? null : t(basis)],
      [t("previousMtu"), advice.previousMtu],
      [t("arithmetic"), text.arithmetic],
    ])}
  </div>
  ${
    advice.expectedFragments.length === 0
      ? ""
      : html`<figure class="fragments"><figcaption>${t("expectedFragments")}: <strong>${advice.expectedFragments.join(" + ")}</strong></figcaption>${fragmentBar(advice.expectedFragments)}<p class="hint">${t("expectedFragmentsHint")}</p></figure>`
  }`;
}

/** IP packets side by side, each as long as it has bytes. */
function fragmentBar(ipBytes: number[]): Html {
  const total = ipBytes.reduce((sum, bytes) => sum + bytes, 0);
  const width = 1000;
  const gap = 6;
  let x = 0;
  const bars = ipBytes.map((bytes) => {
    const length = Math.max(1, Math.round(((width - gap * (ipBytes.length - 1)) * bytes) / total));
    const bar = html`<rect x="${x}" y="0" width="${length}" height="26" rx="3"/>`;
    x += length + gap;
    return bar;
  });
  return html`<svg class="bar" viewBox="0 0 ${width} 26" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
}

function commandBlocks(t: Translate, { commands }: Recommendation): Html {
  if (commands === null) return html``;
  return html`<h3>${t("commands")}</h3>
  <p class="hint">${t("commandsElevated")}</p>
  ${commandLine(t, t("commandApply"), commands.apply)}
  ${commandLine(t, t("commandVerify"), commands.verify)}
  ${commandLine(t, t("commandUndo"), commands.undo)}
  <details><summary>${t("commandPowershell")}</summary>
  ${commandLine(t, t("commandApply"), commands.powershell.apply)}
  ${commandLine(t, t("commandVerify"), commands.powershell.verify)}
  ${commandLine(t, t("commandUndo"), commands.powershell.undo)}
  </details>`;
}

/** Everything after the recommendation that both the fix card and the console show. */
export function restOfAdvice(t: Translate, { recommendation: advice, text }: Spoken): Html {
  return html`
  ${
    text.serverActions.length === 0
      ? ""
      : html`<section class="panel"><h2>${t("serverTitle")}</h2><p class="hint">${t("serverText")}</p>${text.serverActions.map(
          ({ product, text: words, commands }) =>
            html`<details${text.serverActions.length === 1 ? " open" : ""}><summary>${product}</summary><p>${words}</p>${commands.map((line) => commandLine(t, "", line))}</details>`,
        )}</section>`
  }
  ${
    text.alternatives.length === 0
      ? ""
      : html`<section><h2>${t("alternatives")}</h2><dl class="facts">${text.alternatives.map(
          ({ interfaceMtu, text: words }) =>
            html`<div><dt class="mtu">${interfaceMtu}</dt><dd>${words}</dd></div>`,
        )}</dl></section>`
  }
  ${
    text.nextProbe === null
      ? ""
      : html`<section><h2>${t("nextProbe")}</h2><p>${text.nextProbe}</p>${
          advice.nextProbe?.command ? commandLine(t, "", advice.nextProbe.command) : ""
        }</section>`
  }
  ${list(t("notes"), text.notes)}
  ${tunnelTable(t, advice)}`;
}

function tunnelTable(t: Translate, { tunnelMtu }: Recommendation): Html {
  if (tunnelMtu === null) return html``;
  return html`<details><summary>${t("tunnelMtu", { outer: tunnelMtu.outerMtu })}</summary>
  ${scrollTable(
    t("cipher"),
    html`<table><thead><tr><th scope="col">${t("cipher")}</th><th scope="col" class="number">${t("columnMtu")}</th></tr></thead>
  <tbody>${tunnelMtu.byCipher.map(
    ({ cipher, tunnelMtu: mtu }) => html`<tr><td>${cipher}</td><td class="number">${mtu}</td></tr>`,
  )}</tbody></table>`,
  )}</details>`;
}
