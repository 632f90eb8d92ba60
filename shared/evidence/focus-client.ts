/**
 * A gateway's log or capture may show many clients. A diagnosis is about one: whose attempts count is settled
 * here, and the others are kept for a summary.
 */
import type { JoinedLogin } from "../schema/joined.ts";
import { type AttemptEnd, endOf } from "./attempt-end.ts";
import type { Crowd, Initiation } from "./observations.ts";

/** What tells whose login it is about. */
export interface Focus {
  initiations: readonly Initiation[];
  joined: readonly JoinedLogin[];
  /** The client's own addresses, where a run or a pasted list has them. */
  ownAddresses: readonly string[];
  /** An agent measured at the client. */
  isMeasured: boolean;
}

/** The attempts that count, and where there were others. */
export interface Focused {
  initiations: Initiation[];
  crowds: Crowd[];
}

/** Attempts that say nothing of how they ended, or that they ended well, are not what somebody asks about. */
const IS_FAILURE: Readonly<Record<AttemptEnd, boolean>> = {
  "came-up": false,
  open: false,
  refused: true,
  "answer-repeated": true,
  "request-incomplete": true,
  "nothing-followed": true,
  unanswered: true,
};

/**
 * Of a place that shows several clients: the attempts of the client whose own file or run is there, else of
 * its address, else of the latest client that failed in the way in which most of them do.
 */
export function focusOnClient({ initiations, joined, ownAddresses, isMeasured }: Focus): Focused {
  const bySource = new Map<string, Initiation[]>();
  for (const i of initiations) {
    const own = bySource.get(i.capture);
    if (own) own.push(i);
    else bySource.set(i.capture, [i]);
  }
  const crowded = [...bySource].filter(([, attempts]) => isCrowd(attempts));
  if (crowded.length === 0) return { initiations: [...initiations], crowds: [] };
  const sources = new Set(crowded.map(([source]) => source));
  const others = initiations.filter((i) => !sources.has(i.capture));
  const spis = new Set(others.map((i) => i.initiatorSpi).filter((spi) => spi !== ""));
  const addresses = new Set([...ownAddresses, ...others.map((i) => i.client)]);
  const places = new Set(
    joined.flatMap((login) => login.places.map(({ source, client }) => `${source} ${client}`)),
  );
  const isNamed = (i: Initiation): boolean =>
    spis.has(i.initiatorSpi) || addresses.has(i.client) || places.has(`${i.capture} ${i.client}`);
  const isAtClient = isMeasured || others.some((i) => i.view !== "gateway" && i.view !== "between");
  const chosen = new Set<Initiation>();
  const crowds = crowded.map(([source, attempts]): Crowd => {
    const named = attempts.filter(isNamed);
    const isGiven = named.length > 0 || isAtClient;
    const kept = isGiven ? named : attemptsOf(attempts, decidingClient(attempts));
    for (const i of kept) chosen.add(i);
    return { source, attempts, chosenBy: isGiven ? "given" : "failure", client: kept.at(-1)?.client ?? null };
  });
  return { initiations: initiations.filter((i) => !sources.has(i.capture) || chosen.has(i)), crowds };
}

const attemptsOf = (attempts: readonly Initiation[], client: string): Initiation[] =>
  attempts.filter((i) => i.client === client);

/** A gateway's place, with two clients or more. */
function isCrowd(attempts: readonly Initiation[]): boolean {
  const isGateways = attempts.some((i) => i.view === "gateway") && attempts.every((i) => i.view !== "client");
  return isGateways && endsByClient(attempts).size > 1;
}

/** How the latest attempt of each client ended that tells; the client that asked last is the last. */
export function endsByClient(attempts: readonly Initiation[]): Map<string, AttemptEnd> {
  const ends = new Map<string, AttemptEnd>();
  for (const i of attempts) {
    // What an agent of ours asked is no login.
    if (i.client === "" || i.ownProbe) continue;
    const { end } = endOf(i);
    const known = ends.get(i.client);
    ends.delete(i.client);
    ends.set(i.client, end === "open" ? (known ?? end) : end);
  }
  return ends;
}

/** The latest client with the failure that most clients have; where none failed, the latest client. */
function decidingClient(attempts: readonly Initiation[]): string {
  const ends = [...endsByClient(attempts)];
  const clients = new Map<AttemptEnd, number>();
  for (const [, end] of ends) if (IS_FAILURE[end]) clients.set(end, (clients.get(end) ?? 0) + 1);
  const most = Math.max(0, ...clients.values());
  return (ends.findLast(([, end]) => clients.get(end) === most) ?? ends.at(-1))?.[0] ?? "";
}
