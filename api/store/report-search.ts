/**
 * How the index of reports is searched: what is kept of a report's fields, and what is asked of the table
 * `report_search`, whose terms infra/migrations/0008_search_and_count_reports.sql describes and
 * 0016_keep_the_helpdesk_queue.sql makes.
 */
import type { ReportFilter } from "./port.ts";

/** Stands around each field, so that no text is found across two of them. */
const BETWEEN = "\u0001";
/** Stands before the label, so that it is known among the fields. */
const LABEL = "\u0002";

/**
 * A text as it is kept and looked for: letters without their case, full-width and half-width forms of the
 * same character alike, and one space in place of several, of line ends and of control characters.
 */
const folded = (text: string): string =>
  text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, " ");

/** What a search for text looks at. Fields that are `null` or empty are left out. */
export function searchedText(fields: {
  reportId: string;
  gateway: string | null;
  adapter: string | null;
  label: string | null;
  note?: string;
}): string {
  const { reportId, gateway, adapter, label, note } = fields;
  const texts = [reportId, gateway, adapter].map((field) => folded(field ?? ""));
  texts.push(label ? LABEL + folded(label) : "", folded(note ?? ""));
  return [BETWEEN, ...texts.filter((text) => text !== "").map((text) => text + BETWEEN)].join("");
}

const toHex = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();

/** As SQLite's lower() does it, which knows the letters of ASCII alone. */
const asciiLower = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** A word that reports must have somewhere in their text, as a phrase of FTS5. */
function phrase(text: string): string {
  const characters = [...text];
  if (characters.length < 3) return `${characters.length}${toHex(text)}`;
  const triples = characters.slice(2).map((_, at) => `3${toHex(characters.slice(at, at + 3).join(""))}`);
  return `"${triples.join(" ")}"`;
}

const MTU_DIGITS = 5;

/** The beginnings of five-digit numbers that stand for a range together, both ends included. */
function beginningsOf(from: number, to: number): string[] {
  const terms: string[] = [];
  const digitsOf = (value: number, digits: number): string => String(value).padStart(digits, "0");
  for (let at = from; at <= to; ) {
    // The greatest block of ten, hundred … numbers that begins here and ends within the range.
    let size = 1;
    let digits = MTU_DIGITS;
    while (digits > 1 && at % (size * 10) === 0 && at + size * 10 - 1 <= to) {
      size *= 10;
      digits -= 1;
    }
    terms.push(`m${digitsOf(at / size, digits)}`);
    at += size;
  }
  return terms;
}

/** The least and the greatest number of five digits. */
const MTU_BOUNDS = { from: 0, to: 10 ** MTU_DIGITS - 1 };

/** Any one of these terms, of which there is at least one. */
const anyOf = (terms: readonly string[]): string =>
  terms.length === 1 ? (terms[0] ?? "") : `(${terms.join(" OR ")})`;

/** What of a filter the terms of the index answer. */
export type SearchFilter = Omit<ReportFilter, "since" | "after" | "limit">;

/**
 * The query for FTS5 that finds what a filter asks for; `null` where it asks for none of the terms. Whatever
 * a caller wrote is in it as hexadecimal digits, so that it cannot be read as syntax.
 */
export function searchQuery(filter: SearchFilter): string | null {
  const { verdict, status, gateway, adapter, assignee, mtu, label, q } = filter;
  const others = [
    status === null ? "" : `s${status}`,
    gateway === null ? "" : `g${toHex(asciiLower(gateway))}`,
    adapter === null ? "" : `a${toHex(asciiLower(adapter))}`,
  ].join("");
  const verdicts = verdict === null ? [] : [verdict].flat();
  const owner = assignee === null ? null : `o${assignee === "" ? "x" : toHex(assignee)}`;
  const from = Math.max(mtu?.from ?? MTU_BOUNDS.from, MTU_BOUNDS.from);
  const to = Math.min(mtu?.to ?? MTU_BOUNDS.to, MTU_BOUNDS.to);
  const words = folded(q ?? "").split(" ");
  const terms = [
    verdict === null ? others : anyOf(verdicts.map((each) => `v${each.replaceAll("-", "")}${others}`)),
    // Status and assignee have a term together, for whoever looks at what is new and nobody's.
    ...(owner === null ? [] : [status === null ? owner : `s${status}${owner}`]),
    // An empty range finds nothing, and so does a term that no report has.
    ...(mtu === null ? [] : [from > to ? "m" : anyOf(beginningsOf(from, to))]),
    ...(label === null ? [] : [phrase(LABEL + folded(label))]),
    ...words.filter((word) => word !== "").map(phrase),
  ].filter((term) => term !== "");
  return terms.length === 0 ? null : terms.join(" AND ");
}
