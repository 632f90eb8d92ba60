/** What a list of reports shows. */
import type { Evidence } from "../schema/evidence.ts";
import { observe } from "./observe.ts";
import type { CaptureRead } from "./observe-captures.ts";

/** The gateway as it was named, and the name of the interface that leads to it. */
export function summarize(
  evidence: Evidence,
  transcripts: readonly CaptureRead[],
): { gateway: string | null; adapter: string | null } {
  const { gateway, egress } = observe(evidence, transcripts);
  return { gateway, adapter: egress?.name ?? null };
}
