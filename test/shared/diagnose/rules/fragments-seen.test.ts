import * as rules from "../../../../shared/diagnose/rules/fragments-seen.ts";
import { exchange, initiation, sent } from "../../../support/observations.ts";
import {
  AUTH,
  opened,
  silentAuth,
  testConfidence,
  testRules,
  thrice,
} from "../../../support/rule-evidence.ts";

const reversed = thrice.map((m) => ({
  ...m,
  ipBytes: m.ipBytes.toReversed(),
  outOfOrder: "last-first" as const,
}));
/** An answer that came so many milliseconds after the last of these requests. */
const answeredBy = (ipBytes: number[], requests = [1_000, 3_000], afterMs = 100) => [
  opened,
  exchange({
    exchangeType: AUTH,
    requests: requests.map((at) => sent(at, 400)),
    responses: [sent((requests.at(-1) ?? 0) + afterMs, 2_400, ipBytes)],
  }),
];

testRules(rules, [
  {
    name: "the last fragment leaves first",
    rule: "ip-fragments-last-first",
    given: { initiations: [initiation([opened, exchange({ exchangeType: AUTH, requests: reversed })])] },
    want: "found",
    says: "found",
  },
  {
    name: "another leaves too early",
    rule: "ip-fragments-last-first",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: reversed.map((m) => ({ ...m, outOfOrder: "mixed" })) }),
        ]),
      ],
    },
    want: "found",
    says: "mixed",
  },
  {
    name: "fragments leave in their order",
    rule: "ip-fragments-last-first",
    given: { initiations: [initiation([opened, silentAuth])] },
    want: "clear",
  },
  { name: "nothing was split", rule: "ip-fragments-last-first", given: {}, want: "unknown" },
  {
    name: "an answer cut at 1396 bytes came to the second request",
    rule: "inbound-path-mtu",
    given: { initiations: [initiation(answeredBy([1396, 1072]))] },
    want: "found",
    says: "learned",
  },
  {
    name: "an answer cut at 1396 bytes came at once",
    rule: "inbound-path-mtu",
    given: { initiations: [initiation(answeredBy([1396, 1072], [1_000]))] },
    want: "found",
    says: "found",
  },
  {
    name: "at the gateway it is seen to leave so, not to arrive",
    rule: "inbound-path-mtu",
    given: { initiations: [initiation(answeredBy([1396, 1072], [1_000]), { view: "gateway" })] },
    want: "found",
    says: "left",
  },
  {
    name: "a late answer is not one to the last request",
    rule: "inbound-path-mtu",
    given: { initiations: [initiation(answeredBy([1396, 1072], [1_000, 3_000], 1_500))] },
    want: "found",
    says: "found",
  },
  {
    name: "cut as Ethernet needs it",
    rule: "inbound-path-mtu",
    given: { initiations: [initiation(answeredBy([1500, 968]))] },
    want: "clear",
  },
  { name: "no answer in IP fragments", rule: "inbound-path-mtu", given: {}, want: "unknown" },
]);

testConfidence([
  {
    name: "a size that the gateway learned is no slowness",
    given: { initiations: [initiation(answeredBy([1396, 1072]))] },
    want: { verdict: "path-mtu-reduced", confidence: "medium", direction: "inbound" },
  },
]);
