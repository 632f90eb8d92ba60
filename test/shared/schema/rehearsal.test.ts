import { expect, test } from "vitest";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { GatewayAnswerFacts } from "../../../shared/schema/rehearsal.ts";

test("what was stored with more of the gateway's answer is still read, without what no finding needs", () => {
  const kept = {
    certificates: null,
    unreadableCertificates: [],
    certificateRequests: 5,
    readAt: "2026-11-26T22:00:00.000Z",
  };
  const stored = { ...kept, authMethod: 14, mobike: null, identity: "somebody@example.com" };
  expect(GatewayAnswerFacts.parse(stored)).toEqual(kept);
  const rehearsal = { logins: [], gateway: stored, stopped: null };
  expect(Evidence.partial().parse({ rehearsal }).rehearsal?.gateway).toEqual(kept);
});
