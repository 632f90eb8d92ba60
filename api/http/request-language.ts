/** Which language a request asks for, and how a choice is remembered. */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { isLanguage, type Language } from "../../shared/language.ts";
import type { AppContext } from "./context.ts";

/** The cookie that remembers the chosen language. */
export const LANGUAGE_COOKIE = "ikefrag-language";

/**
 * The language of `Accept-Language` (RFC 9110 §12.5.4) with the highest quality among those that we speak,
 * or `null`.
 */
export function acceptedLanguage(header: string): Language | null {
  let best: Language | null = null;
  let bestQuality = 0;
  for (const part of header.slice(0, 1_000).split(",")) {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const [language] = tag.split("-");
    const quality = Number(
      parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined) ?? 1,
    );
    if (!isLanguage(language) || !(quality > bestQuality)) continue;
    best = language;
    bestQuality = quality;
  }
  return best;
}

/** The language that the request asks for: by `?lang=`, else by the cookie, else by `Accept-Language`. */
export function requestedLanguage(c: Context): Language | null {
  for (const said of [c.req.query("lang"), getCookie(c, LANGUAGE_COOKIE)]) {
    if (isLanguage(said)) return said;
  }
  return acceptedLanguage(c.req.header("accept-language") ?? "");
}

const YEAR_SECONDS = 31_536_000;

/** Remembers a language that was chosen by `?lang=`, for the pages that are opened next. */
export function rememberLanguage(c: AppContext): void {
  const chosen = c.req.query("lang");
  if (!isLanguage(chosen)) return;
  setCookie(c, LANGUAGE_COOKIE, chosen, {
    path: "/",
    maxAge: YEAR_SECONDS,
    sameSite: "Lax",
    secure: c.var.origin.startsWith("https:"),
  });
}
