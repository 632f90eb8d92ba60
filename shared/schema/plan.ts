/** What the service asks an agent to do: the steps of a plan, and nothing of IKE. */
import * as z from "zod";
import { StepId } from "./step-id.ts";

/**
 * A host name or an IP address literal, as a person types it. Only its form is checked; it is not resolved.
 */
export const Host = z
  .string()
  .min(1)
  .max(253)
  .regex(/^(?!-)[A-Za-z0-9._:-]+$/, "must be a host name or an IP address")
  .meta({ example: "vpn.example.com" });
export type Host = z.infer<typeof Host>;

/**
 * A host that a person names now: what looks like an address has to be one, and no port stands behind it.
 * What is stored already is held to `Host` alone.
 */
export const GivenHost = Host.refine(
  (host) =>
    host.includes(":")
      ? z.ipv6().safeParse(host).success
      : !/^[\d.]+$/.test(host) || z.ipv4().safeParse(host).success,
  "must be a host name or an IP address, without a port",
);

/** Which Internet Protocol: version 4 or 6. */
export const IpFamily = z.union([z.literal(4), z.literal(6)]);
export type IpFamily = z.infer<typeof IpFamily>;

/**
 * The smallest and the largest MTU that a step sets, or that a recommendation names: IPv4's least, and jumbo
 * frames.
 */
export const INTERFACE_MTU_RANGE = { least: 576, greatest: 9_216 } as const;
/** An MTU to set on an interface: bytes of a whole IP packet. */
export const InterfaceMtu = z.int().min(INTERFACE_MTU_RANGE.least).max(INTERFACE_MTU_RANGE.greatest);

/** When the agent begins the step, in milliseconds after the round's start: it keeps datagrams well apart. */
const atMs = z.int().min(0).max(30_000);
/**
 * How often the agent sends at most; it stops at the first answer. Three tries make a loss (RFC 8899 §5.1.2).
 */
const tries = z.int().min(1).max(5);
/** Milliseconds to wait for an answer after each try. */
const waitMs = z.int().min(100).max(10_000);

/**
 * Read the interfaces, resolve the gateway's name, ask for the route to it. Sends nothing but a DNS query.
 */
export const InterfacesStep = z.object({ id: StepId, kind: z.literal("interfaces"), atMs, gateway: Host });

/**
 * Read the VPN profiles, and the failed connections that the system remembers. Windows only; sends nothing.
 */
export const VpnProfilesStep = z.object({ id: StepId, kind: z.literal("vpn-profiles"), atMs });

/** ICMP echo requests of one size. Whole IP packet = `pingPayloadBytes` + 28 (IPv4) or + 48 (IPv6). */
export const EchoStep = z.object({
  id: StepId,
  kind: z.literal("echo"),
  atMs,
  target: Host,
  family: IpFamily,
  pingPayloadBytes: z.int().min(0).max(9_000),
  dontFragment: z.boolean(),
  tries,
  waitMs,
});

/** Why a datagram is sent: for the person who is asked to agree, and for the reader of the evidence. */
export const UdpPurpose = z.enum([
  "baseline", // a full, small IKE_SA_INIT: does the gateway answer on this port at all?
  "size-control", // a small one of the kind that size probes use: are these answered?
  "whole-packet", // fits the interface MTU: path MTU by IKE
  "ip-fragments", // larger than the interface MTU: leaves as IP fragments
  "what-if", // as IP fragments, under a smaller MTU for this socket alone
  "rehearsal", // a login that is begun with the gateway, and not finished
  "reflection", // small, to the deployment's reflector: asks for a datagram of a chosen size in return
]);
export type UdpPurpose = z.infer<typeof UdpPurpose>;

/** One UDP datagram, built by the plan, sent from a socket of its own; a retry repeats the same bytes. */
export const UdpStep = z.object({
  id: StepId,
  kind: z.literal("udp"),
  atMs,
  target: Host,
  family: IpFamily.nullable(),
  port: z.int().min(1).max(65_535),
  purpose: UdpPurpose,
  /** The UDP payload, base64. On port 4500 the 4-byte non-ESP marker (RFC 3948 §2.2) is part of it. */
  datagram: z.base64().max(12_000),
  dontFragment: z.boolean(),
  /** Upper bound in bytes of a whole IP packet for this datagram alone; `null`: the interface's MTU. */
  userMtu: InterfaceMtu.nullable(),
  tries,
  waitMs,
});

/** Record packets to and from one address, bounded in time and size, while the user connects the VPN. */
export const CaptureStep = z.object({
  id: StepId,
  kind: z.literal("capture"),
  atMs,
  target: Host,
  seconds: z.int().min(1).max(60),
  maxBytes: z.int().min(1).max(5_000_000),
});

/** Change an interface's MTU if the user agrees, and put the previous value back unless told to keep it. */
export const ApplyStep = z.object({
  id: StepId,
  kind: z.literal("apply"),
  atMs,
  interfaceIndex: z.int().min(1),
  family: IpFamily,
  interfaceMtu: InterfaceMtu,
});

/** The two steps that are done only if the helpdesk asked for them and the user agrees to each. */
export const Ask = z.enum(["capture", "apply"]);
export type Ask = z.infer<typeof Ask>;

/** What an agent can be asked to do: six things, and it needs to know nothing of IKE for them. */
export const Step = z.discriminatedUnion("kind", [
  InterfacesStep,
  VpnProfilesStep,
  EchoStep,
  UdpStep,
  CaptureStep,
  ApplyStep,
]);
export type Step = z.infer<typeof Step>;
export type InterfacesStep = z.infer<typeof InterfacesStep>;
export type VpnProfilesStep = z.infer<typeof VpnProfilesStep>;
export type EchoStep = z.infer<typeof EchoStep>;
export type UdpStep = z.infer<typeof UdpStep>;
export type CaptureStep = z.infer<typeof CaptureStep>;
export type ApplyStep = z.infer<typeof ApplyStep>;

/** So many rounds a run has at most: an agent is never asked further. */
export const MOST_ROUNDS = 20;

/** Steps that an agent runs together; each starts at its own `atMs`. */
export const Round = z.object({
  number: z.int().min(1).max(MOST_ROUNDS),
  steps: z.array(Step).max(64),
});
export type Round = z.infer<typeof Round>;
