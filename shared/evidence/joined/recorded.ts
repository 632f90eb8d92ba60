/** What one place has of a login, in one form for captures, logs and agents' runs. */
import { ExchangeType } from "../../ike/registry.ts";
import { fragmentHeaderBytes, MIN_IP_HEADER_BYTES } from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/evidence-ref.ts";
import type { End, Place } from "../../schema/joined.ts";
import type { CapturedDatagram, CaptureObservation, Initiation, ProbeObservation } from "../observations.ts";

/** An IP packet as a place has it. */
export interface RecordedPacket {
  ipBytes: number;
  ipFragmentOffset: number;
  moreIpFragments: boolean;
}

/** A datagram as a place has it. */
export interface Recorded {
  exchangeType: number;
  messageId: number;
  isResponse: boolean;
  fromClient: boolean;
  ikeFragment: { number: number; total: number } | null;
  /** A log's, which may be an IKE fragment. */
  maybePart?: true;
  ikeLength: number | null;
  gatewayPort: number | null;
  timeMs: number;
  complete: boolean;
  copies: number;
  packets: readonly RecordedPacket[];
  ipIdentification: number | null;
  refs: EvidenceRef[];
}

/** A login, or an agent's probe, as a place has it. */
export interface RecordedLogin {
  source: string;
  kind: Place["kind"];
  end: End | null;
  spi: string;
  majorVersion: number;
  client: string;
  gateway: string;
  family: 4 | 6;
  datagrams: readonly Recorded[];
  /** Datagrams of which the first IP fragment is missing: nothing names their message. */
  headless: readonly { timeMs: number; fromClient: boolean; datagram: CapturedDatagram }[];
  /** The last thing that the recording shows, whatever it is about. */
  untilMs: number;
  untimed: boolean;
  /** What is not there may have been hidden by a filter, or dropped by the program that captured. */
  isLeaky: boolean;
  initiation: Initiation | null;
  probe: ProbeObservation | null;
}

const refsOf = (capture: string, { packets }: CapturedDatagram): EvidenceRef[] =>
  packets.map(({ frame }) => ({ kind: "packet", capture, frame }));

/** A login in a capture; `null` where the capture's packets were not kept. */
export function inCapture(
  initiation: Initiation,
  capture: CaptureObservation | undefined,
): RecordedLogin | null {
  const { datagrams } = initiation;
  if (datagrams === undefined || datagrams.length === 0) return null;
  const whole = datagrams.flatMap((d): Recorded[] => {
    if (d.ike === null) return [];
    const { exchangeType, messageId, isResponse, ikeLength, ikeFragment } = d.ike;
    const first = d.packets[0];
    return [
      {
        exchangeType,
        messageId,
        isResponse,
        fromClient: d.fromClient,
        ikeFragment,
        ikeLength,
        gatewayPort: d.gatewayPort,
        timeMs: d.timeMs,
        complete: d.complete,
        copies: d.copies,
        packets: d.packets.toSorted((a, b) => a.ipFragmentOffset - b.ipFragmentOffset),
        ipIdentification: first?.identification ?? null,
        refs: refsOf(initiation.capture, d),
      },
    ];
  });
  if (whole.length === 0) return null;
  return {
    source: initiation.capture,
    kind: "capture",
    end: initiation.view,
    spi: initiation.initiatorSpi,
    majorVersion: initiation.majorVersion,
    client: initiation.client,
    gateway: initiation.gateway,
    family: initiation.family,
    datagrams: whole,
    headless: datagrams
      .filter((d) => d.ike === null)
      .map((d) => ({ timeMs: d.timeMs, fromClient: d.fromClient, datagram: d })),
    untilMs: capture?.lastTimeMs ?? datagrams.at(-1)?.timeMs ?? 0,
    untimed: datagrams.every((d) => d.timeMs === 0),
    isLeaky:
      (capture?.quality.droppedByCapture ?? 0) > 0 || capture?.quality.nonFirstFragmentsHidden === true,
    initiation,
    probe: null,
  };
}

/** A login in a daemon's log, or several openings that run together there; none where it is no log's. */
export function inLog(initiation: Initiation): RecordedLogin[] {
  const { log, view } = initiation;
  if (log === undefined || log.datagrams.length === 0 || (view !== "client" && view !== "gateway")) return [];
  const login: RecordedLogin = {
    source: initiation.capture,
    kind: "log",
    end: view,
    spi: initiation.initiatorSpi,
    majorVersion: initiation.majorVersion,
    client: initiation.client,
    gateway: initiation.gateway,
    family: initiation.family,
    datagrams: log.datagrams.map((d) => ({
      ...d,
      complete: true,
      copies: 0,
      packets: [],
      ipIdentification: null,
    })),
    headless: [],
    untilMs: log.lastMs,
    untimed: log.untimed,
    isLeaky: false,
    initiation,
    probe: null,
  };
  return openingsIn(login).map((datagrams) => ({ ...login, datagrams }));
}

/** Whose openings are answered with a cookie is not in the log, so that they all look like one. */
function openingsIn({ datagrams, spi }: RecordedLogin): (readonly Recorded[])[] {
  const isUnnamed =
    spi === "" &&
    datagrams.every(
      (d) => d.exchangeType === ExchangeType.IKE_SA_INIT && (d.isResponse || d.ikeLength === null),
    );
  if (!isUnnamed) return [datagrams];
  const found: Recorded[][] = [];
  for (const d of datagrams) {
    const last = found.at(-1);
    if (last && (d.isResponse || !last.some((other) => !other.isResponse))) last.push(d);
    else found.push([d]);
  }
  return found;
}

/** How long an agent waits for the answer to its last sending, at least. */
const PROBE_WAIT_MS = 1_000;

/**
 * A probe is an IKE_SA_INIT of known size.
 *
 * @param startedAtMs when the run began: probes are timed from there
 * @returns `null` where it was not sent
 */
export function inRun(probe: ProbeObservation, startedAtMs: number): RecordedLogin | null {
  if (probe.sentAtMs.length === 0 || probe.ike === undefined) return null;
  const { exchangeType, messageId, initiatorSpi, ikeLength } = probe.ike;
  const sizes = probe.ipFragmentBytes.length > 0 ? probe.ipFragmentBytes : [probe.ipBytes];
  let offset = 0;
  const packets = sizes.map((ipBytes, at): RecordedPacket => {
    const packet = { ipBytes, ipFragmentOffset: offset, moreIpFragments: at < sizes.length - 1 };
    offset +=
      ipBytes - (sizes.length > 1 ? fragmentHeaderBytes(probe.family) : MIN_IP_HEADER_BYTES[probe.family]);
    return packet;
  });
  const common = {
    exchangeType,
    messageId,
    ikeFragment: null,
    gatewayPort: probe.port,
    complete: true,
    copies: 0,
    ipIdentification: null,
    refs: [probe.ref],
  };
  const requests = probe.sentAtMs.map(
    (atMs): Recorded => ({
      ...common,
      isResponse: false,
      fromClient: true,
      ikeLength,
      timeMs: startedAtMs + atMs,
      packets,
    }),
  );
  const { answer, answeredAtMs } = probe;
  const answers: Recorded[] =
    answer === null || answer.kind === "not-ike" || answeredAtMs === null
      ? []
      : [
          {
            ...common,
            isResponse: true,
            fromClient: false,
            ikeLength: answer.ikeLength,
            timeMs: startedAtMs + answeredAtMs,
            packets: [],
          },
        ];
  return {
    source: "run",
    kind: "run",
    end: "client",
    spi: initiatorSpi,
    majorVersion: 2,
    client: "",
    gateway: probe.target,
    family: probe.family,
    datagrams: [...requests, ...answers],
    headless: [],
    untilMs: startedAtMs + Math.max(...probe.sentAtMs.slice(-1), answeredAtMs ?? 0) + PROBE_WAIT_MS,
    untimed: false,
    isLeaky: false,
    initiation: null,
    probe,
  };
}

/** Whether it is an IKE_SA_INIT request. */
export const isOpening = ({ exchangeType, isResponse }: Recorded): boolean =>
  exchangeType === ExchangeType.IKE_SA_INIT && !isResponse;

/** When its first datagram was recorded. */
export const firstMs = ({ datagrams }: RecordedLogin): number => datagrams[0]?.timeMs ?? 0;

/** The sizes of the requests that begin it, as far as they are known. */
export const openingSizes = (login: RecordedLogin): number[] => [
  ...new Set(login.datagrams.filter(isOpening).flatMap((d) => d.ikeLength ?? [])),
];

/** Which message of a login it is, whatever its IKE fragments. */
export const messageKey = (d: Recorded): string =>
  `${d.exchangeType} ${d.messageId} ${d.fromClient ? "c" : "g"}${d.isResponse ? "a" : "q"}`;

/** Which message or IKE fragment of a login it is. */
export const datagramKey = (d: Recorded): string =>
  d.ikeFragment === null ? messageKey(d) : `${messageKey(d)} ${d.ikeFragment.number}/${d.ikeFragment.total}`;
