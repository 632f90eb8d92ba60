/** One request per route against a started service: the same file for Node, Deno and workerd. */
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import process from "node:process";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import * as z from "zod";
import { createClient } from "../../api/client/client.ts";
import {
  CaseCreated,
  FixCard,
  Insights,
  Report,
  ReportList,
  Review,
  RoundReply,
  RunStarted,
} from "../../shared/schema/api.ts";
import { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { SoftwareAuthenticator } from "../support/authenticator.ts";
import { playRecorded } from "../support/play-run.ts";
import { readMetrics } from "../support/prometheus.ts";
import { openReceiver } from "../support/webhook-receiver.ts";

const Environment = z.object({
  IKEFRAG_URL: z.url(),
  IKEFRAG_TOKEN: z.string().startsWith("ikf_"),
  IKEFRAG_RECEIVER_PORT: z.coerce.number().int(),
});
const {
  IKEFRAG_URL: origin,
  IKEFRAG_TOKEN: token,
  IKEFRAG_RECEIVER_PORT: receiverPort,
} = Environment.parse(process.env);

interface Options {
  token?: string;
  json?: unknown;
  body?: Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
}
async function send(method: string, path: string, options: Options = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  if (options.token !== undefined) headers.set("authorization", `Bearer ${options.token}`);
  if (options.json !== undefined) headers.set("content-type", "application/json");
  const body = options.json === undefined ? (options.body ?? null) : JSON.stringify(options.json);
  return fetch(`${origin}${path}`, { method, headers, body, redirect: "manual" });
}
const read = async <T>(schema: z.ZodType<T>, response: Response): Promise<T> =>
  schema.parse(await response.json());
const caseFile = (name: string) =>
  readFile(new URL(`../cases/${name}`, import.meta.url)) as Promise<Uint8Array<ArrayBuffer>>;

test("a case is opened, a recorded run played into it, its report read and reviewed", async () => {
  const created = await send("POST", "/v1/cases", {
    token,
    json: { gateway: "vpn.example.com", label: "smoke" },
  });
  expect(created.status).toBe(201);
  const { caseId, code, commands } = await read(CaseCreated, created);

  const script = await send("GET", `/a/${code}.mjs`);
  expect(script.status).toBe(200);
  const bytes = await script.text();
  expect(bytes).toContain(code);
  expect(bytes).toContain(origin);
  expect(script.headers.get("etag")).toMatch(/^"[0-9a-f]{64}"$/);
  const [, path = "", hash = ""] = /(\/agent\/[^ ]+\.ps1) .*'([0-9A-F]{64})'/.exec(commands.windows) ?? [];
  const published = await send("GET", path);
  expect(published.headers.get("etag")).toBe(`"${hash.toLowerCase()}"`);
  const digest = await crypto.subtle.digest("SHA-256", await published.arrayBuffer());
  expect(Buffer.from(digest).toString("hex").toUpperCase()).toBe(hash);
  expect(await (await send("GET", `/a/${code}.json`)).json()).toMatchObject({ gateway: "vpn.example.com" });
  expect((await send("GET", `/a/${code}`)).headers.get("content-type")).toContain("text/html");

  const recorded = Evidence.parse(
    JSON.parse(new TextDecoder().decode(await caseFile("run-fragments-1472/run.json"))),
  );
  const started = await send("POST", "/v1/runs", {
    json: { code: code.toLowerCase(), agent: recorded.agent },
  });
  expect(started.status).toBe(201);
  const run = await read(RunStarted, started);

  const reply = await playRecorded(recorded, run.round, async (body) => {
    const posted = await send("POST", `/v1/runs/${run.runId}/rounds`, { token: run.runToken, json: body });
    expect(posted.status).toBe(200);
    return read(RoundReply, posted);
  });
  expect(reply.diagnosis).toMatchObject({
    verdict: "outbound-fragments-too-large",
    recommendation: { interfaceMtu: 1472, basis: "verified" },
  });
  const { reportId } = reply;

  const revised = await send("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    body: await caseFile("seed/wired-fail.pcapng"),
    headers: { "content-type": "application/vnd.tcpdump.pcap" },
  });
  expect(revised.status).toBe(200);

  const card = await send("GET", `/v1/reports/${reportId}`);
  expect(await read(FixCard, card)).toMatchObject({ reportId, reviewStatus: "new" });
  const full = await send("GET", `/v1/reports/${reportId}`, { token });
  const report = await read(Report, full);
  expect(report).toMatchObject({
    gateway: "vpn.example.com",
    label: "smoke",
    captures: [{ name: "capture" }],
  });
  expect(report.earlier).toHaveLength(1);
  const etag = full.headers.get("etag") ?? "";

  const unmodified = await send("GET", `/v1/reports/${reportId}`, {
    token,
    headers: { "if-none-match": etag },
  });
  expect(unmodified.status).toBe(304);
  const review = (headers: Record<string, string>) =>
    send("PATCH", `/v1/reports/${reportId}/review`, {
      token,
      json: { status: "reviewed", note: "確認" },
      headers,
    });
  expect((await review({})).status).toBe(428);
  const reviewed = await review({ "if-match": etag });
  expect(reviewed.status).toBe(200);
  expect(await read(Review, reviewed)).toMatchObject({ status: "reviewed", note: "確認" });
  expect((await review({ "if-match": etag })).status).toBe(412);

  const listed = await send("GET", `/v1/reports?status=reviewed&q=${reportId}`, { token });
  expect((await read(ReportList, listed)).reports.map((each) => each.reportId)).toEqual([reportId]);

  const again = await send("POST", `/v1/reports/${reportId}/reanalyze`, { token });
  // The same is found again, and not kept twice: the earlier one is from before the capture.
  expect((await read(Report, again)).earlier).toHaveLength(1);
  const capture = await send("GET", `/v1/reports/${reportId}/capture`, { token });
  expect((await capture.arrayBuffer()).byteLength).toBe(report.captures[0]?.bytes);

  const zip = await (await send("GET", `/v1/cases/${caseId}/export`, { token })).text();
  expect(zip.startsWith("PK")).toBe(true);
  expect(zip).toContain('"isWhole": true');
  const lines = await send("GET", `/v1/reports?q=${reportId}&format=jsonl`, { token });
  expect(JSON.parse(await lines.text())).toMatchObject({ reportId, status: "reviewed" });
  const insights = await read(Insights, await send("GET", "/v1/insights", { token }));
  expect(insights.groups.map(({ name }) => name)).toContain("vpn.example.com");

  expect((await send("DELETE", `/v1/reports/${reportId}`, { token })).status).toBe(204);
  expect((await send("GET", `/v1/reports/${reportId}`)).status).toBe(404);
});

test("the same evidence gives the same diagnosis on every runtime: the one that is on record", async () => {
  const text = async (name: string) => ({
    name,
    text: new TextDecoder().decode(await caseFile(`seed/${name}`)),
  });
  const capture = Buffer.from(await caseFile("seed/wired-fail.pcapng")).toString("base64");
  const answer = await send("POST", "/v1/analyses", {
    token,
    json: {
      schema: "ikefrag/evidence/1",
      texts: [await text("netsh-ja.txt"), await text("ping-1472-ja.txt"), await text("ping-1473-ja.txt")],
      captures: [{ name: "wired-fail.pcapng", base64: capture }],
    },
  });
  const recorded = JSON.parse(new TextDecoder().decode(await caseFile("seed/wired-fail.diagnosis.json")));
  expect(answer.status).toBe(200);
  expect(Diagnosis.parse(await answer.json())).toEqual(recorded);
});

test("a capture is diagnosed without a case, and only kept when asked for", async () => {
  const body = await caseFile("seed/wired-fail.pcapng");
  const headers = { "content-type": "application/octet-stream" };
  const plain = await send("POST", "/v1/analyses?lang=ja", { token, body, headers });
  expect(await plain.json()).toMatchObject({ verdict: "ike-auth-unanswered", text: { language: "ja" } });
  const kept = await send("POST", "/v1/analyses?store=1", { token, body, headers });
  const { reportId } = (await kept.json()) as { reportId: string };
  expect((await send("DELETE", `/v1/reports/${reportId}`, { token })).status).toBe(204);
});

/**
 * Sends the beginning of a body, says that it goes on to `bytes`, and waits for the answer. With all of it
 * sent, the server's closing the connection on what it does not read would race with its answer.
 */
function postBeginning(path: string, beginning: Uint8Array, bytes: number) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      "content-type": "application/octet-stream",
      "content-length": bytes,
    };
    const outgoing = request(new URL(path, origin), { method: "POST", headers });
    outgoing.on("error", reject);
    outgoing.on("response", (answer) => {
      text(answer)
        .then((said) => resolve({ status: answer.statusCode ?? 0, text: said }), reject)
        .finally(() => outgoing.destroy());
    });
    outgoing.write(beginning);
  });
}

test("a body that is too large is answered while it is being sent", async () => {
  const beginning = await caseFile("seed/wired-fail.pcapng");
  const answer = await postBeginning("/v1/analyses", beginning, 50 * 1024 * 1024 + 1);
  expect(answer.status).toBe(413);
  expect(JSON.parse(answer.text)).toMatchObject({ type: "/problems/body-too-large" });
});

test("what a user sent is analyzed by the console's form, a file that is too large beside it", async () => {
  const capture = await caseFile("seed/wired-fail.pcapng");
  const large = new Uint8Array(51 * 1024 * 1024);
  large.set(capture);
  const post = async (files: [name: string, content: Uint8Array<ArrayBuffer>][], keep: boolean) => {
    const form = new FormData();
    form.append("text", new TextDecoder().decode(await caseFile("seed/ping-1472-ja.txt")));
    form.append("gateway", "vpn.example.com");
    if (keep) form.append("keep", "1");
    for (const [name, content] of files) form.append("files", new File([content], name));
    return fetch(`${origin}/console/analyze`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, accept: "text/html", "accept-language": "en", origin },
      body: form,
      redirect: "manual",
    });
  };
  const shown = await post(
    [
      ["large.pcapng", large],
      ["wired-fail.pcapng", capture],
    ],
    false,
  );
  expect(shown.status).toBe(200);
  const page = await shown.text();
  expect(page).toContain("<strong>large.pcapng</strong>");
  expect(page).toContain("<code>ike-auth-unanswered</code>");
  expect(page).toContain("Japanese Windows ping to 122.28.47.86");

  const kept = await post([["wired-fail.pcapng", capture]], true);
  expect(kept.status).toBe(303);
  const [reportId = ""] = /IKF-[\w-]+/.exec(kept.headers.get("location") ?? "") ?? [];
  expect((await send("DELETE", `/v1/reports/${reportId}`, { token })).status).toBe(204);
});

const OWN = { "sec-fetch-site": "same-origin" };
const cookieOf = (response: Response): string =>
  (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";

test("a member is invited, signs in by the link, adds a passkey and signs in by it, until removed", async () => {
  const admin = createClient({ url: origin, token });
  const { member, link } = await admin.inviteMember({ body: { name: "花子", role: "staff" } });
  const opened = await send("POST", new URL(link.url).pathname, { headers: OWN });
  expect(opened.status).toBe(303);
  const first = { ...OWN, cookie: cookieOf(opened) };

  const authenticator = new SoftwareAuthenticator(origin);
  const options = (await (await send("POST", "/v1/passkeys/options", { headers: first })).json()) as {
    challenge: string;
    user: { id: string };
  };
  const made = await send("POST", "/v1/passkeys", {
    headers: first,
    json: { name: "laptop", credential: authenticator.create(options) },
  });
  expect(made.status, await made.clone().text()).toBe(201);

  // Many signatures: whether an integer begins with a zero or a one is by chance.
  for (let n = 0; n < 12; n++) {
    const begun = await send("POST", "/v1/passkeys/sign-in-options", { headers: OWN });
    const credential = authenticator.get((await begun.json()) as { challenge: string });
    const signedIn = await send("POST", "/v1/passkeys/sign-in", { headers: OWN, json: { credential } });
    expect(signedIn.status, await signedIn.clone().text()).toBe(200);
    const own = { ...OWN, cookie: cookieOf(signedIn) };
    if (n === 0) {
      expect((await send("GET", "/v1/reports", { headers: own })).status).toBe(200);
      expect((await send("GET", "/v1/members", { headers: own })).status).toBe(403);
      const replayed = await send("POST", "/v1/passkeys/sign-in", { headers: OWN, json: { credential } });
      expect(replayed.status).toBe(401);
    }
  }
  await admin.removeMember({ memberId: member.memberId });
  expect((await send("GET", "/v1/reports", { headers: first })).status).toBe(401);
});

test("a token is made and revoked, a request is answered once, and the audit log has it all", async () => {
  const admin = createClient({ url: origin, token });
  const idempotencyKey = `smoke ${Date.now()}`.replace(" ", "-");
  const make = () => admin.createToken({ body: { name: "smoke", role: "staff" }, idempotencyKey });
  const made = await make();
  expect(await make()).toEqual(made);
  expect((await send("GET", "/v1/reports", { token: made.token })).status).toBe(200);
  await admin.revokeToken({ tokenId: made.tokenId });
  expect((await send("GET", "/v1/reports", { token: made.token })).status).toBe(401);
  const { entries } = await admin.listAuditLog({ subject: made.tokenId });
  expect(entries.map(({ action }) => action)).toEqual(["token-revoked", "token-created"]);
  expect(await admin.checkAuditLog()).toMatchObject({ brokenAt: null });
});

test("pasted text is a body of its own", async () => {
  const body = await caseFile("seed/ping-1472-ja.txt");
  const answer = await send("POST", "/v1/analyses", {
    token,
    body,
    headers: { "content-type": "text/plain" },
  });
  expect(await answer.json()).toMatchObject({
    text: { readings: [expect.stringContaining("Windows ping to 122.28.47.86")] },
  });
});

test("what goes wrong is a problem document, in two languages", async () => {
  const wrong: [Promise<Response>, number][] = [
    [send("GET", "/v1/reports"), 401],
    [send("GET", "/v1/reports", { token: "ikf_00000000000000000000000000000000" }), 401],
    [send("GET", "/v1/reports/IKF-00000-00000-1"), 404],
    [send("POST", "/v1/cases", { token, json: { gateway: "" } }), 400],
    [send("PUT", "/v1/cases", { token, headers: { "accept-language": "ja" } }), 405],
    [send("POST", "/v1/analyses", { token, headers: { "content-type": "application/octet-stream" } }), 400],
    [send("GET", "/a/AAAA-BBBB-CCCCC.mjs"), 404],
  ];
  for (const [answer, status] of wrong) {
    const response = await answer;
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(await response.json()).toMatchObject({
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
  }
});

test("pages, style, description and health are served", async () => {
  for (const path of ["/healthz", "/readyz"])
    expect(await (await send("GET", path)).json(), path).toEqual({ status: "ok" });
  const metrics = await send("GET", "/metrics", { token });
  expect(readMetrics(await metrics.text()).has("ikefrag_build_info")).toBe(true);
  expect(await (await send("GET", "/openapi.json")).json()).toMatchObject({ openapi: "3.1.0" });
  const home = await (await send("GET", "/", { headers: { "accept-language": "ja" } })).text();
  expect(home).toContain('<html lang="ja">');
  const [style = ""] = /\/assets\/style-[0-9a-f]+\.css/.exec(home) ?? [];
  expect((await send("GET", style)).headers.get("content-type")).toContain("text/css");
  expect((await send("GET", "/docs")).status).toBe(200);
});

test("staff sign in to the console with the token, and out again", async () => {
  const form = { "content-type": "application/x-www-form-urlencoded", origin };
  const signIn = await send("POST", "/console/sign-in", {
    headers: form,
    body: new TextEncoder().encode(`token=${token}`),
  });
  expect(signIn.status).toBe(303);
  const cookie = /^([^;]+)/.exec(signIn.headers.get("set-cookie") ?? "")?.[1] ?? "";
  const list = await send("GET", "/console/reports", { headers: { cookie } });
  expect(list.status).toBe(200);
  expect((await send("POST", "/console/sign-out", { headers: { ...form, cookie } })).status).toBe(303);
  expect((await send("GET", "/console/reports", { headers: { cookie } })).status).toBe(303);
});

test("a webhook is told of a run at once, and signed by a secret that the index does not show", async () => {
  const receiver = await openReceiver(receiverPort);
  try {
    const created = await send("POST", "/v1/webhooks", {
      token,
      json: { url: receiver.url, events: ["case.used"] },
    });
    expect(created.status).toBe(201);
    const { webhookId, secret } = (await created.json()) as { webhookId: string; secret: string };
    const opened = await send("POST", "/v1/cases", { token, json: { gateway: "vpn.example.com" } });
    const { code } = await read(CaseCreated, opened);
    const agent = { name: "a", version: "1", platform: "linux", osVersion: null, runtime: "node" };
    const run = { code, agent: { ...agent, language: "en", elevated: null } };
    expect((await send("POST", "/v1/runs", { json: run })).status).toBe(201);
    await receiver.until(1);
    const { body, headers } = receiver.received[0] ?? { body: "", headers: {} };
    expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toMatchObject({
      type: "case.used",
      data: { gateway: "vpn.example.com" },
    });
    expect((await send("DELETE", `/v1/webhooks/${webhookId}`, { token })).status).toBe(204);
  } finally {
    await receiver.close();
  }
});
