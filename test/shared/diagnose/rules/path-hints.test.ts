import * as rules from "../../../../shared/diagnose/rules/path-hints.ts";
import { both, fragmented, silent, testRules, whole } from "../../../support/rule-evidence.ts";

testRules(rules, [
  {
    name: "IP fragments were answered at the third try",
    rule: "unsteady-fragments",
    given: { probes: [...both, fragmented({ tries: 3 })] },
    want: "found",
  },
  {
    name: "IP fragments were answered at the first try",
    rule: "unsteady-fragments",
    given: { probes: [...both, fragmented()] },
    want: "clear",
  },
  {
    name: "no probe left as IP fragments",
    rule: "unsteady-fragments",
    given: { probes: both },
    want: "unknown",
  },
  {
    name: "the gateway's address is in the NAT64 prefix",
    rule: "translated-path",
    given: { gatewayAddresses: ["64:ff9b::c000:201"] },
    want: "found",
    says: "nat64",
  },
  {
    name: "the client's address is a CLAT's",
    rule: "translated-path",
    given: { clientAddresses: ["192.0.0.2"] },
    want: "found",
    says: "clat",
  },
  {
    name: "the path MTU is 1480",
    rule: "translated-path",
    given: { probes: [...both, whole(1480), whole(1481, silent)] },
    want: "found",
    says: "path-mtu",
  },
  {
    name: "1480 passed and nothing larger was tried, so it is no path MTU",
    rule: "translated-path",
    given: { probes: [...both, whole(1480)] },
    want: "clear",
  },
  { name: "ordinary addresses", rule: "translated-path", given: {}, want: "clear" },
  {
    name: "the client's address is not known",
    rule: "translated-path",
    given: { clientAddresses: [] },
    want: "unknown",
  },
  {
    name: "1492, as with PPPoE",
    rule: "known-link-mtu",
    given: { probes: [...both, whole(1492), whole(1500, silent)] },
    want: "found",
    says: "1492",
  },
  {
    name: "1333 is typical of nothing",
    rule: "known-link-mtu",
    given: { probes: [...both, whole(1333), whole(1500, silent)] },
    want: "clear",
  },
  {
    name: "nothing was lost, so there is no path MTU",
    rule: "known-link-mtu",
    given: { probes: [...both, whole(1500)] },
    want: "unknown",
  },
]);
