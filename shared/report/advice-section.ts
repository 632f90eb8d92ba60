/** The sections of a report that say what to do: on this PC, and at the gateway. */
import { type Markup, markup } from "../chart/markup.ts";
import type { Observations } from "../evidence/observations.ts";
import type { DiagnosisText, SpokenDiagnosis } from "../schema/api.ts";
import type { CommandSet, ProfileCommands, Recommendation } from "../schema/diagnosis.ts";
import { type Advice, type CopyWords, LIST_SEPARATOR, list, prose } from "./advice.ts";
import { forwardPack } from "./forward-pack.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** How many products stay open. More than these are to be chosen from, and fold. */
const MOST_PRODUCTS_OPEN = 2;

/** What to do: the steps, the MTU with its sum and commands, what else to try, what would settle it. */
export function adviceSection({ text, recommendation: advice }: Advice, copy: CopyWords): Markup {
  const words = reportWords(text.language);
  const actions = text.actions.map((action) => markup`<li>${prose(action)}</li>\n`);
  return markup`<section id="advice"><h2>${words.whatToDo}</h2>
<ol>${actions}</ol>
${advice.profileCommands !== null && profileBlock(advice.profileCommands, words, copy)}
${
  advice.ikeFragmentation !== null &&
  markup`<p>${words.ikeFragmentation}: <strong>${words.remedyBasis[advice.ikeFragmentation.basis]}</strong></p>\n`
}${advice.interfaceMtu === null ? markup`<p>${words.keepMtu}</p>` : mtuReadout(advice.interfaceMtu, text, advice, words)}
${advice.commands !== null && commandBlock(advice.commands, words, copy)}
${
  text.alternatives.length > 0 &&
  markup`<h3>${words.alternatives}</h3>
<ol>${text.alternatives.map((a) => markup`<li>${prose(a.text)}</li>\n`)}</ol>`
}
${text.nextProbe !== null && markup`<h3>${words.nextProbe}</h3>\n<p>${prose(text.nextProbe)}</p>`}
${advice.nextProbe?.command ? command("", advice.nextProbe.command, copy) : null}
${list(words.notes, text.notes)}
${advice.tunnelMtu !== null && tunnelTable(advice.tunnelMtu, words)}
</section>`;
}

function mtuReadout(
  interfaceMtu: number,
  text: DiagnosisText,
  advice: Recommendation,
  words: ReportWords,
): Markup {
  const pair = (name: string, value: string | number | null): Markup | null =>
    value === null || value === "" ? null : markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`;
  return markup`<p class="mtu"><span>${words.recommendedMtu}</span> <strong>${interfaceMtu}</strong> <span>${words.wholeIpPacket}</span></p>
<dl>
${pair(words.basisName, advice.basis && words.basis[advice.basis])}
${pair(words.previousMtu, advice.previousMtu)}
${pair(words.arithmetic, text.arithmetic)}
${pair(words.expectedFragments, advice.expectedFragments.join(" + "))}
</dl>`;
}

/** A line to be typed: one click selects it whole, and a script may add a button that copies it. */
function command(label: string, line: string, copy: CopyWords): Markup {
  const attributes =
    copy !== null && markup` data-copy="${copy.copy}" data-copied="${copy.copied}" tabindex="0"`;
  const name = label !== "" && markup`<span class="label">${label}</span>`;
  return markup`<p class="command${label === "" && " alone"}">${name}<code${attributes}>${line}</code></p>\n`;
}

function commandBlock(
  commands: NonNullable<Recommendation["commands"]>,
  words: ReportWords,
  copy: CopyWords,
): Markup {
  return markup`<p>${words.elevated}</p>
${three(commands, words, copy)}
<details><summary>${words.powershell}</summary>
${three(commands.powershell, words, copy)}</details>`;
}

const three = (set: CommandSet, words: ReportWords, copy: CopyWords): Markup[] => [
  command(words.apply, set.apply, copy),
  command(words.verify, set.verify, copy),
  command(words.undo, set.undo, copy),
];

/** The lines for the switch in the client's VPN profile, which are for PowerShell alone. */
const profileBlock = (commands: ProfileCommands, words: ReportWords, copy: CopyWords): Markup =>
  markup`<h3>${words.profileSwitch}</h3>
<p>${commands.needsElevation ? words.profileElevated : words.profileOpen}</p>
${three(commands, words, copy)}
<p class="soft">${words.profileCopy}</p>`;

function tunnelTable(
  { outerMtu, byCipher }: NonNullable<Recommendation["tunnelMtu"]>,
  words: ReportWords,
): Markup {
  const rows = byCipher.map(
    (c) => markup`<tr><td>${c.cipher}</td><td class="number">${c.tunnelMtu}</td></tr>\n`,
  );
  return markup`<details><summary>${words.tunnel({ outerMtu })}</summary>
<table><thead><tr><th scope="col">${words.cipher}</th><th scope="col" class="number">MTU</th></tr></thead><tbody>
${rows}</tbody></table></details>`;
}

/** The texts to forward, one for each reader who can do something; `null` where there is none. */
export function forwardTexts(
  diagnosis: SpokenDiagnosis,
  observations: Observations,
  { copy = null, forward = null }: { copy?: CopyWords; forward?: Markup | null },
): Markup | null {
  const { language } = diagnosis.text;
  const words = reportWords(language);
  const packs = (["gateway", "carrier"] as const).flatMap(
    (to) => forwardPack(diagnosis, observations, { to, language, addresses: true }) ?? [],
  );
  if (packs.length === 0) return null;
  const buttons =
    copy !== null &&
    markup`<p class="buttons">${packs.map(
      ({ to }) =>
        markup`<span data-copies="forward-${to}" data-copy="${words.forwardCopy[to]}" data-copied="${copy.copied}"></span>`,
    )}</p>\n`;
  return markup`${buttons}${packs.map(
    ({ to, subject, text }) =>
      markup`<details><summary>${words.forwardTo[to]}</summary>\n<p class="forward" id="forward-${to}">${subject}\n\n${text}</p></details>\n`,
  )}${forward}`;
}

/**
 * What the gateway's administrator can do, with a text to forward; `null` where there is nothing to do there.
 *
 * @param forward texts to forward that have what was measured in them, where the cover has that
 */
export function serverSection(
  { text }: Advice,
  copy: CopyWords,
  forward: Markup | null = null,
): Markup | null {
  if (text.serverActions.length === 0 && text.forward === null && forward === null) return null;
  const words = reportWords(text.language);
  const open = text.serverActions.length <= MOST_PRODUCTS_OPEN;
  const products = text.serverActions.map(
    ({ product, text: about, commands }) => markup`<h3>${product}</h3>
<p>${prose(about)}</p>
${commands.map((line) => command("", line, copy))}`,
  );
  const names = text.serverActions.map(({ product }) => product).join(LIST_SEPARATOR);
  return markup`<section id="server"><h2>${words.server}</h2>
${
  forward ??
  (text.forward !== null &&
    markup`<p class="soft">${words.forward}</p>\n<p class="forward">${text.forward}</p>`)
}
${
  products.length > 0 &&
  (open
    ? markup`<p class="soft">${words.serverText}</p>\n${products}`
    : markup`<details class="products"><summary>${words.serverText} ${names}</summary>\n${products}</details>`)
}
</section>`;
}
