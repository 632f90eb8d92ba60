/**
 * Texts in Markdown (CommonMark, and GitHub's dialect of it): what strangers wrote stays text. It makes no
 * markup, no link, and calls nobody who has an account where the Markdown is pasted.
 */

/** What makes a heading, a quote, a list or a break where it begins a line, CommonMark §4 and §5. */
const AT_BEGINNING = /^(?=[-+=#>]|\d+[.)])(\d*)/;
/** What becomes a link or calls somebody by itself: GFM §6.9, and names of accounts. */
const LINK_OR_CALL = /@|:\/\/|www\./i;

/** One line, without characters that cannot be seen or that turn the order of others. */
export const oneLine = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ").trim();

const escaped = (text: string): string =>
  text
    .replace(/[\\*_[\]|~$]/g, "\\$&")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;");

/** A line as a code span, CommonMark §6.1: its fence is longer than each run of backticks in the line. */
export function inCode(line: string): string {
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const space = /^`|`$/.test(line) ? " " : "";
  return `${fence}${space}${line}${space}${fence}`;
}

/** A sentence in which backticks set off what is to be typed. */
export function inProse(sentence: string): string {
  // Code without anything in it is none, and what stood around it does not become one word.
  const parts = oneLine(oneLine(sentence).replace(/`\s*`/g, " ")).split("`");
  const marked = parts.map((part, at) => {
    if (at % 2 === 1) return part === "" ? "" : inCode(part);
    const words = part.split(/([!-~]+)/);
    return words.map((word) => (LINK_OR_CALL.test(word) ? inCode(word) : escaped(word))).join("");
  });
  return marked.join("").replace(AT_BEGINNING, "$1\\");
}

/** Lines to be typed, as a block of code: its fence is longer than each run of backticks in them. */
export function codeBlock(lines: string): string {
  const longest = Math.max(2, ...[...lines.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${lines.split("\n").map(oneLine).join("\n")}\n${fence}`;
}
