/** A gateway's log of many clients: how many come up, and whose attempts decide. */
import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../../shared/evidence/observe.ts";
import { Evidence } from "../../../../shared/schema/evidence.ts";

const GATEWAY = "198.51.100.2";
type Fate = "up" | "incomplete" | "nothing" | "repeated" | "refused";

/** One client's lines in charon's log, with names. */
function linesOf(client: string, serial: number, fate: Fate): string[] {
  const clock = (s: number) =>
    `Nov 23 09:${String(serial % 60).padStart(2, "0")}:${String(s).padStart(2, "0")}`;
  const line = (s: number, module: string, said: string) => `${clock(s)} 06[${module}] <${serial}> ${said}`;
  const took = (s: number, port: number, bytes: number) =>
    line(s, "NET", `received packet: from ${client}[${port}] to ${GATEWAY}[${port}] (${bytes} bytes)`);
  const gave = (s: number, port: number, bytes: number) =>
    line(s, "NET", `sending packet: from ${GATEWAY}[${port}] to ${client}[${port}] (${bytes} bytes)`);
  const opening = [
    took(1, 500, 1240),
    line(1, "ENC", "parsed IKE_SA_INIT request 0 [ SA KE No ]"),
    line(1, "ENC", "generating IKE_SA_INIT response 0 [ SA KE No ]"),
    gave(1, 500, 509),
  ];
  const login = [took(2, 4500, 2064), line(2, "ENC", "parsed IKE_AUTH request 1 [ IDi CERT AUTH ]")];
  const answer = [line(2, "ENC", "generating IKE_AUTH response 1 [ IDr CERT AUTH ]"), gave(2, 4500, 1968)];
  const again = (s: number) => [
    took(s, 4500, 2064),
    line(s, "IKE", "received retransmit of request with ID 1, retransmitting response"),
    gave(s, 4500, 1968),
  ];
  const dropped = line(31, "JOB", `deleting half open IKE_SA with ${client} after timeout`);
  switch (fate) {
    case "up":
      return [...opening, ...login, ...answer];
    case "incomplete":
      return [
        ...opening,
        took(2, 4500, 1236),
        line(2, "ENC", "parsed IKE_AUTH request 1 [ EF(1/3) ]"),
        dropped,
      ];
    case "nothing":
      return [...opening, dropped];
    case "repeated":
      return [...opening, ...login, ...answer, ...again(3), ...again(5), ...again(9)];
    case "refused":
      return [
        ...opening,
        ...login,
        line(2, "IKE", "no matching peer config found"),
        line(2, "ENC", "generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]"),
        gave(2, 4500, 80),
      ];
  }
}

function judge(
  fates: readonly Fate[],
  more: Partial<{ startedAt: string; extra: { name: string; text: string } }> = {},
) {
  const lines = fates.flatMap((fate, n) => linesOf(`192.0.2.${n + 1}`, n + 1, fate));
  const texts = [{ name: "gateway.log", text: lines.join("\n") }, ...(more.extra ? [more.extra] : [])];
  const observations = observe(Evidence.parse({ schema: "ikefrag/evidence/1", texts }), []);
  const diagnosis = diagnoseObservations(observations);
  const finding = diagnosis.findings.find((f) => f.code === "gateway-log-clients");
  return { observations, diagnosis, finding };
}

test("one client of many that does not come up: its own path, and its attempts are judged", () => {
  const { observations, diagnosis, finding } = judge(["up", "up", "nothing", "up", "up"]);
  expect(finding).toMatchObject({
    status: "found",
    phrase: {
      key: "finding.gateway-clients.one",
      params: { client: "192.0.2.3", clients: 5, cameUp: 4, incomplete: 1, since: "Nov 23 09:01" },
    },
  });
  expect(finding?.evidence.length).toBeGreaterThan(0);
  expect(observations.initiations.map((i) => i.client)).toEqual(["192.0.2.3"]);
  expect(diagnosis).toMatchObject({
    verdict: "outbound-fragments-too-large",
    confidence: "low",
    direction: "outbound",
  });
});

test("no client comes up: the gateway's side, and the failure that most of them share is judged", () => {
  const { observations, diagnosis, finding } = judge([
    "incomplete",
    "refused",
    "incomplete",
    "nothing",
    "incomplete",
    "repeated",
  ]);
  expect(finding?.phrase).toMatchObject({
    key: "finding.gateway-clients.all",
    params: {
      clients: 6,
      cameUp: 0,
      incomplete: 4,
      repeated: 1,
      refused: 1,
      reasons: "AUTHENTICATION_FAILED",
      open: 0,
    },
  });
  expect(observations.initiations.map((i) => i.client)).toEqual(["192.0.2.5"]);
  expect(diagnosis).toMatchObject({ verdict: "ike-fragments-lost", direction: "outbound" });
  expect(diagnosis.confidence).not.toBe("high");
});

test("some fail: a refusal that the log shows for sure is of medium confidence, for nobody named the client", () => {
  const { diagnosis, finding } = judge(["up", "refused", "up", "refused"]);
  expect(finding?.phrase).toMatchObject({
    key: "finding.gateway-clients.some",
    params: { cameUp: 2, failed: 2, refused: 2 },
  });
  expect(diagnosis).toMatchObject({ verdict: "gateway-rejects", confidence: "medium" });
  expect(judge(["refused"]).diagnosis).toMatchObject({ verdict: "gateway-rejects", confidence: "high" });
});

test("where nobody fails it is clear, and a log of one client says nothing of others", () => {
  expect(judge(["up", "up"]).finding).toMatchObject({ status: "clear" });
  expect(judge(["nothing"]).finding).toMatchObject({ status: "unknown" });
  expect(judge(["nothing"]).observations.crowds).toBeUndefined();
});

test("the client whose address is known decides, whatever most of the others do", () => {
  const route = `$ ip route get ${GATEWAY}\n${GATEWAY} via 192.0.2.254 dev eth0 src 192.0.2.2 uid 1000\n    cache`;
  const { observations } = judge(["nothing", "refused", "nothing"], {
    extra: { name: "pc.txt", text: route },
  });
  expect(observations.initiations.map((i) => i.client)).toEqual(["192.0.2.2"]);
  expect(observations.crowds).toMatchObject([{ chosenBy: "given", client: "192.0.2.2" }]);
});

test("a client that comes up at last is one that comes up", () => {
  const lines = [
    ...linesOf("192.0.2.1", 1, "nothing"),
    ...linesOf("192.0.2.2", 2, "up"),
    ...linesOf("192.0.2.1", 3, "up"),
  ];
  const text = lines.join("\n");
  const observations = observe(
    Evidence.parse({ schema: "ikefrag/evidence/1", texts: [{ name: "g", text }] }),
    [],
  );
  const finding = diagnoseObservations(observations).findings.find((f) => f.code === "gateway-log-clients");
  expect(finding).toMatchObject({ status: "clear", phrase: { params: { clients: 2 } } });
});

test("only first IP fragments, and answers that are repeated, are told apart from a login that came up", () => {
  const { observations, diagnosis } = judge(["up", "repeated", "up", "repeated"]);
  expect(observations.initiations.map((i) => i.client)).toEqual(["192.0.2.4"]);
  expect(diagnosis.direction).toBe("inbound");
  expect(diagnosis.recommendation.interfaceMtu).toBeNull();
});
