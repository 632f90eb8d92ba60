import * as rules from "../../../../shared/diagnose/rules/look-alikes.ts";
import type { UdpPurpose } from "../../../../shared/schema/plan.ts";
import { exchange, initiation, probe, sent } from "../../../support/observations.ts";
import {
  AUTH,
  both,
  connected,
  dialFailed,
  opened,
  SA_INIT,
  silent,
  silentAuth,
  testRules,
} from "../../../support/rule-evidence.ts";

const answered = (kind: "cookie" | "refused") => ({
  answer: {
    kind,
    ikeLength: 36,
    notifies: [{ type: kind === "cookie" ? 16_390 : 14, name: kind }],
    vendorIds: [],
    offersIkeFragmentation: false,
    majorVersion: 2,
  },
});
const cookie = (purpose: UdpPurpose) => probe({ purpose, ...answered("cookie") });
const refused = probe({ purpose: "size-control", ...answered("refused") });
const cookieNotify = {
  type: 16_390,
  name: "COOKIE",
  ref: { kind: "packet" as const, capture: "a.pcapng", frame: 2 },
};

testRules(rules, [
  {
    name: "an IKE_AUTH in one packet, sent three times",
    rule: "small-auth-unanswered",
    given: {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: [sent(1_000, 300), sent(2_000, 300), sent(3_000, 300)] }),
        ]),
      ],
    },
    want: "found",
  },
  {
    name: "the unanswered IKE_AUTH left as IP fragments",
    rule: "small-auth-unanswered",
    given: { initiations: [initiation([opened, silentAuth])] },
    want: "clear",
  },
  {
    name: "no IKE_AUTH in the capture",
    rule: "small-auth-unanswered",
    given: { initiations: [initiation([opened])] },
    want: "unknown",
  },
  {
    name: "an IKE_SA_INIT that left as IP fragments, sent three times",
    rule: "large-init-unanswered",
    given: {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [0, 1_000, 2_000].map((at) => sent(at, 1_900, [1500, 460])),
          }),
        ]),
      ],
    },
    want: "found",
  },
  {
    name: "an ordinary IKE_SA_INIT was answered",
    rule: "large-init-unanswered",
    given: { initiations: [initiation(connected)] },
    want: "clear",
  },
  { name: "no capture", rule: "large-init-unanswered", given: {}, want: "unknown" },
  {
    name: "a code for refused credentials",
    rule: "ras-error-code",
    given: dialFailed(13_801),
    want: "found",
    says: "refused",
  },
  {
    name: "a code of L2TP",
    rule: "ras-error-code",
    given: dialFailed(789),
    want: "found",
    says: "other-vpn",
  },
  {
    name: "809 says that no answer came, and nothing of the cause",
    rule: "ras-error-code",
    given: dialFailed(809),
    want: "found",
    says: "no-answer-at",
  },
  {
    name: "800 hides which kind of VPN failed how",
    rule: "ras-error-code",
    given: dialFailed(800),
    want: "clear",
    says: "neutral",
  },
  { name: "no failure on record", rule: "ras-error-code", given: {}, want: "unknown" },
  {
    name: "a failure of half a year ago",
    rule: "ras-error-code",
    given: dialFailed(13_801, "2025-06-01T00:00:00Z"),
    want: "unknown",
  },
  {
    name: "COOKIE to both kinds of probe before any size was sent",
    rule: "gateway-guarded",
    given: { probes: [cookie("baseline"), cookie("size-control")] },
    want: "found",
    says: "from-the-start",
  },
  {
    name: "COOKIE to full requests only, while requests that are refused anyway are answered",
    rule: "gateway-guarded",
    given: { probes: [cookie("baseline"), refused] },
    want: "found",
    says: "from-the-start",
  },
  {
    name: "COOKIE to the second of two full requests, and no other kind was answered",
    rule: "gateway-guarded",
    given: { probes: [probe({ purpose: "baseline" }), cookie("baseline")] },
    want: "found",
    says: "stopped",
  },
  {
    name: "COOKIE begins while sizes are tested",
    rule: "gateway-guarded",
    given: { probes: [refused, { ...cookie("whole-packet"), stepId: "r2-whole-1500" }] },
    want: "found",
    says: "stopped",
  },
  {
    name: "COOKIE to full requests, and silence to the others",
    rule: "gateway-guarded",
    given: { probes: [cookie("baseline"), probe({ purpose: "size-control", ...silent })] },
    want: "found",
    says: "stopped",
  },
  {
    name: "COOKIE in a capture",
    rule: "gateway-guarded",
    given: { initiations: [initiation([{ ...opened, responseNotifies: [cookieNotify] }])] },
    want: "found",
    says: "found",
  },
  {
    name: "every probe was answered without COOKIE",
    rule: "gateway-guarded",
    given: { probes: both },
    want: "clear",
  },
  { name: "nothing was asked", rule: "gateway-guarded", given: {}, want: "unknown" },
]);
