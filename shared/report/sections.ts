/**
 * A report in sections, written once. The one-file HTML, the console's report page and the fix card are
 * covers on them; the terminal prints the same values with the same words (cli/print-report.ts).
 */
import { anchorOf, type LinkOf } from "../chart/anchor.ts";
import { type Markable, type Markup, markup, shorten } from "../chart/markup.ts";
import { mtuLadder } from "../chart/mtu-ladder.ts";
import { sequenceChart } from "../chart/sequence-chart.ts";
import type { DecodedCapture, DecodedMessage } from "../evidence/decoded-messages.ts";
import type { Observations } from "../evidence/observations.ts";
import { type Language, mannerOf } from "../language.ts";
import type { DiagnosisText, SpokenDiagnosis } from "../schema/api.ts";
import type {
  CandidateReason,
  Confidence,
  Direction,
  EvidenceRef,
  Finding,
  Recommendation,
  Verdict,
} from "../schema/diagnosis.ts";
import { VERDICTS } from "../schema/verdicts.ts";
import { say } from "../text/speak.ts";
import { bothEndsSection, notAtBothEnds } from "./both-ends-section.ts";
import { evidenceTables } from "./evidence-tables.ts";
import { forwardPack } from "./forward-pack.ts";
import { fourWaysSection } from "./four-ways-section.ts";
import { messageAnchor, messagesByFrame, messagesSection } from "./messages-section.ts";
import { momentOf } from "./moment.ts";
import { probesSection } from "./probes-section.ts";
import { windowsSection } from "./windows-section.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** How many packets, probes and lines one finding links to; the rest is counted. */
const MOST_REFS = 12;

/** How many candidates stay open; more fold. */
export const MOST_CANDIDATES_OPEN = 3;

/** Between titles that stand in one line: a title may hold a comma. */
export const LIST_SEPARATOR = " · ";

/** A reason for or against a candidate is shorter than a finding. */
const MOST_REFS_OF_REASON = 3;

/** How many products stay open. More than these are to be chosen from, and fold. */
const MOST_PRODUCTS_OPEN = 2;

/** How many outputs of pasted texts are said back at once; more fold. */
const MOST_READINGS_OPEN = 6;

/** What every cover has of a diagnosis: a whole one, or the part that a fix card shows. */
export interface Advice {
  verdict: Verdict;
  confidence: Confidence;
  direction: Direction | null;
  recommendation: Recommendation;
  text: DiagnosisText;
}

/** The words of a button that copies a command, for covers that run a script; `null`: there is no script. */
export type CopyWords = { copy: string; copied: string } | null;

/** What the rule of a finding rests on, such as `RFC 7383 §1`; `null` for a rule that is not known here. */
export type RuleReference = (findingCode: string) => string | null;

/**
 * All sections of a report. Their order is that in which they are read: where nothing is proven, what is left
 * and what to do next come before the drawings. `null`: there is nothing to say.
 */
export interface ReportSections {
  verdict: Markup;
  /** Which way large messages of a login get through, where one was rehearsed. */
  fourWays: Markup | null;
  /** What left at one end and arrived at the other, where the evidence shows both ends. */
  bothEnds: Markup | null;
  /** The IKE messages on the wire, where a capture shows them. */
  sequence: Markup | null;
  /** Which sizes were answered, where sizes were tried. */
  ladder: Markup | null;
  why: Markup;
  /** What is ruled out and what is left, where the verdict is not of high confidence. */
  candidates: Markup | null;
  /** What to do; `null` where a person has refuted the advice. */
  advice: Markup | null;
  server: Markup | null;
  /** The VPN connections of a Windows PC, and which of them failed when. */
  windows: Markup | null;
  /** What was sent to put sizes to the test. */
  probes: Markup | null;
  /** The IKE messages of captures, field by field. */
  messages: Markup | null;
  findings: Markup | null;
  evidence: Markup;
}

/** What a cover has besides the diagnosis. */
export interface SectionOptions {
  /** A line above the title. */
  eyebrow?: Markup | null;
  /** Words for copy buttons. */
  copy?: CopyWords;
  /** What stands beside the tables of evidence, such as downloads. */
  moreEvidence?: Markup | null;
  /** Beside the texts to forward. */
  forward?: Markup | null;
  /** The messages of the captures, to which the drawings lead. */
  decoded?: readonly DecodedCapture[];
  /** Where the bytes of a message are shown. */
  bytesHref?: ((message: DecodedMessage) => string) | null;
}

/** The sections of a whole report. */
export function reportSections(
  diagnosis: SpokenDiagnosis,
  observations: Observations,
  ruleReference: RuleReference,
  options: SectionOptions = {},
): ReportSections {
  const { text, recommendation } = diagnosis;
  const { eyebrow = null, copy = null, moreEvidence = null, bytesHref = null } = options;
  const words = reportWords(text.language);
  const clients = new Set([
    ...observations.initiations.map(({ client }) => client),
    ...observations.joined.flatMap(({ places }) => places.map(({ client }) => client)),
  ]);
  const messages = messagesSection(options.decoded ?? [], text.language, { clients, bytesHref });
  const messageOf = messagesByFrame(messages?.shown ?? []);
  const linkOf: LinkOf = (ref) => {
    const message = ref.kind === "packet" ? messageOf(ref.capture, ref.frame) : null;
    return message && `#${messageAnchor(message)}`;
  };
  const bothEnds = bothEndsSection(diagnosis.bothEnds, observations.initiations, text.language, linkOf);
  const sequence = sequenceChart(notAtBothEnds(observations.initiations, diagnosis.bothEnds), text.language, {
    linkOf,
    ...(bothEnds && { taken: bothEnds.anchors }),
  });
  const ladder = mtuLadder(observations, recommendation, text.language);
  // A person has refuted the advice: there is none, not even to leave everything as it is.
  const isAdvised = text.actions.length > 0;
  const anchors = new Set([bothEnds, sequence, ladder].flatMap((drawn) => [...(drawn?.anchors ?? [])]));
  // The tables come before the findings are written, because the findings link to the tables' rows.
  const windows = windowsSection(observations, text.language, anchors);
  const probes = probesSection(observations, text.language, anchors);
  const tables = evidenceTables(observations, text.language, anchors);
  const findings: FindingView = {
    language: text.language,
    words,
    anchors,
    ruleReference,
    probeNames: probes?.nameOf ?? new Map(),
  };
  const sections: ReportSections = {
    verdict: verdictSection(diagnosis, eyebrow, {
      chips: chipsOf(observations, words),
      readings: text.readings,
      remedy: isOpen(diagnosis) ? null : remedyLine(diagnosis),
    }),
    fourWays: fourWaysSection(diagnosis.fourWays, text.language),
    bothEnds: bothEnds?.section ?? null,
    sequence: sequence && figure("sequence", words.sequence, words.sequenceText, sequence.svg),
    ladder: ladder && figure("ladder", words.ladder, words.ladderText, ladder.svg),
    why: whySection(diagnosis, findings),
    candidates: candidatesSection(diagnosis, findings),
    advice: isAdvised ? adviceSection(diagnosis, copy) : null,
    server: isAdvised ? serverSection(diagnosis, copy, forwardTexts(diagnosis, observations, options)) : null,
    windows,
    probes: probes?.section ?? null,
    messages: messages?.section ?? null,
    findings: findingsSection(diagnosis, findings),
    evidence: markup`<section id="evidence"><h2>${words.evidence}</h2>
${list(words.warnings, text.warnings)}
${tables}
${moreEvidence}
</section>`,
  };
  if (!isOpen(diagnosis)) return sections;
  const { verdict, fourWays, why, candidates, advice, ...others } = sections;
  return hasReasons(diagnosis)
    ? { verdict, fourWays, why, candidates, advice, ...others }
    : { verdict, fourWays, candidates, advice, ...others, why };
}

/** Whether anything was found that a reader has to know before what it may be. */
const hasReasons = ({ text }: Advice): boolean => text.observed.length + text.inferred.length > 0;

/** Whether nothing is proven, and all there is to say is what it may be. */
export const isOpen = ({ verdict, text }: Advice): boolean =>
  verdict === "insufficient-evidence" && text.candidates.length > 0;

type Chip = readonly [name: string, value: Markable];

function chipsOf(
  { gateway, egress, startedAtMs, initiations }: Observations,
  words: ReportWords,
): readonly Chip[] {
  const atMs = startedAtMs ?? initiations[0]?.exchanges[0]?.requests[0]?.timeMs ?? null;
  return [
    [words.gateway, gateway],
    [words.adapter, egress && shorten(egress.name, 60)],
    [words.evidenceOf, atMs === null ? null : momentOf(atMs)],
  ];
}

/**
 * The verdict in a sentence, how sure it is, and which way packets are lost.
 *
 * @param more `chips`: what else stands beside it, such as the gateway; a value of `null` is left out.
 *   `readings`: what pasted texts were taken for, so that a misreading is seen at once. `remedy`: what to do,
 *   in a line
 */
export function verdictSection(
  { verdict, text }: Advice,
  eyebrow: Markup | null,
  {
    chips = [],
    readings = [],
    remedy = null,
  }: { chips?: readonly Chip[]; readings?: readonly string[]; remedy?: Markup | null } = {},
): Markup {
  const words = reportWords(text.language);
  const all: readonly Chip[] = [
    [words.confidence, text.confidence],
    [words.direction, text.direction],
    ...chips,
    [words.verdict, markup`<code>${verdict}</code>`],
  ];
  return markup`<section class="verdict ${VERDICTS[verdict].tone}">
${eyebrow !== null && markup`<p class="eyebrow">${eyebrow}</p>\n`}<h1>${text.title}</h1>
<p class="lead">${text.sentence}</p>
${remedy}<ul class="chips">
${all
  .filter(([, value]) => value !== null && value !== "")
  .map(([name, value]) => markup`<li><span>${name}</span> ${value}</li>\n`)}</ul>
${readingsList(readings, words)}
</section>`;
}

/** What to do first, above the drawings: the section with all of it stands below them. */
function remedyLine({ text, recommendation }: Advice): Markup | null {
  const words = reportWords(text.language);
  const [first] = text.actions;
  if (first === undefined) return null;
  const { interfaceMtu, basis } = recommendation;
  const mtu =
    interfaceMtu !== null &&
    markup` <span class="soft">${words.recommendedMtu}: <strong>${interfaceMtu}</strong>${
      basis !== null && mannerOf(text.language).brackets.join(words.basis[basis])
    }</span>`;
  return markup`<p class="remedy"><strong>${words.whatToDo}</strong> ${prose(first)}${mtu} <a href="#advice">${words.allOfIt}</a></p>\n`;
}

function readingsList(readings: readonly string[], words: ReportWords): Markup | null {
  if (readings.length === 0) return null;
  const items = (some: readonly string[]) =>
    markup`<ul>${some.map((reading) => markup`<li>${reading}</li>\n`)}</ul>`;
  const more = readings.slice(MOST_READINGS_OPEN);
  return markup`<div class="read"><p>${words.readings}</p>
${items(readings.slice(0, MOST_READINGS_OPEN))}
${more.length > 0 && markup`<details><summary>${words.more({ count: more.length })}</summary>\n${items(more)}</details>`}</div>`;
}

/** A sentence in which backticks set off what is to be typed. */
const prose = (sentence: string): Markable[] =>
  sentence.split("`").map((part, n) => (n % 2 === 1 ? markup`<code>${part}</code>` : part));

const list = (title: string, items: readonly string[]): Markup | null =>
  items.length === 0
    ? null
    : markup`<h3>${title}</h3>
<ul>${items.map((item) => markup`<li>${prose(item)}</li>\n`)}</ul>`;

const figure = (id: string, title: string, about: string, svg: Markup): Markup =>
  markup`<section id="${id}"><h2>${title}</h2>
<p class="soft">${about}</p>
<figure tabindex="0" aria-label="${title}">${svg}</figure>
</section>`;

/** Why, for a cover that shows no evidence. */
export const explanationSection = ({ text }: Advice): Markup =>
  markup`<section id="why"><h2>${reportWords(text.language).why}</h2>
<p>${text.explanation}</p>
</section>`;

/** What it takes to write a finding. */
interface FindingView {
  language: Language;
  words: ReportWords;
  /** The `id`s on the page that a link can lead to. */
  anchors: ReadonlySet<string>;
  ruleReference: RuleReference;
  /** What the probes are called, by their step IDs. */
  probeNames: ReadonlyMap<string, string>;
}

/** What was seen, and then what follows from it: the cause is no measurement, and comes behind them. */
function whySection({ findings, text }: SpokenDiagnosis, view: FindingView): Markup {
  const { words } = view;
  const found = (nature: Finding["nature"]): Markup | null => {
    const some = findings.filter((f) => f.status === "found" && f.nature === nature);
    return some.length === 0 ? null : markup`<ul>\n${some.map((f) => findingItem(f, view))}</ul>\n`;
  };
  const observed = found("observed");
  return markup`<section id="why"><h2>${words.why}</h2>
${observed !== null && markup`<h3>${words.observed}</h3>\n${observed}<h3>${words.inferred}</h3>\n`}<p>${text.explanation}</p>
${found("inferred")}</section>`;
}

function candidatesSection(diagnosis: SpokenDiagnosis, view: FindingView): Markup | null {
  const { words, language } = view;
  const { candidates, excluded, text } = diagnosis;
  if (candidates.length === 0) return null;
  const open = isOpen(diagnosis);
  const reason = ({ phrase, evidence }: CandidateReason): Markup =>
    markup`<dd>${prose(say(phrase, language))}<span class="refs">${refLinks(evidence, view, MOST_REFS_OF_REASON)}</span></dd>\n`;
  const pair = (name: string, values: readonly Markup[]): Markup | null =>
    values.length === 0 ? null : markup`<div><dt>${name}</dt>${values}</div>\n`;
  const items = candidates.map(
    (candidate, at) => markup`<li>${candidateTitle(text.candidates[at])}
<dl>${pair(words.speaksFor, candidate.for.map(reason))}${pair(words.speaksAgainst, candidate.against.map(reason))}${pair(
      words.decider,
      [markup`<dd>${prose(say(candidate.decider, language))}</dd>`],
    )}</dl></li>\n`,
  );
  const more = items.slice(MOST_CANDIDATES_OPEN);
  const first = (open && text.candidates[0]?.decider) || null;
  return markup`<section id="candidates"><h2>${open ? words.candidates.open : words.candidates.beside}</h2>
${first && markup`<p><strong>${words.cheapestStep}:</strong> ${prose(first)}</p>\n`}${
  excluded.length > 0 &&
  markup`<h3>${words.excluded}</h3>
<p>${text.excluded.map(({ title }) => title).join(LIST_SEPARATOR)}</p>
<details><summary>${words.excludedWhy({ count: excluded.length })}</summary><ul>${excluded.map(
    ({ phrase, evidence }, at) =>
      markup`<li>${text.excluded[at]?.title ?? ""}<p class="refs">${prose(
        say(phrase, language),
      )}${refLinks(evidence, view)}</p></li>\n`,
  )}</ul></details>
<h3>${words.remaining}</h3>`
}
<ol class="candidates">${items.slice(0, MOST_CANDIDATES_OPEN)}</ol>
${
  more.length > 0 &&
  markup`<details><summary>${words.lessLikely} (${more.length})</summary><ol class="candidates" start="${MOST_CANDIDATES_OPEN + 1}">${more}</ol></details>`
}<p class="soft">${words.candidatesText}</p>
</section>`;
}

const candidateTitle = (candidate: DiagnosisText["candidates"][number] | undefined): Markup =>
  markup`<strong>${candidate?.title ?? ""}</strong>${candidate?.direction ? markup` · ${candidate.direction}` : null}`;

/** What else it may be, for a cover that shows no evidence; `null` where there is nothing else. */
export function candidateTitles(advice: Advice): Markup | null {
  const { candidates, language } = advice.text;
  if (candidates.length === 0) return null;
  const words = reportWords(language);
  return markup`<section id="candidates"><h2>${isOpen(advice) ? words.candidates.open : words.candidates.beside}</h2>
<ol>${candidates.map((candidate) => markup`<li>${candidateTitle(candidate)}</li>\n`)}</ol>
<p class="soft">${words.candidatesText}</p>
</section>`;
}

/** What to do: the steps, the MTU with its sum and commands, what else to try, what would settle it. */
export function adviceSection({ text, recommendation: advice }: Advice, copy: CopyWords): Markup {
  const words = reportWords(text.language);
  const actions = text.actions.map((action) => markup`<li>${prose(action)}</li>\n`);
  return markup`<section id="advice"><h2>${words.whatToDo}</h2>
<ol>${actions}</ol>
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
  const three = (set: { apply: string; verify: string; undo: string }): Markup[] => [
    command(words.apply, set.apply, copy),
    command(words.verify, set.verify, copy),
    command(words.undo, set.undo, copy),
  ];
  return markup`<p>${words.elevated}</p>
${three(commands)}
<details><summary>${words.powershell}</summary>
${three(commands.powershell)}</details>`;
}

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
function forwardTexts(
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

/** What a rule said, the rule's code and what it rests on, and links to the evidence. */
function findingItem(f: Finding, view: FindingView): Markup {
  const { language, words, ruleReference } = view;
  const isFound = f.status === "found";
  const about = [f.code, isFound && words.severity[f.severity], isFound && ruleReference(f.code)];
  return markup`<li id="finding-${f.code}">${prose(say(f.phrase, language))}
<p class="refs">${about.filter(Boolean).join(" · ")}${refLinks(f.evidence, view)}</p></li>\n`;
}

/** What was asked besides: a cause that is ruled out, or not, is part of the answer. */
function findingsSection({ findings }: SpokenDiagnosis, view: FindingView): Markup | null {
  const { words } = view;
  const folded = (status: Finding["status"], title: ReportWords["clearFindings"]): Markup | null => {
    const some = findings.filter((f) => f.status === status);
    const items = some.map((f) => findingItem(f, view));
    return some.length === 0
      ? null
      : markup`<details><summary>${title({ count: some.length })}</summary><ul>\n${items}</ul></details>`;
  };
  const [unknown, clear] = [folded("unknown", words.unknownFindings), folded("clear", words.clearFindings)];
  if (unknown === null && clear === null) return null;
  return markup`<section id="findings"><h2>${words.findings}</h2>
${unknown}
${clear}
</section>`;
}

/** Links to the evidence of a finding: the name of a capture once, its frames after it. */
function refLinks(
  evidence: readonly EvidenceRef[],
  { words, anchors, probeNames }: FindingView,
  most: number = MOST_REFS,
): Markup[] {
  const links: Markup[] = [];
  let capture: string | null = null;
  for (const ref of evidence.slice(0, most)) {
    const name =
      ref.kind === "probe"
        ? (probeNames.get(ref.stepId) ?? words.probe({ step: ref.stepId }))
        : ref.kind === "text"
          ? words.line({ line: ref.line, source: ref.source })
          : ref.capture === capture
            ? words.frameShort({ frame: ref.frame })
            : words.frame({ frame: ref.frame, capture: ref.capture });
    if (ref.kind === "packet") capture = ref.capture;
    const anchor = anchorOf(ref);
    links.push(markup` · ${anchors.has(anchor) ? markup`<a href="#${anchor}">${name}</a>` : name}`);
  }
  const more = evidence.length - most;
  if (more > 0) links.push(markup` · ${words.more({ count: more })}`);
  return links;
}
