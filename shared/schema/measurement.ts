/** What an agent sends back: each step with what came of it. */
import * as z from "zod";
import { LANGUAGE_TAGS } from "../language.ts";
import { ClientSettings } from "./client-settings.ts";
import {
  ApplyStep,
  CaptureStep,
  EchoStep,
  InterfacesStep,
  IpFamily,
  UdpStep,
  VpnProfilesStep,
} from "./plan.ts";

/** Text from the measured computer. It is a stranger's, so it is bounded and never put into a command. */
const foreignText = z.string().max(512);
/** Milliseconds since the run began, by a monotonic clock. */
const elapsedMs = z.number().min(0).max(3_600_000);
const mtu = z.int().min(68).max(4_294_967_295);

/** How the network, or this computer, refused. A dead network is a result, not an error. */
export const Failure = z.enum([
  "timeout", // sent `tries` times, nothing came back
  "too-big-locally", // refused by this computer: larger than its MTU, or than the path MTU it knows
  "too-big-remotely", // a router answered Fragmentation Needed or Packet Too Big
  "unreachable", // ICMP port, host or network unreachable, or no route
  "unresolved", // the name has no address (of this family)
  "refused-by-system", // no permission, no such program, or a firewall on this computer
  "other",
]);
export type Failure = z.infer<typeof Failure>;

const failed = z.object({ status: z.literal("failed"), failure: Failure, detail: foreignText.nullable() });
/** Neither yes nor no: the step was not tried, and why. */
const notRun = z.object({ status: z.literal("not-run"), why: foreignText });

const sent = {
  /** When the step began, and when each try left. */
  startedAtMs: elapsedMs,
  sentAtMs: z.array(elapsedMs).max(8),
};

/** A network interface of the measured computer. */
export const Interface = z.object({
  /** The system's interface index: what commands use. */
  index: z.int().min(1).max(4_294_967_295),
  name: foreignText,
  description: foreignText.nullable(),
  /** Bytes of a whole IP packet; `null` where the family is off or the system does not say. */
  mtuV4: mtu.nullable(),
  mtuV6: mtu.nullable(),
  connected: z.boolean(),
  /** Addresses without prefix length. */
  addresses: z.array(z.string().max(64)).max(64),
});
export type Interface = z.infer<typeof Interface>;

/** The interfaces, the gateway's addresses, and the route to the gateway. */
export const InterfacesMeasurement = z.object({
  step: InterfacesStep,
  ...sent,
  outcome: z.discriminatedUnion("status", [
    z.object({
      status: z.literal("measured"),
      interfaces: z.array(Interface).max(256),
      /** In the order of the system's resolver. */
      gatewayAddresses: z.array(z.object({ address: z.string().max(64), family: IpFamily })).max(32),
      /** Which interface and source address the system would use for the first address; `null`: no route. */
      route: z
        .object({
          address: z.string().max(64),
          interfaceIndex: z.int().nullable(),
          sourceAddress: z.string().max(64),
        })
        .nullable(),
    }),
    failed,
    notRun,
  ]),
});

/** A VPN connection that is set up on the measured computer. */
export const VpnProfile = z.object({
  name: foreignText,
  serverAddress: foreignText,
  /** As Windows names it: `Ikev2`, `L2tp`, `Sstp`, `Pptp`, `Automatic`. */
  tunnelType: foreignText,
  authenticationMethods: z.array(foreignText).max(16),
  connected: z.boolean().nullable(),
});
export type VpnProfile = z.infer<typeof VpnProfile>;

/** The VPN connections, and their latest failures to connect. */
export const VpnProfilesMeasurement = z.object({
  step: VpnProfilesStep,
  ...sent,
  outcome: z.discriminatedUnion("status", [
    z.object({
      status: z.literal("measured"),
      profiles: z.array(VpnProfile).max(64),
      /** Application log, provider RasClient, event 20227: an attempt to connect that failed. */
      rasFailures: z
        .array(z.object({ at: z.iso.datetime({ offset: true }), connection: foreignText, code: z.int() }))
        .max(32),
      /** Left out by agents that do not read them. */
      settings: ClientSettings.optional(),
    }),
    failed,
    notRun,
  ]),
});

/** Pings of one size. */
export const EchoMeasurement = z.object({
  step: EchoStep,
  ...sent,
  outcome: z.discriminatedUnion("status", [
    z.object({
      status: z.literal("answered"),
      address: z.string().max(64),
      roundTripMs: z.number().min(0).max(600_000).nullable(),
      /**
       * Some hosts shorten their reply: then the outbound size passed, and the inbound one was not tested.
       */
      replyPingPayloadBytes: z.int().min(0).max(65_535).nullable(),
    }),
    failed.extend({ router: z.string().max(64).nullable(), nextHopMtu: mtu.nullable() }),
    notRun,
  ]),
  /**
   * IPv4 fragments that came to this computer while the step ran, and datagrams that stayed incomplete:
   * counted by the system for all its programs. Only from an agent that can ask for them.
   */
  reassembly: z.object({ required: z.int(), failed: z.int() }).optional(),
});

/** One datagram, and the answers to it. */
export const UdpMeasurement = z.object({
  step: UdpStep,
  ...sent,
  outcome: z.discriminatedUnion("status", [
    z.object({
      status: z.literal("answered"),
      /** The address it was sent to. */
      address: z.string().max(64),
      /** What was done about DF: `null` where the runtime leaves it to the system. */
      dontFragment: z.boolean().nullable(),
      answers: z
        .array(z.object({ atMs: elapsedMs, datagram: z.base64().max(12_000) }))
        .min(1)
        .max(8),
    }),
    failed.extend({ address: z.string().max(64).nullable(), dontFragment: z.boolean().nullable() }),
    notRun,
  ]),
});

/** A recording made while the user connected the VPN; its packets are uploaded apart from this. */
export const CaptureMeasurement = z.object({
  step: CaptureStep,
  ...sent,
  outcome: z.discriminatedUnion("status", [
    z.object({ status: z.literal("measured"), bytes: z.int().min(0), rasCode: z.int().nullable() }),
    failed,
    notRun,
  ]),
});

/** A trial of the recommended MTU, and whether the VPN then connected. */
export const ApplyMeasurement = z.object({
  step: ApplyStep,
  ...sent,
  outcome: z.discriminatedUnion("status", [
    z.object({
      status: z.literal("measured"),
      previousMtu: mtu,
      connected: z.boolean(),
      kept: z.boolean(),
      rasCode: z.int().nullable(),
    }),
    failed,
    notRun,
  ]),
});

/**
 * One step and what came of it. The step stands in it whole, so that a run is evidence by itself: no state is
 * needed to judge it again.
 */
export const Measurement = z.union([
  // The most frequent first: they are tried one after another.
  UdpMeasurement,
  EchoMeasurement,
  InterfacesMeasurement,
  VpnProfilesMeasurement,
  CaptureMeasurement,
  ApplyMeasurement,
]);
export type Measurement = z.infer<typeof Measurement>;
export type InterfacesMeasurement = z.infer<typeof InterfacesMeasurement>;
export type VpnProfilesMeasurement = z.infer<typeof VpnProfilesMeasurement>;
export type EchoMeasurement = z.infer<typeof EchoMeasurement>;
export type UdpMeasurement = z.infer<typeof UdpMeasurement>;
export type CaptureMeasurement = z.infer<typeof CaptureMeasurement>;
export type ApplyMeasurement = z.infer<typeof ApplyMeasurement>;

/** The language of a page, an agent or a report. */
export const LanguageTag = z.enum(LANGUAGE_TAGS);

/** Who measured: shown in the report, never judged by. */
export const AgentInfo = z.object({
  name: z.string().max(64),
  version: z.string().max(32),
  platform: z.enum(["windows", "linux", "macos", "other"]),
  osVersion: foreignText.nullable(),
  runtime: z.string().max(64),
  language: LanguageTag,
  elevated: z.boolean().nullable(),
});
export type AgentInfo = z.infer<typeof AgentInfo>;
