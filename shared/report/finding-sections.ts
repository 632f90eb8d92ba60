/** The sections of a report about what was found, what it may be, and what was asked besides. */
import { anchorOf } from "../chart/anchor.ts";
import { type Markup, markup } from "../chart/markup.ts";
import type { Language } from "../language.ts";
import type { DiagnosisText, SpokenDiagnosis } from "../schema/api.ts";
import type { CandidateReason, EvidenceRef, Finding } from "../schema/diagnosis.ts";
import { say } from "../text/speak.ts";
import { type Advice, isOpen, LIST_SEPARATOR, prose } from "./advice.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** How many packets, probes and lines one finding links to; the rest is counted. */
const MOST_REFS = 12;

/** How many candidates stay open; more fold. */
export const MOST_CANDIDATES_OPEN = 3;

/** A reason for or against a candidate is shorter than a finding. */
const MOST_REFS_OF_REASON = 3;

/** What the rule of a finding rests on, such as `RFC 7383 §1`; `null` for a rule that is not known here. */
export type RuleReference = (findingCode: string) => string | null;

/** Why, for a cover that shows no evidence. */
export const explanationSection = ({ text }: Advice): Markup =>
  markup`<section id="why"><h2>${reportWords(text.language).why}</h2>
<p>${text.explanation}</p>
</section>`;

/** What it takes to write a finding. */
export interface FindingView {
  language: Language;
  words: ReportWords;
  /** The `id`s on the page that a link can lead to. */
  anchors: ReadonlySet<string>;
  ruleReference: RuleReference;
  /** What the probes are called, by their step IDs. */
  probeNames: ReadonlyMap<string, string>;
}

/** What was seen, and then what follows from it: the cause is no measurement, and comes behind them. */
export function whySection({ findings, text }: SpokenDiagnosis, view: FindingView): Markup {
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

/** What is left where the verdict is not of high confidence, with what speaks for and against it. */
export function candidatesSection(diagnosis: SpokenDiagnosis, view: FindingView): Markup | null {
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

/** What a rule said, the rule's code and what it rests on, and links to the evidence. */
function findingItem(f: Finding, view: FindingView): Markup {
  const { language, words, ruleReference } = view;
  const isFound = f.status === "found";
  const about = [f.code, isFound && words.severity[f.severity], isFound && ruleReference(f.code)];
  return markup`<li id="finding-${f.code}">${prose(say(f.phrase, language))}
<p class="refs">${about.filter(Boolean).join(" · ")}${refLinks(f.evidence, view)}</p></li>\n`;
}

/** What was asked besides: a cause that is ruled out, or not, is part of the answer. */
export function findingsSection({ findings }: SpokenDiagnosis, view: FindingView): Markup | null {
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
