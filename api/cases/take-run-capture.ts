/** Takes the capture of a run, and revises the run's report with it. */
import type { Deps } from "../deps.ts";
import { captureTooLarge, MAX_CAPTURE_BYTES } from "../http/bounds.ts";
import { Problem } from "../http/problem.ts";
import { RUN_CAPTURE } from "../reports/case-files.ts";
import { takeCapture } from "../reports/take-capture.ts";
import { addCapture, type StoredDiagnosis } from "../reports/write-report.ts";
import type { RunOfCase } from "../store/port.ts";
import { UploadAllowance } from "./upload-allowance.ts";

/** A capture on its way to us. */
interface RunCapture {
  body: AsyncIterable<Uint8Array>;
  /** What `Content-Length` says; `null` when it says nothing. */
  announcedBytes: number | null;
  /** Aborted when the sender is gone. */
  signal: AbortSignal;
}

/**
 * Takes a capture of the failing connection.
 *
 * @returns the revised diagnosis
 * @throws {Problem} the report is not ready, or the capture is too large, empty, or no capture
 */
export async function takeRunCapture(
  deps: Deps,
  { run, case: entry }: RunOfCase,
  { body, announcedBytes, signal }: RunCapture,
): Promise<StoredDiagnosis> {
  const { reportId } = run;
  if (reportId === null) throw new Problem("report-not-ready");
  if ((announcedBytes ?? 0) > MAX_CAPTURE_BYTES) throw captureTooLarge();

  const allowance = await UploadAllowance.begin(deps, entry.id, "run", announcedBytes);
  try {
    const capture = await takeCapture(deps, {
      name: RUN_CAPTURE,
      body: allowance.counted(body),
      maxBytes: announcedBytes ?? MAX_CAPTURE_BYTES,
      keep: true,
      signal,
      beforeKept: allowance.keep,
    });
    if (capture.object === null) throw new Error("Cannot keep the capture: it was not written");
    const diagnosis = await addCapture(deps, reportId, capture.transcript, capture.object);
    await allowance.settle();
    return { reportId, diagnosis };
  } catch (error) {
    await allowance.giveBack();
    throw allowance.refused ?? error;
  }
}
