/** Which kind of computer asks for a page: its user is shown the one line that works there. */
import type { AppContext } from "../http/context.ts";

/** `phone`: nothing of ours runs there, tablets among them. */
export const COMPUTERS = ["windows", "mac", "linux", "phone"] as const;
/** One of them. */
export type Computer = (typeof COMPUTERS)[number];

/** Chromium's word for it, User-Agent Client Hints. */
const PLATFORMS: Readonly<Record<string, Computer>> = {
  Windows: "windows",
  macOS: "mac",
  Linux: "linux",
  Android: "phone",
  iOS: "phone",
};

/**
 * The kind of computer by `?for=`, by Sec-CH-UA-Platform, or by User-Agent; where nothing tells, Windows,
 * which most users of such VPNs have. An iPad says that it is a Mac.
 */
export function computerOf(c: AppContext): Computer {
  const chosen = COMPUTERS.find((each) => each === c.req.query("for"));
  if (chosen !== undefined) return chosen;
  if (c.req.header("sec-ch-ua-mobile") === "?1") return "phone";
  const platform = PLATFORMS[c.req.header("sec-ch-ua-platform")?.replaceAll('"', "") ?? ""];
  if (platform !== undefined) return platform;
  const agent = c.req.header("user-agent") ?? "";
  if (/Windows NT/.test(agent)) return "windows";
  if (/iPhone|iPad|Android|Mobile/.test(agent)) return "phone";
  if (/Macintosh|Mac OS X/.test(agent)) return "mac";
  return /Linux|X11|CrOS/.test(agent) ? "linux" : "windows";
}

/** The systems of which a page without a program tells apart what can be done on them. */
export const SYSTEMS = ["windows", "mac", "linux", "android", "ios"] as const;
/** One of them. */
export type System = (typeof SYSTEMS)[number];

/** The same, and which kind of phone: by `?for=` or User-Agent. */
export function systemOf(c: AppContext): System {
  const chosen = SYSTEMS.find((each) => each === c.req.query("for"));
  if (chosen !== undefined) return chosen;
  const computer = computerOf(c);
  if (computer !== "phone") return computer;
  return /iPhone|iPad/.test(c.req.header("user-agent") ?? "") ? "ios" : "android";
}
