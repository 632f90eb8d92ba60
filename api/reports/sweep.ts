/** Deletes what is older than the operator keeps it, and what a crash left behind. */
import type { Deps } from "../deps.ts";
import { deleteReport } from "./write-report.ts";

const DAY_MS = 86_400_000;
/** Longer than any upload takes. The row of a younger object may be about to be written. */
const ORPHAN_AGE_MS = 2 * 3_600_000;
const BATCH = 90;

/**
 * Deletes what is too old, and objects that no row names. It may run at any time, and twice at the same time.
 *
 * @returns how many of each it deleted
 */
export async function sweep(deps: Deps): Promise<{ reports: number; captures: number; orphans: number }> {
  const now = deps.now();
  const daysAgo = (days: number): string => new Date(now.getTime() - days * DAY_MS).toISOString();
  const swept = { reports: 0, captures: 0, orphans: 0 };

  for (;;) {
    const old = await deps.reports.createdBefore(daysAgo(deps.config.reportDays), BATCH);
    for (const reportId of old) if (await deleteReport(deps, reportId)) swept.reports++;
    if (old.length < BATCH) break;
  }
  for (;;) {
    const old = await deps.reports.capturesBefore(daysAgo(deps.config.captureDays), BATCH);
    await deps.reports.dropObjects(old);
    await deps.blobs.delete(old);
    swept.captures += old.length;
    if (old.length < BATCH) break;
  }
  for (const [kind, days] of [
    ["capture", deps.config.captureDays],
    ["text", deps.config.reportDays],
  ] as const)
    for (;;) {
      const old = await deps.cases.filesBefore(kind, daysAgo(days), BATCH);
      await deps.cases.dropFiles(old);
      await deps.blobs.delete(old);
      if (kind === "capture") swept.captures += old.length;
      if (old.length < BATCH) break;
    }
  await deps.cases.removeExpired(daysAgo(deps.config.reportDays));
  // Whatever has expired is not to live on in memory, where nobody may ask for it again.
  deps.remembered.clear();

  let keys: string[] = [];
  const removeOrphans = async () => {
    const known = await deps.reports.known(keys);
    const orphans = keys.filter((key) => !known.has(key));
    await deps.blobs.delete(orphans);
    swept.orphans += orphans.length;
    keys = [];
  };
  for await (const { key, modifiedAt } of deps.blobs.list()) {
    if (modifiedAt.getTime() > now.getTime() - ORPHAN_AGE_MS) continue;
    keys.push(key);
    if (keys.length >= BATCH) await removeOrphans();
  }
  await removeOrphans();

  await deps.access.removeExpired(now.toISOString(), Math.floor(now.getTime() / 1000));
  return swept;
}
