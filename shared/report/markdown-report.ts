/** A report as Markdown, to be pasted into an issue or posted there: a cover on what all reports share. */
import { namedWays, nameOfWay, stateInWords } from "../chart/four-ways-chart.ts";
import { chartWords } from "../chart/words.ts";
import type { SpokenDiagnosis } from "../schema/api.ts";
import type { CommandSet, EvidenceRef, Finding } from "../schema/diagnosis.ts";
import { say } from "../text/speak.ts";
import { type Advice, isOpen } from "./advice.ts";
import { notesOnWays } from "./four-ways-section.ts";
import { codeBlock, inCode, inProse, oneLine } from "./markdown.ts";
import { type ReportWords, reportWords } from "./words.ts";

/** How many packets, probes and lines one finding names; the rest is counted. */
const MOST_REFS = 12;

/** What stands beside the verdict, such as the gateway; `null` is left out. */
export type Fact = readonly [name: string, value: string | null];

const bullets = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");
const numbered = (items: readonly string[]): string =>
  items.map((item, at) => `${at + 1}. ${item}`).join("\n");
const quoted = (text: string): string =>
  text
    .split(/\r?\n/)
    .map((line) => `> ${inProse(line)}`.trimEnd())
    .join("\n");

/** A heading with what stands below it; nothing where nothing does. */
function section(title: string, ...blocks: (string | null | false)[]): string[] {
  const said = blocks.filter((block): block is string => typeof block === "string" && block !== "");
  return said.length === 0 ? [] : [`## ${title}`, ...said];
}

function refs(evidence: readonly EvidenceRef[], words: ReportWords): string {
  const names = evidence
    .slice(0, MOST_REFS)
    .map((ref) =>
      ref.kind === "probe"
        ? words.probe({ step: ref.stepId })
        : ref.kind === "text"
          ? words.line({ line: ref.line, source: ref.source })
          : words.frame({ frame: ref.frame, capture: ref.capture }),
    );
  const more = evidence.length - MOST_REFS;
  const all = [...names.map(inProse), ...(more > 0 ? [words.more({ count: more })] : [])];
  return all.length === 0 ? "" : ` (${all.join(" · ")})`;
}

function candidates(advice: Advice, words: ReportWords): string[] {
  const { text } = advice;
  if (text.candidates.length === 0) return [];
  const items = text.candidates.map(({ title, direction, for: pro, against, decider }) => [
    `**${inProse(title)}**${direction === null ? "" : ` · ${inProse(direction)}`}`,
    ...pro.map((reason) => `   - ${words.speaksFor}: ${inProse(reason)}`),
    ...against.map((reason) => `   - ${words.speaksAgainst}: ${inProse(reason)}`),
    ...(decider === null ? [] : [`   - ${words.decider}: ${inProse(decider)}`]),
  ]);
  const excluded = text.excluded.map(({ title, text: why }) => `${inProse(title)}: ${inProse(why)}`);
  return section(
    isOpen(advice) ? words.candidates.open : words.candidates.beside,
    excluded.length > 0 && `${words.excluded}:\n\n${bullets(excluded)}`,
    numbered(items.map((lines) => lines.join("\n"))),
    inProse(words.candidatesText),
  );
}

function whatToDo({ text, recommendation: advice }: Advice, words: ReportWords): string[] {
  const { interfaceMtu, basis, commands, profileCommands, tunnelMtu, nextProbe } = advice;
  const pair = (name: string, value: string | number | null): string[] =>
    value === null || value === "" ? [] : [`${name}: ${inProse(String(value))}`];
  const three = ({ apply, verify, undo }: CommandSet): string[] =>
    [
      [words.apply, apply],
      [words.verify, verify],
      [words.undo, undo],
    ].map(([name, line]) => `${name}:\n\n${codeBlock(line ?? "")}`);
  return section(
    words.whatToDo,
    numbered(text.actions.map(inProse)),
    profileCommands !== null &&
      [
        profileCommands.needsElevation ? words.profileElevated : words.profileOpen,
        ...three(profileCommands),
        words.profileCopy,
      ].join("\n\n"),
    advice.ikeFragmentation !== null &&
      `${words.ikeFragmentation}: ${words.remedyBasis[advice.ikeFragmentation.basis]}`,
    interfaceMtu === null
      ? words.keepMtu
      : [
          `${words.recommendedMtu}: **${interfaceMtu}** ${words.wholeIpPacket}`,
          "",
          bullets([
            ...pair(words.basisName, basis && words.basis[basis]),
            ...pair(words.previousMtu, advice.previousMtu),
            ...pair(words.arithmetic, text.arithmetic),
            ...pair(words.expectedFragments, advice.expectedFragments.join(" + ")),
          ]),
        ]
          .join("\n")
          .trimEnd(),
    commands !== null && [words.elevated, ...three(commands)].join("\n\n"),
    text.alternatives.length > 0 &&
      `${words.alternatives}:\n\n${numbered(text.alternatives.map((each) => inProse(each.text)))}`,
    text.nextProbe !== null && `${words.nextProbe}: ${inProse(text.nextProbe)}`,
    nextProbe?.command ? codeBlock(nextProbe.command) : null,
    text.notes.length > 0 && `${words.notes}:\n\n${bullets(text.notes.map(inProse))}`,
    tunnelMtu !== null &&
      `${words.tunnel({ outerMtu: tunnelMtu.outerMtu })}:\n\n${bullets(
        tunnelMtu.byCipher.map((each) => `${inProse(each.cipher)}: ${each.tunnelMtu}`),
      )}`,
  );
}

function forServer({ text }: Advice, words: ReportWords): string[] {
  return section(
    words.server,
    text.forward !== null && `${words.forward}\n\n${quoted(text.forward)}`,
    ...text.serverActions.map(({ product, text: what, commands }) =>
      [
        `**${inProse(product)}**: ${inProse(what)}`,
        ...(commands.length > 0 ? [codeBlock(commands.join("\n"))] : []),
      ].join("\n\n"),
    ),
  );
}

/** What a fix card has no part in: the findings with their evidence, and what was read. */
function evidenceOf(diagnosis: SpokenDiagnosis, words: ReportWords) {
  const { findings, fourWays, text } = diagnosis;
  const { language } = text;
  const of = (status: Finding["status"], nature?: Finding["nature"]) =>
    findings
      .filter((f) => f.status === status && (nature === undefined || f.nature === nature))
      .map(({ code, phrase, evidence }) => ({
        said: `${inProse(say(phrase, language))}${refs(evidence, words)}`,
        code,
      }));
  const found = (title: string, nature: Finding["nature"]) => {
    const items = of("found", nature);
    return items.length > 0 && `${title}:\n\n${bullets(items.map(({ said }) => said))}`;
  };
  const checked = (status: Finding["status"], title: ReportWords["clearFindings"]) => {
    const items = of(status).map(({ said, code }) => `${said} ${inCode(code)}`);
    return items.length > 0 && `${title({ count: items.length })}:\n\n${bullets(items)}`;
  };
  return {
    ways:
      fourWays === null
        ? []
        : section(
            words.fourWays,
            bullets(
              namedWays(fourWays).map(
                (named) =>
                  `${nameOfWay(named, chartWords(language).fourWays)}: ${stateInWords(named.cell, language)}`,
              ),
            ),
            bullets(notesOnWays(fourWays, language).map(inProse)),
          ),
    why: [found(words.observed, "observed"), found(words.inferred, "inferred")],
    findings: section(
      words.findings,
      checked("unknown", words.unknownFindings),
      checked("clear", words.clearFindings),
    ),
    read: [
      ...section(words.readings, bullets(text.readings.map(inProse))),
      ...section(words.warnings, bullets(text.warnings.map(inProse))),
    ],
  };
}

/** What some readers are shown besides. */
export interface ReportExtras {
  /** What has to be known before the rest is read. */
  lead?: string | null;
  /** What an administrator wrote. */
  note?: string;
  /** The whole diagnosis, for who may see the evidence. */
  whole?: SpokenDiagnosis | null;
}

/**
 * A report in CommonMark. Its drawings and its raw evidence are not in it.
 *
 * @param facts what stands beside the verdict; their values may be a stranger's
 */
export function markdownReport(
  advice: Advice,
  facts: readonly Fact[],
  { lead = null, note = "", whole = null }: ReportExtras = {},
): string {
  const { text, verdict } = advice;
  const words = reportWords(text.language);
  const shown: readonly Fact[] = [[words.verdict, verdict], ...facts];
  const evidence = whole && evidenceOf(whole, words);
  const blocks = [
    `# ${inProse(text.title)}`,
    ...(lead === null ? [] : [`> ${inProse(lead)}`]),
    inProse(text.sentence),
    bullets([
      `${words.confidence}: ${text.confidence}`,
      ...(text.direction === null ? [] : [`${words.direction}: ${text.direction}`]),
      ...shown.flatMap(([name, value]) => (value ? [`${name}: ${inCode(oneLine(value))}`] : [])),
    ]),
    ...(note.trim() === "" ? [] : [quoted(note)]),
    ...section(words.why, inProse(text.explanation), ...(evidence?.why ?? [])),
    ...(evidence?.ways ?? []),
    ...candidates(advice, words),
    ...whatToDo(advice, words),
    ...forServer(advice, words),
    ...(evidence?.findings ?? []),
    ...(evidence?.read ?? []),
  ];
  return `${blocks.join("\n\n")}\n`;
}
