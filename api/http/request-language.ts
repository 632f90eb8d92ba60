import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { Language } from "../../shared/schema/api.ts";
import type { AppContext } from "./context.ts";

export const LANGUAGE_COOKIE = "ikefrag-language";

/** The first language of `Accept-Language` (RFC 9110 §12.5.4) that we speak, by its quality; `null` when none is. */
export function acceptedLanguage(header: string): Language | null {
  let best: Language | null = null;
  let bestQuality = 0;
  for (const part of header.slice(0, 1_000).split(",")) {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
    const language = Language.safeParse(tag.split("-")[0]);
    const quality = Number(
      parameters.map((p) => /^\s*q=([\d.]+)$/.exec(p)?.[1]).find((q) => q !== undefined) ?? 1,
    );
    if (!language.success || !(quality > bestQuality)) continue;
    best = language.data;
    bestQuality = quality;
  }
  return best;
}

/** What the request says of its language: `?lang=`, then the cookie, then `Accept-Language`. */
export function requestedLanguage(c: Context): Language | null {
  for (const said of [c.req.query("lang"), getCookie(c, LANGUAGE_COOKIE)]) {
    const language = Language.safeParse(said);
    if (language.success) return language.data;
  }
  return acceptedLanguage(c.req.header("accept-language") ?? "");
}

const YEAR_SECONDS = 31_536_000;

/** Keeps a language that was chosen by `?lang=`, for the pages after this one. */
export function rememberLanguage(c: AppContext): void {
  const chosen = Language.safeParse(c.req.query("lang"));
  if (!chosen.success) return;
  setCookie(c, LANGUAGE_COOKIE, chosen.data, {
    path: "/",
    maxAge: YEAR_SECONDS,
    sameSite: "Lax",
    secure: c.var.origin.startsWith("https:"),
  });
}
