/**
 * What people type into the search for reports: words, all of which a report must have, and tokens such as
 * `verdict:fragments`, `mtu:<1400` or `is:mine`. The console's one field and `GET /v1/reports?q=` read alike.
 */
import { ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { findReportId } from "../../shared/schema/identifier.ts";
import type { SearchFilter } from "../store/report-search.ts";

/** The filter that a search stands for. */
export interface ReadSearch extends SearchFilter {
  /** ISO 8601; `null` does not filter. */
  since: string | null;
  /** Tokens whose value nobody understands, as they were typed: nothing was searched for them. */
  notUnderstood: string[];
}

/** What the values of tokens are read with. */
interface Reading {
  now: Date;
  /** Whose reports are "mine", as the audit log names actors; `null`: nobody's. */
  asker: string | null;
}

const DAY_MS = 86_400_000;
const MTU_LIMIT = 99_999;

const startsWithin = (value: string): Verdict[] =>
  Verdict.options.filter((verdict) => verdict.includes(value.toLowerCase()));

/** `1400`, `<1400`, `<=1400`, `>1400`, `>=1400` and `1400..1472`, in bytes of a whole IP packet. */
function readMtu(value: string): ReadSearch["mtu"] {
  const range = /^(\d{1,5})\.\.(\d{1,5})$/.exec(value);
  if (range) return { from: Number(range[1]), to: Number(range[2]) };
  const [, sign = "", digits] = /^([<>]=?)?(\d{1,5})$/.exec(value) ?? [];
  if (digits === undefined) return null;
  const bytes = Number(digits);
  if (sign === "") return { from: bytes, to: bytes };
  const edge = sign.endsWith("=") ? bytes : sign === "<" ? bytes - 1 : bytes + 1;
  return sign.startsWith("<") ? { from: 0, to: edge } : { from: edge, to: MTU_LIMIT };
}

/** A day, a moment, `today` (of UTC), or so many days or hours back, as in `7d` and `12h`. */
function readSince(value: string, now: Date): string | null {
  if (value === "today") return `${now.toISOString().slice(0, 10)}T00:00:00.000Z`;
  const [, count, unit] = /^(\d{1,4})([dh])$/.exec(value) ?? [];
  if (count !== undefined)
    return new Date(now.getTime() - Number(count) * (unit === "d" ? DAY_MS : DAY_MS / 24)).toISOString();
  if (!/^\d{4}-\d{2}-\d{2}(?:T\S*)?$/.test(value)) return null;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

/** What each token adds to the filter; `null`: its value is not understood. */
const TOKENS: Readonly<Record<string, (value: string, by: Reading) => Partial<ReadSearch> | null>> = {
  verdict(value) {
    const [first, ...others] = startsWithin(value);
    return first === undefined ? null : { verdict: [first, ...others] };
  },
  status(value) {
    const status = ReviewStatus.safeParse(value.toLowerCase());
    return status.success ? { status: status.data } : null;
  },
  gateway: (gateway) => ({ gateway }),
  adapter: (adapter) => ({ adapter }),
  label: (label) => ({ label }),
  mtu(value) {
    const mtu = readMtu(value);
    return mtu === null ? null : { mtu };
  },
  is(value, { asker }) {
    if (value === "unassigned") return { assignee: "" };
    return value === "mine" && asker !== null ? { assignee: asker } : null;
  },
  since(value, { now }) {
    const since = readSince(value, now);
    return since === null ? null : { since };
  },
};

/** The names of tokens, for whoever explains them. */
export const SEARCH_TOKENS = Object.keys(TOKENS);

/** A token, whose value may stand in quotes, or whatever else stands between two spaces. */
const PART = /([A-Za-z]+):(?:"([^"]*)"|(\S*))|\S+/g;

/**
 * Reads a search.
 *
 * A word with a colon that is no token's, such as an IPv6 address, is a word. Of two tokens of a name the
 * last one holds. An ID may be typed in lower case and without hyphens: it finds its report all the same.
 */
export function readSearch(text: string, by: Reading): ReadSearch {
  const read: ReadSearch = {
    ...{ verdict: null, status: null, gateway: null, adapter: null, label: null, mtu: null },
    ...{ assignee: null, since: null, q: null, notUnderstood: [] },
  };
  const words: string[] = [];
  // Japanese input methods write full-width letters, digits, colons and spaces.
  for (const [part, name = "", quoted, plain] of text.normalize("NFKC").matchAll(PART)) {
    const token = Object.hasOwn(TOKENS, name.toLowerCase()) ? TOKENS[name.toLowerCase()] : undefined;
    if (token === undefined) {
      words.push(part);
      continue;
    }
    const value = quoted ?? plain ?? "";
    const added = value === "" ? null : token(value, by);
    if (added === null) read.notUnderstood.push(part);
    else Object.assign(read, added);
  }
  const rest = words.join(" ");
  read.q = rest === "" ? null : (findReportId(rest) ?? rest);
  return read;
}
