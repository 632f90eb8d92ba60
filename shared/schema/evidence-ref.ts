/** Where something stands in the evidence: a packet, a probe, or a line of pasted text. */
import * as z from "zod";
import { StepId } from "./step-id.ts";

/**
 * Which size of a packet a number is. They differ by 28 bytes or more, and confusing them is the usual
 * mistake.
 */
export const SizeKind = z.enum(["ip-packet", "udp-payload", "ping-payload", "ike-message"]);
export type SizeKind = z.infer<typeof SizeKind>;

/** What a finding points at: a packet, a probe, or a line of pasted text. */
export const EvidenceRef = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("packet"), capture: z.string().max(128), frame: z.int().min(1) }),
  z.object({
    kind: z.literal("probe"),
    stepId: StepId,
    bytes: z.int().min(0).nullable(),
    sizeKind: SizeKind.nullable(),
  }),
  z.object({ kind: z.literal("text"), source: z.string().max(128), line: z.int().min(1) }),
]);
export type EvidenceRef = z.infer<typeof EvidenceRef>;
