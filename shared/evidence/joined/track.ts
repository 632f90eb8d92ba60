/** One login as one capture has it, ready to be compared with what another capture has. */
import type { End } from "../../schema/joined.ts";
import type { CapturedDatagram, CaptureObservation, Initiation } from "../observations.ts";

/** One login in one capture. */
export interface Track {
  /** Where it stands among the attempts. */
  at: number;
  initiation: Initiation;
  /** In the order of the capture. */
  datagrams: readonly CapturedDatagram[];
  capture: CaptureObservation | undefined;
  /** What the user said of where the capture was made. */
  given: End | undefined;
}

/** No client and no gateway sends a message again sooner. */
export const SOONEST_REPEAT_MS = 200;
/** No path is longer, there and back. */
export const LONGEST_ROUND_TRIP_MS = 2_000;

/** The head of an IKE message, of a datagram that has its first IP fragment. */
export type IkeHead = NonNullable<CapturedDatagram["ike"]>;

/** Which message or IKE fragment it is: the same for all its sendings, and in all places. */
export function messageKey(ike: IkeHead, fromClient: boolean): string {
  const { exchangeType, messageId, isResponse, ikeFragment, ikeLength } = ike;
  const number = ikeFragment === null ? "" : `${ikeFragment.number}/${ikeFragment.total}`;
  return `${exchangeType} ${messageId} ${isResponse ? "<" : ">"}${fromClient ? "c" : "g"} ${number} ${ikeLength}`;
}

/** The datagrams that have an IKE header, by message, each list in the order of the capture. */
export function byMessage(track: Track): Map<string, CapturedDatagram[]> {
  const lists = new Map<string, CapturedDatagram[]>();
  for (const datagram of track.datagrams) {
    if (datagram.ike === null) continue;
    const key = messageKey(datagram.ike, datagram.fromClient);
    const list = lists.get(key);
    if (list) list.push(datagram);
    else lists.set(key, [datagram]);
  }
  return lists;
}

/** Whether two datagrams carry the same; where one of them does not show it, its header decides. */
export function isSameContent(a: IkeHead, b: IkeHead): boolean {
  return a.fingerprint === null || b.fingerprint === null || a.fingerprint === b.fingerprint;
}
