import * as rules from "../../../../shared/diagnose/rules/ping.ts";
import { echo } from "../../../support/observations.ts";
import { ethernet, local, testRules } from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "1472 is answered, and this computer refuses 1473",
    rule: "ping-payload-is-no-mtu",
    given: { egress: ethernet(1500), echoes: [echo({}), echo({ pingPayloadBytes: 1473, ...local })] },
    want: "found",
    says: "refused-locally",
  },
  {
    name: "1472 is answered, and 1473 refused, where the interface's MTU is not known",
    rule: "ping-payload-is-no-mtu",
    given: { echoes: [echo({}), echo({ pingPayloadBytes: 1473, ...local })] },
    want: "found",
    says: "refused-here",
  },
  {
    name: "the size refused fits the interface, which is not the computer's own limit",
    rule: "ping-payload-is-no-mtu",
    given: {
      egress: ethernet(1500),
      echoes: [echo({ pingPayloadBytes: 1424 }), echo({ pingPayloadBytes: 1426, ...local })],
    },
    want: "found",
    says: "passed",
  },
  {
    name: "a router refused less, so that the computer's own refusal of more was learned from it",
    rule: "ping-payload-is-no-mtu",
    given: {
      echoes: [
        echo({ pingPayloadBytes: 1424 }),
        echo({ pingPayloadBytes: 1426, outcome: "too-big-remotely" }),
        echo({ pingPayloadBytes: 1473, ...local }),
      ],
    },
    want: "found",
    says: "passed",
  },
  {
    name: "the size refused is above the MTU of every interface that may be in use",
    rule: "ping-payload-is-no-mtu",
    given: {
      interfaces: [ethernet(1400), ethernet(1280, 20)].flatMap((i) => i ?? []),
      echoes: [echo({ pingPayloadBytes: 1372 }), echo({ pingPayloadBytes: 1373, ...local })],
    },
    want: "found",
    says: "refused-locally",
  },
  {
    name: "nothing is answered, and this computer refuses what does not fit its interface",
    rule: "ping-payload-is-no-mtu",
    given: { egress: ethernet(1400), echoes: [echo(local)] },
    want: "found",
    says: "refused-alone",
  },
  {
    name: "nothing is answered, and what is refused may be too big for the way",
    rule: "ping-payload-is-no-mtu",
    given: { echoes: [echo(local)] },
    want: "unknown",
  },
  {
    name: "1472 is answered",
    rule: "ping-payload-is-no-mtu",
    given: { echoes: [echo({})] },
    want: "found",
    says: "passed",
  },
  {
    name: "only a refusal by this computer",
    rule: "ping-payload-is-no-mtu",
    given: { echoes: [echo({ pingPayloadBytes: 1473, ...local })] },
    want: "unknown",
  },
  {
    name: "the ping went elsewhere",
    rule: "ping-of-another-host",
    given: { echoes: [echo({ toGateway: false })] },
    want: "found",
  },
  {
    name: "the ping went to the gateway",
    rule: "ping-of-another-host",
    given: { echoes: [echo({})] },
    want: "clear",
  },
  {
    name: "the gateway's address is not known",
    rule: "ping-of-another-host",
    given: { echoes: [echo({ toGateway: null })] },
    want: "unknown",
  },
]);
