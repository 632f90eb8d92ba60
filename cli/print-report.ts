/** A report in a terminal: the sections that all reports share, as lines of text. */
import { plain } from "../agent/io/console-text.ts";
import type { Comparison } from "../shared/diagnose/compare.ts";
import { LANGUAGES, type Language } from "../shared/language.ts";
import { isOpen, LIST_SEPARATOR } from "../shared/report/advice.ts";
import { MOST_CANDIDATES_OPEN } from "../shared/report/finding-sections.ts";
import { reportWords } from "../shared/report/words.ts";
import type { SpokenDiagnosis } from "../shared/schema/api.ts";
import type { CommandSet, Phrase } from "../shared/schema/diagnosis.ts";
import { type Tone, VERDICTS } from "../shared/schema/verdicts.ts";
import { say } from "../shared/text/speak.ts";
import { printBothEnds } from "./print-both-ends.ts";
import { printFourWays } from "./print-four-ways.ts";

/** How the parts of a report look; without a terminal all of them are the text itself. */
export interface Style {
  strong(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  unsure(text: string): string;
  faint(text: string): string;
  command(text: string): string;
}

const sgr = (code: string) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;
const asIs = (text: string) => text;

/** https://no-color.org: a non-empty NO_COLOR means none. */
export function chooseStyle(
  out: { isTTY?: boolean },
  environment: { NO_COLOR?: string | undefined; TERM?: string | undefined },
): Style {
  if (!out.isTTY || environment.NO_COLOR || environment.TERM === "dumb") {
    return { strong: asIs, good: asIs, bad: asIs, unsure: asIs, faint: asIs, command: asIs };
  }
  return {
    strong: sgr("1"),
    good: sgr("1;32"),
    bad: sgr("1;31"),
    unsure: sgr("1;33"),
    faint: sgr("2"),
    command: sgr("36"),
  };
}

/** How the title of each tone is painted. */
const PAINT = { good: "good", bad: "bad", note: "unsure", open: "unsure" } as const satisfies Record<
  Tone,
  keyof Style
>;

const WIDE = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;

/** Columns that a text takes: East Asian letters take two. */
export const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, letter) => sum + (WIDE.test(letter) ? 2 : 1), 0);

/**
 * Words with what may not begin a line behind them, such as closing punctuation. Japanese has no spaces to
 * break at.
 */
function breakable(text: string, language: Language): string[] {
  const parts: string[] = [];
  for (const { segment } of new Intl.Segmenter(language, { granularity: "word" }).segment(text)) {
    const before = parts.at(-1);
    const stays =
      before !== undefined &&
      (/^[\s。、」）：！？・.,:;!?)\]"'%]/.test(segment) ||
        /[「（([]$/.test(before) ||
        !(WIDE.test(segment) || WIDE.test(before) || /\s$/.test(before)));
    if (stays) parts[parts.length - 1] = before + segment;
    else parts.push(segment);
  }
  return parts;
}

/** Breaks a paragraph into lines of at most `width` columns; the first one is indented by the caller. */
export function wrap(text: string, width: number, indent: string, language: Language): string {
  const lines: string[] = [];
  let line = "";
  for (const part of breakable(text, language)) {
    if (line !== "" && widthOf(indent) + widthOf(line + part.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += part;
  }
  if (line !== "") lines.push(line.trimEnd());
  return lines.map((l, at) => (at === 0 ? l : indent + l)).join("\n");
}

/** More products than these are to be chosen from: their names stand in one line. */
const MOST_PRODUCTS = 2;

/** The products of which settings are printed, and the names of those that are only named. */
function productsToShow<Action extends { product: string }>(
  actions: readonly Action[],
  server: string | null,
): { shown: readonly Action[]; others: string[] } {
  const isAsked = ({ product }: Action) => server !== null && isProduct(product, server);
  const shown = actions.length <= MOST_PRODUCTS ? actions : actions.filter(isAsked);
  return { shown, others: shown.length > 0 ? [] : actions.map(({ product }) => product) };
}

/** Whether a word is meant for a product: `strongswan`, `cisco` and `pfsense` are. */
export const isProduct = (product: string, word: string): boolean =>
  product.toLowerCase().includes(word.toLowerCase());

/**
 * A diagnosis as a person reads it: the verdict, why, what to do.
 *
 * @param server the gateway's product, whose settings are printed; `null`: products are only named where
 *   there are many
 */
export function printReport(
  diagnosis: SpokenDiagnosis,
  style: Style,
  columns = 80,
  server: string | null = null,
): string {
  const { text, recommendation: advice, verdict } = diagnosis;
  const words = reportWords(text.language);
  const width = Math.min(Math.max(columns, 40), 100);
  const out: string[] = [];
  const paragraph = (content: string, indent = "  ") =>
    out.push(indent + wrap(plain(content), width, indent, text.language));
  const bullets = (items: readonly string[], mark = "-") => {
    for (const item of items) out.push(`  ${mark} ${wrap(plain(item), width, "    ", text.language)}`);
  };
  const commands = ({ apply, verify, undo }: CommandSet) => {
    const labels = [words.apply, words.verify, words.undo];
    const labelWidth = Math.max(...labels.map(widthOf));
    for (const [at, line] of [apply, verify, undo].entries()) {
      const label = labels[at] ?? "";
      out.push(`    ${label}${" ".repeat(labelWidth - widthOf(label))}  ${style.command(line)}`);
    }
  };
  const section = (heading: string) => out.push("", style.strong(heading));
  const why = () => {
    if (text.observed.length > 0) {
      section(words.observed);
      bullets(text.observed);
    }
    if (text.inferred.length > 0) {
      section(words.inferred);
      bullets(text.inferred);
    }
  };
  const candidates = (isAllThereIs: boolean) => {
    if (text.candidates.length === 0) return;
    section(isAllThereIs ? words.candidates.open : words.candidates.beside);
    const [first] = text.candidates;
    if (isAllThereIs && first?.decider) paragraph(`${words.cheapestStep}: ${first.decider}`);
    if (text.excluded.length > 0) {
      out.push("", `  ${words.excluded}:`);
      bullets(text.excluded.map(({ title, text: reason }) => `${title}: ${reason}`));
      out.push("", `  ${words.remaining}:`);
    }
    for (const [at, { title, direction, for: pro, against, decider }] of text.candidates
      .slice(0, MOST_CANDIDATES_OPEN)
      .entries()) {
      const [open, close] = LANGUAGES[text.language].brackets;
      const which = `${at + 1}. ${title}${direction === null ? "" : open + direction + close}`;
      out.push(`  ${style.strong(wrap(which, width, "     ", text.language))}`);
      const said = [
        ...pro.map((reason) => `${words.speaksFor}: ${reason}`),
        ...against.map((reason) => `${words.speaksAgainst}: ${reason}`),
        ...(decider === null ? [] : [`${words.decider}: ${decider}`]),
      ];
      for (const line of said) paragraph(line, "     ");
    }
    const others = text.candidates.slice(MOST_CANDIDATES_OPEN).map(({ title }) => title);
    if (others.length > 0) paragraph(`${words.lessLikely}: ${others.join(LIST_SEPARATOR)}`);
    out.push("");
    paragraph(words.candidatesText);
  };

  const paint = style[PAINT[VERDICTS[verdict].tone]];
  out.push(`${paint(text.title)}  ${style.faint(`[${verdict}]`)}`);
  paragraph(text.sentence);
  out.push("");
  out.push(
    `  ${style.faint(`${words.confidence}:`)} ${text.confidence}${text.direction ? `   ${style.faint(`${words.direction}:`)} ${text.direction}` : ""}`,
  );
  out.push("");
  paragraph(text.explanation);

  if (diagnosis.fourWays !== null) {
    section(words.fourWays);
    out.push(...printFourWays(diagnosis.fourWays, text.language, { wrap, widthOf, width, style }));
  }
  if (text.readings.length > 0) {
    section(words.readings);
    bullets(text.readings);
  }
  why();
  const { bothEnds } = diagnosis;
  if (bothEnds !== null && bothEnds.logins.length > 0) {
    section(words.bothEnds);
    out.push(...printBothEnds(bothEnds, text.language, { wrap, widthOf, width, style }));
  }
  candidates(isOpen(diagnosis));
  section(words.whatToDo);
  for (const [at, action] of text.actions.entries())
    out.push(`  ${at + 1}. ${wrap(plain(action), width, "     ", text.language)}`);
  if (advice.profileCommands !== null) {
    const { needsElevation } = advice.profileCommands;
    out.push("");
    paragraph(needsElevation ? words.profileElevated : words.profileOpen);
    commands(advice.profileCommands);
    paragraph(words.profileCopy);
  }
  if (advice.ikeFragmentation !== null)
    out.push("", `  ${words.ikeFragmentation}: ${words.remedyBasis[advice.ikeFragmentation.basis]}`);
  if (advice.interfaceMtu !== null) {
    const [open, close] = LANGUAGES[text.language].brackets;
    const basis = advice.basis === null ? "" : open + words.basis[advice.basis] + close;
    out.push("", `  ${words.recommendedMtu}: ${style.strong(String(advice.interfaceMtu))}${basis}`);
    if (text.arithmetic) paragraph(text.arithmetic);
    if (advice.commands) {
      out.push("", `  ${words.elevated}`);
      commands(advice.commands);
    }
    if (advice.tunnelMtu) {
      const ciphers = advice.tunnelMtu.byCipher.map((c) => `${c.cipher} ${c.tunnelMtu}`);
      out.push("");
      paragraph(`${words.tunnel({ outerMtu: advice.tunnelMtu.outerMtu })}: ${ciphers.join(", ")}`);
    }
    if (advice.expectedFragments.length > 0) {
      out.push("");
      paragraph(`${words.expectedFragments}: ${advice.expectedFragments.join(" + ")}`);
    }
  }
  if (text.alternatives.length > 0) {
    out.push("", `  ${words.alternatives}:`);
    bullets(text.alternatives.map((a) => a.text));
  }
  if (text.nextProbe) {
    section(words.nextProbe);
    paragraph(text.nextProbe);
    for (const line of advice.nextProbe?.command?.split("\n") ?? []) out.push(`    ${style.command(line)}`);
  }
  if (text.notes.length > 0) {
    section(words.notes);
    bullets(text.notes);
  }
  if (text.serverActions.length > 0 || text.forward !== null) {
    section(words.server);
    if (text.forward) {
      out.push(`  ${words.forward}`);
      for (const part of text.forward.split("\n\n")) paragraph(part);
      out.push("");
      paragraph(words.forwardMore);
      out.push("");
    }
    const { shown, others } = productsToShow(text.serverActions, server);
    if (others.length > 0) paragraph(words.serverNames({ names: others.join(LIST_SEPARATOR) }));
    for (const { product, text: what, commands } of shown) {
      out.push(`  ${wrap(`${product}: ${what}`, width, "  ", text.language)}`);
      for (const command of commands) out.push(`    ${style.command(command)}`);
    }
  }
  if (text.unknown.length > 0) {
    section(words.unknown);
    bullets(text.unknown, "?");
  }
  if (text.warnings.length > 0) {
    section(words.warnings);
    bullets(text.warnings, "!");
  }
  return `${out.join("\n")}\n`;
}

/** What differs between two bodies of evidence, and whether a change helped. */
export function printComparison(comparison: Comparison, language: Language, style: Style): string {
  const spoken = (phrase: Phrase) => plain(say(phrase, language));
  const { outcome, cured, differences, same } = comparison;
  const [first, ...others] = outcome.map(spoken);
  const paint = cured === null ? style.unsure : cured ? style.good : style.bad;
  const out = first === undefined ? others : [paint(first), ...others];
  for (const difference of differences) out.push(`  ${style.strong("≠")} ${spoken(difference)}`);
  for (const equal of same) out.push(style.faint(`  = ${spoken(equal)}`));
  return `${out.join("\n")}\n`;
}
