/** What a diagnosis keeps of logins that two places show. */
import type { Observations } from "../evidence/observations.ts";
import { ExchangeType } from "../ike/registry.ts";
import {
  type BothEnds,
  type JoinedLogin,
  MOST_JOINED_DATAGRAMS,
  MOST_JOINED_LOGINS,
} from "../schema/joined.ts";

/** Of all logins together; each may have as many as `MOST_JOINED_DATAGRAMS`. */
const MOST_DATAGRAMS = 384;
const MOST_NOT_JOINED = 16;

/** The joined logins as a diagnosis holds them; `null` where two files are nowhere to be compared. */
export function bothEndsOf({ joined, notJoined }: Observations): BothEnds | null {
  if (joined.length + notJoined.length === 0) return null;
  const kept = mostTelling(joined);
  const logins = kept.map((login) => ({ ...login, datagrams: firstAndLast(login) }));
  const omitted = kept.map((login, at) => login.datagrams.length - (logins[at]?.datagrams.length ?? 0));
  return {
    logins,
    notJoined: notJoined.slice(0, MOST_NOT_JOINED),
    joinedLogins: joined.length,
    omittedDatagrams: omitted.reduce((sum, datagrams) => sum + datagrams, 0),
  };
}

/**
 * As many logins as a diagnosis holds, in their order: first those that go beyond IKE_SA_INIT, then those
 * that lost something, and of equal ones the later.
 */
function mostTelling(joined: readonly JoinedLogin[]): JoinedLogin[] {
  const weightOf = ({ datagrams }: JoinedLogin): number =>
    (datagrams.some((d) => d.exchangeType !== ExchangeType.IKE_SA_INIT) ? 2 : 0) +
    (datagrams.some((d) => d.fate === "lost" || d.fate === "partly-lost") ? 1 : 0);
  const ranked = joined
    .map((login, at) => ({ login, at, weight: weightOf(login) }))
    .sort((a, b) => b.weight - a.weight || b.at - a.at);
  let room = MOST_DATAGRAMS;
  return ranked
    .slice(0, MOST_JOINED_LOGINS)
    .filter(({ login }) => {
      room -= Math.min(login.datagrams.length, MOST_JOINED_DATAGRAMS);
      return room >= 0;
    })
    .sort((a, b) => a.at - b.at)
    .map(({ login }) => login);
}

function firstAndLast({ datagrams }: JoinedLogin): JoinedLogin["datagrams"] {
  if (datagrams.length <= MOST_JOINED_DATAGRAMS) return datagrams;
  const half = MOST_JOINED_DATAGRAMS / 2;
  return [...datagrams.slice(0, half), ...datagrams.slice(-half)];
}
