/** Webhooks against a receiver on loopback: what it is sent, and what becomes of each way to answer. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sweep } from "../../api/reports/sweep.ts";
import { postWebhook } from "../../api/runtime/post-webhook.ts";
import { deliver } from "../../api/webhooks/deliver.ts";
import { isPublicAddress } from "../../shared/packet/address.ts";
import { type WebhookDelivery, WebhookMessage } from "../../shared/schema/webhooks.ts";
import { freePort, RUNTIMES, stop } from "../support/runtimes.ts";
import {
  json,
  makeReport,
  openService,
  openTestCase,
  type Service,
  startTestRun,
} from "../support/service.ts";
import { openReceiver, type Received, type Receiver } from "../support/webhook-receiver.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let service: Service;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await openReceiver();
  service = await openService({ webhooksPrivate: true });
  // The library that verifies has no other clock than the machine's.
  service.clock.now = new Date();
});
afterEach(async () => {
  await receiver.close();
  await service.close();
});

type Made = { webhookId: string; secret: string; url: string };
const asAdmin = (method: string, path: string, body?: unknown): Promise<Response> =>
  service.request(method, path, { token: service.tokens.admin, ...(body ? { json: body } : {}) });
const made = async (changes: object = {}): Promise<Made> => {
  const events = ["report.created", "report.reviewed", "case.used"];
  return json(await asAdmin("POST", "/v1/webhooks", { url: receiver.url, events, ...changes }));
};
const tried = async ({ webhookId }: Made): Promise<WebhookDelivery> =>
  json(await asAdmin("POST", `/v1/webhooks/${webhookId}/test`));
const deliveriesOf = async ({ webhookId }: Made): Promise<WebhookDelivery[]> =>
  (
    await json<{ deliveries: WebhookDelivery[] }>(
      await asAdmin("GET", `/v1/webhooks/${webhookId}/deliveries`),
    )
  ).deliveries;
const readBack = async ({ webhookId }: Made) =>
  json<Record<string, unknown>>(await asAdmin("GET", `/v1/webhooks/${webhookId}`));
const headersOf = ({ headers }: Received) => headers as Record<string, string>;
const pass = (ms: number): void => {
  service.clock.now = new Date(service.clock.now.getTime() + ms);
};

test("case, report and review are told with signatures that the specification's library verifies", async () => {
  const { secret } = await made();
  await made({ events: ["report.reviewed"], url: `${receiver.url}/reviews` });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const { reportId } = await makeReport(service);
  await service.request("PATCH", `/v1/reports/${reportId}/review`, {
    token: service.tokens.admin,
    headers: { "if-match": "*" },
    json: { status: "fixed", note: "Aiko's desk", override: { verdict: "healthy", reason: "seen" } },
  });
  await deliver(service.deps);

  const verifier = new Webhook(secret);
  const verified = receiver.received.filter((each) => {
    try {
      verifier.verify(each.body, headersOf(each));
      return true;
    } catch {
      return false;
    }
  });
  expect(receiver.received).toHaveLength(4);
  const messages = verified.map(({ body }) => WebhookMessage.parse(JSON.parse(body)));
  expect(messages.map(({ type }) => type)).toEqual(["case.used", "report.created", "report.reviewed"]);
  const url = `https://ikefrag.example.com/r/${reportId}`;
  const verdict = "outbound-fragments-too-large";
  expect(messages[0]?.data).toMatchObject({
    gateway: "vpn.example.com",
    label: "T-1234",
    runs: 1,
    maxRuns: 5,
  });
  expect(messages[1]?.data).toMatchObject({ reportId, url, verdict, status: "new", interfaceMtu: 1472 });
  expect(messages[2]?.data).toMatchObject({ reportId, verdict, status: "fixed", override: "healthy" });
  expect(messages[2]?.data).toMatchObject({ interfaceMtu: null });
  // Neither evidence nor what somebody wrote about it.
  expect(receiver.received.map(({ body }) => body).join()).not.toMatch(/Aiko|seen|evidence|findings/);
  expect(Math.max(...receiver.received.map(({ body }) => body.length))).toBeLessThan(700);

  // A body, an ID or a time that somebody changed is not verified.
  const [first] = verified as [Received];
  expect(() => verifier.verify(first.body.replace("5", "6"), headersOf(first))).toThrow("signature");
  const other = { ...headersOf(first), "webhook-id": "msg_other" };
  expect(() => verifier.verify(first.body, other)).toThrow("signature");
});

test("after a rotation two secrets sign for 24 hours, and then the new one alone", async () => {
  const webhook = await made();
  const rotated = await json<Made>(await asAdmin("POST", `/v1/webhooks/${webhook.webhookId}/rotate-secret`));
  expect(rotated.secret).not.toBe(webhook.secret);
  await tried(webhook);
  await deliver(service.deps);
  const [both] = receiver.received as [Received];
  expect(headersOf(both)["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
  for (const secret of [webhook.secret, rotated.secret])
    expect(new Webhook(secret).verify(both.body, headersOf(both))).toMatchObject({ type: "webhook.test" });

  pass(DAY_MS);
  await tried(webhook);
  await deliver(service.deps);
  expect(headersOf(receiver.received[1] as Received)["webhook-signature"]).toMatch(/^v1,\S+$/);
});

test("what fails is sent again by the schedule, under the same ID, and ends as failed", async () => {
  const webhook = await made();
  receiver.answer = (response) => void response.writeHead(500).end("down for repairs");
  const { deliveryId } = await tried(webhook);
  const waits = [5, 300, 1_800, 2 * 3_600, 5 * 3_600, 10 * 3_600, 14 * 3_600, 20 * 3_600, 24 * 3_600];
  for (const [at, seconds] of waits.entries()) {
    await deliver(service.deps);
    expect(receiver.received).toHaveLength(at + 1);
    const [delivery] = await deliveriesOf(webhook);
    expect(delivery).toMatchObject({ state: "waiting", attempts: at + 1, status: 500 });
    const nextMs = Date.parse(delivery?.nextAttemptAt ?? "") - service.clock.now.getTime();
    expect(nextMs).toBeGreaterThanOrEqual(seconds * SECOND_MS * 0.9 - 1);
    expect(nextMs).toBeLessThanOrEqual(seconds * SECOND_MS * 1.1 + 1);
    // A moment earlier nothing is sent.
    pass(nextMs - 1);
    await deliver(service.deps);
    expect(receiver.received).toHaveLength(at + 1);
    pass(1);
  }
  await deliver(service.deps);
  const failed = {
    deliveryId,
    state: "failed",
    attempts: 10,
    nextAttemptAt: null,
    answer: "down for repairs",
  };
  expect(await deliveriesOf(webhook)).toMatchObject([failed]);
  expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"]))).toEqual(
    new Set([deliveryId]),
  );
  // Three days of nothing but failures are not five.
  expect(await readBack(webhook)).toMatchObject({ enabled: true });

  pass(2 * DAY_MS);
  await tried(webhook);
  for (let attempt = 0; attempt < 10; attempt++) {
    await deliver(service.deps);
    pass(27 * HOUR_MS);
  }
  expect(await readBack(webhook)).toMatchObject({ enabled: false, disabledBecause: "failing" });

  // It is mended, and what is sent again arrives under its ID.
  receiver.answer = (response) => void response.writeHead(200).end();
  const again = `/v1/webhooks/${webhook.webhookId}/deliveries/${deliveryId}/resend`;
  expect((await asAdmin("POST", again)).status).toBe(409);
  await asAdmin("PATCH", `/v1/webhooks/${webhook.webhookId}`, { enabled: true });
  expect(await json(await asAdmin("POST", again))).toMatchObject({ state: "waiting", attempts: 0 });
  await deliver(service.deps);
  expect(receiver.received.at(-1)?.headers["webhook-id"]).toBe(deliveryId);
  expect(await readBack(webhook)).toMatchObject({ enabled: true, failingSince: null });
});

test("a receiver that asks for a pause gets one of a day at most, and attempts are counted", async () => {
  const webhook = await made();
  for (const [asked, seconds] of [
    ["90", 90],
    ["999999999", 86_400],
    ["Fri, 31 Dec 2049 23:59:59 GMT", 1_800 * 1.1],
  ] as const) {
    receiver.answer = (response) => void response.writeHead(429, { "retry-after": asked }).end();
    if (asked === "90") await tried(webhook);
    await deliver(service.deps);
    const [delivery] = await deliveriesOf(webhook);
    const waitMs = Date.parse(delivery?.nextAttemptAt ?? "") - service.clock.now.getTime();
    if (asked.startsWith("Fri")) expect(waitMs).toBeLessThanOrEqual(seconds * SECOND_MS + 1);
    else expect(waitMs).toBe(seconds * SECOND_MS);
    pass(waitMs);
  }
  receiver.answer = (response) => void response.writeHead(204).end();
  await deliver(service.deps);
  const metrics = service.deps.metrics.text("0", null, null);
  expect(metrics).toContain('ikefrag_webhook_attempts_total{outcome="failed"} 3\n');
  expect(metrics).toContain('ikefrag_webhook_attempts_total{outcome="delivered"} 1\n');
});

test("410 disables a webhook at once", async () => {
  const webhook = await made();
  receiver.answer = (response) => void response.writeHead(410).end();
  await tried(webhook);
  await tried(webhook);
  await deliver(service.deps);
  expect(receiver.received).toHaveLength(1);
  expect(await readBack(webhook)).toMatchObject({ enabled: false, disabledBecause: "gone" });
  expect((await deliveriesOf(webhook)).map(({ state }) => state)).toEqual(["failed", "failed"]);
  expect((await asAdmin("POST", `/v1/webhooks/${webhook.webhookId}/test`)).status).toBe(409);
});

test("a redirect is a failure, and leads nowhere", async () => {
  const elsewhere = await openReceiver();
  try {
    receiver.answer = (response) => void response.writeHead(307, { location: elsewhere.url }).end();
    const webhook = await made();
    await tried(webhook);
    await deliver(service.deps);
    expect(await deliveriesOf(webhook)).toMatchObject([
      { state: "waiting", status: 307, error: "a redirect, which is not followed" },
    ]);
    expect(elsewhere.connections()).toBe(0);
  } finally {
    await elsewhere.close();
  }
});

test("a receiver that is slow fails in time, and one that answers much is read for a KiB", async () => {
  await service.close();
  service = await openService({ webhooksPrivate: true, webhookTimeoutMs: 40 });
  const webhook = await made();
  receiver.answer = () => {};
  await tried(webhook);
  await deliver(service.deps);
  expect(await deliveriesOf(webhook)).toMatchObject([
    { state: "waiting", status: null, error: "no answer within 40 ms" },
  ]);

  const ended = new Promise((done) => {
    receiver.answer = (response) => {
      response.writeHead(200);
      response.on("close", done);
      const write = (): void => {
        if (!response.destroyed) response.write("x".repeat(4_096), () => setImmediate(write));
      };
      write();
    };
  });
  pass(10 * SECOND_MS);
  await deliver(service.deps);
  const [delivery] = await deliveriesOf(webhook);
  expect(delivery).toMatchObject({ state: "delivered", status: 200, answer: "x".repeat(1_024) });
  await ended;
});

test("several instances at once send each message once", async () => {
  const webhooks = [await made(), await made(), await made()];
  for (const webhook of webhooks) for (let count = 0; count < 8; count++) await tried(webhook);
  await Promise.all(Array.from({ length: 3 }, () => deliver({ ...service.deps })));
  const ids = receiver.received.map(({ headers }) => headers["webhook-id"]);
  expect(new Set(ids).size).toBe(24);
  expect(ids).toHaveLength(24);
});

test("what an instance was sending when it died is sent when its time is over", async () => {
  const webhook = await made();
  await tried(webhook);
  const endsAt = new Date(service.clock.now.getTime() + 90 * SECOND_MS);
  await service.deps.webhooks.claim("died", service.clock.now.toISOString(), endsAt.toISOString());
  await deliver(service.deps);
  expect(receiver.received).toHaveLength(0);
  pass(90 * SECOND_MS);
  await deliver(service.deps);
  expect(await deliveriesOf(webhook)).toMatchObject([{ state: "delivered", attempts: 2 }]);
});

test("a call makes no more requests than it may, and the next one goes on", async () => {
  const webhook = await made();
  for (let count = 0; count < 5; count++) await tried(webhook);
  for (const arrived of [2, 4, 5]) {
    await deliver(service.deps, 11);
    expect(receiver.received).toHaveLength(arrived);
  }
});

test("a kill loses nothing that was answered", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-webhooks-"));
  const port = await freePort();
  const start = () => RUNTIMES.node?.(port, directory) ?? Promise.reject(new Error("no Node.js"));
  let running = await start();
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const headers = { authorization: `Bearer ${running.token}`, "content-type": "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(`${running.origin}${path}`, init);
    expect(answer.status).toBe(201);
    return json<T>(answer);
  };
  try {
    const { url } = receiver;
    await receiver.close();
    const { secret } = await post<Made>("/v1/webhooks", { url, events: ["case.used"] });
    const { code } = await post<{ code: string }>("/v1/cases", { gateway: "vpn.example.com" });
    const agent = { name: "a", version: "1", platform: "linux", osVersion: null, runtime: "node" };
    const started = { code, agent: { ...agent, language: "en", elevated: null } };
    const init = { method: "POST", headers: { "content-type": "application/json" } };
    const answer = await fetch(`${running.origin}/v1/runs`, { ...init, body: JSON.stringify(started) });
    running.child.kill("SIGKILL");
    expect(answer.status).toBe(201);
    await once(running.child, "exit");

    receiver = await openReceiver(Number(new URL(url).port));
    running = { ...(await start()), token: running.token };
    await receiver.until(1);
    const [told] = receiver.received as [Received];
    expect(new Webhook(secret).verify(told.body, headersOf(told))).toMatchObject({ type: "case.used" });
  } finally {
    await stop(running.child);
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);

test("what a deleted report was told of goes with it, and everything after 30 days", async () => {
  const webhook = await made();
  const { reportId } = await makeReport(service);
  expect((await deliveriesOf(webhook)).map(({ type }) => type).sort()).toEqual([
    "case.used",
    "report.created",
  ]);
  await asAdmin("DELETE", `/v1/reports/${reportId}`);
  expect((await deliveriesOf(webhook)).map(({ type }) => type)).toEqual(["case.used"]);
  for (const [days, left] of [
    [29, 1],
    [2, 0],
  ] as const) {
    pass(days * DAY_MS);
    await sweep(service.deps);
    expect(await deliveriesOf(webhook)).toHaveLength(left);
  }
});

test("with another pepper neither URL nor secret is read, and nothing is sent", async () => {
  const webhook = await made();
  await tried(webhook);
  service.deps.config.pepper = "q".repeat(32);
  await deliver(service.deps);
  expect(receiver.received).toHaveLength(0);
  expect(await readBack(webhook)).toMatchObject({ url: null, enabled: true });
  const [delivery] = await deliveriesOf(webhook);
  expect(delivery).toMatchObject({
    state: "waiting",
    status: null,
    error: expect.stringContaining("pepper"),
  });
  // A new URL and a new secret bring it back.
  const path = `/v1/webhooks/${webhook.webhookId}`;
  await asAdmin("PATCH", path, { url: receiver.url });
  const { secret } = await json<Made>(await asAdmin("POST", `${path}/rotate-secret`));
  pass(10 * SECOND_MS);
  await deliver(service.deps);
  const [told] = receiver.received as [Received];
  expect(new Webhook(secret).verify(told.body, headersOf(told))).toMatchObject({ type: "webhook.test" });
});

test("twenty webhooks are all, a list of deliveries has pages, and no webhook is another's", async () => {
  const webhook = await made();
  const other = await made();
  for (let count = 2; count < 20; count++) await made();
  expect((await asAdmin("POST", "/v1/webhooks", { url: receiver.url, events: ["case.used"] })).status).toBe(
    409,
  );
  const ids = [];
  for (let count = 0; count < 3; count++) ids.push((await tried(webhook)).deliveryId);
  const path = `/v1/webhooks/${webhook.webhookId}/deliveries?limit=2`;
  type Page = { deliveries: WebhookDelivery[]; nextCursor: string | null };
  const first = await json<Page>(await asAdmin("GET", path));
  const second = await json<Page>(await asAdmin("GET", `${path}&cursor=${first.nextCursor}`));
  expect(second.nextCursor).toBeNull();
  const listed = [...first.deliveries, ...second.deliveries].map(({ deliveryId }) => deliveryId);
  expect(listed.sort()).toEqual(ids.sort());
  const foreign = `/v1/webhooks/${other.webhookId}/deliveries/${ids[0]}/resend`;
  expect((await asAdmin("POST", foreign)).status).toBe(404);
});

const REFUSED_URLS = [
  "http://hooks.example.com/",
  "https://name:password@hooks.example.com/",
  "https://localhost/",
  "https://router.local/",
  "https://127.0.0.1/",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://10.1.2.3/",
  "https://169.254.169.254/latest/meta-data",
  "https://[::1]/",
  "https://[fe80::1]/",
  "https://[::ffff:10.0.0.1]/",
  "https://[64:ff9b::a00:1]/",
];

test.each(REFUSED_URLS)("nothing is sent to %s", async (url) => {
  await service.close();
  service = await openService();
  const answer = await asAdmin("POST", "/v1/webhooks", { url, events: ["case.used"] });
  expect(answer.status).toBe(400);
  expect(await json(answer)).toMatchObject({ errors: [{ pointer: "/url" }] });
  const { webhookId } = await made({ url: "https://hooks.example.com/" });
  expect((await asAdmin("PATCH", `/v1/webhooks/${webhookId}`, { url })).status).toBe(400);
});

test("what was allowed is asked again when it is sent", async () => {
  const webhook = await made();
  await tried(webhook);
  service.deps.config.webhooksPrivate = false;
  await deliver(service.deps);
  expect(receiver.connections()).toBe(0);
  expect(await deliveriesOf(webhook)).toMatchObject([{ state: "waiting", error: "the URL must be https" }]);
});

test.each([
  ["8.8.8.8", true],
  ["172.15.255.255", true],
  ["172.16.0.0", false],
  ["172.31.255.255", false],
  ["172.32.0.0", true],
  ["0.0.0.0", false],
  ["100.63.255.255", true],
  ["100.64.0.1", false],
  ["100.127.255.255", false],
  ["100.128.0.0", true],
  ["192.0.2.1", false],
  ["192.168.0.1", false],
  ["198.19.255.255", false],
  ["198.51.100.1", false],
  ["203.0.113.1", false],
  ["223.255.255.255", true],
  ["224.0.0.1", false],
  ["255.255.255.255", false],
  ["2606:4700::1", true],
  ["::", false],
  ["::1", false],
  ["::ffff:8.8.8.8", false],
  ["::ffff:808:808", false],
  ["64:ff9b::808:808", false],
  ["64:ff9b:1::1", false],
  ["2001::1", false],
  ["2001:1ff::1", false],
  ["2001:200::1", true],
  ["2001:db8::1", false],
  ["2002:a00:1::", false],
  ["3fff:fff::1", false],
  ["3fff:1000::1", true],
  ["fc00::1", false],
  ["fe80::1%eth0", false],
  ["ff02::1", false],
])("%s is public: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});

/** As node:dns resolves, with the answers of a test in turn. */
function resolving(...answers: string[][]) {
  let asked = 0;
  const lookup = ((_name: string, _options: unknown, callback: (...given: unknown[]) => void) => {
    const addresses = answers[asked++] ?? [];
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    setImmediate(callback, null, found);
  }) as unknown as Parameters<typeof postWebhook>[1];
  return { lookup, asked: () => asked };
}

test("a name that leads to a private address is not connected to, even among public ones", async () => {
  for (const addresses of [["127.0.0.1"], ["2000::1", "127.0.0.1"], ["::ffff:127.0.0.1"]]) {
    const { lookup } = resolving(addresses);
    const post = postWebhook({ webhookTimeoutMs: 1_000, webhooksPrivate: false }, lookup);
    for (const scheme of ["https", "http"]) {
      const url = new URL(receiver.url.replace("http", scheme).replace("127.0.0.1", "hooks.example.com"));
      await expect(post(url, {}, "{}")).rejects.toThrow(/private|no address/);
    }
  }
  expect(receiver.connections()).toBe(0);
});

test("a name that leads to a private address the second time is not connected to then", async () => {
  // 2000::/16 is nobody's: the first attempt reaches nothing.
  const { lookup, asked } = resolving(["2000::1"], ["127.0.0.1"], ["127.0.0.1"]);
  const post = postWebhook({ webhookTimeoutMs: 50, webhooksPrivate: false }, lookup);
  const url = new URL(receiver.url.replace("127.0.0.1", "rebound.example.com"));
  await expect(post(url, {}, "{}")).rejects.toThrow(/no answer|ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL/);
  expect(asked()).toBe(1);
  await expect(post(url, {}, "{}")).rejects.toThrow("private");
  expect(asked()).toBe(2);
  expect(receiver.connections()).toBe(0);
});

test("many runs at the same time are each told once", async () => {
  await made({ events: ["case.used"] });
  const code = await openTestCase(service);
  await Promise.all(Array.from({ length: 8 }, () => startTestRun(service, code)));
  await deliver(service.deps);
  const runs = receiver.received.map(({ body }) => JSON.parse(body).data.runs as number);
  expect(runs.sort()).toEqual([1, 2, 3, 4, 5]);
});
