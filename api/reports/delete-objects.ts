/** Deletes objects. What cannot be deleted now, the sweeper deletes later: nobody has to wait for it. */
import type { Deps } from "../deps.ts";
import { StoreUnavailableError } from "../store/unavailable.ts";

async function orLater(deps: Deps, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    deps.log({ level: "error", message: `${error.message}. The sweeper will do it` });
  }
}

/** Deletes objects that are doomed: their rows are gone. */
export async function deleteDoomed(deps: Deps, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await orLater(deps, async () => {
    await deps.blobs.delete(keys);
    await deps.sweeps.forget(keys);
  });
}

/**
 * Deletes objects that were written for rows that did not come to be.
 *
 * An index that fails may have written the rows all the same, and its answer was lost. So it is asked again;
 * objects that it knows stay.
 */
export async function deleteUnused(deps: Deps, keys: string[]): Promise<void> {
  if (keys.length === 0) return;
  await orLater(deps, async () => {
    const known = await deps.reports.known(keys);
    await deps.blobs.delete(keys.filter((key) => !known.has(key)));
  });
}
