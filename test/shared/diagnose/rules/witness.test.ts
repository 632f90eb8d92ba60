import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/witness.ts";
import type { IncompleteMessage } from "../../../../shared/evidence/observations.ts";
import { exchange, initiation, observations, probe, sent } from "../../../support/observations.ts";
import {
  AUTH,
  captured,
  connected,
  ethernet,
  opened,
  quality,
  SA_INIT,
  silentAuth,
  skf,
  testConfidence,
  testRules,
} from "../../../support/rule-evidence.ts";

const FAR = "gateway.pcapng";
const incomplete = (firstSeen: boolean, lastSeen: boolean): IncompleteMessage[] =>
  [1_000, 2_000, 3_000].map((timeMs, at) => ({
    timeMs,
    ipBytes: [firstSeen ? 1_500 : 652],
    firstSeen,
    lastSeen,
    refs: [{ kind: "packet", capture: FAR, frame: 3 + at }],
  }));
/** Only the opening is whole here; of the login, this much came. */
const far = (given: object = {}) => initiation([opened], { capture: FAR, view: "gateway", ...given });
/** The same in the words of the gateway's daemon. */
const inLog = far({ log: { datagrams: [], untimed: false, lastMs: 30_000 } });
const firstOnly = { outboundIncomplete: incomplete(true, false) };
const laterOnly = { outboundIncomplete: incomplete(false, true) };
const near = initiation([opened, silentAuth], { client: "192.168.0.11", view: "client" });
/** A run that found a limit: 1400 passes and 1500 is lost. */
const limited = [
  probe({ purpose: "baseline" }),
  probe({ purpose: "baseline", port: 4500 }),
  probe({ purpose: "whole-packet", ipBytes: 1400 }),
  probe({ purpose: "whole-packet", ipBytes: 1500, outcome: "silent" }),
];
/** A login of three IKE fragments, of which some are missing each time. */
const inPart = (missing: number[], ipBytes: number[]) =>
  exchange({
    exchangeType: AUTH,
    requests: [1_000, 2_000, 3_000].map((timeMs) => skf(timeMs, 3, missing, ipBytes)),
  });
const both = (hidden: boolean) => [
  ...captured({}),
  { capture: FAR, frames: 5, ikeMessages: 2, quality: { ...quality, nonFirstFragmentsHidden: hidden } },
];
const gaveUp = {
  capture: "a.pcapng",
  frame: 50,
  timeMs: 31_000,
  source: "192.0.2.1",
  destination: "198.51.100.4",
  kind: "reassembly-time-exceeded" as const,
  type: 11,
  code: 1,
  nextHopMtu: null,
  quoted: {
    source: "198.51.100.4",
    destination: "192.0.2.1",
    protocol: 17,
    sourcePort: 4500,
    destinationPort: 4500,
    ipBytes: 1_500,
  },
};

testRules(rules, [
  {
    name: "at the gateway only first fragments arrive",
    rule: "request-lost",
    given: { initiations: [far(firstOnly)], captures: both(false) },
    want: "found",
    says: "first",
  },
  {
    name: "no later fragment of anything is in that capture",
    rule: "request-lost",
    given: { initiations: [far(firstOnly)], captures: both(true) },
    want: "found",
    says: "first-filter",
  },
  {
    name: "only later fragments arrive",
    rule: "request-lost",
    given: { initiations: [far(laterOnly)], captures: both(false) },
    want: "found",
    says: "later",
  },
  {
    name: "one and then another is missing",
    rule: "request-lost",
    given: {
      initiations: [far({ outboundIncomplete: [...incomplete(true, false), ...incomplete(false, true)] })],
      captures: both(false),
    },
    want: "found",
    says: "some",
  },
  {
    name: "nothing follows the opening",
    rule: "request-lost",
    given: { initiations: [far()], captures: both(false) },
    want: "found",
    says: "nothing",
  },
  {
    name: "nothing follows the opening in the gateway's log",
    rule: "request-lost",
    given: { initiations: [inLog] },
    want: "found",
    says: "nothing",
  },
  {
    name: "an agent's probes leave the same in the gateway's log",
    rule: "request-lost",
    given: { initiations: [inLog], probes: [probe({ purpose: "baseline" })] },
    want: "unknown",
  },
  {
    name: "the gateway says itself that fragments were missing",
    rule: "request-lost",
    given: { initiations: [initiation([opened, silentAuth])], icmpErrors: [gaveUp], captures: captured({}) },
    want: "found",
    says: "given-up",
  },
  {
    name: "the login arrived there",
    rule: "request-lost",
    given: { initiations: [far({ exchanges: connected })], captures: both(false) },
    want: "clear",
  },
  {
    name: "a client's own capture, taken with a filter by port",
    rule: "request-lost",
    given: { initiations: [far({ ...firstOnly, view: "client" })], captures: both(true) },
    want: "unknown",
  },
  {
    name: "a client that goes no further by itself",
    rule: "request-lost",
    given: { initiations: [far({ view: "client" }), far({ view: "client" })], captures: both(false) },
    want: "unknown",
  },
  {
    name: "the capture ends soon after the opening",
    rule: "request-lost",
    given: {
      initiations: [far({ exchanges: [{ ...opened, observedAfterMs: 1_000 }] })],
      captures: both(false),
    },
    want: "unknown",
  },
  {
    name: "the capture lost packets itself",
    rule: "request-lost",
    given: {
      initiations: [far(firstOnly)],
      captures: [{ capture: FAR, frames: 5, ikeMessages: 2, quality: { ...quality, droppedByCapture: 9 } }],
    },
    want: "unknown",
  },
  {
    name: "the request is at the gateway, which sends nothing",
    rule: "gateway-keeps-silent",
    given: { initiations: [far({ exchanges: [opened, silentAuth] })] },
    want: "found",
  },
  {
    name: "the gateway answers what arrives",
    rule: "gateway-keeps-silent",
    given: { initiations: [far({ exchanges: connected })] },
    want: "clear",
  },
  {
    name: "the same in a client's capture",
    rule: "gateway-keeps-silent",
    given: { initiations: [near] },
    want: "unknown",
  },
]);

const outbound = { direction: "outbound" };
testConfidence([
  {
    name: "first fragments alone, by eyewitness",
    given: { initiations: [far(firstOnly)], captures: both(false) },
    want: { verdict: "outbound-fragments-dropped", confidence: "high", ...outbound },
  },
  {
    name: "the same where a filter by port may have hidden the rest",
    given: { initiations: [far(firstOnly)], captures: both(true) },
    want: { verdict: "outbound-fragments-dropped", confidence: "medium", ...outbound },
  },
  {
    name: "the same where nothing tells at which end it was taken",
    given: { initiations: [far({ ...firstOnly, view: null })], captures: both(true) },
    want: { verdict: "outbound-fragments-dropped", confidence: "low", ...outbound },
  },
  {
    name: "the first fragment is what gets lost: the largest, and the only one with a port",
    given: { initiations: [far(laterOnly)], captures: both(false) },
    want: { verdict: "outbound-fragments-too-large", confidence: "low", ...outbound },
  },
  {
    name: "nothing follows the opening at the gateway, and both sides can use IKE fragments",
    given: { initiations: [far()], captures: both(false) },
    want: { verdict: "udp-4500-blocked", confidence: "low", ...outbound },
  },
  {
    name: "nothing follows it, and the client has to split the login",
    given: { initiations: [far({ clientOffersIkeFragmentation: false })], captures: both(false) },
    want: { verdict: "outbound-fragments-too-large", confidence: "low", ...outbound },
  },
  {
    name: "only the last and smallest IKE fragment arrives",
    given: { initiations: [far({ exchanges: [opened, inPart([1, 2], [300])] })], captures: both(false) },
    want: { verdict: "ike-fragments-too-large", confidence: "medium", ...outbound },
  },
  {
    name: "the same, and the client's run found above which size packets are lost",
    given: {
      initiations: [far({ exchanges: [opened, inPart([1, 2], [300])] })],
      captures: both(false),
      probes: limited,
    },
    want: { verdict: "ike-fragments-too-large", confidence: "high", ...outbound },
  },
  {
    name: "one IKE fragment in the middle never arrives",
    given: { initiations: [far({ exchanges: [opened, inPart([2], [1_228, 300])] })], captures: both(false) },
    want: { verdict: "ike-fragments-lost", confidence: "low", ...outbound },
  },
  {
    name: "a gateway that keeps silent has lost nothing on the way",
    given: { initiations: [far({ exchanges: [opened, silentAuth] })] },
    want: { verdict: "insufficient-evidence", confidence: "low", direction: null },
  },
  {
    name: "even its opening is at the gateway, and no answer",
    given: {
      initiations: [
        far({
          exchanges: [
            exchange({ exchangeType: SA_INIT, requests: [0, 1, 2].map((s) => sent(s * 1_000, 624)) }),
          ],
        }),
      ],
    },
    want: { verdict: "insufficient-evidence", confidence: "low", direction: null },
  },
]);

test("beside a gateway's capture, no command is given for a table that may be the gateway's", () => {
  const given = {
    captures: both(false),
    egress: ethernet(1500),
    interfaces: [ethernet(1500)].filter((i) => i !== null),
  };
  const seen = { initiations: [far(laterOnly)], ...given };
  const { recommendation } = diagnoseObservations(observations(seen));
  expect(recommendation.interfaceMtu).not.toBeNull();
  expect(recommendation).toMatchObject({ commands: null, interfaceIndex: null, previousMtu: null });
  const notes = recommendation.notes.map((n) => n.key);
  expect(notes).toContain("note.view-gateway");
  // Another table would not help.
  expect(notes).toContain("note.commands-need-client");
  expect(notes).not.toContain("note.which-interface");
  // With the client's own capture beside it, the table is that of the computer which was asked.
  const withNear = { initiations: [near, far(laterOnly)], ...given };
  expect(diagnoseObservations(observations(withNear)).recommendation.interfaceIndex).toBe(19);
});

test("an MTU is given where the last IKE fragment alone arrives at the gateway and the run knows the limit", () => {
  const lastAlone = far({ exchanges: [opened, inPart([1, 2], [300])] });
  const mtuOf = (initiations: object[], probes = limited) =>
    diagnoseObservations(observations({ initiations: initiations as (typeof lastAlone)[], probes }))
      .recommendation.interfaceMtu;
  expect(mtuOf([lastAlone])).toBe(1400);
  // Of two clients nobody knows which one measured.
  expect(mtuOf([{ ...lastAlone, client: "192.0.2.77" }, lastAlone])).toBeNull();
  expect(mtuOf([lastAlone], [])).toBeNull();
});
