/** Takes the capture of a run, and revises the run's report with it. */
import type { Deps } from "../deps.ts";
import { byteQuotaHeaders, captureTooLarge, MAX_CAPTURE_BYTES } from "../http/bounds.ts";
import { Problem } from "../http/problem.ts";
import { RUN_CAPTURE } from "../reports/case-files.ts";
import { takeCapture } from "../reports/take-capture.ts";
import { addCapture, type StoredDiagnosis } from "../reports/write-report.ts";
import type { RunOfCase } from "../store/port.ts";

/** A capture on its way to us. */
interface RunCapture {
  body: AsyncIterable<Uint8Array>;
  /** What `Content-Length` says; `null` when it says nothing. */
  announcedBytes: number | null;
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
  { body, announcedBytes }: RunCapture,
): Promise<StoredDiagnosis> {
  const { reportId } = run;
  if (reportId === null) throw new Problem("report-not-ready");
  if ((announcedBytes ?? 0) > MAX_CAPTURE_BYTES) throw captureTooLarge();

  // All that this upload may need is taken from the case's allowance first, and what it did not need is given
  // back: so several uploads at the same time cannot exceed the allowance.
  const { uploadBytesPerCase } = deps.config;
  const taken = announcedBytes ?? MAX_CAPTURE_BYTES;
  if (!(await deps.cases.takeUploadBytes(entry.id, taken, uploadBytesPerCase))) {
    throw new Problem("case-quota", {
      params: { max: uploadBytesPerCase },
      headers: byteQuotaHeaders("case-uploads", uploadBytesPerCase, 0),
    });
  }
  let received = 0;
  try {
    const capture = await takeCapture(deps, { name: RUN_CAPTURE, body, maxBytes: taken, keep: true });
    received = capture.receivedBytes;
    if (capture.object === null) throw new Error("Cannot keep the capture: it was not written");
    return { reportId, diagnosis: await addCapture(deps, reportId, capture.transcript, capture.object) };
  } finally {
    if (taken > received) await deps.cases.takeUploadBytes(entry.id, received - taken, uploadBytesPerCase);
  }
}
