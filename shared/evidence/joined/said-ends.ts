/**
 * What the user said of where files were recorded, held against what is in them: a client's file given as the
 * gateway's would turn every direction round. Only what proves an end counts for more than a word: never what
 * is missing in a file, for a filter hides as much.
 */
import { ExchangeType } from "../../ike/registry.ts";
import type { End } from "../../schema/joined.ts";
import type { Initiation, MisnamedFile } from "../observations.ts";
import { byAddresses, provenView } from "../view.ts";
import { type Captured, comparedFiles } from "./join-captures.ts";
import { provenOrder } from "./recognise.ts";

/** What is left of the user's words. */
export interface SaidEnds {
  /** The words that nothing in the files speaks against. */
  recordedAt: Record<string, End>;
  /** Files whose word was wrong, and files whose addresses look as if it were. */
  misnamed: (Omit<MisnamedFile, "shown"> & { isProven: boolean })[];
}

/**
 * Takes back the words that what was recorded proves wrong.
 *
 * @param given the attempts with the places that they show by themselves, and no word in these
 */
export function settleSaidEnds(given: Captured): SaidEnds {
  const said = new Map(Object.entries(given.recordedAt ?? {}));
  const misnamed: SaidEnds["misnamed"] = [];
  if (said.size === 0) return { recordedAt: {}, misnamed };
  const byFile = Map.groupBy(given.initiations, ({ capture }) => capture);
  const takeBack = (source: string): void => {
    const end = said.get(source);
    if (end !== undefined) misnamed.push({ source, said: end, isProven: true });
    said.delete(source);
  };
  for (const [source, attempts] of byFile) {
    const end = said.get(source);
    if (end === undefined) continue;
    const shown = attempts.map(shownBy).filter((view) => view !== null);
    const isLog = attempts.some(({ log }) => log !== undefined);
    // A capture between the ends may lie on the link of one of them; a program's log never does.
    const isAgainst = (view: End): boolean => view !== end && (isLog || end !== "between");
    if (shown.length > 0 && shown.every(isAgainst)) takeBack(source);
  }
  const ordered = new Set<string>();
  const nearer: [string, string][] = [];
  for (const { sources, logins } of said.size === 0 ? [] : comparedFiles(given)) {
    const order = provenOrder(logins);
    if (order === 0) continue;
    for (const source of sources) ordered.add(source);
    nearer.push(order > 0 ? sources : [sources[1], sources[0]]);
  }
  // Nothing is nearer to the client than the client, and nothing farther from it than the gateway.
  for (const [near, far] of nearer) {
    if (said.get(near) === "gateway") takeBack(near);
    if (said.get(far) === "client") takeBack(far);
  }
  const swapped = new Set(misnamed.map(({ said: end }) => (end === "client" ? "gateway" : "client")));
  for (const [source, attempts] of byFile) {
    const end = said.get(source);
    if (end !== "client" && end !== "gateway") continue;
    if (ordered.has(source) || !attempts.every((i) => looksOtherwise(i, end))) continue;
    // Who took one of two files for the other one took both.
    if (swapped.has(end)) takeBack(source);
    else misnamed.push({ source, said: end, isProven: false });
  }
  return { recordedAt: Object.fromEntries(said), misnamed };
}

/** The end at which an attempt was recorded, where what is in it proves that. */
function shownBy(initiation: Initiation): End | null {
  const { log, datagrams = [], client, gateway, view } = initiation;
  if (log !== undefined) {
    // Who sends requests of a login is its client (RFC 7296 §1.2); later on, the gateway asks too.
    const isLogin = log.datagrams.some(
      (d) =>
        (d.exchangeType === ExchangeType.IKE_SA_INIT || d.exchangeType === ExchangeType.IKE_AUTH) &&
        d.fromClient !== d.isResponse,
    );
    return isLogin ? view : null;
  }
  const packetsOf = (fromClient: boolean) =>
    datagrams.filter((d) => d.fromClient === fromClient).flatMap((d) => d.packets);
  const shown = provenView({ client, gateway, fromClient: packetsOf(true), fromGateway: packetsOf(false) });
  // Where routers had touched all packets, it may still be one end: of a guest system, or behind a tunnel.
  return shown === "between" ? null : shown;
}

/** Whether the addresses are those that are usual at the other end, which alone proves nothing. */
function looksOtherwise({ log, client, gateway }: Initiation, end: "client" | "gateway"): boolean {
  return log === undefined && !byAddresses({ client, gateway }).includes(end);
}
