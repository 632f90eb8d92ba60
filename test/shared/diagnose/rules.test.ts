import { expect, test } from "vitest";
import { diagnoseObservations, RULES } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import type { CaptureQuality } from "../../../shared/evidence/transcript.ts";
import {
  echo,
  exchange,
  initiation,
  observations,
  probe,
  reflection,
  sent,
} from "../../support/observations.ts";

const SA_INIT = 34;
const AUTH = 35;
const opened = exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)], responses: [sent(90, 301)] });
const thrice = [
  sent(1_000, 2528, [1500, 1080]),
  sent(2_000, 2528, [1500, 1080]),
  sent(3_000, 2528, [1500, 1080]),
];
const silentAuth = exchange({ exchangeType: AUTH, requests: thrice });
const goodAuth = exchange({
  exchangeType: AUTH,
  requests: [sent(1_000, 2528, [1500, 1080])],
  responses: [sent(1_100, 1552, [1500, 104])],
});
const quality: CaptureQuality = {
  damage: [],
  snaplenCutFrames: 0,
  duplicateFrames: 0,
  clockBackwardsFrames: 0,
  droppedByCapture: null,
  nonFirstFragmentsHidden: false,
  unreadLinkTypes: [],
  evictedDatagrams: 0,
  overlappingDatagrams: 0,
};
const captured = (given: Partial<CaptureQuality>): Observations["captures"] => [
  { capture: "a.pcapng", frames: 10, ikeMessages: 5, quality: { ...quality, ...given } },
];

const both = [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500 })];
const silent = { outcome: "silent" as const };
const pieces = (given = {}) => probe({ purpose: "ip-fragments", ipBytes: 2560, ...given });
const capped = (userMtu: number, given = {}) =>
  probe({ purpose: "what-if", ipBytes: 2560, userMtu, ...given });
const whole = (ipBytes: number, given = {}) => probe({ purpose: "whole-packet", ipBytes, ...given });
const inbound = (firstSeen: boolean, lastSeen: boolean) => ({
  timeMs: 2_090,
  ipBytes: [1_500],
  firstSeen,
  lastSeen,
  refs: [{ kind: "packet" as const, capture: "a.pcapng", frame: 9 }],
});
const local = { outcome: "too-big-locally" as const };

/** IKE fragments: `numbers` arrived of `total`, each as one IP packet. */
const skf = (timeMs: number, total: number, missing: number[], ipBytes: number[]) => ({
  ...sent(timeMs, ipBytes.length * 500, ipBytes),
  ipFragmented: false,
  ikeFragmentTotal: total,
  missingIkeFragments: missing,
});
const skfRequests = [1_000, 2_000, 3_000].map((at) => skf(at, 3, [], [612, 612, 300]));
const tunnel = (outbound: number[], inbound: number[]) => ({
  esp: {
    outbound: { packets: outbound[0] ?? 0, largestIpBytes: outbound[1] ?? 0 },
    inbound: { packets: inbound[0] ?? 0, largestIpBytes: inbound[1] ?? 0 },
  },
});
const connected = [opened, goodAuth];
const dialFailed = (code: number, at = "2026-01-01T00:00:00Z"): Partial<Observations> => ({
  startedAtMs: Date.parse("2026-01-02T00:00:00Z"),
  vpn: { status: "measured", profiles: [], rasFailures: [{ at, connection: "Office", code }] },
  vpnRef: { kind: "probe", stepId: "r1-vpn-profiles", bytes: null, sizeKind: null },
});
const tooBig = (protocol: number, { timeMs = 9_000, destination = "192.0.2.1", ipBytes = 1472 } = {}) => ({
  capture: "a.pcapng",
  frame: 40,
  timeMs,
  source: "203.0.113.9",
  destination: "198.51.100.4",
  kind: "packet-too-big" as const,
  type: 3,
  code: 4,
  nextHopMtu: 1400,
  quoted: {
    source: "198.51.100.4",
    destination,
    protocol,
    sourcePort: protocol === 17 ? 4500 : null,
    destinationPort: protocol === 17 ? 4500 : null,
    ipBytes,
  },
});

const ethernet = (mtuV4: number | null, index: number | null = 19): Observations["egress"] => ({
  index,
  name: "Ethernet",
  mtuV4,
  mtuV6: mtuV4,
  connected: true,
  ref: { kind: "probe", stepId: "r1-interfaces", bytes: null, sizeKind: null },
});
const refusedInit = exchange({
  exchangeType: SA_INIT,
  requests: [sent(0, 624)],
  responses: [sent(90, 36)],
  responseNotifies: [
    { type: 14, name: "NO_PROPOSAL_CHOSEN", ref: { kind: "packet", capture: "a.pcapng", frame: 2 } },
  ],
});

/** Each rule by its code: what it says of which observations, and the key of the words. */
const cases: [
  code: string,
  status: "found" | "clear" | "unknown",
  given: Partial<Observations>,
  says?: string,
][] = [
  ["not-ikev2", "found", { initiations: [initiation([opened], { majorVersion: 1 })] }, "ikev1"],
  // An IKEv1 tunnel to somebody else, while the gateway answers IKEv2.
  [
    "not-ikev2",
    "clear",
    { initiations: [initiation([opened], { majorVersion: 1, gateway: "203.0.113.80" })], probes: both },
  ],
  ["not-ikev2", "clear", { initiations: [initiation([opened])] }],
  ["not-ikev2", "clear", { initiations: [initiation([opened], { majorVersion: 1 }), initiation([opened])] }],
  ["not-ikev2", "unknown", {}],

  [
    "gateway-unresolved",
    "found",
    { gatewayUnresolved: { kind: "probe", stepId: "r1-interfaces", bytes: null, sizeKind: null } },
  ],
  ["gateway-unresolved", "clear", {}],
  ["gateway-unresolved", "unknown", { gatewayAddresses: [] }],

  ["gateway-unreachable", "found", { probes: both.map((p) => ({ ...p, ...silent, tries: 3 })) }],
  ["gateway-unreachable", "clear", { probes: both }],
  ["gateway-unreachable", "unknown", { probes: both.map((p) => ({ ...p, ...silent, tries: 2 })) }],
  [
    "gateway-unreachable",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, ...silent, tries: 3 })),
        ...both.map((p) => ({ ...p, ...silent, tries: 2 })),
      ],
    },
  ],
  [
    "gateway-unreachable",
    "found",
    {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624), sent(1_000, 624), sent(2_000, 624)] }),
        ]),
      ],
    },
    "capture",
  ],
  [
    "gateway-unreachable",
    "unknown",
    { initiations: [initiation([exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] })])] },
  ],
  // Probes that were sent too seldom to tell weigh more than a capture without 4500 in it.
  [
    "gateway-unreachable",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624), sent(1_000, 624), sent(2_000, 624)] }),
        ]),
      ],
      probes: both.map((p) => ({ ...p, ...silent, tries: 2 })),
    },
  ],

  [
    "udp-500-blocked",
    "found",
    { probes: [probe({ purpose: "baseline", ...silent }), probe({ purpose: "baseline", port: 4500 })] },
  ],
  ["udp-500-blocked", "clear", { probes: both }],
  ["udp-500-blocked", "unknown", { probes: [probe({ purpose: "baseline", ...silent })] }],
  [
    "udp-4500-blocked",
    "found",
    { probes: [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500, ...silent })] },
  ],
  ["udp-4500-blocked", "clear", { probes: both }],
  ["udp-4500-blocked", "unknown", { probes: [probe({ purpose: "baseline" })] }],

  [
    "gateway-rejects",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [sent(1_000, 2528, [1500, 1080])],
            responses: [sent(1_080, 76)],
          }),
        ]),
      ],
    },
    "small-response",
  ],
  [
    "gateway-rejects",
    "found",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [sent(0, 624)],
            responses: [sent(90, 36)],
            responseNotifies: [
              {
                type: 14,
                name: "NO_PROPOSAL_CHOSEN",
                ref: { kind: "packet", capture: "a.pcapng", frame: 2 },
              },
            ],
          }),
        ]),
      ],
    },
    "notify",
  ],
  // INVALID_KE_PAYLOAD asks for another try, and small EAP messages are no refusal: they are not the first.
  [
    "gateway-rejects",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [sent(0, 624)],
            responses: [sent(90, 38)],
            responseNotifies: [
              {
                type: 17,
                name: "INVALID_KE_PAYLOAD",
                ref: { kind: "packet", capture: "a.pcapng", frame: 2 },
              },
            ],
          }),
        ]),
      ],
    },
  ],
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          goodAuth,
          exchange({
            exchangeType: AUTH,
            messageId: 2,
            requests: [sent(2_000, 80)],
            responses: [sent(2_100, 80)],
          }),
        ]),
      ],
    },
  ],
  ["gateway-rejects", "unknown", { initiations: [initiation([opened, silentAuth])] }],
  // The last IKE fragment of an answer is as small as a refusal; the others are what is missing.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests,
            responses: [skf(1_100, 3, [1, 2], [132]), skf(2_100, 3, [1, 2], [132])].map((m) => ({
              ...m,
              ikeLength: 100,
            })),
          }),
        ]),
      ],
    },
  ],
  // A first round of EAP without certificate, and IKE_INTERMEDIATE: small answers that are no refusals.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: [sent(1_000, 300)], responses: [sent(1_080, 96)] }),
          exchange({ exchangeType: AUTH, messageId: 2, requests: [sent(1_200, 90)] }),
        ]),
      ],
    },
  ],
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: 43,
            messageId: 1,
            requests: [sent(1_000, 1200)],
            responses: [sent(1_080, 100)],
          }),
        ]),
      ],
    },
  ],
  // The capture begins in the middle of EAP, whose messages are small.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: AUTH,
            messageId: 4,
            requests: [sent(1_000, 90)],
            responses: [sent(1_080, 80)],
          }),
        ]),
      ],
    },
  ],
  // What comes out of the tunnel says that it was let in.
  ["gateway-rejects", "clear", { initiations: [initiation([refusedInit], tunnel([9, 300], [9, 300]))] }],
  // Refused first, and let in with another proposal.
  [
    "gateway-rejects",
    "clear",
    {
      initiations: [
        initiation([refusedInit]),
        initiation([opened, goodAuth], { initiatorSpi: "00000000000000bb" }),
      ],
    },
  ],
  [
    "gateway-rejects",
    "found",
    {
      initiations: [
        initiation([refusedInit], { initiatorSpi: "00000000000000bb" }),
        initiation([opened, goodAuth], { capture: "wifi.pcapng" }),
      ],
    },
    "notify",
  ],

  [
    "outbound-fragments",
    "found",
    { probes: [...both, pieces(silent), capped(1472), capped(1480, silent)] },
    "too-large",
  ],
  [
    "outbound-fragments",
    "found",
    { probes: [...both, pieces(silent), capped(1472, silent), capped(1280, silent)] },
    "dropped",
  ],
  ["outbound-fragments", "found", { probes: [...both, pieces(silent)] }, "size-unknown"],
  ["outbound-fragments", "found", { probes: [...both, pieces(silent), pieces({ ipBytes: 1600 })] }, "some"],
  // 1400 is not the least that may be recommended.
  [
    "outbound-fragments",
    "found",
    { probes: [...both, pieces(silent), capped(1472, silent), capped(1400, silent)] },
    "size-unknown",
  ],
  [
    "outbound-fragments",
    "found",
    {
      probes: [
        ...both,
        whole(1400),
        whole(1500, silent),
        pieces(silent),
        capped(1400, silent),
        capped(1280, silent),
      ],
    },
    "dropped",
  ],
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [...both, whole(1400), whole(1500, silent), pieces(silent), capped(1400), capped(1280, silent)],
    },
    "path-mtu",
  ],
  ["outbound-fragments", "clear", { probes: [...both, pieces()] }],
  ["outbound-fragments", "unknown", { probes: both }, "not-tested"],
  ["outbound-fragments", "unknown", { probes: [pieces(silent)] }, "no-baseline"],
  ["outbound-fragments", "unknown", { probes: [...both, pieces({ ...silent, tries: 2 })] }, "doubtful"],
  [
    "outbound-fragments",
    "unknown",
    { probes: [...both, pieces(silent), whole(1400), whole(1500, silent)] },
    "path-mtu",
  ],
  // It answered something small after the first try, and then nothing at all.
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        probe({ purpose: "size-control", answeredAtMs: 100 }),
        pieces({ ...silent, sentAtMs: [50, 1_250, 2_450] }),
      ],
    },
    "doubtful",
  ],
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        pieces({ outcome: "unreachable", sentAtMs: [50], tries: 1 }),
      ],
    },
    "doubtful",
  ],
  // What arrived once was not lost for its size; what was tried twice in each of two rounds was tried often enough.
  ["outbound-fragments", "clear", { probes: [...both, pieces(silent), pieces()] }],
  [
    "outbound-fragments",
    "found",
    { probes: [...both, pieces({ ...silent, tries: 2 }), pieces({ ...silent, tries: 2 })] },
    "size-unknown",
  ],
  ["outbound-fragments", "found", { probes: [...both, pieces({ outcome: "unreachable", tries: 1 })] }],
  // The gateway stopped answering small messages as well: a guard against floods, not a matter of sizes.
  [
    "outbound-fragments",
    "unknown",
    {
      probes: [
        ...both.map((p) => ({ ...p, answeredAtMs: 10 })),
        pieces({ ...silent, sentAtMs: [50, 60, 70] }),
      ],
    },
    "doubtful",
  ],

  [
    "inbound-fragments",
    "found",
    { initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(false, true)] })] },
    "only-last",
  ],
  [
    "inbound-fragments",
    "found",
    { initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false)] })] },
    "only-first",
  ],
  [
    "inbound-fragments",
    "found",
    { initiations: [initiation([opened, silentAuth])], probes: [...both, pieces()] },
    "by-exclusion",
  ],
  // The probes' fragments were smaller than the login's: nothing follows about those.
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, pieces({ effectiveMtu: 1400, ipFragmentBytes: [1396, 1184] })],
    },
  ],
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth], { gateway: "192.0.2.9" })],
      probes: [...both, pieces()],
    },
  ],
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, pieces(), pieces({ ...silent, ipBytes: 1600 })],
    },
  ],
  ["inbound-fragments", "clear", { initiations: [initiation([opened, goodAuth])] }],
  ["inbound-fragments", "unknown", { initiations: [initiation([opened, silentAuth])] }],
  [
    "inbound-fragments",
    "unknown",
    {
      initiations: [initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false)] })],
      captures: captured({ nonFirstFragmentsHidden: true }),
    },
    "port-filter",
  ],

  ["path-mtu-black-hole", "found", { probes: [...both, whole(1400), whole(1500, silent)] }],
  ["path-mtu-black-hole", "clear", { probes: [...both, whole(1500)] }],
  // A larger one arrives: it is not its size.
  ["path-mtu-black-hole", "clear", { probes: [...both, whole(1400, silent), whole(1500)] }],
  ["path-mtu-black-hole", "unknown", {}],
  [
    "path-mtu-black-hole",
    "unknown",
    { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
  ],
  ["large-ping-lost", "found", { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] }],
  ["large-ping-lost", "clear", { echoes: [echo({})] }],
  // Fragments of 1500 bytes arrive: what is lost is the pings.
  [
    "large-ping-lost",
    "clear",
    { probes: [...both, pieces()], echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
  ],
  // Fragments that arrive are smaller than the pings that do not: nothing speaks against those.
  [
    "large-ping-lost",
    "found",
    {
      probes: [...both, pieces({ effectiveMtu: 1280, ipFragmentBytes: [1276, 1276, 48] })],
      echoes: [echo({ pingPayloadBytes: 1272 }), echo({ pingPayloadBytes: 1372, outcome: "timeout" })],
    },
  ],
  ["large-ping-lost", "unknown", { probes: [...both, whole(1400), whole(1500, silent)] }],
  [
    "path-mtu-reduced",
    "found",
    { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "too-big-remotely", nextHopMtu: 1400 })] },
  ],
  // A next-hop MTU that is none, and a refusal by this machine of what its interface cannot carry.
  ["path-mtu-reduced", "unknown", { echoes: [echo({ outcome: "too-big-remotely", nextHopMtu: 68 })] }],
  [
    "path-mtu-reduced",
    "clear",
    { egress: ethernet(1400), probes: [...both, whole(1400), whole(1500, { outcome: "too-big-locally" })] },
  ],
  ["path-mtu-reduced", "clear", { echoes: [echo({})] }],
  [
    "path-mtu-reduced",
    "clear",
    { echoes: [echo({})], icmpErrors: [tooBig(6, { destination: "203.0.113.80" })] },
  ],
  ["path-mtu-reduced", "unknown", {}],

  [
    "reflected-fragments",
    "found",
    {
      probes: [...both, pieces()],
      reflections: [reflection(100), reflection(1_500), reflection(2_560, silent)],
    },
    "pieces-lost",
  ],
  ["reflected-fragments", "clear", { probes: [...both, pieces()], reflections: [reflection(2_560)] }],
  ["reflected-fragments", "unknown", {}, "not-asked"],
  [
    "large-echo-lost",
    "found",
    {
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
  ],
  [
    "large-echo-lost",
    "clear",
    { probes: [...both, pieces()], echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })] },
  ],
  [
    "large-echo-lost",
    "unknown",
    {
      clientAddresses: ["172.20.10.4"],
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    "translated",
  ],
  ["large-echo-lost", "unknown", {}],
  // The reply was cut, so nothing came back in pieces; and a gateway that answers no ping at all loses none.
  [
    "large-echo-lost",
    "unknown",
    {
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, replyCut: true })],
    },
  ],
  [
    "large-echo-lost",
    "unknown",
    {
      probes: [...both, pieces()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
  ],

  [
    "ike-fragments-too-large",
    "found",
    {
      probes: [...both, whole(1280), whole(1400, silent)],
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [1_000, 2_000, 3_000].map((at) => skf(at, 2, [], [1400, 900])),
          }),
        ]),
      ],
    },
    "measured",
  ],
  [
    "ike-fragments-too-large",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [1_000, 2_000, 3_000].map((at) => ({
              ...skf(at, 2, [], [1500, 120, 700]),
              ipFragmented: true,
            })),
          }),
        ]),
      ],
    },
    "split-again",
  ],
  [
    "ike-fragments-too-large",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: skfRequests, responses: [skf(1_100, 3, [1, 2], [300])] }),
        ]),
      ],
    },
    "only-last",
  ],
  [
    "ike-fragments-too-large",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests.slice(0, 1),
            responses: [skf(1_100, 3, [], [612, 612, 300])],
          }),
        ]),
      ],
    },
  ],
  // Smaller than what is lost; lost for pings alone; and now the last fragment arrives, now another one.
  [
    "ike-fragments-too-large",
    "unknown",
    {
      probes: [...both, whole(1280), whole(1400, silent)],
      initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])],
    },
  ],
  [
    "ike-fragments-too-large",
    "unknown",
    {
      echoes: [echo({ pingPayloadBytes: 272 }), echo({ pingPayloadBytes: 472, outcome: "timeout" })],
      initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])],
    },
  ],
  [
    "ike-fragments-too-large",
    "unknown",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests,
            responses: [skf(1_100, 3, [1, 2], [300]), skf(2_100, 3, [2], [612, 300])],
          }),
        ]),
      ],
    },
  ],
  ["ike-fragments-too-large", "unknown", { initiations: [initiation(connected)] }, "not-used"],
  [
    "ike-fragments-too-large",
    "unknown",
    { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])] },
  ],

  [
    "ike-fragments-lost",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests,
            responses: [skf(1_100, 3, [2], [612, 300]), skf(2_100, 3, [2], [612, 300])],
          }),
        ]),
      ],
    },
    "inbound",
  ],
  [
    "ike-fragments-lost",
    "found",
    { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: skfRequests })])] },
    "no-answer",
  ],
  [
    "ike-fragments-lost",
    "clear",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: skfRequests.slice(0, 1),
            responses: [skf(1_100, 3, [], [612, 612, 300])],
          }),
        ]),
      ],
    },
  ],
  ["ike-fragments-lost", "unknown", { initiations: [initiation(connected)] }, "not-used"],
  [
    "ike-fragments-lost",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] }),
          exchange({ exchangeType: AUTH, requests: skfRequests }),
        ]),
      ],
    },
  ],

  [
    "small-auth-unanswered",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: [sent(1_000, 300), sent(2_000, 300), sent(3_000, 300)] }),
        ]),
      ],
    },
  ],
  ["small-auth-unanswered", "clear", { initiations: [initiation([opened, silentAuth])] }],
  ["small-auth-unanswered", "unknown", { initiations: [initiation([opened])] }],

  [
    "large-init-unanswered",
    "found",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [0, 1_000, 2_000].map((at) => sent(at, 1_900, [1500, 460])),
          }),
        ]),
      ],
    },
  ],
  ["large-init-unanswered", "clear", { initiations: [initiation(connected)] }],
  ["large-init-unanswered", "unknown", {}],
  [
    "gateway-unreachable",
    "unknown",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [0, 1_000, 2_000].map((at) => sent(at, 1_900, [1500, 460])),
          }),
        ]),
      ],
    },
  ],

  [
    "esp-mtu",
    "found",
    { initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))], icmpErrors: [tooBig(50)] },
    "packet-too-big",
  ],
  [
    "esp-mtu",
    "found",
    {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1472]),
          espIncomplete: [30, 34].map((at) => ({ kind: "packet" as const, capture: "a.pcapng", frame: at })),
        }),
      ],
    },
    "pieces",
  ],
  // One packet that lost a piece, and others that were put together: chance, as any packet may be lost.
  [
    "esp-mtu",
    "clear",
    {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1400]),
          espIncomplete: [{ kind: "packet", capture: "a.pcapng", frame: 30 }],
        }),
      ],
    },
  ],
  [
    "esp-mtu",
    "clear",
    {
      initiations: [
        initiation(connected, {
          ...tunnel([9, 1472], [9, 1540]),
          espIncomplete: [30, 34].map((at) => ({ kind: "packet" as const, capture: "a.pcapng", frame: at })),
        }),
      ],
    },
  ],
  // Packet Too Big about the login, before the tunnel was there, and about somebody else's packets.
  [
    "esp-mtu",
    "clear",
    {
      initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))],
      icmpErrors: [tooBig(17, { timeMs: 1_010 }), tooBig(50, { destination: "203.0.113.80" })],
    },
  ],
  ["esp-mtu", "found", { initiations: [initiation(connected, tunnel([9, 1472], [9, 120]))] }, "stalled"],
  ["esp-mtu", "clear", { initiations: [initiation(connected, tunnel([9, 1472], [9, 1472]))] }],
  // An idle tunnel: nothing large went into it.
  ["esp-mtu", "clear", { initiations: [initiation(connected, tunnel([9, 300], [9, 120]))] }],
  ["esp-mtu", "unknown", { initiations: [initiation(connected)] }],
  ["esp-one-way", "found", { initiations: [initiation(connected, tunnel([9, 300], [0, 0]))] }],
  ["esp-one-way", "clear", { initiations: [initiation(connected, tunnel([9, 300], [9, 300]))] }],
  ["esp-one-way", "unknown", { initiations: [initiation(connected)] }],

  ["ras-error-code", "found", dialFailed(13_801), "refused"],
  ["ras-error-code", "found", dialFailed(789), "other-vpn"],
  ["ras-error-code", "clear", dialFailed(809), "neutral"],
  ["ras-error-code", "unknown", {}],
  ["ras-error-code", "unknown", dialFailed(13_801, "2025-06-01T00:00:00Z")],

  [
    "gateway-guarded",
    "found",
    {
      probes: [
        probe({
          purpose: "baseline",
          answer: {
            kind: "cookie",
            ikeLength: 60,
            notifies: [{ type: 16390, name: "COOKIE" }],
            vendorIds: [],
            offersIkeFragmentation: false,
            majorVersion: 2,
          },
        }),
      ],
    },
  ],
  ["gateway-guarded", "clear", { probes: both }],
  ["gateway-guarded", "unknown", {}],
  ["unsteady-fragments", "found", { probes: [...both, pieces({ tries: 3 })] }],
  ["unsteady-fragments", "clear", { probes: [...both, pieces()] }],
  ["unsteady-fragments", "unknown", { probes: both }],
  ["translated-path", "found", { gatewayAddresses: ["64:ff9b::c000:201"] }, "nat64"],
  ["translated-path", "found", { clientAddresses: ["192.0.0.2"] }, "clat"],
  ["translated-path", "found", { probes: [...both, whole(1480), whole(1481, silent)] }, "path-mtu"],
  // As large as was tried, and nothing was lost above: no path MTU at all.
  ["translated-path", "clear", { probes: [...both, whole(1480)] }],
  ["translated-path", "clear", {}],
  ["translated-path", "unknown", { clientAddresses: [] }],
  ["known-link-mtu", "found", { probes: [...both, whole(1492), whole(1500, silent)] }, "1492"],
  ["known-link-mtu", "clear", { probes: [...both, whole(1333), whole(1500, silent)] }],
  ["known-link-mtu", "unknown", { probes: [...both, whole(1500)] }],

  ["ike-auth-unanswered", "found", { initiations: [initiation([opened, silentAuth])] }],
  // What was sent after IKE_SA_INIT must have followed an answer: this capture shows one way only.
  [
    "ike-auth-unanswered",
    "unknown",
    {
      initiations: [initiation([exchange({ exchangeType: SA_INIT, requests: [sent(0, 624)] }), silentAuth])],
    },
    "one-way",
  ],
  ["ike-auth-unanswered", "clear", { initiations: [initiation([opened, goodAuth])] }],
  ["ike-auth-unanswered", "unknown", { initiations: [initiation([opened])] }],
  [
    "ike-auth-unanswered",
    "unknown",
    { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 2) })])] },
    "too-few",
  ],
  // Three copies within a moment are one sending, seen thrice.
  [
    "ike-auth-unanswered",
    "unknown",
    {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [0, 60, 120].map((at) => sent(1_000 + at, 2528, [1500, 1080])),
          }),
        ]),
      ],
    },
    "too-few",
  ],
  [
    "ike-auth-unanswered",
    "unknown",
    { initiations: [initiation([opened, silentAuth])], captures: captured({ droppedByCapture: 7 }) },
    "drops",
  ],

  [
    "probe-proposal-refused",
    "found",
    {
      probes: both.map((p) => ({
        ...p,
        answer: {
          kind: "refused" as const,
          ikeLength: 36,
          notifies: [{ type: 14, name: "NO_PROPOSAL_CHOSEN" }],
          vendorIds: [],
          offersIkeFragmentation: false,
          majorVersion: 2,
        },
      })),
    },
  ],
  ["probe-proposal-refused", "clear", { probes: both }],
  // One port refuses and the other accepts.
  [
    "probe-proposal-refused",
    "clear",
    {
      probes: both.map((p, at) => ({
        ...p,
        answer: at === 0 && p.answer ? { ...p.answer, kind: "refused" as const } : p.answer,
      })),
    },
  ],
  ["probe-proposal-refused", "unknown", {}],

  [
    "slow-gateway",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: thrice, responses: [sent(3_150, 1552, [1500, 104])] }),
        ]),
      ],
    },
  ],
  ["slow-gateway", "clear", { initiations: [initiation([opened, goodAuth])] }],
  ["slow-gateway", "unknown", {}],
  // One attempt came up slowly, the next one not at all.
  [
    "slow-gateway",
    "unknown",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: thrice, responses: [sent(3_150, 1552, [1500, 104])] }),
        ]),
        initiation([exchange({ exchangeType: SA_INIT, requests: [sent(60_000, 624)] })]),
      ],
    },
  ],
  ["healthy", "found", { initiations: [initiation([opened, goodAuth])] }, "capture"],
  ["healthy", "found", { probes: [...both, whole(1500), pieces()] }, "outbound"],
  [
    "healthy",
    "found",
    {
      probes: [...both, whole(1500), pieces()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false })],
    },
    "both-ways",
  ],
  [
    "healthy",
    "found",
    {
      initiations: [
        initiation(connected),
        initiation([exchange({ exchangeType: 37, requests: [sent(5_000, 92)] })]), // of a tunnel that was up before
      ],
    },
  ],
  ["healthy", "unknown", { initiations: [initiation(connected), initiation([opened])] }],
  ["healthy", "unknown", { probes: both }],
  ["healthy", "unknown", { probes: [probe({ purpose: "baseline" }), whole(1500), pieces()] }],
  ["healthy", "unknown", { probes: [...both, whole(1400), whole(1500, silent), pieces()] }],
  [
    "healthy",
    "found",
    {
      probes: [...both, whole(1500), pieces()],
      echoes: [echo({ pingPayloadBytes: 2000, dontFragment: false, replyCut: true })],
    },
    "outbound",
  ],
  // Pings that nobody ever answers lose nothing for their size.
  [
    "healthy",
    "found",
    {
      probes: [...both, pieces()],
      echoes: [1272, 1472].map((n) => echo({ pingPayloadBytes: n, outcome: "timeout" })),
    },
    "outbound",
  ],

  [
    "answered-elsewhere",
    "found",
    {
      initiations: [initiation([opened, silentAuth]), initiation(connected, { capture: "b.pcapng" })],
      captures: [...captured({}), ...captured({})],
    },
  ],
  [
    "answered-elsewhere",
    "clear",
    { initiations: [initiation(connected)], captures: [...captured({}), ...captured({})] },
  ],
  ["answered-elsewhere", "unknown", { initiations: [initiation([opened, silentAuth])] }],
  [
    "ike-fragmentation-missing",
    "found",
    { initiations: [initiation([opened], { gatewayOffersIkeFragmentation: false })] },
    "gateway",
  ],
  [
    "ike-fragmentation-missing",
    "found",
    {
      initiations: [
        initiation([opened], { clientOffersIkeFragmentation: false, gatewayOffersIkeFragmentation: false }),
      ],
    },
    "client",
  ],
  ["ike-fragmentation-missing", "clear", { initiations: [initiation([opened])] }],
  ["ike-fragmentation-missing", "unknown", {}],

  [
    "ping-payload-is-no-mtu",
    "found",
    { echoes: [echo({}), echo({ pingPayloadBytes: 1473, ...local })] },
    "refused-locally",
  ],
  ["ping-payload-is-no-mtu", "found", { echoes: [echo({})] }, "passed"],
  ["ping-payload-is-no-mtu", "unknown", { echoes: [echo({ pingPayloadBytes: 1473, ...local })] }],
  ["ping-of-another-host", "found", { echoes: [echo({ toGateway: false })] }],
  ["ping-of-another-host", "clear", { echoes: [echo({})] }],
  ["ping-of-another-host", "unknown", { echoes: [echo({ toGateway: null })] }],
];

for (const [code, status, given, says] of cases) {
  test(`rule ${code} is ${status}${says ? `: ${says}` : ""}`, () => {
    const finding = diagnoseObservations(observations(given)).findings.find((f) => f.code === code);
    expect(finding?.status).toBe(status);
    if (says) expect(finding?.phrase.key.split(".").at(-1)).toBe(says);
    // Signs that are addresses point at no packet.
    if (status === "found" && code !== "translated-path") expect(finding?.evidence.length).toBeGreaterThan(0);
  });
}

test("every rule has a case for found, clear and unknown", () => {
  // What a ping measured is always worth saying; and health is shown or not shown, never refuted by itself.
  const never = ["ping-payload-is-no-mtu/clear", "healthy/clear"];
  for (const { code } of RULES) {
    for (const status of ["found", "clear", "unknown"]) {
      if (!never.includes(`${code}/${status}`)) {
        expect(
          cases.some((c) => c[0] === code && c[1] === status),
          `${code} ${status}`,
        ).toBe(true);
      }
    }
  }
});

const remotely = (ipBytes: number, nextHopMtu: number | null) =>
  echo({ pingPayloadBytes: ipBytes - 28, outcome: "too-big-remotely", nextHopMtu });
const toldMtus: [name: string, given: Partial<Observations>, pathMtu: number][] = [
  ["the router's number", { echoes: [echo({ pingPayloadBytes: 1272 }), remotely(1500, 1400)] }, 1400],
  ["the narrowest router's", { echoes: [remotely(1500, 1480), remotely(1480, 1400)] }, 1400],
  [
    "what passed, where the router says as much as was sent",
    { echoes: [echo({ pingPayloadBytes: 1372 }), remotely(1500, 1500)] },
    1400,
  ],
  [
    "what passed, where that is more than some router says",
    { echoes: [echo({ pingPayloadBytes: 1402 }), remotely(1500, 1400)] },
    1430,
  ],
  [
    "not what was cut on its way, as larger than a router took whole",
    {
      echoes: [echo({ pingPayloadBytes: 1272 }), remotely(1472, null)],
      probes: [...both, whole(1472), whole(1500)],
    },
    1300,
  ],
  [
    "not what this machine cut, as larger than it had learned",
    { echoes: [remotely(1500, 1400)], probes: [...both, whole(1472)] },
    1400,
  ],
  [
    "not what passed elsewhere, as large as a router refused",
    { probes: [...both, whole(1472, { dontFragment: true })], icmpErrors: [tooBig(17, { ipBytes: 1450 })] },
    1400,
  ],
];
for (const [name, given, pathMtu] of toldMtus) {
  test(`a path MTU that is told is ${name}`, () => {
    const { verdict, findings } = diagnoseObservations(observations(given));
    expect(verdict).toBe("path-mtu-reduced");
    expect(findings.find((f) => f.code === verdict)?.phrase).toMatchObject({ params: { pathMtu } });
  });
}

test("where a router says Packet Too Big nothing vanishes unsaid", () => {
  const probes = [...both, whole(1400), whole(1500, { ...silent, dontFragment: true })];
  const { verdict } = diagnoseObservations(observations({ probes, echoes: [remotely(1500, 1400)] }));
  expect(verdict).toBe("path-mtu-reduced");
});

/** What weakens a verdict that stands. */
const weaker: [
  name: string,
  confidence: string,
  given: Partial<Observations>,
  verdict: string,
  direction: string | null,
][] = [
  [
    "pings alone tell neither the direction nor the reason",
    "low",
    { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
    "path-mtu-black-hole",
    "undetermined",
  ],
  [
    "packets from an interface of unknown MTU may have left in pieces",
    "low",
    { probes: [...both, whole(1400), whole(1500, silent)] },
    "path-mtu-black-hole",
    "outbound",
  ],
  [
    "with DF set they did not",
    "high",
    { probes: [...both, whole(1400), whole(1500, { ...silent, dontFragment: true })] },
    "path-mtu-black-hole",
    "outbound",
  ],
  [
    "a port that answers in a capture is not blocked, whatever it does with probes",
    "low",
    {
      initiations: [initiation([opened, silentAuth], { answeringPorts: [500, 4500] })],
      probes: [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500, ...silent })],
    },
    "udp-4500-blocked",
    null,
  ],
  [
    "a piece that is missing once, of an answer that was waited for once",
    "low",
    {
      initiations: [
        initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 1) })], {
          inboundIncomplete: [inbound(true, false)],
        }),
      ],
    },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "a piece that is missing of two answers",
    "high",
    {
      initiations: [
        initiation([opened, exchange({ exchangeType: AUTH, requests: thrice.slice(0, 2) })], {
          inboundIncomplete: [inbound(true, false), inbound(true, false)],
        }),
      ],
    },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "a capture that is damaged shows less than there was",
    "medium",
    {
      initiations: [
        initiation([opened, silentAuth], { inboundIncomplete: [inbound(true, false), inbound(true, false)] }),
      ],
      captures: captured({ damage: [{ byteOffset: 900, message: "cut" }] }),
    },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "a login that was waited for four seconds",
    "low",
    { initiations: [initiation([opened, { ...silentAuth, observedAfterMs: 2_000 }])] },
    "ike-auth-unanswered",
    "undetermined",
  ],
  [
    "a gateway that keeps silent looks like lost answers",
    "low",
    { initiations: [initiation([opened, silentAuth])], probes: [...both, pieces()] },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "unless its pings in pieces are lost too",
    "medium",
    {
      initiations: [initiation([opened, silentAuth])],
      probes: [...both, pieces()],
      echoes: [echo({}), echo({ pingPayloadBytes: 2000, dontFragment: false, outcome: "timeout" })],
    },
    "inbound-fragments-lost",
    "inbound",
  ],
  [
    "the last IKE fragment alone, once",
    "low",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: skfRequests, responses: [skf(1_100, 3, [1, 2], [300])] }),
        ]),
      ],
    },
    "ike-fragments-too-large",
    "inbound",
  ],
];
for (const [name, confidence, given, verdict, direction] of weaker) {
  test(`confidence is ${confidence}: ${name}`, () => {
    expect(diagnoseObservations(observations(given))).toMatchObject({ verdict, confidence, direction });
  });
}

test("a local refusal never becomes a path MTU", () => {
  const { recommendation, verdict } = diagnoseObservations(
    observations({ echoes: [echo({}), echo({ pingPayloadBytes: 1473, ...local })] }),
  );
  expect(verdict).toBe("insufficient-evidence");
  expect(recommendation.interfaceMtu).toBeNull();
});

test("nothing answered means no number, whatever the sizes that were tried", () => {
  const { verdict, recommendation } = diagnoseObservations(
    observations({
      probes: [...both, whole(1500), pieces()].map((p) => ({
        ...p,
        ...silent,
        tries: 3,
        answer: null,
        answeredAtMs: null,
      })),
    }),
  );
  expect(verdict).toBe("gateway-unreachable");
  expect(recommendation.interfaceMtu).toBeNull();
  expect(recommendation.commands).toBeNull();
});
