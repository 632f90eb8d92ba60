import type { Evidence } from "../schema/evidence.ts";
import type { Transcript } from "../transcript/transcript.ts";
import { observe } from "./observe.ts";

/** What a list of reports shows of the evidence: the gateway as named, and the interface that leads to it. */
export function summarize(
  evidence: Evidence,
  transcripts: readonly Transcript[],
): { gateway: string | null; adapter: string | null } {
  const { gateway, egress } = observe(evidence, transcripts);
  return { gateway, adapter: egress?.name ?? null };
}
