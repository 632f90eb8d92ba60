import * as rules from "../../../../shared/diagnose/rules/path-hints.ts";
import { both, pieces, silent, testRules, whole } from "../../../support/rule-evidence.ts";

testRules(rules, [
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
]);
