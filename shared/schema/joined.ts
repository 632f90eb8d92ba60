/**
 * Both ends of a login, packet by packet: what left at one end, and what of it arrived at the other. It holds
 * no words, and is part of a diagnosis, so that charts, terminals and other programs say the same.
 */
import * as z from "zod";
import { EvidenceRef } from "./evidence-ref.ts";

/** Where something was recorded: at the client, at the gateway, or on the way between them. */
export const End = z.enum(["client", "gateway", "between"]);
export type End = z.infer<typeof End>;

/** ESP that a capture shows of one way, once the login had begun. */
export const EspSeen = z.object({
  packets: z.int().min(0),
  /** Bytes of the largest whole IP packet; 0: there was none. */
  largestIpBytes: z.int().min(0),
});
export type EspSeen = z.infer<typeof EspSeen>;

/** One place where a login was seen: a file, or the run of an agent. */
export const Place = z.object({
  /** The file's name, or `run`. */
  source: z.string().max(128),
  /** `capture`: packets; `log`: what a program says of its messages; `run`: what an agent measured. */
  kind: z.enum(["capture", "log", "run"]),
  end: End,
  /** `given`: the user said so; `packets`: the file itself shows it; `other-end`: by comparing the files. */
  endFrom: z.enum(["given", "packets", "other-end"]),
  /** The two ends' addresses as they are seen here. They differ between places where a NAT stands between. */
  client: z.string().max(64),
  gateway: z.string().max(64),
  /**
   * This place's clock less the first place's, in milliseconds, and how far that may be off; `null`: nothing
   * tells. The first place has 0 and 0. `bound`: packets of one direction only tell, so that the clock is
   * ahead by at most, or at least, this; the uncertainty then reaches to that one side.
   */
  clock: z
    .object({
      aheadMs: z.number(),
      uncertaintyMs: z.number().min(0),
      bound: z.enum(["at-most", "at-least"]).optional(),
    })
    .nullable(),
  /** The VPN's own traffic as a capture has it, each way; absent: none was seen, or it is no capture. */
  esp: z.object({ outbound: EspSeen, inbound: EspSeen }).optional(),
});
export type Place = z.infer<typeof Place>;

/** An IP packet as it left, and what became of it on the way to the far end. */
export const JoinedPacket = z.object({
  /** Bytes of the whole IP packet as it left. */
  ipBytes: z.int().min(0),
  /** Where its payload belongs in the datagram, in bytes; 0 for a packet that is no IP fragment. */
  ipFragmentOffset: z.int().min(0),
  moreIpFragments: z.boolean(),
  /**
   * `arrived`: as one packet. `recut`: in several smaller packets, which a narrower link on the way made.
   * `lost`: it was to be seen and was not. `not-covered`: nothing says, because the recording ended, was cut
   * or filtered, or is a log, which has no IP fragments.
   */
  fate: z.enum(["arrived", "recut", "lost", "not-covered"]),
  /** Bytes of the whole IP packets in which it arrived. A translator changes them too. */
  arrivedIpBytes: z.array(z.int().min(0)).max(64),
  /** The places between which it was lost: seen at the first, not at the second; `null` if it was not. */
  lostBetween: z.tuple([z.int().min(0), z.int().min(0)]).nullable(),
});
export type JoinedPacket = z.infer<typeof JoinedPacket>;

/** What one place has of a datagram. */
export const DatagramSeen = z.object({
  /** Milliseconds since the epoch by this place's own clock; a log without dates counts from 0. */
  timeMs: z.number(),
  /** Bytes of each whole IP packet, in the order of their offsets; empty where a log does not say. */
  ipBytes: z.array(z.int().min(0)).max(64),
  /** The Identification of its IP header, or of its Fragment header; `null`: it has none, or a log. */
  ipIdentification: z.int().min(0).nullable(),
  /** Whether all of it is there. */
  complete: z.boolean(),
  refs: z.array(EvidenceRef).max(64),
});
export type DatagramSeen = z.infer<typeof DatagramSeen>;

/**
 * One UDP datagram that carries an IKE message, or one IKE fragment (RFC 7383) of it, on its way from one end
 * to the other.
 */
export const JoinedDatagram = z.object({
  exchangeType: z.int().min(0),
  messageId: z.int().min(0),
  isResponse: z.boolean(),
  /** Who sent it. */
  fromClient: z.boolean(),
  /** The gateway's UDP port, as the sender has it; absent where no place tells. */
  gatewayPort: z.int().min(0).max(65_535).optional(),
  ikeFragment: z.object({ number: z.int().min(1), total: z.int().min(1) }).nullable(),
  /** Bytes of the IKE message, or of this IKE fragment as a message of its own; `null`: no place tells. */
  ikeLength: z.int().min(0).nullable(),
  /** 1 for the first sending, 2 for its first repetition. */
  sending: z.int().min(1),
  /** For each place, in the order of `places`: what it has of the datagram; `null`: nothing. */
  seen: z.array(DatagramSeen.nullable()).max(8),
  /**
   * At the end that it went to. `arrived`: all of it, as it left; `recut`: all of it, in other IP packets;
   * `partly-lost`: some of its IP fragments; `lost`: none of it; `not-covered`: nothing says.
   */
  fate: z.enum(["arrived", "recut", "partly-lost", "lost", "not-covered"]),
  /** It came again without being sent again. */
  cameTwice: z.boolean(),
  /** It, or some of its IP fragments, was overtaken by what left after it. */
  outOfOrder: z.boolean(),
  /** Its IP packets as they left; empty where no place has them. */
  packets: z.array(JoinedPacket).max(64),
});
export type JoinedDatagram = z.infer<typeof JoinedDatagram>;

/** One login that is seen in two places or more. */
export const JoinedLogin = z.object({
  /** 16 hex digits; empty where only logs without SPIs show it. */
  initiatorSpi: z.string().max(16),
  /** What proves that it is one login: the same SPIs (RFC 7296 §2.6), or sizes, order and times. */
  provenBy: z.enum(["spi", "sizes"]),
  family: z.union([z.literal(4), z.literal(6)]),
  /** From the client to the gateway. */
  places: z.array(Place).min(2).max(8),
  /** In the order of time, by the clock of the first place. */
  datagrams: z.array(JoinedDatagram),
  /**
   * So many logins of a log fit equally well, and say the same of each message, so that it does not matter
   * which one it is; absent: one.
   */
  alike: z.int().min(2).optional(),
});
export type JoinedLogin = z.infer<typeof JoinedLogin>;

/** Two files that show logins and were not joined, and why. */
export const NotJoined = z.object({
  sources: z.tuple([z.string().max(128), z.string().max(128)]),
  /**
   * `same-end`: both are of one end, as of two layers of one PC. `other-attempts`: of the same client and
   * gateway, at other times: related, and not the same login. `nothing-in-common`: two networks, or two
   * clients. `ambiguous`: several logins fit equally well.
   */
  why: z.enum(["same-end", "other-attempts", "nothing-in-common", "ambiguous"]),
});
export type NotJoined = z.infer<typeof NotJoined>;

/** How many datagrams of a login a diagnosis holds: the first and the last ones. */
export const MOST_JOINED_DATAGRAMS = 128;

/** How many logins a diagnosis holds. The probes of a run are logins too, and short ones. */
export const MOST_JOINED_LOGINS = 32;

/** What a diagnosis holds of both ends. */
export const BothEnds = z.object({
  logins: z
    .array(JoinedLogin.extend({ datagrams: z.array(JoinedDatagram).max(MOST_JOINED_DATAGRAMS) }))
    .max(MOST_JOINED_LOGINS),
  notJoined: z.array(NotJoined).max(16),
  /** How many logins were joined in all, and how many datagrams of those above are left out. */
  joinedLogins: z.int().min(0),
  omittedDatagrams: z.int().min(0),
});
export type BothEnds = z.infer<typeof BothEnds>;
