/** How the agent of a case comes to the user's computer. */
import * as z from "zod";

/**
 * `quick`: the case's own file, fetched and run at once. `file`: the published file, fetched, held against
 * its hash and run. `installed`: the organisation has deployed the published file, and only the code is
 * typed. `by-hand`: no script at all; a page asks for the output of plain commands.
 */
export const WayName = z.enum(["quick", "file", "installed", "by-hand"]);
/** One of them. */
export type WayName = z.infer<typeof WayName>;

/** One line each, to hand to the user. */
export const AgentLines = z.object({
  /** For cmd and for PowerShell. */
  windows: z.string(),
  /** To type into a PowerShell that is open: no process's command line has an address then. */
  powershell: z.string(),
  macLinux: z.string(),
  deno: z.string(),
  node: z.string(),
});
/** The lines of one way. */
export type AgentLines = z.infer<typeof AgentLines>;

/** A way that the operator offers, for one case. */
export const CaseWay = z.object({
  way: WayName,
  /** `null`: nothing is pasted there. */
  lines: AgentLines.nullable(),
  /** The page that leads through it, where it has one of its own. */
  page: z.url().nullable(),
});
/** One way of a case. */
export type CaseWay = z.infer<typeof CaseWay>;
