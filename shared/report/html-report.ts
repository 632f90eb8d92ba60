import { anchorOf } from "../chart/anchor.ts";
import { type Markable, Markup, markup, shorten } from "../chart/markup.ts";
import { mtuLadder } from "../chart/mtu-ladder.ts";
import { sequenceChart } from "../chart/sequence-chart.ts";
import type { Observations } from "../evidence/observations.ts";
import type { Language } from "../language.ts";
import type { SpokenDiagnosis } from "../schema/api.ts";
import type { EvidenceRef, Finding } from "../schema/diagnosis.ts";
import { VERDICTS } from "../schema/verdicts.ts";
import { say } from "../text/speak.ts";
import { evidenceTables } from "./evidence-tables.ts";
import { REPORT_STYLE, REPORT_STYLE_SHA256 } from "./style.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** No script, no connection, no frame: a report is opened from a mailbox, and names in it come from strangers. */
const CONTENT_SECURITY_POLICY = `default-src 'none'; style-src 'sha256-${REPORT_STYLE_SHA256}'; base-uri 'none'; form-action 'none'`;

const MOST_REFS = 12;

/** A diagnosis as one file that needs nothing else: the verdict, why, what to do, the drawings, and the evidence. */
export function htmlReport(diagnosis: SpokenDiagnosis, observations: Observations): string {
  const { text, recommendation } = diagnosis;
  const words = reportWords(text.language);
  const sequence = sequenceChart(observations.initiations, text.language);
  const ladder = mtuLadder(observations, recommendation, text.language);
  const anchors = new Set([...(sequence?.anchors ?? []), ...(ladder?.anchors ?? [])]);
  // In front of the findings: their links lead to these rows.
  const tables = evidenceTables(observations, words, anchors);
  const page = markup`<!doctype html>
<html lang="${text.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${CONTENT_SECURITY_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${text.title} · ikefrag</title>
<style>${new Markup(REPORT_STYLE)}</style>
</head>
<body>
<header><span class="mark">ikefrag</span><span>${words.report}</span></header>
<main>
${verdictSection(diagnosis, observations, words)}
${whySection(diagnosis, words, anchors)}
${adviceSection(diagnosis, words)}
${sequence !== null && figure("sequence", words.sequence, words.sequenceText, sequence.svg)}
${ladder !== null && figure("ladder", words.ladder, words.ladderText, ladder.svg)}
${serverSection(diagnosis, words)}
${findingsSection(diagnosis, words, anchors)}
<section id="evidence"><h2>${words.evidence}</h2>
${list(words.warnings, text.warnings)}
${tables}
</section>
</main>
<footer><p>${words.analyzer}: ${diagnosis.analyzer}. ${words.madeBy}</p></footer>
</body>
</html>
`;
  return page.toString();
}

const figure = (id: string, title: string, about: string, svg: Markup): Markup =>
  markup`<section id="${id}"><h2>${title}</h2>
<p class="soft">${about}</p>
<figure tabindex="0" aria-label="${title}">${svg}</figure>
</section>`;

/** A sentence in which backticks set off what is to be typed. */
const prose = (sentence: string): Markable[] =>
  sentence.split("`").map((part, n) => (n % 2 === 1 ? markup`<code>${part}</code>` : part));

const list = (title: string, items: readonly string[], ordered = false): Markup | null => {
  if (items.length === 0) return null;
  const rows = items.map((item) => markup`<li>${prose(item)}</li>\n`);
  return markup`<h3>${title}</h3>
${ordered ? markup`<ol>${rows}</ol>` : markup`<ul>${rows}</ul>`}`;
};

function verdictSection(
  { verdict, text }: SpokenDiagnosis,
  { gateway, egress, startedAtMs, initiations }: Observations,
  words: ReportWords,
): Markup {
  const atMs = startedAtMs ?? initiations[0]?.exchanges[0]?.requests[0]?.timeMs ?? null;
  const chip = (name: string, value: Markable): Markup | null =>
    value === null || value === "" ? null : markup`<li><span>${name}</span> ${value}</li>`;
  return markup`<section class="verdict ${VERDICTS[verdict].tone}">
<h1>${text.title}</h1>
<p class="lead">${text.sentence}</p>
<ul class="chips">
${chip(words.confidence, text.confidence)}
${chip(words.direction, text.direction)}
${chip(words.gateway, gateway)}
${chip(words.adapter, egress && shorten(egress.name, 60))}
${chip(words.evidenceOf, atMs === null ? null : moment(atMs))}
${chip(words.verdict, markup`<code>${verdict}</code>`)}
</ul>
</section>`;
}

/** `2026-01-31 09:05 UTC`; nothing for a time that no calendar has. */
function moment(atMs: number): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return "";
  const iso = date.toISOString();
  return `${iso.slice(0, -14)} ${iso.slice(-13, -8)} UTC`;
}

function whySection(
  { findings, text }: SpokenDiagnosis,
  words: ReportWords,
  anchors: ReadonlySet<string>,
): Markup {
  const found = (nature: Finding["nature"], title: string): Markup | null => {
    const some = findings.filter((f) => f.status === "found" && f.nature === nature);
    return some.length === 0
      ? null
      : markup`<h3>${title}</h3>
<ul>
${some.map((f) => findingItem(f, text.language, words, anchors))}</ul>`;
  };
  return markup`<section id="why"><h2>${words.why}</h2>
<p>${text.explanation}</p>
${found("observed", words.observed)}
${found("inferred", words.inferred)}
</section>`;
}

function adviceSection({ text, recommendation: advice }: SpokenDiagnosis, words: ReportWords): Markup {
  const actions = text.actions.map((action) => markup`<li>${prose(action)}</li>\n`);
  return markup`<section id="advice"><h2>${words.whatToDo}</h2>
<ol>${actions}</ol>
${advice.interfaceMtu === null ? markup`<p>${words.keepMtu}</p>` : mtuReadout(advice.interfaceMtu, text, advice, words)}
${advice.commands !== null && commandBlock(advice.commands, words)}
${
  text.alternatives.length > 0 &&
  markup`<h3>${words.alternatives}</h3>
<ol>${text.alternatives.map((a) => markup`<li>${prose(a.text)}</li>\n`)}</ol>`
}
${text.nextProbe !== null && markup`<h3>${words.nextProbe}</h3>\n<p>${prose(text.nextProbe)}</p>`}
${advice.nextProbe?.command ? command("", advice.nextProbe.command) : null}
${list(words.notes, text.notes)}
${advice.tunnelMtu !== null && tunnelTable(advice.tunnelMtu, words)}
</section>`;
}

function mtuReadout(
  mtu: number,
  text: SpokenDiagnosis["text"],
  advice: SpokenDiagnosis["recommendation"],
  words: ReportWords,
): Markup {
  const pair = (name: string, value: string | number | null): Markup | null =>
    value === null || value === "" ? null : markup`<div><dt>${name}</dt><dd>${value}</dd></div>\n`;
  return markup`<p class="mtu"><span>${words.recommendedMtu}</span> <strong>${mtu}</strong> <span>${words.wholeIpPacket}</span></p>
<dl>
${pair(words.basisName, advice.basis && words.basis[advice.basis])}
${pair(words.previousMtu, advice.previousMtu)}
${pair(words.arithmetic, text.arithmetic)}
${pair(words.expectedFragments, advice.expectedFragments.join(" + "))}
</dl>`;
}

const command = (label: string, line: string): Markup =>
  markup`<p class="command${label === "" && " alone"}">${label !== "" && markup`<span>${label}</span>`}<code>${line}</code></p>\n`;

function commandBlock(
  commands: NonNullable<SpokenDiagnosis["recommendation"]["commands"]>,
  words: ReportWords,
): Markup {
  const three = (set: { apply: string; verify: string; undo: string }): Markup[] => [
    command(words.apply, set.apply),
    command(words.verify, set.verify),
    command(words.undo, set.undo),
  ];
  return markup`<p>${words.elevated}</p>
${three(commands)}
<details><summary>${words.powershell}</summary>
${three(commands.powershell)}</details>`;
}

function tunnelTable(
  { outerMtu, byCipher }: NonNullable<SpokenDiagnosis["recommendation"]["tunnelMtu"]>,
  words: ReportWords,
): Markup {
  const rows = byCipher.map(
    (c) => markup`<tr><td>${c.cipher}</td><td class="number">${c.tunnelMtu}</td></tr>\n`,
  );
  return markup`<details><summary>${words.tunnel(outerMtu)}</summary>
<table><thead><tr><th scope="col">${words.cipher}</th><th scope="col" class="number">MTU</th></tr></thead><tbody>
${rows}</tbody></table></details>`;
}

/** More than these are to be chosen from, and fold. */
const MOST_PRODUCTS_OPEN = 2;

function serverSection({ text }: SpokenDiagnosis, words: ReportWords): Markup | null {
  if (text.serverActions.length === 0) return null;
  const open = text.serverActions.length <= MOST_PRODUCTS_OPEN;
  const products = text.serverActions.map(({ product, text: about, commands }) => {
    const what = markup`<p>${prose(about)}</p>
${commands.map((line) => command("", line))}`;
    return open
      ? markup`<h3>${product}</h3>\n${what}`
      : markup`<details><summary>${product}</summary>\n${what}</details>\n`;
  });
  return markup`<section id="server"><h2>${words.server}</h2>
${text.forward !== null && markup`<p class="soft">${words.forward}</p>\n<p class="forward">${text.forward}</p>`}
<p class="soft">${words.serverText}</p>
${products}
</section>`;
}

/** What a rule said, the rule's name, and links to what it points at. */
const findingItem = (
  f: Finding,
  language: Language,
  words: ReportWords,
  anchors: ReadonlySet<string>,
): Markup => markup`<li id="finding-${f.code}">${prose(say(f.phrase, language))}
<p class="refs">${[f.code, f.status === "found" && words.severity[f.severity]].filter(Boolean).join(" · ")}${refLinks(
  f.evidence,
  words,
  anchors,
)}</p></li>\n`;

/** What was asked besides: a cause that is ruled out, or not, is part of the answer. */
function findingsSection(
  { findings, text }: SpokenDiagnosis,
  words: ReportWords,
  anchors: ReadonlySet<string>,
): Markup | null {
  const folded = (status: Finding["status"], title: (count: number) => string): Markup | null => {
    const some = findings.filter((f) => f.status === status);
    const items = some.map((f) => findingItem(f, text.language, words, anchors));
    return some.length === 0
      ? null
      : markup`<details><summary>${title(some.length)}</summary><ul>\n${items}</ul></details>`;
  };
  const [unknown, clear] = [folded("unknown", words.unknownFindings), folded("clear", words.clearFindings)];
  if (unknown === null && clear === null) return null;
  return markup`<section id="findings"><h2>${words.findings}</h2>
${unknown}
${clear}
</section>`;
}

/** The name of a capture once, its frames after it. */
function refLinks(
  evidence: readonly EvidenceRef[],
  words: ReportWords,
  anchors: ReadonlySet<string>,
): Markup[] {
  const links: Markup[] = [];
  let capture: string | null = null;
  for (const ref of evidence.slice(0, MOST_REFS)) {
    const name =
      ref.kind === "probe"
        ? words.probe(ref.stepId)
        : ref.kind === "text"
          ? words.line(ref.line, ref.source)
          : ref.capture === capture
            ? words.frameShort(ref.frame)
            : words.frame(ref.frame, ref.capture);
    if (ref.kind === "packet") capture = ref.capture;
    const anchor = anchorOf(ref);
    links.push(markup` · ${anchors.has(anchor) ? markup`<a href="#${anchor}">${name}</a>` : name}`);
  }
  const more = evidence.length - MOST_REFS;
  if (more > 0) links.push(markup` · ${words.more(more)}`);
  return links;
}
