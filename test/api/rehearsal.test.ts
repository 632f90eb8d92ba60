/** Runs of the service that begin logins with a gateway that has keys, and runs that are told not to. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { hmac } from "../../api/auth/secrets.ts";
import { readLogins } from "../../shared/evidence/rehearsal/read-rehearsal.ts";
import { hmacOf } from "../../shared/ike/keys/key-material.ts";
import { byteSource } from "../../shared/plan/probe-datagram.ts";
import type { Report } from "../../shared/schema/api.ts";
import type { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import { certificateBytes, measuredWithLogins } from "../support/begun-login.ts";
import { LoginResponder } from "../support/login-responder.ts";
import { json, openService, type Service, startTestRun } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

/** Opens a case, runs it to its end, and gives the report. */
async function reportOf(asked: object): Promise<{ report: Report; gateway: LoginResponder }> {
  const certificates = ["expired", "ec-root"].map(certificateBytes);
  const gateway = new LoginResponder({ certificates }, byteSource(Uint8Array.of(7)));
  const opening = { token: service.tokens.staff, json: { gateway: "vpn.example.com", ...asked } };
  const { code } = await json<{ code: string }>(await service.request("POST", "/v1/cases", opening));
  const run = await startTestRun(service, code);
  const measurements: Measurement[] = [];
  for (let { round } = run; ; ) {
    measurements.push(...measuredWithLogins(round, gateway));
    const answer = await service.request("POST", `/v1/runs/${run.runId}/rounds`, {
      token: run.runToken,
      json: { round: round.number, startedAt: "2026-11-23T06:00:00Z", measurements },
    });
    const reply = await json<{ status: string; round: Round; reportId: string }>(answer);
    if (reply.status === "done") {
      const path = `/v1/reports/${reply.reportId}`;
      return {
        report: await json(await service.request("GET", path, { token: service.tokens.staff })),
        gateway,
      };
    }
    round = reply.round;
  }
}

const begun = ({ evidence }: Report) =>
  evidence.measurements.filter(({ step }) => step.kind === "udp" && step.purpose === "rehearsal");

test("a run begins logins, ends them, and its report has what the gateway's certificates say", async () => {
  const { report, gateway } = await reportOf({});
  expect(begun(report).length).toBeGreaterThan(0);
  expect(gateway.halfOpen).toBe(0);
  const { logins = [], gateway: facts = null } = report.evidence.rehearsal ?? {};
  expect(logins.length).toBeGreaterThan(0);
  expect(facts?.certificates?.map(({ commonName }) => commonName)).toEqual([
    "vpn.example.com",
    "Example EC Root",
  ]);
  expect(report.diagnosis.findings).toContainEqual(
    expect.objectContaining({ code: "gateway-certificate-expired", status: "found" }),
  );
});

test.each([
  { by: "its case", asked: { rehearsal: false }, operator: true },
  { by: "the operator", asked: {}, operator: false },
])("a run that $by leaves without logins begins none", async ({ asked, operator }) => {
  service.deps.config.rehearsal = operator;
  const { report, gateway } = await reportOf(asked);
  expect(begun(report)).toEqual([]);
  expect(gateway.refusals).toBe(0);
  expect(report.evidence.rehearsal).toEqual({ logins: [], gateway: null, stopped: "left-out" });
});

test("the secret of a run, and the keys that follow from it, are in nothing that is stored, said or logged", async () => {
  const { report } = await reportOf({});
  const [run] = await service.database.all("SELECT id FROM runs");
  const { pepper } = service.deps.config;
  const secret = hmac(pepper, `rehearsal ${run?.id}`);
  const { logins } = readLogins(report.evidence.measurements, secret, "2026-11-23T06:00:00.000Z");
  expect(logins.length).toBeGreaterThan(0);
  const own = logins.flatMap(({ suite, initiatorSpi, keys: { initiator, responder } }) => {
    const about = new TextEncoder().encode(`ikefrag rehearsal ${suite.group} ${initiatorSpi}`);
    const seed = hmacOf("sha512", secret, about);
    return [seed, initiator.encryption, initiator.integrity, responder.encryption, responder.integrity];
  });
  const secrets = [new TextEncoder().encode(pepper), secret, ...own].map((bytes) => Buffer.from(bytes));
  const tables = await Promise.all(
    ["cases", "runs", "reports", "objects"].map((table) => service.database.all(`SELECT * FROM ${table}`)),
  );
  const stored: Buffer[] = [];
  for await (const { key } of service.deps.blobs.list())
    stored.push(Buffer.from(await new Response(await service.deps.blobs.get(key)).arrayBuffer()));
  expect(stored.some((bytes) => bytes.includes('"rehearsal"'))).toBe(true);
  const datagrams = report.evidence.measurements.flatMap(({ step, outcome }) => [
    ...("datagram" in step ? [step.datagram] : []),
    ...("answers" in outcome ? outcome.answers.map(({ datagram }) => datagram) : []),
  ]);
  expect(datagrams.length).toBeGreaterThan(0);
  const places = [
    ...stored,
    Buffer.from(JSON.stringify([tables, report, service.log])),
    ...datagrams.map((datagram) => Buffer.from(datagram, "base64")),
  ];
  const written = (bytes: Buffer) => [
    bytes,
    bytes.toString("hex"),
    bytes.toString("base64"),
    bytes.toString("base64url"),
  ];
  for (const place of places)
    expect(secrets.flatMap(written).filter((one) => one.length > 0 && place.includes(one))).toEqual([]);
});
