/** Reads the evidence of a stored report again, for the drawings and tables of its page. */
import type { DecodedCapture } from "../../shared/evidence/decoded-messages.ts";
import type { Observations } from "../../shared/evidence/observations.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { decodedCaptures } from "../../shared/evidence/observe-captures.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import { type ReadOptions, readCapture } from "../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import type { Deps } from "../deps.ts";
import { CAPTURE_BOUNDS } from "../http/bounds.ts";
import type { CaseFile, StoredObject } from "../store/port.ts";
import { StoreUnavailableError } from "../store/unavailable.ts";
import { isPseudonymous, withAddresses } from "./capture-pseudonyms.ts";

/**
 * A page is not worth more reading than this: a minimised capture of a login has some kilobytes, and an
 * instance may have no more than 128 MB for all its requests.
 */
export const MOST_DRAWN_BYTES = 4 * 1024 * 1024;
const DRAWN = { maxIkeMessages: 4_000 };

/** What the stored evidence says. */
export interface ObservedReport {
  observations: Observations;
  /** The messages of the captures, field by field. */
  decoded: DecodedCapture[];
  /** Names of captures that are too large to draw, or cannot be read any more. */
  undrawn: string[];
}

type StoredReadOptions = Pick<ReadOptions, "maxIkeMessages" | "onPacket">;

/**
 * Reads a capture as it is stored: minimised, with the frame numbers of the file that was sent.
 *
 * @param options `maxIkeMessages`: how many messages the transcript keeps; `onPacket`: gets each packet
 * @returns `null` when the capture is no longer there, or cannot be read
 * @throws {StoreUnavailableError} the store cannot say for now whether it is there
 */
export async function readStoredCapture(
  deps: Deps,
  capture: Pick<StoredObject, "key" | "name">,
  { maxIkeMessages = CAPTURE_BOUNDS.maxIkeMessages, ...listeners }: StoredReadOptions = {},
): Promise<Transcript | null> {
  try {
    const stream = await deps.blobs.get(capture.key);
    if (stream === null) return null;
    const bytes = isPseudonymous(capture.key) ? withAddresses(deps, stream) : stream;
    const options = { ...CAPTURE_BOUNDS, maxIkeMessages, isMinimized: true, ...listeners };
    return await readCapture(capture.name, bytes, options);
  } catch (error) {
    // It may be there again in a moment, and then nothing is lost.
    if (error instanceof StoreUnavailableError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    deps.log({ level: "error", message: `Cannot read the stored capture: ${reason}` });
    return null;
  }
}

/** Observes the evidence of a report once more. A capture that cannot be read leaves the rest as it is. */
export async function observeReport(
  deps: Deps,
  evidence: Evidence,
  captures: readonly (StoredObject | CaseFile)[],
): Promise<ObservedReport> {
  const transcripts: Transcript[] = [];
  const undrawn: string[] = [];
  for (const capture of captures) {
    const transcript =
      capture.bytes > MOST_DRAWN_BYTES ? null : await readStoredCapture(deps, capture, DRAWN);
    if (transcript === null) undrawn.push(capture.name);
    else transcripts.push(transcript);
  }
  const observations = observe(evidence, transcripts);
  return { observations, decoded: decodedCaptures(transcripts, observations.initiations), undrawn };
}
