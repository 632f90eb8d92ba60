import * as rules from "../../../../shared/diagnose/rules/ping.ts";
import { echo } from "../../../support/observations.ts";
import { local, testRules } from "../../../support/rule-evidence.ts";

testRules(rules, [
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
]);
