import * as rules from "../../../../shared/diagnose/rules/ignored-answers.ts";
import { exchange, initiation, sent } from "../../../support/observations.ts";
import {
  AUTH,
  connected,
  ignoredAuth,
  opened,
  SA_INIT,
  skf,
  testConfidence,
  testRules,
} from "../../../support/rule-evidence.ts";

const packet = (frame: number) => ({ kind: "packet" as const, capture: "a.pcapng", frame });
const asked = (frame: number) => ({ type: 16390, name: "COOKIE", ref: packet(frame) });
/** A COOKIE is demanded each time, and the request comes again as it was. */
const cookies = (times: number) =>
  exchange({
    exchangeType: SA_INIT,
    requests: Array.from({ length: times }, (_, at) => sent(at * 2_000, 624)),
    responses: Array.from({ length: times }, (_, at) => sent(at * 2_000 + 90, 56)),
    responseNotifies: Array.from({ length: times }, (_, at) => asked(2 * at + 2)),
  });
/** A small answer that came at once, each time, and did not help. */
const smallIgnored = exchange({
  exchangeType: AUTH,
  requests: [1, 3, 5].map((at) => sent(at * 1_000, 400)),
  responses: [1, 3, 5].map((at) => sent(at * 1_000 + 100, 260)),
});
const refusedHere = {
  capture: "a.pcapng",
  frame: 30,
  timeMs: 1_300,
  source: "198.51.100.4",
  destination: "192.0.2.1",
  kind: "port-unreachable" as const,
  type: 3,
  code: 3,
  nextHopMtu: null,
  quoted: {
    source: "192.0.2.1",
    destination: "198.51.100.4",
    protocol: 17,
    sourcePort: 4500,
    destinationPort: 4500,
    ipBytes: 300,
  },
};

testRules(rules, [
  {
    name: "a client's capture has the whole answer, and the client asks again",
    rule: "answers-ignored",
    given: { initiations: [initiation([opened, ignoredAuth], { view: "client" })] },
    want: "found",
    says: "client",
  },
  {
    name: "a gateway's capture has it leave in IP fragments",
    rule: "answers-ignored",
    given: { initiations: [initiation([opened, ignoredAuth], { view: "gateway" })] },
    want: "found",
    says: "gateway-fragments",
  },
  {
    name: "a gateway's capture has it leave as one packet",
    rule: "answers-ignored",
    given: { initiations: [initiation([opened, smallIgnored], { view: "gateway" })] },
    want: "found",
    says: "gateway",
  },
  {
    name: "where the capture was taken is not known",
    rule: "answers-ignored",
    given: { initiations: [initiation([opened, smallIgnored])] },
    want: "found",
    says: "either",
  },
  {
    name: "the client's computer refuses the answer",
    rule: "answers-ignored",
    given: { initiations: [initiation([opened, smallIgnored])], icmpErrors: [refusedHere] },
    want: "found",
    says: "refused",
  },
  {
    name: "what it refused was a NAT-keepalive, to a port of an earlier attempt",
    rule: "answers-ignored",
    given: {
      initiations: [initiation([opened, smallIgnored])],
      icmpErrors: [
        { ...refusedHere, quoted: { ...refusedHere.quoted, destinationPort: 39_415, ipBytes: 29 } },
      ],
    },
    want: "found",
    says: "either",
  },
  {
    name: "one repetition crossed the answer on its way",
    rule: "answers-ignored",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({
            exchangeType: AUTH,
            requests: [sent(0, 400), sent(1_000, 400)],
            responses: [sent(600, 260)],
          }),
        ]),
      ],
    },
    want: "clear",
  },
  {
    name: "the client repeated itself, and then went on",
    rule: "answers-ignored",
    given: {
      initiations: [
        initiation([
          opened,
          smallIgnored,
          exchange({ exchangeType: AUTH, messageId: 2, requests: [sent(5_200, 110)] }),
        ]),
      ],
    },
    want: "clear",
  },
  {
    name: "a refusal in the clear may be waited out",
    rule: "answers-ignored",
    given: {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [0, 1, 2, 3].map((at) => sent(at * 1_000, 624)),
            responses: [sent(50, 36)],
            responseNotifies: [{ type: 14, name: "NO_PROPOSAL_CHOSEN", ref: packet(2) }],
          }),
        ]),
      ],
    },
    want: "clear",
  },
  { name: "no capture", rule: "answers-ignored", given: {}, want: "unknown" },
  {
    name: "five COOKIEs in a client's capture, none brought back",
    rule: "cookie-not-returned",
    given: { initiations: [initiation([cookies(5)], { view: "client" })] },
    want: "found",
    says: "client",
  },
  {
    name: "the client begins anew each time, and brings none back",
    rule: "cookie-not-returned",
    given: { initiations: [1, 2, 3].map(() => initiation([cookies(1)])) },
    want: "found",
    says: "found",
  },
  {
    name: "the COOKIE was brought back",
    rule: "cookie-not-returned",
    given: { initiations: [initiation([cookies(2), ...connected])] },
    want: "clear",
  },
  {
    name: "one COOKIE, and the capture ends",
    rule: "cookie-not-returned",
    given: { initiations: [initiation([cookies(1)])] },
    want: "clear",
  },
  { name: "nothing was asked", rule: "cookie-not-returned", given: {}, want: "unknown" },
]);

testConfidence([
  {
    name: "the answer's IKE fragments left the gateway",
    given: {
      initiations: [
        initiation(
          [
            opened,
            exchange({
              exchangeType: AUTH,
              requests: [1, 3, 5].map((at) => sent(at * 1_000, 400)),
              responses: [1, 3, 5].map((at) => skf(at * 1_000 + 100, 3, [], [1228, 1228, 300])),
            }),
          ],
          { view: "gateway" },
        ),
      ],
    },
    want: { verdict: "ike-fragments-lost", confidence: "low", direction: "inbound" },
  },
  {
    name: "the answer reaches the client's computer",
    given: { initiations: [initiation([opened, ignoredAuth], { view: "client" })] },
    want: { verdict: "insufficient-evidence", confidence: "low", direction: null },
  },
  {
    name: "the answer's fragments left the gateway",
    given: { initiations: [initiation([opened, ignoredAuth], { view: "gateway" })] },
    want: { verdict: "inbound-fragments-lost", confidence: "medium", direction: "inbound" },
  },
  {
    name: "the answer's fragments left, seen from an unknown place over IPv4",
    given: { initiations: [initiation([opened, ignoredAuth])] },
    want: { verdict: "inbound-fragments-lost", confidence: "low", direction: "inbound" },
  },
  {
    name: "the same over IPv6, where clients have addresses of their own",
    given: { initiations: [initiation([opened, ignoredAuth], { family: 6 })] },
    want: { verdict: "insufficient-evidence", confidence: "low", direction: "undetermined" },
  },
]);
