/**
 * Both ends of a login: recognises the same login in several captures, logs and runs, and joins what left at
 * one end with what arrived at the other.
 */
import type { End } from "../../schema/joined.ts";
import { joinCaptures } from "./join-captures.ts";
import type { Joinable, Joined } from "./joinable.ts";
import { joinWithLogs } from "./with-logs.ts";

/** Joins the logins that several places show. */
export function joinLogins(joinable: Joinable): Joined {
  const captured = joinCaptures(joinable);
  const ends = new Map<number, End>();
  for (const { login, attempts } of captured.logins) {
    for (const [at, attempt] of attempts.entries()) {
      const end = login.places[at]?.end;
      if (end !== undefined) ends.set(attempt, end);
    }
  }
  const ofCaptures: Joined = {
    logins: captured.logins.map(({ login }) => login),
    notJoined: captured.notJoined,
    initiations: joinable.initiations.map((initiation, at) => {
      const view = ends.get(at);
      return view === undefined || view === initiation.view ? initiation : { ...initiation, view };
    }),
  };
  return joinWithLogs(joinable, ofCaptures);
}
