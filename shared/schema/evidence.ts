/** What a diagnosis is made from. */
import * as z from "zod";
import { End } from "./joined.ts";
import { AgentInfo, Measurement } from "./measurement.ts";
import { Host } from "./plan.ts";
import { Rehearsal } from "./rehearsal.ts";

/** A file name as shown in evidence. A stranger's text: it is never a path. */
export const SourceName = z.string().min(1).max(128);

/** What of one text is read. A log of a day has less, and a JSON body has no room for more. */
export const MOST_TEXT_CHARACTERS = 1_048_576;

/** Text a person pasted: netsh tables, ping output, in any Windows language. */
export const PastedText = z.object({ name: SourceName, text: z.string().max(MOST_TEXT_CHARACTERS) });
export type PastedText = z.infer<typeof PastedText>;

/** A small capture inside a JSON body; larger ones are uploaded as they are. */
export const InlineCapture = z.object({ name: SourceName, base64: z.base64().max(900_000) });

/**
 * What a diagnosis is made from, any subset of it: the body of `POST /v1/analyses`, the file that
 * `ikefrag probe --json --save` writes, and what the service keeps of a run.
 */
export const Evidence = z.strictObject({
  schema: z.literal("ikefrag/evidence/1"),
  /** ISO 8601 with zone; when the measurements began. */
  startedAt: z.iso.datetime({ offset: true }).nullable().default(null),
  gateway: Host.nullable().default(null),
  agent: AgentInfo.nullable().default(null),
  measurements: z.array(Measurement).max(512).default([]),
  texts: z.array(PastedText).max(32).default([]),
  captures: z.array(InlineCapture).max(8).default([]),
  /** Where texts and captures were recorded, by their names, as far as somebody said so. */
  recordedAt: z.record(SourceName, End).default({}),
  /** What came of logins that were begun with the gateway; `null` where none was. */
  rehearsal: Rehearsal.nullable().default(null),
});
export type Evidence = z.infer<typeof Evidence>;

/**
 * Evidence of parts that were checked before, each by its own schema: a run's measurements are checked when
 * they come in, and checking them takes as long as judging them.
 */
export const evidenceOf = (parts: Partial<Omit<Evidence, "schema">>): Evidence => ({
  schema: "ikefrag/evidence/1",
  startedAt: null,
  gateway: null,
  agent: null,
  measurements: [],
  texts: [],
  captures: [],
  recordedAt: {},
  rehearsal: null,
  ...parts,
});

/** Where a text or a capture was recorded, if somebody said so. Its name may be `constructor` as well. */
export const endSaid = ({ recordedAt }: Pick<Evidence, "recordedAt">, name: string): End | null =>
  (Object.hasOwn(recordedAt, name) ? recordedAt[name] : null) ?? null;
