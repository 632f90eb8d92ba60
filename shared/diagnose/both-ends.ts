/** What a diagnosis keeps of logins that two places show. */
import type { Observations } from "../evidence/observations.ts";
import type { JoinedLogin } from "../schema/joined.ts";
import { type BothEnds, MOST_JOINED_DATAGRAMS } from "../schema/joined.ts";

const MOST_LOGINS = 4;
const MOST_NOT_JOINED = 16;

/** The joined logins as a diagnosis holds them; `null` where two files are nowhere to be compared. */
export function bothEndsOf({ joined, notJoined }: Observations): BothEnds | null {
  if (joined.length + notJoined.length === 0) return null;
  const kept = joined.slice(-MOST_LOGINS);
  const logins = kept.map((login) => ({ ...login, datagrams: firstAndLast(login) }));
  const omitted = kept.map((login, at) => login.datagrams.length - (logins[at]?.datagrams.length ?? 0));
  return {
    logins,
    notJoined: notJoined.slice(0, MOST_NOT_JOINED),
    joinedLogins: joined.length,
    omittedDatagrams: omitted.reduce((sum, datagrams) => sum + datagrams, 0),
  };
}

function firstAndLast({ datagrams }: JoinedLogin): JoinedLogin["datagrams"] {
  if (datagrams.length <= MOST_JOINED_DATAGRAMS) return datagrams;
  const half = MOST_JOINED_DATAGRAMS / 2;
  return [...datagrams.slice(0, half), ...datagrams.slice(-half)];
}
