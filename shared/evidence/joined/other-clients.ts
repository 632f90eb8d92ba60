/**
 * Whose logins count: a gateway's file shows all of its clients, and only one of them is asked about. Another
 * client's refusal is no answer to this one.
 */
import type { JoinedLogin } from "../../schema/joined.ts";
import type { Initiation } from "../observations.ts";

/**
 * The attempts without those of other clients: where something was recorded at this client too, and a file
 * from elsewhere has several clients, only who is joined with it counts there. A file with one client is
 * taken to be about this one.
 *
 * @param isAtClient whether an agent measured at the client
 */
export function withoutOtherClients(
  initiations: readonly Initiation[],
  joined: readonly JoinedLogin[],
  isAtClient: boolean,
): Initiation[] {
  if (!isAtClient && initiations.every(isElsewhere)) return [...initiations];
  const clientsOf = new Map<string, Set<string>>();
  // What an agent of ours asked, of this client or another, is nobody's login.
  for (const { capture, client } of initiations.filter((i) => isElsewhere(i) && !i.ownProbe))
    clientsOf.set(capture, (clientsOf.get(capture) ?? new Set()).add(client));
  const joinedClients = new Set(
    joined.flatMap(({ places }) => places.map(({ source, client }) => `${source} ${client}`)),
  );
  return initiations.filter(
    (initiation) =>
      !isElsewhere(initiation) ||
      clientsOf.get(initiation.capture)?.size === 1 ||
      joinedClients.has(`${initiation.capture} ${initiation.client.slice(0, 64)}`),
  );
}

const isElsewhere = ({ view }: Initiation): boolean => view === "gateway" || view === "between";
