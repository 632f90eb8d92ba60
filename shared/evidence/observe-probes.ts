/**
 * What an agent measured as observations: datagrams to the gateway, messages to a reflector, and echo
 * requests.
 */
import { base64Bytes, fromBase64 } from "../bytes/base64.ts";
import { isWireError } from "../bytes/cursor.ts";
import { toHex } from "../bytes/hex.ts";
import { readIkeMessage } from "../ike/message.ts";
import { ExchangeType, isErrorNotify, NAT_TRAVERSAL_PORT, NotifyType } from "../ike/registry.ts";
import { familyOf } from "../packet/address.ts";
import {
  ipFragmentSizes,
  NON_ESP_MARKER_BYTES,
  pingIpBytes,
  UDP_HEADER_BYTES,
  udpIpBytes,
} from "../packet/sizes.ts";
import { readAnswer, readRequest } from "../reflect/protocol.ts";
import type { EchoMeasurement, Failure, UdpMeasurement } from "../schema/measurement.ts";
import type { IpFamily } from "../schema/plan.ts";
import type {
  EchoObservation,
  ProbeAnswer,
  ProbeObservation,
  ReflectionObservation,
} from "./observations.ts";

/** Reads the answer to a probe. Bytes that are no IKE message count as an answer too: something is there. */
export function readProbeAnswer(udpPayload: Uint8Array, port: number): ProbeAnswer {
  const ike = port === NAT_TRAVERSAL_PORT ? udpPayload.subarray(NON_ESP_MARKER_BYTES) : udpPayload;
  const message = readIkeMessage(ike);
  if (isWireError(message)) {
    const nothing = { notifies: [], vendorIds: [], offersIkeFragmentation: false, majorVersion: 0 };
    return { kind: "not-ike", ikeLength: ike.length, ...nothing };
  }
  const notifies = message.notifies.map(({ type, name }) => ({ type, name }));
  const hasNotify = (type: number) => notifies.some((n) => n.type === type);
  const kind = hasNotify(NotifyType.COOKIE)
    ? "cookie"
    : notifies.some((n) => isErrorNotify(n.type))
      ? "refused"
      : message.payloads.some((p) => p.name === "SA")
        ? "accepted"
        : "not-ike";
  return {
    kind,
    ikeLength: message.header.length,
    notifies,
    vendorIds: message.vendorIds,
    offersIkeFragmentation: hasNotify(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED),
    majorVersion: message.header.majorVersion,
  };
}

const PROBE_OUTCOME = {
  timeout: "silent",
  "too-big-locally": "too-big-locally",
  "too-big-remotely": "too-big-remotely",
  unreachable: "unreachable",
  unresolved: "unresolved",
  "refused-by-system": "not-sent",
  other: "not-sent",
} as const satisfies Record<Failure, ProbeObservation["outcome"]>;

/**
 * The family that a datagram was sent over. A step of the first round leaves the choice to the system: then
 * the family is that of the address that it went to, or of the target. A name that was never resolved counts
 * as IPv4.
 */
function familyUsed({ step, outcome }: UdpMeasurement): IpFamily {
  const address = outcome.status === "not-run" ? null : outcome.address;
  return step.family ?? familyOf(address ?? step.target);
}

/**
 * One datagram to the gateway, with its sizes, and what happened to it.
 *
 * @param interfaceMtu the MTU of the interface for each family: it decides what leaves as IP fragments
 */
export function observeProbe(
  measurement: UdpMeasurement,
  interfaceMtu: Readonly<Record<IpFamily, number>>,
): ProbeObservation {
  const { step, outcome, sentAtMs } = measurement;
  const udpPayloadBytes = base64Bytes(step.datagram);
  const address = outcome.status === "not-run" ? null : outcome.address;
  const family = familyUsed(measurement);
  const effectiveMtu = Math.min(step.userMtu ?? interfaceMtu[family], interfaceMtu[family]);
  const ipBytes = udpIpBytes(udpPayloadBytes, family);
  const first = outcome.status === "answered" ? outcome.answers[0] : undefined;
  const ike = ikeOfProbe(fromBase64(step.datagram), step.port);
  return {
    stepId: step.id,
    purpose: step.purpose,
    target: address ?? step.target,
    family,
    port: step.port,
    udpPayloadBytes,
    ...(ike && { ike: ike.header }),
    ...(ike?.isPlainOpening && { withoutIkeFragmentation: true }),
    ipBytes,
    ipFragmentBytes:
      ipBytes > effectiveMtu ? ipFragmentSizes(udpPayloadBytes + UDP_HEADER_BYTES, effectiveMtu, family) : [],
    effectiveMtu,
    userMtu: step.userMtu,
    dontFragment: outcome.status === "not-run" ? null : outcome.dontFragment,
    outcome:
      outcome.status === "answered"
        ? "answered"
        : outcome.status === "failed"
          ? PROBE_OUTCOME[outcome.failure]
          : "not-run",
    detail: outcome.status === "not-run" ? outcome.why : outcome.status === "failed" ? outcome.detail : null,
    answer: first ? readProbeAnswer(fromBase64(first.datagram), step.port) : null,
    tries: sentAtMs.length,
    sentAtMs,
    answeredAtMs: first?.atMs ?? null,
    ref: { kind: "probe", stepId: step.id, bytes: ipBytes, sizeKind: "ip-packet" },
  };
}

/** What a gateway's log or capture knows a probe by. */
function ikeOfProbe(
  udpPayload: Uint8Array,
  port: number,
): { header: NonNullable<ProbeObservation["ike"]>; isPlainOpening: boolean } | null {
  const message = readIkeMessage(
    port === NAT_TRAVERSAL_PORT ? udpPayload.subarray(NON_ESP_MARKER_BYTES) : udpPayload,
  );
  if (isWireError(message)) return null;
  const { initiatorSpi, exchangeType, messageId, length } = message.header;
  const announces = message.notifies.some((n) => n.type === NotifyType.IKEV2_FRAGMENTATION_SUPPORTED);
  return {
    header: { initiatorSpi, exchangeType, messageId, ikeLength: length },
    isPlainOpening: exchangeType === ExchangeType.IKE_SA_INIT && !announces,
  };
}

/**
 * One message to a reflector, and what happened to it. The datagram says what was asked for: the service
 * built it.
 */
export function observeReflection(measurement: UdpMeasurement): ReflectionObservation {
  const { step, outcome, sentAtMs } = measurement;
  const request = readRequest(fromBase64(step.datagram));
  const ipBytes = request?.kind === "send" ? request.ipBytes : null;
  const first = outcome.status === "answered" ? outcome.answers[0] : undefined;
  const family = familyUsed(measurement);
  const answer = first ? readAnswer(fromBase64(first.datagram), family) : null;
  const isWhatWasAsked = answer?.kind === "reflection" ? answer.ipBytes === ipBytes : ipBytes === null;
  return {
    stepId: step.id,
    host: step.target,
    family,
    ipBytes,
    outcome:
      outcome.status === "not-run"
        ? "not-run"
        : outcome.status === "failed"
          ? PROBE_OUTCOME[outcome.failure]
          : answer?.kind === "again"
            ? "again"
            : answer !== null && isWhatWasAsked
              ? "answered"
              : "strange",
    cookie: answer === null || answer.kind === "reflection" ? null : toHex(answer.cookie),
    detail: outcome.status === "not-run" ? outcome.why : outcome.status === "failed" ? outcome.detail : null,
    tries: sentAtMs.length,
    sentAtMs,
    answeredAtMs: first?.atMs ?? null,
    ref: { kind: "probe", stepId: step.id, bytes: ipBytes, sizeKind: ipBytes === null ? null : "ip-packet" },
  };
}

const ECHO_OUTCOME = {
  timeout: "timeout",
  "too-big-locally": "too-big-locally",
  "too-big-remotely": "too-big-remotely",
  unreachable: "unreachable",
  unresolved: "unreachable",
  "refused-by-system": "not-run",
  other: "not-run",
} as const satisfies Record<Failure, EchoObservation["outcome"]>;

/** Echo requests of one size to the gateway, and what happened to them. */
export function observeEcho({ step, outcome, sentAtMs }: EchoMeasurement): EchoObservation {
  const reply = outcome.status === "answered" ? outcome.replyPingPayloadBytes : null;
  return {
    target: outcome.status === "answered" ? outcome.address : step.target,
    toGateway: true, // the service refuses measurements of anything else
    family: step.family,
    pingPayloadBytes: step.pingPayloadBytes,
    ipBytes: pingIpBytes(step.pingPayloadBytes, step.family),
    dontFragment: step.dontFragment,
    count: sentAtMs.length,
    outcome:
      outcome.status === "answered"
        ? "answered"
        : outcome.status === "failed"
          ? ECHO_OUTCOME[outcome.failure]
          : "not-run",
    replyCut: reply !== null && reply < step.pingPayloadBytes,
    nextHopMtu: outcome.status === "failed" ? outcome.nextHopMtu : null,
    router: outcome.status === "failed" ? outcome.router : null,
    ref: { kind: "probe", stepId: step.id, bytes: step.pingPayloadBytes, sizeKind: "ping-payload" },
  };
}
