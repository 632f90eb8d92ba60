/** What a capture at either end shows of logins over a path whose faults are known. */
import type { FrameToWrite } from "../../shared/capture/write.ts";
import { ikeIpBytes, ipFragmentSizes, MIN_IP_HEADER_BYTES } from "../../shared/packet/sizes.ts";
import { encodePcapng } from "./capture-files.ts";
import { Dialogue } from "./dialogue.ts";
import { chance, fateOf, type LossyPath, type OneWay } from "./lossy-path.ts";

export interface Login {
  /** Of the first IKE_AUTH request and its answer; with IKE fragments, of all of them together. */
  requestBytes: number;
  answerBytes: number;
  /** IKE fragments of this length (RFC 7383); `null`: none. */
  ikeFragmentBytes: number | null;
  /** Further small rounds, as EAP has them. */
  furtherRounds: number;
  /** What the gateway does about the login; `refuses-init` in the clear, before it. */
  gateway: "accepts" | "refuses" | "refuses-init" | "keeps-silent";
  /** How long the gateway thinks about IKE_AUTH. */
  delayMs: number;
  /** When a request is sent again, after its first sending. */
  retransmitAfterMs: readonly number[];
  /** Attempts one after the other, each with an IKE SA of its own. */
  attempts: number;
  /** Packets through the tunnel each way, once it is up. */
  espPackets: number;
  /** Each packet is seen twice, by two layers of the system. */
  seenTwice: boolean;
  /** Somebody pings the gateway with large pings, and a router speaks about another connection. */
  noise: boolean;
  /** Which part of the capture there is, of a thousand parts. */
  from: number;
  to: number;
}

/** At which end the capture is taken: all that this end sends is seen, and of the other's what arrives. */
export type End = "client" | "gateway";
/** What routers leave of the Time to Live or Hop Limit at each end. */
const HOP_LIMITS = { client: { client: 128, gateway: 52 }, gateway: { client: 114, gateway: 64 } };

const RTT_MS = 60;
const BETWEEN_ATTEMPTS_MS = 30_000;

/** @returns the capture, and whether each attempt came up as the client saw it */
export function captureLogins(
  path: LossyPath,
  login: Login,
  seed: number,
  end: End = "client",
): { bytes: Uint8Array<ArrayBuffer>; cameUp: boolean[] } {
  const roll = chance(seed);
  const addresses = path.family === 4 ? {} : { client: "2001:db8::4", gateway: "2001:db8:1::1" };
  const d = new Dialogue({ ...addresses }, { hopLimits: HOP_LIMITS[end] });
  const cameUp: boolean[] = [];
  let startMs = 0;
  for (let attempt = 0; attempt < login.attempts; attempt++) {
    if (attempt > 0) d.anew(attempt);
    const { endMs, up } = oneLogin(d, path, login, startMs, roll, end);
    cameUp.push(up);
    startMs = endMs + BETWEEN_ATTEMPTS_MS;
  }
  if (login.noise && path.family === 4) d.pingPiece(1_500, 1_500).pingPiece(4_000, 1_500);
  d.other(startMs);
  const frames = d.frames().flatMap((frame) => (login.seenTwice ? [frame, later(frame)] : [frame]));
  const cut = (part: number) => Math.round((part / 1_000) * frames.length);
  return { bytes: encodePcapng(frames.slice(cut(login.from), cut(login.to))), cameUp };
}

const later = (frame: FrameToWrite): FrameToWrite => ({ ...frame, nanoseconds: frame.nanoseconds + 2_000 });

/** Which packets of a message are lost on their way, counted from 0. */
function lostPackets(way: OneWay, path: LossyPath, sizes: readonly number[], roll: () => number): number[] {
  return sizes.flatMap((ipBytes, at) => {
    const packet = { ipBytes, isFragment: sizes.length > 1, dontFragment: false };
    const byChance = roll() * 100 < way.lossPercent;
    return byChance || !fateOf(way, path.family, packet).arrives ? [at] : [];
  });
}

function oneLogin(d: Dialogue, path: LossyPath, login: Login, startMs: number, roll: () => number, end: End) {
  const { family, interfaceMtu, gatewayMtu } = path;
  const sizesOf = (ikeLength: number, port: number, mtu: number) =>
    ipFragmentSizes(ikeIpBytes(ikeLength, port, family) - MIN_IP_HEADER_BYTES[family], mtu, family);

  /** One request until it is answered. `send` says whether it arrived, `answer` whether that did. */
  const exchange = (
    atMs: number,
    send: (atMs: number) => boolean,
    answer: ((atMs: number) => boolean) | null,
    delayMs: number,
  ) => {
    let answeredAtMs = Number.POSITIVE_INFINITY;
    for (const after of [0, ...login.retransmitAfterMs]) {
      const now = atMs + after;
      if (now >= answeredAtMs) break;
      if (!send(now) || answer === null) continue;
      // It answers a retransmission from memory, once it has thought.
      const repliesAtMs = Math.max(now, atMs + delayMs) + RTT_MS;
      if (answer(repliesAtMs)) answeredAtMs = Math.min(answeredAtMs, repliesAtMs);
    }
    const gaveUp = atMs + (login.retransmitAfterMs.at(-1) ?? 0) + 3_000;
    return { answered: Number.isFinite(answeredAtMs), endMs: Math.min(answeredAtMs, gaveUp) };
  };

  const blocked = (port: number) => path.blockedPorts.includes(port);
  const opened = exchange(
    startMs,
    (at) => {
      const arrives =
        !blocked(500) && lostPackets(path.out, path, sizesOf(624, 500, interfaceMtu), roll).length === 0;
      if (arrives || end === "client") d.saInit(at, 624);
      return arrives;
    },
    (at) => {
      const sizes = sizesOf(login.gateway === "refuses-init" ? 36 : 420, 500, gatewayMtu);
      const arrives = lostPackets(path.back, path, sizes, roll).length === 0;
      if (!arrives && end === "client") return false;
      if (login.gateway === "refuses-init") d.refusal(at, 14);
      else d.saInit(at, 420, { from: "gateway" });
      return arrives;
    },
    0,
  );
  if (!opened.answered || login.gateway === "refuses-init") return { endMs: opened.endMs, up: false };

  const message = (at: number, ikeLength: number, from: "client" | "gateway", messageId: number): boolean => {
    const [way, mtu] = from === "client" ? [path.out, interfaceMtu] : [path.back, gatewayMtu];
    const isBlocked = from === "client" && blocked(4500);
    const shown = (lost: number[]) => ({ from, messageId, mtu, lost: from === end ? [] : lost });
    const piece = login.ikeFragmentBytes;
    if (piece === null || ikeLength <= piece) {
      const lost = lostPackets(way, path, sizesOf(ikeLength, 4500, mtu), roll);
      const sizes = sizesOf(ikeLength, 4500, mtu);
      // A firewall knows the port by the first fragment alone.
      const gone = isBlocked ? [...new Set([0, ...lost])] : lost;
      if (from === end || gone.length < sizes.length) d.encrypted(at, ikeLength, shown(gone));
      return gone.length === 0;
    }
    const total = Math.ceil(ikeLength / piece);
    const last = Math.max(ikeLength - (total - 1) * piece, 80);
    // An IKE fragment that is split again is lost with any of its pieces.
    const lost = Array.from({ length: total }, (_, i) => (i === total - 1 ? last : piece)).flatMap(
      (bytes, i) => (lostPackets(way, path, sizesOf(bytes, 4500, mtu), roll).length > 0 ? [i] : []),
    );
    const gone = isBlocked ? Array.from({ length: total }, (_, i) => i) : lost;
    d.ikeFragments(at, total, piece, last, shown(gone));
    return gone.length === 0;
  };

  let { endMs } = opened;
  for (let round = 0; round <= login.furtherRounds; round++) {
    const messageId = round + 1;
    const [request, answer] = round === 0 ? [login.requestBytes, login.answerBytes] : [110, 130];
    const answerBytes = login.gateway === "refuses" ? 76 : answer;
    const done = exchange(
      endMs + 20,
      (at) => message(at, request, "client", messageId),
      login.gateway === "keeps-silent" ? null : (at) => message(at, answerBytes, "gateway", messageId),
      round === 0 ? login.delayMs : 0,
    );
    endMs = done.endMs;
    if (!done.answered || login.gateway === "refuses") return { endMs, up: false };
  }
  for (let i = 0; i < login.espPackets; i++) {
    const at = endMs + 200 + i * 150;
    if (end === "client" || lostPackets(path.out, path, [1_400], roll).length === 0) d.esp(at, 1_400, i + 1);
    if (end === "gateway" || lostPackets(path.back, path, [1_300], roll).length === 0)
      d.esp(at + 60, 1_300, i + 1, { from: "gateway" });
  }
  return { endMs: endMs + 200 + login.espPackets * 150, up: true };
}
