/** What goes into a comparison of the two ends of a login, and what comes out. */
import type { End, JoinedLogin, NotJoined } from "../../schema/joined.ts";
import type { Initiation, Observations } from "../observations.ts";

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
