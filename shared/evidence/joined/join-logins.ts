/**
 * Both ends of a login: recognises the same login in several captures, logs and runs, and joins what left at
 * one end with what arrived at the other.
 */
import type { JoinedLogin, NotJoined } from "../../schema/joined.ts";
import type { Initiation, Observations } from "../observations.ts";

/** What can be joined. */
export type Joinable = Pick<Observations, "initiations" | "probes" | "captures" | "startedAtMs">;

/** What was joined, and what was not. */
export interface Joined {
  logins: JoinedLogin[];
  notJoined: NotJoined[];
  /** The attempts, each with where it was recorded as far as the comparison tells; in the same order. */
  initiations: Initiation[];
}

/** Joins the logins that several places show. */
export function joinLogins({ initiations }: Joinable): Joined {
  return { logins: [], notJoined: [], initiations };
}
