/**
 * What logins that are begun tell of a path whose faults are known: a gateway with its state, packets that
 * are cut and lost both ways, and chance. It knows no keys: it says what somebody with keys would read.
 */
import type { ProbeObservation } from "../../shared/evidence/observations.ts";
import {
  ikeIpBytes,
  ipFragmentSizes,
  MIN_IP_HEADER_BYTES,
  UDP_HEADER_BYTES,
} from "../../shared/packet/sizes.ts";
import type { IpFamily } from "../../shared/schema/plan.ts";
import type {
  Rehearsal,
  RehearsalAnswer,
  RehearsalRequest,
  RehearsedLogin,
} from "../../shared/schema/rehearsal.ts";
import { probe } from "./observations.ts";

/** What happens to packets one way. Bytes of whole IP packets. */
export interface Way {
  /** Larger packets and IP fragments vanish. */
  mostIpBytes: number;
  /** IP fragments that are larger vanish; 0: all of them. */
  mostFragmentBytes: number;
  lossPercent: number;
}

export interface RehearsedPath {
  family: IpFamily;
  out: Way;
  back: Way;
  interfaceMtu: number;
  gateway: {
    takes: "eap" | "certificates";
    answerIkeBytes: number;
    offersIkeFragmentation: boolean;
    /** Whole IP packets of its IKE fragments; `null`: it offers them, and sends none. */
    fragmentIpBytes: number | null;
  };
}

export const OPEN: Way = { mostIpBytes: 1_500, mostFragmentBytes: 1_500, lossPercent: 0 };
/** Nothing is wrong with it. */
export const CLEAR_PATH: RehearsedPath = {
  family: 4,
  out: OPEN,
  back: OPEN,
  interfaceMtu: 1_500,
  gateway: { takes: "eap", answerIkeBytes: 3_472, offersIkeFragmentation: true, fragmentIpBytes: 1_280 },
};

const REFUSAL_BYTES = 80;
const SMALL_BYTES = 272;
const LARGE_BYTES = 2_736;
const TRIES = 4;
/** Initialization vector and checksum, as of AES-CBC with SHA2-256, and the headers of an IKE fragment. */
const SKF_BYTES = 28 + 8 + 16 + 16;

type Random = () => number;

/** The IP packets of a message that IP cuts. */
const cutByIp = (ikeBytes: number, mtu: number, family: IpFamily): number[] => {
  const ipBytes = ikeIpBytes(ikeBytes, 4500, family);
  return ipBytes <= mtu ? [ipBytes] : ipFragmentSizes(ipBytes - MIN_IP_HEADER_BYTES[family], mtu, family);
};

/** The IKE messages that an IKE message is cut into, the last one with what is left over. */
function cutByIke(ikeBytes: number, mostIpBytes: number, family: IpFamily): number[] {
  const most = mostIpBytes - ikeIpBytes(0, 4500, family);
  if (ikeBytes <= most) return [ikeBytes];
  const room = most - SKF_BYTES;
  const whole = Math.floor((ikeBytes - SKF_BYTES) / room);
  const left = ikeBytes - SKF_BYTES - whole * room;
  return [...Array.from({ length: whole }, () => most), ...(left > 0 ? [left + SKF_BYTES] : [])];
}

/** Whether the packets of one datagram arrive, all of them. */
function arrives(packets: readonly number[], way: Way, random: Random): boolean {
  const most = packets.length > 1 ? Math.min(way.mostFragmentBytes, way.mostIpBytes) : way.mostIpBytes;
  return packets.every((bytes) => bytes <= most && random() * 100 >= way.lossPercent);
}

/** One login at the gateway, and what the client sends in its name. */
class Login {
  readonly requests: RehearsalRequest[] = [];
  readonly #path: RehearsedPath;
  readonly #random: Random;
  readonly #spi: string;
  readonly #withIkeFragments: boolean;
  readonly #announced: boolean;
  #processed = 0;
  #isGone = false;

  constructor(path: RehearsedPath, random: Random, number: number, withIkeFragments: boolean) {
    this.#path = path;
    this.#random = random;
    this.#spi = number.toString(16).padStart(16, "0");
    // Where the gateway offers none, the login that was begun with it came to be one without.
    this.#announced = withIkeFragments || !path.gateway.offersIkeFragmentation;
    this.#withIkeFragments = withIkeFragments && path.gateway.offersIkeFragmentation;
  }

  /** Sends a request up to four times, until something is answered. */
  ask(
    asks: RehearsalRequest["asks"],
    messageId: number,
    ikeBytes: number,
    fragmentIpBytes: number | null = null,
    userMtu: number | null = null,
  ): RehearsalAnswer {
    const { family, interfaceMtu, out } = this.#path;
    const messages = fragmentIpBytes === null ? [ikeBytes] : cutByIke(ikeBytes, fragmentIpBytes, family);
    const mtu = Math.min(userMtu ?? interfaceMtu, interfaceMtu);
    const packets = messages.map((bytes) => cutByIp(bytes, mtu, family));
    const received = new Set<number>();
    let answer: RehearsalAnswer = { status: "none" };
    let tries = 0;
    while (tries < TRIES && (answer.status === "none" || answer.status === "in-part")) {
      tries += 1;
      if (packets.every((p) => arrives(p, out, this.#random)))
        answer = this.#answer(asks, messageId, received) ?? answer;
    }
    this.requests.push({
      asks,
      messageId,
      carriage:
        messages.length > 1 ? "ike-fragments" : packets[0]?.length === 1 ? "whole-packet" : "ip-fragments",
      ikeBytes,
      datagrams: messages,
      userMtu,
      stepIds: [`r2-login-${Number.parseInt(this.#spi, 16)}-${this.requests.length}`],
      tries,
      answer,
    });
    return answer;
  }

  /** What comes back, as far as it comes: an answer once given is given again (RFC 7296 §2.1). */
  #answer(asks: RehearsalRequest["asks"], messageId: number, received: Set<number>): RehearsalAnswer | null {
    if (this.#isGone || (messageId !== this.#processed && messageId !== this.#processed + 1)) return null;
    const { gateway, back, family } = this.#path;
    const isNew = messageId === this.#processed + 1;
    const isLarge = isNew ? asks === "eap" && messageId === 1 && gateway.takes === "eap" : true;
    if (isNew && isLarge) this.#processed = messageId;
    if (!isLarge) this.#isGone = true;
    const ikeBytes = isLarge ? gateway.answerIkeBytes : REFUSAL_BYTES;
    const messages =
      this.#withIkeFragments && gateway.fragmentIpBytes !== null
        ? cutByIke(ikeBytes, gateway.fragmentIpBytes, family)
        : [ikeBytes];
    const came = messages.flatMap((bytes, at) =>
      arrives(cutByIp(bytes, 1_500, family), back, this.#random) ? [{ bytes, number: at + 1 }] : [],
    );
    for (const { number } of came) received.add(number);
    const total = messages.length;
    if (received.size === total) {
      return isLarge
        ? { status: "asks-eap", eapType: 1, ikeBytes, datagrams: messages }
        : { status: "refused", notify: 24, ikeBytes, datagrams: messages };
    }
    if (received.size === 0) return null;
    const largest = Math.max(...[...received].map((number) => messages[number - 1] ?? 0));
    return {
      status: "in-part",
      received: [...received].sort((a, b) => a - b),
      total,
      largestDatagramBytes: largest,
    };
  }

  get login(): RehearsedLogin {
    return {
      initiatorSpi: this.#spi,
      responderSpi: "ff".repeat(8),
      family: this.#path.family,
      address: this.#path.family === 4 ? "192.0.2.1" : "2001:db8::1",
      suite: {
        encryption: "ENCR_AES_CBC-256",
        integrity: "AUTH_HMAC_SHA2_256_128",
        prf: "PRF_HMAC_SHA2_256",
        group: 19,
      },
      ikeFragmentation: this.#withIkeFragments,
      announcedIkeFragmentation: this.#announced,
      begunOnPort: 4500,
      initAnswerBytes: 264,
      requests: this.requests,
    };
  }
}

const isIn = (answer: RehearsalAnswer): boolean => answer.status !== "none" && answer.status !== "in-part";

/** The login in the order that tells most: what is asked, what controls it, and what ends it. */
function begin(login: Login, ikeBytes: number, fragmentIpBytes: number | null): void {
  const first = login.ask("eap", 1, ikeBytes, fragmentIpBytes);
  if (first.status === "refused") return;
  if (!isIn(first) && ikeBytes > SMALL_BYTES && login.ask("refusal", 1, SMALL_BYTES).status === "refused")
    return;
  login.ask("refusal", 2, SMALL_BYTES);
}

/** What is rehearsed on this path: each kind twice where the first was lost. */
export function rehearse(path: RehearsedPath, random: Random = () => 1): Rehearsal {
  const logins: Login[] = [];
  const twice = (ikeBytes: number, fragmentIpBytes: number | null): void => {
    for (const _ of [1, 2]) {
      const login = new Login(path, random, logins.length + 1, fragmentIpBytes !== null);
      logins.push(login);
      begin(login, ikeBytes, fragmentIpBytes);
      if (
        login.requests[0]?.answer.status === "refused" ||
        isIn(login.requests[0]?.answer ?? { status: "none" })
      )
        return;
    }
  };
  twice(LARGE_BYTES, null);
  if (logins.length > 1) twice(SMALL_BYTES, null);
  if (path.gateway.offersIkeFragmentation) twice(LARGE_BYTES, 1_280);
  return { logins: logins.map(({ login }) => login), gateway: null, stopped: null };
}

/** The probes that a plan sends besides: small ones on both ports, and padded ones as IP fragments. */
export function probesOn(
  { family, out, back, interfaceMtu }: RehearsedPath,
  random: Random = () => 1,
): ProbeObservation[] {
  const sent = (
    purpose: ProbeObservation["purpose"],
    port: number,
    ipBytes: number,
    most: number,
  ): ProbeObservation[] => {
    const packets = cutByIp(ipBytes - ikeIpBytes(0, port, family), interfaceMtu, family);
    let tries = 0;
    let answered = false;
    while (tries < most && !answered) {
      tries += 1;
      answered = arrives(packets, out, random) && arrives([100], back, random);
    }
    const of = { purpose, port, family, ipBytes, tries, stepId: `r1-${purpose}-${port}-${ipBytes}` };
    return [
      probe({
        ...of,
        ...(!answered && { outcome: "silent" }),
        udpPayloadBytes: ipBytes - MIN_IP_HEADER_BYTES[family] - UDP_HEADER_BYTES,
        ipFragmentBytes: packets.length > 1 ? packets : [],
        effectiveMtu: interfaceMtu,
      }),
    ];
  };
  return [
    ...[500, 4500].flatMap((port) => sent("baseline", port, 500, 3)),
    ...[500, 4500].flatMap((port) => sent("size-control", port, 100, 3)),
    ...[1_280, 1_400, 1_500].flatMap((ipBytes) =>
      sent("whole-packet", 4500, Math.min(ipBytes, interfaceMtu), 6),
    ),
    ...[2_560, 3_000].flatMap((ipBytes) => sent("ip-fragments", 4500, ipBytes, 6)),
  ];
}
