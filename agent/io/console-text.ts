/** Text that comes from programs of the system and from the service, and the language of this computer. */
import type { Language } from "../../shared/language.ts";
import { languageOf } from "../words/words.ts";

/** How Windows programs write that do not write UTF-8: the console's code page, by language. */
const CONSOLE_ENCODINGS: Record<string, string> = {
  ja: "shift_jis",
  ko: "euc-kr",
  ru: "ibm866",
  "zh-Hans": "gbk",
  "zh-Hant": "big5",
};

/**
 * A program's output as text: read as UTF-8 where it is valid, else as a console in this language writes it.
 */
export function decodeConsole(bytes: Uint8Array, locale = systemLocale()): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(consoleEncoding(locale)).decode(bytes);
  }
}

function consoleEncoding(locale: string): string {
  const { language, script } = new Intl.Locale(locale).maximize();
  return CONSOLE_ENCODINGS[language] ?? CONSOLE_ENCODINGS[`${language}-${script ?? ""}`] ?? "windows-1252";
}

/** The user's locale as the runtime knows it, such as `ja-JP`. */
function systemLocale(): string {
  return new Intl.DateTimeFormat().resolvedOptions().locale;
}

/** The language by the environment, else by the runtime; `null` for the C locale, which names no language. */
export function systemLanguage(): Language | null {
  let locale = "";
  try {
    const { LC_ALL, LC_MESSAGES, LANG } = process.env;
    locale = LC_ALL || LC_MESSAGES || LANG || systemLocale();
  } catch {
    locale = systemLocale(); // Deno without --allow-env
  }
  if (/^(C|POSIX)([._@]|$)/.test(locale)) return null;
  return languageOf(locale) ?? "en";
}

/**
 * Makes foreign text safe to show: removes control characters, which a terminal would obey, and marks that
 * change the reading direction, which would mislead a reader.
 */
export function plain(text: string, maxLength = 2_000): string {
  const oneLine = text.replace(/[\r\n\t]+/g, " ");
  return oneLine
    .replace(/[\p{Cc}\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, "")
    .slice(0, maxLength);
}
