/**
 * The messages between an agent and a reflector. The service builds each request and the agent carries it, so
 * that the agent needs to know nothing of them:
 *
 *     open  = head 1, token                   ->  cookie     = head 3, cookie
 *     send  = head 2, token, cookie,          ->  reflection = head 5, IP bytes (2), filler
 *             IP bytes (2)                        again      = head 4, cookie
 *     head  = "IKFR", version (1), type (1)
 *     token = run (16), ends at (4), reply bytes (4), network (7), HMAC-SHA-256 of these (32)
 *     cookie = minute (4), HMAC-SHA-256 of it, the run and the address (16 of 32)
 *
 * `again` is the answer to a cookie that is too old or was made for another address. Numbers are in network
 * byte order. A reflector keeps no state to check either: a token proves that the service asks, and a cookie
 * proves that the client receives what is sent to its address.
 */
import { concatBytes } from "../bytes/concat.ts";
import { Cursor } from "../bytes/cursor.ts";
import { familyOf, plainAddress } from "../packet/address.ts";
import { udpIpBytes, udpPayloadBytes } from "../packet/sizes.ts";

/** Computes HMAC-SHA-256 with the key that the service and the reflector share. */
export type Mac = (message: Uint8Array) => Uint8Array;

const MAGIC = 0x49_4b_46_52; // "IKFR"
const VERSION = 1;
const Type = { OPEN: 1, SEND: 2, COOKIE: 3, AGAIN: 4, REFLECTION: 5 } as const;

const HEAD_BYTES = 6;
const RUN_BYTES = 16;
const NETWORK_BYTES = 7;
const CLAIMS_BYTES = RUN_BYTES + 4 + 4 + NETWORK_BYTES;
const TOKEN_MAC_BYTES = 32;
/** Bytes of a token. */
export const TOKEN_BYTES = CLAIMS_BYTES + TOKEN_MAC_BYTES;
const COOKIE_MAC_BYTES = 16;
const COOKIE_BYTES = 4 + COOKIE_MAC_BYTES;
const OPEN_BYTES = HEAD_BYTES + TOKEN_BYTES;
const SEND_BYTES = OPEN_BYTES + COOKIE_BYTES + 2;

/**
 * The largest reflection, in bytes of the whole IP packet: RFC 7296 §2 has each implementation receive 3000
 * bytes.
 */
export const MOST_REFLECTED_IP_BYTES = 3_000;
/**
 * The smallest reflection, in bytes of the whole IP packet: an IPv6 header and what a reflection has to say
 * fit in it.
 */
export const LEAST_REFLECTED_IP_BYTES = 80;
/** A token is never good for longer than this, whatever it says. */
export const TOKEN_SECONDS = 300;
/** A cookie is good in the minute in which it was made, and in the next one. */
const COOKIE_SLOT_SECONDS = 60;

/** One key signs both, so each has a purpose: a token can never be taken for a cookie. */
const TOKEN_PURPOSE = new TextEncoder().encode("ikefrag reflector token v1\0");
const COOKIE_PURPOSE = new TextEncoder().encode("ikefrag reflector cookie v1\0");

/** What a token says: who may ask, and for how much. */
export interface TokenClaims {
  /** 32 hex digits that name a run and say nothing else of it. */
  run: string;
  /** Seconds since the epoch. */
  endsAt: number;
  /** The most that may be sent for this run, in bytes of whole IP packets. */
  replyBytes: number;
  /**
   * The network of the client, as `networkOf` gives it; `null` allows all. It says nothing of the other IP
   * family.
   */
  network: Uint8Array | null;
}

/** What a client asks of a reflector. */
export type ReflectorRequest =
  | { kind: "open"; token: Uint8Array }
  | { kind: "send"; token: Uint8Array; cookie: Uint8Array; ipBytes: number };

/** What a reflector answers. */
export type ReflectorAnswer =
  | { kind: "cookie" | "again"; cookie: Uint8Array }
  | { kind: "reflection"; ipBytes: number };

/** A token with these claims, as the service gives it to a run. */
export function signToken({ run, endsAt, replyBytes, network }: TokenClaims, mac: Mac): Uint8Array {
  if (!/^[0-9a-f]{32}$/.test(run)) throw new RangeError(`Cannot sign a token: run is "${run}"`);
  const id = Uint8Array.from({ length: RUN_BYTES }, (_, at) =>
    Number.parseInt(run.slice(at * 2, at * 2 + 2), 16),
  );
  const claims = concatBytes([id, u32(endsAt), u32(replyBytes), network ?? new Uint8Array(NETWORK_BYTES)]);
  return concatBytes([claims, mac(concatBytes([TOKEN_PURPOSE, claims]))]);
}

/**
 * Checks and reads a token.
 *
 * @returns `null` for bytes that were not signed with this key, and for a token that has ended or is good for
 *   too long
 */
export function readToken(token: Uint8Array, nowSeconds: number, mac: Mac): TokenClaims | null {
  if (token.length !== TOKEN_BYTES) return null;
  const cursor = new Cursor(token);
  const run = cursor.hex(RUN_BYTES, "run");
  const endsAt = cursor.u32("end");
  const replyBytes = cursor.u32("reply bytes");
  if (endsAt <= nowSeconds || endsAt > nowSeconds + TOKEN_SECONDS) return null;
  const claims = token.subarray(0, CLAIMS_BYTES);
  if (!equalBytes(mac(concatBytes([TOKEN_PURPOSE, claims])), token.subarray(CLAIMS_BYTES))) return null;
  const network = token.slice(CLAIMS_BYTES - NETWORK_BYTES, CLAIMS_BYTES);
  return { run, endsAt, replyBytes, network: network[0] === 0 ? null : network };
}

/**
 * A cookie for an address.
 *
 * @param address where the request came from, as the system writes it
 */
export function makeCookie(address: string, run: string, nowSeconds: number, mac: Mac): Uint8Array {
  return cookieOf(Math.floor(nowSeconds / COOKIE_SLOT_SECONDS), address, run, mac);
}

/** Whether a cookie was made for this address and run, in this minute or the last one. */
export function isCookie(
  cookie: Uint8Array,
  address: string,
  run: string,
  nowSeconds: number,
  mac: Mac,
): boolean {
  if (cookie.length !== COOKIE_BYTES) return false;
  const slot = new Cursor(cookie).u32("minute");
  const age = Math.floor(nowSeconds / COOKIE_SLOT_SECONDS) - slot;
  return (age === 0 || age === 1) && equalBytes(cookieOf(slot, address, run, mac), cookie);
}

function cookieOf(slot: number, address: string, run: string, mac: Mac): Uint8Array {
  const subject = new TextEncoder().encode(`${run} ${address}`);
  return concatBytes([
    u32(slot),
    mac(concatBytes([COOKIE_PURPOSE, u32(slot), subject])).subarray(0, COOKIE_MAC_BYTES),
  ]);
}

/** The datagram of a request. */
export function encodeRequest(request: ReflectorRequest): Uint8Array<ArrayBuffer> {
  if (request.kind === "open") return concatBytes([head(Type.OPEN), request.token]);
  return concatBytes([head(Type.SEND), request.token, request.cookie, u16(request.ipBytes)]);
}

/**
 * Reads a request.
 *
 * @returns `null` for anything else: a reflector does not answer it
 */
export function readRequest(datagram: Uint8Array): ReflectorRequest | null {
  const type = typeOf(datagram);
  const token = datagram.subarray(HEAD_BYTES, OPEN_BYTES);
  if (type === Type.OPEN && datagram.length === OPEN_BYTES) return { kind: "open", token };
  if (type !== Type.SEND || datagram.length !== SEND_BYTES) return null;
  const ipBytes = new Cursor(datagram, SEND_BYTES - 2).u16("IP bytes");
  if (ipBytes < LEAST_REFLECTED_IP_BYTES || ipBytes > MOST_REFLECTED_IP_BYTES) return null;
  return { kind: "send", token, cookie: datagram.subarray(OPEN_BYTES, OPEN_BYTES + COOKIE_BYTES), ipBytes };
}

/** The datagram of a cookie. */
export const encodeCookie = (kind: "cookie" | "again", cookie: Uint8Array): Uint8Array =>
  concatBytes([head(kind === "cookie" ? Type.COOKIE : Type.AGAIN), cookie]);

/**
 * The datagram of a reflection.
 *
 * @param ipBytes its bytes as one whole IP packet; above the MTU of the interface, the system sends IP
 *   fragments
 */
export function encodeReflection(ipBytes: number, family: 4 | 6): Uint8Array {
  const datagram = new Uint8Array(udpPayloadBytes(ipBytes, family));
  datagram.set(head(Type.REFLECTION));
  datagram.set(u16(ipBytes), HEAD_BYTES);
  // The bytes differ: a link that compresses would make a smaller packet of equal ones.
  for (let at = HEAD_BYTES + 2; at < datagram.length; at++) datagram[at] = (at * at * 31 + at * 7) >>> 3;
  return datagram;
}

/**
 * Reads an answer.
 *
 * @returns `null` for anything else, and for a reflection that is not as long as it says
 */
export function readAnswer(datagram: Uint8Array, family: 4 | 6): ReflectorAnswer | null {
  const type = typeOf(datagram);
  if (type === Type.COOKIE || type === Type.AGAIN) {
    const cookie = datagram.subarray(HEAD_BYTES);
    if (cookie.length !== COOKIE_BYTES) return null;
    return { kind: type === Type.COOKIE ? "cookie" : "again", cookie };
  }
  if (type !== Type.REFLECTION || datagram.length < HEAD_BYTES + 2) return null;
  const ipBytes = new Cursor(datagram, HEAD_BYTES).u16("IP bytes");
  return ipBytes === udpIpBytes(datagram.length, family) ? { kind: "reflection", ipBytes } : null;
}

/**
 * The network that an address belongs to, as a token names it: an IPv4 /24 or an IPv6 /48. One address would
 * be too narrow: an operator's translator, and a computer with temporary addresses (RFC 8981), ask from
 * several.
 *
 * @returns `null` for an address that is not public: private, shared (RFC 6598), of a link, or of the machine
 *   itself
 */
export function networkOf(address: string): Uint8Array | null {
  const plain = plainAddress(address);
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}$/.exec(plain);
  if (v4) {
    const [a = 0, b = 0, c = 0] = v4.slice(1).map(Number);
    const isLocal =
      [0, 10, 127].includes(a) ||
      (a === 100 && b >= 64 && b < 128) ||
      (a === 169 && b === 254) ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      a >= 224;
    return isLocal ? null : Uint8Array.of(4, a, b, c, 0, 0, 0);
  }
  if (!/^[0-9a-f:]*:[0-9a-f:]*$/.test(plain)) return null;
  // What :: leaves out of the first three groups is zero.
  const [first = "", ...others] = (plain.split("::")[0] ?? "").split(":");
  const groups = [first, others[0] ?? "", others[1] ?? ""].map((group) => Number.parseInt(group || "0", 16));
  const [g0 = 0] = groups;
  if (g0 < 0x2000 || g0 > 0x3fff) return null; // RFC 4291 §2.4: global unicast, so far
  return Uint8Array.of(6, ...groups.flatMap((group) => [(group >> 8) & 0xff, group & 0xff]));
}

/**
 * Whether a claim allows an address. It allows all addresses of the other family: a client may have one in
 * each.
 */
export function isWithin(address: string, network: Uint8Array | null): boolean {
  const family = familyOf(plainAddress(address));
  if (network === null || network[0] !== family) return true;
  const own = networkOf(address);
  return own !== null && equalBytes(own, network);
}

const head = (type: number): Uint8Array => concatBytes([u32(MAGIC), Uint8Array.of(VERSION, type)]);

function typeOf(datagram: Uint8Array): number | null {
  if (datagram.length < HEAD_BYTES) return null;
  const cursor = new Cursor(datagram);
  if (cursor.u32("magic") !== MAGIC || cursor.u8("version") !== VERSION) return null;
  return cursor.u8("type");
}

const u16 = (value: number): Uint8Array => Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
const u32 = (value: number): Uint8Array =>
  Uint8Array.of((value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

/** Compares in a time that does not depend on where the bytes differ. */
function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= (a[at] ?? 0) ^ (b[at] ?? 0);
  return difference === 0;
}
