/**
 * Both ends of a login: recognises the same login in several captures, logs and runs, and joins what left at
 * one end with what arrived at the other.
 */
import type { End, JoinedLogin, NotJoined } from "../../schema/joined.ts";
import type { Initiation, Observations } from "../observations.ts";
import { joinCaptures } from "./join-captures.ts";

/** What can be joined. */
export interface Joinable extends Pick<Observations, "initiations" | "probes" | "captures" | "startedAtMs"> {
  /** Where files were made, by their names, as far as the user said so. */
  recordedAt?: Readonly<Record<string, End>>;
}

/** What was joined, and what was not. */
export interface Joined {
  logins: JoinedLogin[];
  notJoined: NotJoined[];
  /** The attempts, each with where it was recorded as far as the comparison tells; in the same order. */
  initiations: Initiation[];
}

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
  return {
    logins: captured.logins.map(({ login }) => login),
    notJoined: captured.notJoined,
    initiations: joinable.initiations.map((initiation, at) => {
      const view = ends.get(at);
      return view === undefined || view === initiation.view ? initiation : { ...initiation, view };
    }),
  };
}
