import * as rules from "../../../../shared/diagnose/rules/ping.ts";
import { echo } from "../../../support/observations.ts";
import { local, testRules } from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "1472 is answered, and this computer refuses 1473",
    rule: "ping-payload-is-no-mtu",
    given: { echoes: [echo({}), echo({ pingPayloadBytes: 1473, ...local })] },
    want: "found",
    says: "refused-locally",
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
