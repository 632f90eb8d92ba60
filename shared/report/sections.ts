/**
 * A report in sections, written once. The one-file HTML, the console's report page and the fix card are
 * covers on them; the terminal prints the same values with the same words (cli/print-report.ts).
 */
import type { LinkOf } from "../chart/anchor.ts";
import { type Markable, type Markup, markup, shorten } from "../chart/markup.ts";
import { mtuLadder } from "../chart/mtu-ladder.ts";
import { sequenceChart } from "../chart/sequence-chart.ts";
import type { DecodedCapture, DecodedMessage } from "../evidence/decoded-messages.ts";
import type { Observations } from "../evidence/observations.ts";
import { mannerOf } from "../language.ts";
import type { SpokenDiagnosis } from "../schema/api.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import { VERDICTS } from "../schema/verdicts.ts";
import { type Advice, type CopyWords, isOpen, list, prose } from "./advice.ts";
import { adviceSection, forwardTexts, serverSection } from "./advice-section.ts";
import { bothEndsSection, notAtBothEnds } from "./both-ends-section.ts";
import { evidenceTables } from "./evidence-tables.ts";
import {
  candidatesSection,
  type FindingView,
  findingsSection,
  type RuleReference,
  whySection,
} from "./finding-sections.ts";
import { fourWaysSection } from "./four-ways-section.ts";
import { messageAnchor, messagesByFrame, messagesSection } from "./messages-section.ts";
import { momentOf } from "./moment.ts";
import { probesSection } from "./probes-section.ts";
import { windowsSection } from "./windows-section.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** How many outputs of pasted texts are said back at once; more fold. */
const MOST_READINGS_OPEN = 6;

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
  /** The VPN connections of a Windows PC, and which of them failed when. */
  windows: Markup | null;
  why: Markup;
  /** What is ruled out and what is left, where the verdict is not of high confidence. */
  candidates: Markup | null;
  /** What to do; `null` where a person has refuted the advice. */
  advice: Markup | null;
  server: Markup | null;
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
    probeNames: new Map([
      ...stepsNamed(observations.interfaces, words.interfaces),
      ...stepsNamed(
        [...(observations.vpn?.rasFailures ?? []), ...(observations.vpn?.profiles ?? [])],
        words.windows,
      ),
      ...(probes?.nameOf ?? []),
    ]),
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
    windows,
    why: whySection(diagnosis, findings),
    candidates: candidatesSection(diagnosis, findings),
    advice: isAdvised ? adviceSection(diagnosis, copy) : null,
    server: isAdvised ? serverSection(diagnosis, copy, forwardTexts(diagnosis, observations, options)) : null,
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

/** What the steps are called whose answers have a table of their own. */
const stepsNamed = (rows: readonly { ref: EvidenceRef }[], name: string): [stepId: string, name: string][] =>
  rows.flatMap(({ ref }) => (ref.kind === "probe" ? [[ref.stepId, name]] : []));

/** Whether anything was found that a reader has to know before what it may be. */
const hasReasons = ({ text }: Advice): boolean => text.observed.length + text.inferred.length > 0;

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

const figure = (id: string, title: string, about: string, svg: Markup): Markup =>
  markup`<section id="${id}"><h2>${title}</h2>
<p class="soft">${about}</p>
<figure tabindex="0" aria-label="${title}">${svg}</figure>
</section>`;
