/** Requests that are sent again with an Idempotency-Key: they do nothing twice, and get the same answer. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { OPERATIONS } from "../../api/http/operations.ts";
import { json, openService, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const open = (key: string | null, gateway = "vpn.example.com", token = service.tokens.staff) =>
  service.request("POST", "/v1/cases", {
    token,
    json: { gateway },
    headers: key === null ? {} : { "idempotency-key": key },
  });
const cases = async () =>
  (
    await json<{ cases: unknown[] }>(
      await service.request("GET", "/v1/cases", { token: service.tokens.staff }),
    )
  ).cases.length;

test("the same request gets the same answer, the code included, and makes one case", async () => {
  const first = await open("a");
  const body = await first.text();
  for (let n = 0; n < 3; n++) {
    const again = await open("a");
    expect(again.status).toBe(201);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("content-type")).toBe(first.headers.get("content-type"));
    expect(again.headers.get("x-request-id")).not.toBe(first.headers.get("x-request-id"));
    expect(await again.text()).toBe(body);
  }
  expect(await cases()).toBe(1);
  expect((await open("b")).headers.get("idempotency-replayed")).toBeNull();
  await open(null);
  await open(null);
  expect(await cases()).toBe(4);
});

test("of many at once one makes a case, and the others are told to wait or get its answer", async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => open("a")));
  const statuses = new Set(answers.map(({ status }) => status));
  expect([...statuses].every((status) => status === 201 || status === 409)).toBe(true);
  expect(await cases()).toBe(1);
  for (const answer of answers.filter(({ status }) => status === 409)) {
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(await json(answer)).toMatchObject({ type: "/problems/idempotency-key-in-use" });
  }
});

test("a key belongs to one request of one caller on one path", async () => {
  await open("a");
  const other = await open("a", "other.example.com");
  expect(other.status).toBe(422);
  expect(await json(other)).toMatchObject({ type: "/problems/idempotency-key-reused" });
  expect((await open("a", "other.example.com", service.tokens.admin)).status).toBe(201);
  const member = await service.request("POST", "/v1/members", {
    token: service.tokens.admin,
    json: { name: "n", role: "staff" },
    headers: { "idempotency-key": "a" },
  });
  expect(member.status).toBe(201);
});

test("what was refused may be sent again with its key, and a day later the key is free", async () => {
  expect((await open("a", "not a host")).status).toBe(400);
  expect((await open("a")).status).toBe(201);
  service.clock.now = new Date(service.clock.now.getTime() + 24 * 3_600_000);
  const later = await open("a");
  expect(later.headers.get("idempotency-replayed")).toBeNull();
  expect(await cases()).toBe(2);
});

test("a request whose service died may be sent again after a minute", async () => {
  const { keep } = service.deps.answers;
  service.deps.answers.keep = async () => {
    throw new Error("killed");
  };
  expect((await open("a")).status).toBe(500);
  service.deps.answers.keep = keep;
  expect((await open("a")).status).toBe(409);
  service.clock.now = new Date(service.clock.now.getTime() + 60_000);
  expect((await open("a")).status).toBe(201);
});

test("a key that is none is refused, and what is kept tells nobody a secret", async () => {
  for (const key of ["", "a b", "x".repeat(256)]) expect((await open(key)).status).toBe(400);
  expect((await open("x".repeat(255))).status).toBe(201);
  const made = await json<{ code: string }>(await open("very-secret-key"));
  const rows = JSON.stringify(await service.database.all("SELECT * FROM remembered_answers"));
  for (const secret of ["very-secret-key", made.code, made.code.replaceAll("-", ""), "vpn.example.com"])
    expect(rows).not.toContain(secret);
});

test("every operation of staff that makes something takes a key, or is one that may be repeated", () => {
  /** Uploads are told apart by what they hold, and what is begun is made by its end. */
  const REPEATABLE = new Set([
    "addGatewayFiles",
    "analyze",
    "reanalyzeReport",
    "reanalyzeReports",
    "testWebhook",
    "resendDelivery",
    "beginPasskey",
    "addPasskey",
  ]);
  const without = OPERATIONS.filter(
    ({ method, who, id, headers }) =>
      method === "post" &&
      (who === "staff" || who === "admin") &&
      !REPEATABLE.has(id) &&
      headers?.["Idempotency-Key"] === undefined,
  );
  expect(without.map(({ id }) => id)).toEqual([]);
});
