/** Evidence that the tests of the rules are made of, and how they are held against it. */
import { expect, test } from "vitest";
import { diagnoseObservations } from "../../shared/diagnose/diagnose.ts";
import type { Rule } from "../../shared/diagnose/rule.ts";
import type { Observations } from "../../shared/evidence/observations.ts";
import { ExchangeType } from "../../shared/ike/registry.ts";
import type { CaptureQuality } from "../../shared/transcript/transcript.ts";
import { exchange, observations, probe, sent } from "./observations.ts";

/** The opening exchange, RFC 7296 §1.2. */
export const SA_INIT = ExchangeType.IKE_SA_INIT;
/** The login exchange, RFC 7296 §1.2. */
export const AUTH = ExchangeType.IKE_AUTH;
/** An answered opening. */
export const opened = exchange({
  exchangeType: SA_INIT,
  requests: [sent(0, 624)],
  responses: [sent(90, 301)],
});
/** A login sent three times, each time as two IP fragments. */
export const thrice = [
  sent(1_000, 2528, [1500, 1080]),
  sent(2_000, 2528, [1500, 1080]),
  sent(3_000, 2528, [1500, 1080]),
];
/** A large login without an answer. */
export const silentAuth = exchange({ exchangeType: AUTH, requests: thrice });
/** A large login that was answered. */
export const goodAuth = exchange({
  exchangeType: AUTH,
  requests: [sent(1_000, 2528, [1500, 1080])],
  responses: [sent(1_100, 1552, [1500, 104])],
});
/** A login that was answered at once, whole, and that the client repeated all the same. */
export const ignoredAuth = exchange({
  exchangeType: AUTH,
  requests: [sent(1_000, 400), sent(3_000, 400), sent(5_000, 400)],
  responses: [sent(1_200, 2908, [1500, 1460]), sent(3_200, 2908, [1500, 1460])],
});
/** A capture without any defect. */
export const quality: CaptureQuality = {
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
/** One capture with some defect. */
export const captured = (given: Partial<CaptureQuality>): Observations["captures"] => [
  { capture: "a.pcapng", frames: 10, ikeMessages: 5, quality: { ...quality, ...given } },
];

/** An answered small probe on each port. */
export const both = [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500 })];
/** Makes a probe one that got no answer. */
export const silent = { outcome: "silent" as const };
/** A probe that leaves as IP fragments. */
export const fragmented = (given = {}) => probe({ purpose: "ip-fragments", ipBytes: 2560, ...given });
/** The same under a smaller MTU: a what-if probe. */
export const capped = (userMtu: number, given = {}) =>
  probe({ purpose: "what-if", ipBytes: 2560, userMtu, ...given });
/** A probe that leaves as one packet. */
export const whole = (ipBytes: number, given = {}) => probe({ purpose: "whole-packet", ipBytes, ...given });
/** An answer of which IP fragments are missing. */
export const inbound = (firstSeen: boolean, lastSeen: boolean) => ({
  timeMs: 2_090,
  ipBytes: [1_500],
  firstSeen,
  lastSeen,
  refs: [{ kind: "packet" as const, capture: "a.pcapng", frame: 9 }],
});
/** Makes a probe or a ping one that this computer refused. */
export const local = { outcome: "too-big-locally" as const };

/** A message of `total` IKE fragments, some of them missing; the others came as one IP packet each. */
export const skf = (timeMs: number, total: number, missing: number[], ipBytes: number[]) => ({
  ...sent(timeMs, ipBytes.length * 500, ipBytes),
  ipFragmented: false,
  ikeFragmentTotal: total,
  missingIkeFragments: missing,
});
/** A login sent three times, each time as three small IKE fragments. */
export const skfRequests = [1_000, 2_000, 3_000].map((at) => skf(at, 3, [], [612, 612, 300]));
/** ESP in each direction: the number of packets and the size of the largest. */
export const tunnel = (outbound: number[], inbound: number[]) => ({
  esp: {
    outbound: { packets: outbound[0] ?? 0, largestIpBytes: outbound[1] ?? 0 },
    inbound: { packets: inbound[0] ?? 0, largestIpBytes: inbound[1] ?? 0 },
  },
});
/** An opening and a login that were both answered. */
export const connected = [opened, goodAuth];
/** A failure to connect that Windows has on record. */
export const dialFailed = (code: number, at = "2026-01-01T00:00:00Z"): Partial<Observations> => ({
  startedAtMs: Date.parse("2026-01-02T00:00:00Z"),
  vpn: {
    profiles: [],
    rasFailures: [
      {
        at,
        connection: "Office",
        code,
        ref: { kind: "probe", stepId: "r1-vpn-profiles", bytes: null, sizeKind: null },
      },
    ],
  },
});
/** A router's Packet Too Big about a packet of some protocol. */
export const tooBig = (
  protocol: number,
  { timeMs = 9_000, destination = "192.0.2.1", ipBytes = 1472 } = {},
) => ({
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

/** The interface that leads to the gateway. */
export const ethernet = (mtuV4: number | null, index: number | null = 19): Observations["egress"] => ({
  index,
  name: "Ethernet",
  mtuV4,
  mtuV6: mtuV4,
  connected: true,
  ref: { kind: "probe", stepId: "r1-interfaces", bytes: null, sizeKind: null },
});
/** An opening that was refused with a readable error Notify. */
export const refusedInit = exchange({
  exchangeType: SA_INIT,
  requests: [sent(0, 624)],
  responses: [sent(90, 36)],
  responseNotifies: [
    { type: 14, name: "NO_PROPOSAL_CHOSEN", ref: { kind: "packet", capture: "a.pcapng", frame: 2 } },
  ],
});

/** What one rule says of some observations. */
export interface RuleCase {
  /** What the observations hold, in words: the test's name. */
  name: string;
  /** The rule's code. */
  rule: string;
  given: Partial<Observations>;
  want: "found" | "clear" | "unknown";
  /** The last part of the phrase key that the rule answers with, where that matters. */
  says?: string;
}

/**
 * What a ping measured, and how large a login is, is always worth saying; health and a login at both ends
 * are shown or not shown, never refuted by themselves; and two files that do not belong together have no
 * packet that shows it.
 */
const NEVER = [
  "ping-payload-is-no-mtu/clear",
  "predicted-login/clear",
  "healthy/clear",
  "both-ends-joined/clear",
  "ends-not-joined/found",
];

const isRule = (value: unknown): value is Rule =>
  typeof value === "object" && value !== null && "judge" in value && "code" in value;

/** @param module a file of rules: each of them has a case for found, clear and unknown */
export function testRules(module: object, cases: readonly RuleCase[]): void {
  for (const { name, rule, given, want, says } of cases) {
    test(`rule ${rule} is ${want}: ${name}`, () => {
      const finding = diagnoseObservations(observations(given)).findings.find((f) => f.code === rule);
      expect(finding?.status).toBe(want);
      if (says) expect(finding?.phrase.key.split(".").at(-1)).toBe(says);
      // Signs that are addresses point at no packet.
      if (want === "found" && rule !== "translated-path") expect(finding?.evidence.length).toBeGreaterThan(0);
    });
  }

  test("every rule has a case for found, clear and unknown, and every case has a name of its own", () => {
    const rules = Object.values(module).filter(isRule);
    expect(rules.length).toBeGreaterThan(0);
    const wanted = rules.flatMap(({ code }) => ["found", "clear", "unknown"].map((s) => `${code}/${s}`));
    const had = cases.map(({ rule, want }) => `${rule}/${want}`);
    expect(wanted.filter((w) => !NEVER.includes(w) && !had.includes(w))).toEqual([]);
    expect(cases.filter(({ rule }) => !rules.some((r) => r.code === rule))).toEqual([]);
    expect(new Set(cases.map(({ name, rule }) => `${rule}: ${name}`)).size).toBe(cases.length);
  });
}

/** What weakens a verdict that stands. */
export interface ConfidenceCase {
  name: string;
  given: Partial<Observations>;
  want: { verdict: string; confidence: string; direction: string | null };
}

/** Each case has to give just that verdict, with that confidence and direction. */
export function testConfidence(cases: readonly ConfidenceCase[]): void {
  for (const { name, given, want } of cases) {
    test(`confidence is ${want.confidence}: ${name}`, () => {
      expect(diagnoseObservations(observations(given))).toMatchObject(want);
    });
  }
}
