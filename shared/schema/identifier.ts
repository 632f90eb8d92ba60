/**
 * Case codes and report IDs: Crockford base32 (no I, L, O, U), with a check digit from the same alphabet, so
 * that nothing in them means anything to a shell.
 *
 * The check digit is a weighted sum over GF(32) with distinct weights that are neither 0 nor 1: it finds
 * every single wrong digit and every swap of two neighbours.
 */
import * as z from "zod";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CASE_CODE_DIGITS = 12; // 60 bits
const REPORT_ID_DIGITS = 10; // 50 bits

/** Multiplies in GF(32), modulo x^5 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 5; bit++) {
    if ((b >> bit) & 1) product ^= a << bit;
  }
  for (let bit = 9; bit >= 5; bit--) {
    if ((product >> bit) & 1) product ^= 0b100101 << (bit - 5);
  }
  return product;
}

function checkDigit(digits: string): string {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum ^= multiply(ALPHABET.indexOf(digits.charAt(i)), i + 2);
  return ALPHABET.charAt(sum);
}

/** What people type: lower case, full width, spaces, missing hyphens, and letters that look like digits. */
function canonical(text: string): string {
  return text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\p{Pd}]/gu, "")
    .replace(/O/g, "0")
    .replace(/[IL]/g, "1");
}

function parseDigits(digits: string, count: number): string | null {
  if (digits.length !== count + 1 || !/^[0-9A-HJKMNP-TV-Z]+$/.test(digits)) return null;
  return checkDigit(digits.slice(0, count)) === digits.charAt(count) ? digits : null;
}

function digitsFrom(random: Uint8Array, count: number): string {
  if (random.length < count)
    throw new RangeError(`Cannot make an identifier: ${random.length} random bytes for ${count} digits`);
  let digits = "";
  // 256 is a multiple of 32, so every digit is equally likely.
  for (let i = 0; i < count; i++) digits += ALPHABET.charAt((random[i] ?? 0) & 31);
  return digits + checkDigit(digits);
}

/** @param random at least 12 random bytes @returns `XXXX-XXXX-XXXXX` */
export function newCaseCode(random: Uint8Array): string {
  return formatCaseCode(digitsFrom(random, CASE_CODE_DIGITS));
}

/** @param random at least 10 random bytes @returns `IKF-XXXXX-XXXXX-C` */
export function newReportId(random: Uint8Array): string {
  return formatReportId(digitsFrom(random, REPORT_ID_DIGITS));
}

const formatCaseCode = (d: string): string => `${d.slice(0, 4)}-${d.slice(4, 8)}-${d.slice(8)}`;
const formatReportId = (d: string): string => `IKF-${d.slice(0, 5)}-${d.slice(5, 10)}-${d.slice(10)}`;

/**
 * @returns the code as written on paper, or `null` if it is not a code: its length, a letter or a digit is
 * wrong
 */
export function parseCaseCode(text: string): string | null {
  const digits = parseDigits(canonical(text), CASE_CODE_DIGITS);
  return digits === null ? null : formatCaseCode(digits);
}

/** @returns the ID as written on paper, or `null`. `IKF` may be missing, as what follows identifies it. */
export function parseReportId(text: string): string | null {
  const plain = canonical(text);
  const digits = parseDigits(
    plain.length > REPORT_ID_DIGITS + 1 ? plain.replace(/^1KF/, "") : plain,
    REPORT_ID_DIGITS,
  );
  return digits === null ? null : formatReportId(digits);
}

/** An ID with `IKF` before it, whatever stands around it. */
const REPORT_ID_WITHIN = /IKF[\s\p{Pd}]*((?:[0-9A-Z][\s\p{Pd}]*){10}[0-9A-Z])/iu;
const MOST_SEARCHED = 2_000;

/**
 * The ID in what somebody pasted: the ID alone, a sentence, or the address of a page.
 *
 * @returns the first one, as written on paper; `null` where there is none, or it is mistyped
 */
export function findReportId(text: string): string | null {
  const searched = text.slice(0, MOST_SEARCHED).normalize("NFKC");
  return parseReportId(searched) ?? parseReportId(REPORT_ID_WITHIN.exec(searched)?.[1] ?? "");
}

const identifier = (parse: (text: string) => string | null, message: string) =>
  z
    .string()
    .max(64)
    .transform((text, context) => {
      const id = parse(text);
      if (id !== null) return id;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });

/** A case code as people type it, turned into the form in which it is written on paper. */
export const CaseCode = identifier(
  parseCaseCode,
  "is not a case code: it has 13 letters and digits, such as XXXX-XXXX-XXXXX",
);
