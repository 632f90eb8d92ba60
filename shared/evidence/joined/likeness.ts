/**
 * Whether two recordings can be of one login where no SPI says so: by the order of its messages, their sizes
 * and their IKE fragments.
 */
import { ExchangeType } from "../../ike/registry.ts";
import { embedsIpv4, familyOf } from "../../packet/address.ts";
import { datagramKey, isOpening, messageKey, type Recorded, type RecordedLogin } from "./recorded.ts";

/** The same login as two places may have it, one nearer to the client and one nearer to the gateway. */
export interface Ends {
  client: RecordedLogin;
  gateway: RecordedLogin;
}

/** What two recordings have in common. */
export interface Likeness {
  /** Messages and IKE fragments that both have, and those of them whose sizes are known and the same. */
  shared: number;
  sized: number;
  /** More came than was sent. */
  hasExcess: boolean;
  /** Messages that came at the gateway and are not in what the client's side recorded, as if it had ended. */
  unseen: number;
}

/** One message of a login, with all its sendings. */
interface Summed {
  example: Recorded;
  latest: Recorded;
  /** By IKE fragment: how often each size is there. A whole message is its only part. */
  parts: Map<string, { counts: Map<number, number> }>;
  hasWhole: boolean;
  hasFragments: boolean;
}

const summaries = new WeakMap<RecordedLogin, Map<string, Summed>>();

function summaryOf(login: RecordedLogin): Map<string, Summed> {
  const known = summaries.get(login);
  if (known) return known;
  const messages = new Map<string, Summed>();
  for (const d of login.datagrams) {
    const key = messageKey(d);
    let message = messages.get(key);
    if (!message) {
      message = { example: d, latest: d, parts: new Map(), hasWhole: false, hasFragments: false };
      messages.set(key, message);
    }
    if (d.timeMs >= message.latest.timeMs) message.latest = d;
    if (d.ikeFragment === null) message.hasWhole = true;
    else message.hasFragments = true;
    const which = datagramKey(d);
    let part = message.parts.get(which);
    if (!part) {
      part = { counts: new Map() };
      message.parts.set(which, part);
    }
    if (d.ikeLength !== null)
      part.counts.set(d.ikeLength, (part.counts.get(d.ikeLength) ?? 0) + 1 + d.copies);
  }
  summaries.set(login, messages);
  return messages;
}

/** A recording that goes on this long behind a login would show what followed. */
const FOLLOWS_MS = 3_000;
/** What else a daemon does is not always in its log. */
const isLogin = ({ exchangeType }: Recorded): boolean =>
  exchangeType === ExchangeType.IKE_SA_INIT || exchangeType === ExchangeType.IKE_AUTH;

/** What the two have in common; `null` where they cannot be of one login. */
export function likenessOf({ client, gateway }: Ends): Likeness | null {
  if (client.spi !== "" && gateway.spi !== "" && client.spi !== gateway.spi) return null;
  if (client.majorVersion !== gateway.majorVersion) return null;
  if (!canBeSameGateway(client.gateway, gateway.gateway)) return null;
  const [near, far] = [summaryOf(client), summaryOf(gateway)];
  const likeness: Likeness = { shared: 0, sized: 0, hasExcess: false, unseen: 0 };
  for (const [key, there] of far) {
    const here = near.get(key);
    const { fromClient } = there.example;
    if (!here) {
      if (!fromClient) continue;
      if (isUnsent(there.example, client, gateway)) return null;
      likeness.unseen++;
      continue;
    }
    if (!compare(fromClient ? here : there, fromClient ? there : here, likeness)) return null;
  }
  for (const [key, { example }] of near) {
    if (!example.fromClient && !far.has(key) && isUnsent(example, gateway, client)) return null;
  }
  return likeness;
}

/**
 * Behind a gateway's own NAT it has a private address. Between families a translator stands, and it makes one
 * address of the other.
 */
function canBeSameGateway(a: string, b: string): boolean {
  if (a === "" || b === "" || a === b) return true;
  if (familyOf(a) !== familyOf(b)) return familyOf(a) === 6 ? embedsIpv4(a, b) : embedsIpv4(b, a);
  return isPrivate(a) !== isPrivate(b);
}

const PRIVATE =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd])/i;
const isPrivate = (address: string): boolean => PRIVATE.test(address);

/** It came, and the recording at its sender has the login before and after, and not this. */
function isUnsent(came: Recorded, sender: RecordedLogin, receiver: RecordedLogin): boolean {
  if (sender.kind === "run") return true;
  if (!came.fromClient && !isLogin(came)) return false;
  // libreswan's log does not name all that it sends.
  if (sender.kind === "log" && !sender.datagrams.some((d) => d.ikeLength !== null)) return false;
  const own = sender.datagrams.filter((d) => d.fromClient === came.fromClient);
  const later = own.some((d) => d.messageId > came.messageId);
  const earlier = own.some((d) => d.messageId < came.messageId);
  if (later) return earlier || sender.datagrams.some(isOpening);
  // A recording that ended soon after its last message does not show what followed.
  const last = sender.datagrams.reduce((latest, d) => Math.max(latest, d.timeMs), 0);
  if (sender.kind === "log")
    return receiver.kind !== "run" && sender.untilMs > last + (sender.untimed ? 0 : FOLLOWS_MS);
  return sender.untilMs - last >= FOLLOWS_MS;
}

function compare(sent: Summed, came: Summed, likeness: Likeness): boolean {
  const port = (m: Summed): number | null => m.example.gatewayPort;
  if (isOpening(sent.example) && port(sent) !== null && port(came) !== null && port(sent) !== port(came))
    return false;
  if (sent.hasFragments !== came.hasFragments) {
    // A log that does not list IKE fragments has the message that they make; nobody makes them on the way.
    if (came.hasFragments) return false;
    likeness.shared++;
    return true;
  }
  for (const [which, there] of came.parts) {
    const here = sent.parts.get(which);
    if (!here) {
      if (came.hasFragments && which === messageKey(came.example)) continue;
      return false;
    }
    likeness.shared++;
    if (here.counts.size > 0 && there.counts.size > 0) {
      // Its opening may be sent anew with a cookie or another key, and a log leaves out what it refused so.
      const common = [...there.counts].filter(([bytes]) => here.counts.has(bytes));
      if (common.length === 0) return false;
      // What it was answered with in the end was sent in answer to its last form.
      if (isOpening(sent.example) && !there.counts.has(sent.latest.ikeLength ?? 0)) return false;
      likeness.sized++;
      if (common.some(([bytes, count]) => count > (here.counts.get(bytes) ?? 0))) likeness.hasExcess = true;
    }
  }
  return true;
}
