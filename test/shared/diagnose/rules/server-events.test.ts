/** What is said of a Windows VPN server's events, and which of several is named. */
import { expect, test } from "vitest";
import { windowsServerEvents } from "../../../../shared/diagnose/rules/server-events.ts";
import type { ServerEventObservation } from "../../../../shared/evidence/observations.ts";
import { initiation, observations } from "../../../support/observations.ts";

const event = (given: Partial<ServerEventObservation> = {}): ServerEventObservation => ({
  at: "2026-11-20T00:12:00Z",
  event: 20_271,
  what: "refused",
  peer: "203.0.113.9",
  protocol: null,
  errorNumber: null,
  initiatorSpi: null,
  fromPeer: true,
  ref: { kind: "text", source: "events.xml", line: 1 },
  ...given,
});
const judge = (...serverEvents: ServerEventObservation[]) =>
  windowsServerEvents.judge(observations({ serverEvents }));

test("unknown without events, clear where none failed, found with what failed", () => {
  expect(windowsServerEvents.judge(observations({}))).toMatchObject({ status: "unknown" });
  expect(judge(event({ what: "connected", event: 20_274 }))).toMatchObject({
    status: "clear",
    phrase: { key: "finding.server-events.clear", params: { count: 1 } },
  });
  expect(judge(event({ errorNumber: 691 }))).toMatchObject({
    status: "found",
    phrase: { key: "finding.server-events.refused-with", params: { code: 691 } },
    claim: null,
  });
  expect(judge(event({ what: "not-able", event: 20_285 }))).toMatchObject({
    phrase: { key: "finding.server-events.not-able" },
  });
});

test("IKE that failed says that the client's messages arrive only where the client began", () => {
  const failed = (fromPeer: boolean | null) =>
    judge(
      event({ event: 4653, what: "ike-failed", protocol: "IKEv2", initiatorSpi: "00".repeat(8), fromPeer }),
    );
  expect(failed(true)).toMatchObject({ phrase: { key: "finding.server-events.ike-failed" } });
  expect(failed(null)).toMatchObject({ phrase: { key: "finding.server-events.ike-failed-either" } });
  expect(failed(false)).toMatchObject({ status: "clear" });
});

test("of several the newest counts, and that of the login in question before it", () => {
  const older = event({ at: "2026-11-19T00:00:00Z", peer: "198.51.100.7" });
  expect(judge(older, event())).toMatchObject({ phrase: { params: { client: "203.0.113.9" } } });
  const o = observations({
    serverEvents: [older, event()],
    initiations: [initiation([], { capture: "a.pcapng", client: "198.51.100.7" })],
  });
  expect(windowsServerEvents.judge(o)).toMatchObject({ phrase: { params: { client: "198.51.100.7" } } });
});
