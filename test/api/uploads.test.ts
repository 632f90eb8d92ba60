/** Uploads that compete for a run, are packed, break off, or come when a part of the report is lost. */
import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { createAdaptorServer } from "@hono/node-server";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { UploadAllowance } from "../../api/cases/upload-allowance.ts";
import { MAX_POSTS_A_RUN } from "../../api/http/bounds.ts";
import { encodePcapng } from "../support/capture-files.ts";
import { ethernet, frameAt, ipv4, udp } from "../support/packet-builder.ts";
import {
  json,
  makeReport,
  ORIGIN,
  openService,
  openTestCase,
  type Service,
  startTestRun,
  type TestRun,
} from "../support/service.ts";

const QUOTA = 1024 * 1024;
let service: Service;
beforeEach(async () => {
  service = await openService({ uploadsPerMinute: 10_000, uploadBytesPerCase: QUOTA });
});
afterEach(() => service.close());

const PCAP = { "content-type": "application/octet-stream" };

/** IKE messages of 1,200 bytes, which are all kept; gzip makes some thirtieth of them. */
function ikeCapture(messages: number): Uint8Array<ArrayBuffer> {
  const frames = Array.from({ length: messages }, (_, at) => {
    const ike = new Uint8Array(1_200);
    const view = new DataView(ike.buffer);
    view.setUint32(0, at + 1);
    view.setUint32(16, 0x00202208);
    view.setUint32(24, ike.length);
    for (let byte = 40; byte < 72; byte++) ike[byte] = (at * 2_654_435_761) >> (byte % 24);
    const packet = { source: "192.0.2.10", destination: "203.0.113.25", protocol: 17 };
    return frameAt(at, ethernet(ipv4({ ...packet, payload: udp(500, 500, ike) })));
  });
  return encodePcapng(frames);
}

const putCapture = (run: { runId: string; runToken: string }, body: Uint8Array<ArrayBuffer>) =>
  service.request("PUT", `/v1/runs/${run.runId}/capture`, {
    token: run.runToken,
    headers: { ...PCAP, "content-length": String(body.length) },
    body,
  });

/** What the cases have used, what uploads hold, and how many objects of each kind there are. */
async function accounts() {
  const [used] = await service.database.all("SELECT sum(upload_bytes) AS bytes FROM cases");
  const [held] = await service.database.all("SELECT count(*) AS count FROM upload_holds");
  const files = (await service.stored()).objects;
  return {
    used: used?.bytes,
    holds: held?.count,
    captures: files.filter((name) => name.includes(".pcapng")).length,
  };
}

test("of many captures for one run at the same time one stays, and a run sends no more than it may post", async () => {
  const { run } = await makeReport(service);
  const [row] = await service.database.all("SELECT posts FROM runs");
  const small = ikeCapture(2);
  const answers = await Promise.all(Array.from({ length: MAX_POSTS_A_RUN }, () => putCapture(run, small)));
  const taken = answers.filter(({ status }) => status === 200).length;
  const refused = answers.filter(({ status }) => status === 429).length;
  expect(taken + refused).toBe(MAX_POSTS_A_RUN);
  expect(refused).toBe(row?.posts);
  const objects = await service.database.all("SELECT bytes FROM objects WHERE kind = 'capture'");
  expect(objects).toHaveLength(1);
  const cost = Math.max(small.length, Number(objects[0]?.bytes));
  expect(await accounts()).toEqual({ used: taken * cost, holds: 0, captures: 1 });
});

test("a packed capture costs what is stored of it, and one that would store too much is refused", async () => {
  const { run } = await makeReport(service);
  const capture = ikeCapture(400);
  const packed = gzipSync(capture);
  expect(packed.length * 15).toBeLessThan(capture.length);
  expect((await putCapture(run, packed)).status).toBe(200);
  const [object] = await service.database.all("SELECT bytes FROM objects WHERE kind = 'capture'");
  expect(Number(object?.bytes)).toBeGreaterThan(400 * 1_200);
  expect(await accounts()).toEqual({ used: object?.bytes, holds: 0, captures: 1 });

  const tooMuch = await putCapture(run, gzipSync(ikeCapture(800)));
  expect(tooMuch.status).toBe(413);
  expect(await json(tooMuch)).toMatchObject({ type: "/problems/case-quota" });
  expect(await accounts()).toEqual({ used: object?.bytes, holds: 0, captures: 1 });
});

test("packed captures of the gateway's side cost what is stored of them too", async () => {
  await openTestCase(service);
  const [row] = await service.database.all("SELECT id FROM cases");
  const send = (messages: number) => {
    const form = new FormData();
    form.append("file", new File([gzipSync(ikeCapture(messages))], `${messages}.pcapng.gz`));
    return service.request("POST", `/v1/cases/${row?.id}/gateway-files`, {
      token: service.tokens.staff,
      body: form,
    });
  };
  expect((await send(500)).status).toBe(200);
  const used = async () =>
    Number((await service.database.all("SELECT gateway_upload_bytes AS bytes FROM cases"))[0]?.bytes);
  expect(await used()).toBeGreaterThan(500 * 1_200);
  const before = await used();
  expect(await json(await send(600))).toMatchObject({ type: "/problems/case-quota" });
  // What came of the packed file, and was not kept, is small.
  expect((await used()) - before).toBeLessThan(50_000);
  expect(await accounts()).toMatchObject({ holds: 0, captures: 1 });
});

/** The service over real HTTP, for clients that go away. */
async function listen() {
  const server = createAdaptorServer({ fetch: service.app.fetch }) as Server;
  const closings: Promise<unknown>[] = [];
  server.on("connection", (socket) => closings.push(new Promise((resolve) => socket.once("close", resolve))));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    port: (server.address() as AddressInfo).port,
    allClosed: () => Promise.all(closings),
    nextRequest: () => once(server, "request"),
  };
}

/** Sends the head of a request, and what there is of its body. */
async function begin(
  port: number,
  { method, path, headers }: { method: string; path: string; headers: Record<string, string> },
  body: Uint8Array | string,
): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {}); // it is cut on purpose
  await once(socket, "connect");
  const lines = Object.entries({ host: "ikefrag.example.com", ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  socket.write(body);
  return socket;
}

/** Resolves when so many requests were answered, whether or not somebody was there to hear it. */
function answered(count: number): Promise<void> {
  return new Promise((resolve) => {
    const { log } = service.deps;
    let seen = 0;
    service.deps.log = (entry) => {
      log(entry);
      if (entry.message === "request" && ++seen === count) resolve();
    };
  });
}

test("240 packed uploads that are cut end their work at once, and give back all that they held", async () => {
  const cut = 240;
  await service.close();
  const room = { uploadsPerMinute: 10_000, runsPerCode: 10, uploadBytesPerCase: 10_000_000_000 };
  service = await openService(room);
  const code = await openTestCase(service);
  const runs: TestRun[] = [];
  for (let n = 0; n < 10; n++) runs.push(await startTestRun(service, code));
  await service.database.run("UPDATE runs SET report_id = 'IKF-AAAAA-AAAAA-A'");
  // Five megabytes come of each.
  const packed = gzipSync(ikeCapture(4_000));
  const { writer } = service.deps.blobs;
  const started = new Set<string>();
  let open = 0;
  let writtenBytes = 0;
  const someStarted = new Promise<void>((resolve) => {
    service.deps.blobs.writer = (key) => {
      const real = writer(key);
      open++;
      return {
        async write(chunk) {
          writtenBytes += chunk.length;
          await real.write(chunk);
          if (started.add(key).size === 20) resolve();
        },
        close: () => real.close(),
        async abort() {
          await real.abort();
          open--;
        },
      };
    };
  });
  const ended = answered(cut);
  const { port, allClosed } = await listen();
  const sockets = await Promise.all(
    Array.from({ length: cut }, (_, n) => {
      const { runId = "", runToken = "" } = runs[n % runs.length] ?? {};
      const path = `/v1/runs/${runId}/capture`;
      const authorization = `Bearer ${runToken}`;
      const headers = { ...PCAP, authorization, "content-length": String(packed.length) };
      return begin(port, { method: "PUT", path, headers }, packed.subarray(0, -100));
    }),
  );
  await someStarted;
  for (const socket of sockets) socket.destroy();
  await allClosed();
  const before = writtenBytes;
  await ended;
  // Each may end what it has in hand: a chunk of 64 KiB.
  expect(writtenBytes - before).toBeLessThan(cut * 200_000);
  expect(open).toBe(0);
  expect(await accounts()).toEqual({ used: 0, holds: 0, captures: 0 });
  expect(service.log.filter(({ level }) => level === "error")).toEqual([]);
});

test("what an upload held when the service died comes back with time", async () => {
  const { run } = await makeReport(service);
  const [row] = await service.database.all("SELECT id FROM cases");
  const caseId = String(row?.id);
  // Nothing is heard of it again.
  await UploadAllowance.begin(service.deps, caseId, "run", QUOTA);
  expect((await putCapture(run, ikeCapture(2))).status).toBe(413);
  service.clock.now = new Date(service.clock.now.getTime() + 31 * 60_000);
  expect((await putCapture(run, ikeCapture(2))).status).toBe(200);
});

test("an upload that goes on for long keeps what it holds", async () => {
  await openTestCase(service);
  const [row] = await service.database.all("SELECT id FROM cases");
  const caseId = String(row?.id);
  const slow = await UploadAllowance.begin(service.deps, caseId, "run", QUOTA);
  async function* slowly() {
    for (let chunk = 0; chunk < 8; chunk++) {
      service.clock.now = new Date(service.clock.now.getTime() + 10 * 60_000);
      yield new Uint8Array(10);
    }
  }
  for await (const _chunk of slow.counted(slowly())) {
    // It is what keeps the hold alive.
  }
  await expect(UploadAllowance.begin(service.deps, caseId, "run", 1)).rejects.toThrow("case-quota");
});

test("a client that goes away in the middle of any body is no error of the service", async () => {
  const { run } = await makeReport(service);
  const staff = { authorization: `Bearer ${service.tokens.staff}` };
  const agent = { authorization: `Bearer ${run.runToken}` };
  const [row] = await service.database.all("SELECT id FROM cases");
  const form = { "content-type": "multipart/form-data; boundary=b" };
  const formBody = '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  const bodies: [string, string, Record<string, string>, Uint8Array | string][] = [
    ["PUT", `/v1/runs/${run.runId}/capture`, { ...agent, ...PCAP }, ikeCapture(3)],
    ["POST", `/v1/runs/${run.runId}/rounds`, { ...agent, "content-type": "application/json" }, '{"round":1,'],
    ["POST", "/v1/runs", { "content-type": "application/json" }, "{"],
    ["POST", "/v1/analyses?store=1", { ...staff, ...PCAP }, ikeCapture(3)],
    ["POST", "/v1/analyses?store=1", { ...staff, ...PCAP }, gzipSync(ikeCapture(30)).subarray(0, 900)],
    ["POST", "/v1/analyses", { ...staff, "content-type": "text/plain" }, "ping"],
    ["POST", "/v1/analyses?store=1", { ...staff, ...form }, formBody],
    ["POST", `/v1/cases/${row?.id}/gateway-files`, { ...staff, ...form }, formBody],
    ["POST", "/v1/cases", { ...staff, "content-type": "application/json" }, "{"],
    [
      "POST",
      "/console/sign-in",
      { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" },
      "t",
    ],
  ];
  const before = await service.stored();
  const { port, allClosed, nextRequest } = await listen();
  for (const [method, path, headers, body] of bodies) {
    const ended = answered(1);
    const arrived = nextRequest();
    const socket = await begin(
      port,
      { method, path, headers: { ...headers, "content-length": "100000" } },
      body,
    );
    await arrived;
    socket.destroy();
    await ended;
    expect(
      service.log.filter(({ level }) => level === "error"),
      path,
    ).toEqual([]);
    const last = service.log.findLast(({ message }) => message === "request");
    expect(last?.status, path).toBeLessThan(500);
  }
  await allClosed();
  expect(await service.stored()).toEqual(before);
  expect(await accounts()).toMatchObject({ used: 0, holds: 0 });
});
