/** Whether a run may begin logins with the gateway, and the secret that all its keys follow from. */
import { hmac } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { Case, RunOfCase } from "../store/port.ts";

/** Whether runs of a case begin logins with the gateway: the case and the operator can leave it out. */
export const mayRehearse = ({ config }: Deps, { rehearsal }: Case): boolean => rehearsal && config.rehearsal;

/**
 * What the plan and the reader of answers need for begun logins; `null` where none may be begun. The secret
 * is computed for each round again, so that any instance of the service can go on with what another began.
 */
export function rehearsalFor(deps: Deps, { run, case: entry }: RunOfCase): { secret: Uint8Array } | null {
  return mayRehearse(deps, entry) ? { secret: hmac(deps.config.pepper, `rehearsal ${run.id}`) } : null;
}
