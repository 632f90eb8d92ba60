/** Whether a run may begin logins with the gateway, and the secret that all its keys follow from. */
import { toHex } from "../../shared/bytes/hex.ts";
import { hmac } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { Case, RunOfCase } from "../store/port.ts";

/** Whether runs of a case begin logins with the gateway: the case and the operator can leave it out. */
export const mayRehearse = ({ config }: Deps, { rehearsal }: Case): boolean => rehearsal && config.rehearsal;

/** Of so many runs the secrets stay in memory, and with them what earlier rounds computed from them. */
const RECENT_RUNS = 128;
const recent = new Map<string, Uint8Array>();

/**
 * What the plan and the reader of answers need for begun logins; `null` where none may be begun. The secret
 * is computed for each round again, so that any instance of the service can go on with what another began;
 * an instance that knows the run from an earlier round does not compute its keys again.
 */
export function rehearsalFor(deps: Deps, { run, case: entry }: RunOfCase): { secret: Uint8Array } | null {
  if (!mayRehearse(deps, entry)) return null;
  const fresh = hmac(deps.config.pepper, `rehearsal ${run.id}`);
  const name = toHex(fresh);
  const secret = recent.get(name) ?? fresh;
  // The one that was asked for last stands last.
  recent.delete(name);
  recent.set(name, secret);
  for (const oldest of recent.keys()) {
    if (recent.size <= RECENT_RUNS) break;
    recent.delete(oldest);
  }
  return { secret };
}
