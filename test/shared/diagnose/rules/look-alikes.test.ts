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
  [
    "small-auth-unanswered",
    "found",
    {
      initiations: [
        initiation([
          opened,
          exchange({ exchangeType: AUTH, requests: [sent(1_000, 300), sent(2_000, 300), sent(3_000, 300)] }),
        ]),
      ],
    },
  ],
  ["small-auth-unanswered", "clear", { initiations: [initiation([opened, silentAuth])] }],
  ["small-auth-unanswered", "unknown", { initiations: [initiation([opened])] }],
  [
    "large-init-unanswered",
    "found",
    {
      initiations: [
        initiation([
          exchange({
            exchangeType: SA_INIT,
            requests: [0, 1_000, 2_000].map((at) => sent(at, 1_900, [1500, 460])),
          }),
        ]),
      ],
    },
  ],
  ["large-init-unanswered", "clear", { initiations: [initiation(connected)] }],
  ["large-init-unanswered", "unknown", {}],
  ["ras-error-code", "found", dialFailed(13_801), "refused"],
  ["ras-error-code", "found", dialFailed(789), "other-vpn"],
  ["ras-error-code", "clear", dialFailed(809), "neutral"],
  ["ras-error-code", "unknown", {}],
  ["ras-error-code", "unknown", dialFailed(13_801, "2025-06-01T00:00:00Z")],
  ["gateway-guarded", "found", { probes: [cookie("baseline"), cookie("size-control")] }, "from-the-start"],
  // Full requests alone are met with it: what is refused anyway costs nothing.
  ["gateway-guarded", "found", { probes: [cookie("baseline"), refused] }, "from-the-start"],
  ["gateway-guarded", "found", { probes: [probe({ purpose: "baseline" }), cookie("baseline")] }, "stopped"],
  [
    "gateway-guarded",
    "found",
    { probes: [refused, { ...cookie("whole-packet"), stepId: "r2-whole-1500" }] },
    "stopped",
  ],
  [
    "gateway-guarded",
    "found",
    { probes: [cookie("baseline"), probe({ purpose: "size-control", ...silent })] },
    "stopped",
  ],
  [
    "gateway-guarded",
    "found",
    { initiations: [initiation([{ ...opened, responseNotifies: [cookieNotify] }])] },
    "found",
  ],
  ["gateway-guarded", "clear", { probes: both }],
  ["gateway-guarded", "unknown", {}],
]);
