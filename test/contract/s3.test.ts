/** S3 as OpenStack Swift has it, and what becomes of it behind a faulty network. */
import { CreateMultipartUploadCommand, ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { BlobStore } from "../../api/store/port.ts";
import { checkS3, PATIENCE, type S3Settings, s3BlobStore } from "../../api/store/s3.ts";
import { StoreUnavailableError } from "../../api/store/unavailable.ts";
import { type Fault, type FaultyProxy, startFaultyProxy } from "../support/faulty-proxy.ts";
import { type S3Server, startS3Server, whyNoS3Server } from "../support/s3-server.ts";
import { blobStoreContract } from "./blob-store.ts";

const PART_BYTES = 5 * 1024 * 1024;
const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = async (store: BlobStore, key: string): Promise<string | null> => {
  const stream = await store.get(key);
  return stream === null ? null : new Response(stream).text();
};
const keysOf = async (store: BlobStore): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list()) keys.push(key);
  return keys;
};
const failureOf = async (doing: Promise<unknown>): Promise<StoreUnavailableError> => {
  const error = await doing.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StoreUnavailableError);
  return error as StoreUnavailableError;
};

const why = whyNoS3Server();
describe.skipIf(why !== null)(`S3${why === null ? "" : `, skipped: ${why}`}`, () => {
  let server: S3Server;
  let proxy: FaultyProxy;
  let client: S3Client;
  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startFaultyProxy(server.port);
    for (const bucket of ["contract", "faults"]) await server.makeBucket(bucket);
    const { endpoint, region, accessKeyId, secretAccessKey } = server.settings("faults");
    client = new S3Client({
      endpoint,
      region,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
  });
  afterAll(async () => {
    client?.destroy();
    await proxy?.close();
    await server?.stop();
  });

  // Small pages: that a page ends and another one follows does not take a thousand objects to see.
  blobStoreContract("S3", () =>
    s3BlobStore({ ...server.settings("contract"), prefix: "in/here/" }, { keysAPage: 50 }),
  );

  /** A store behind the proxy, whose patience a test can end. */
  const openFaulty = (other: Partial<S3Settings> = {}) => {
    const patience = { ...PATIENCE };
    const settings = { ...server.settings("faults", proxy.port), ...other };
    return { patience, settings, store: s3BlobStore(settings, { patience, keysAPage: 50 }) };
  };
  /** As soon as it would be noticed at all: whatever does not come at once does not come. */
  const HASTY = { connectMs: 200, answerMs: 200, partMs: 200, operationMs: 500, bytesMs: 200, readerMs: 200 };
  const begin = (fault: Fault, how: { only?: RegExp; times?: number } = {}) => {
    proxy.fault = fault;
    proxy.only = how.only ?? null;
    proxy.times = how.times ?? Number.POSITIVE_INFINITY;
    proxy.requests.length = 0;
    proxy.heads.length = 0;
  };
  /** The keys of uploads that were begun and are neither closed nor given up. */
  const uploads = async () =>
    ((await client.send(new ListMultipartUploadsCommand({ Bucket: "faults" }))).Uploads ?? []).map(
      ({ Key }) => Key,
    );
  afterEach(async () => {
    begin({ kind: "none" });
    const { store } = openFaulty();
    expect(await keysOf(store), "a test leaves nothing").toEqual([]);
    // Begun, and the answer that names it was lost: nothing but this can give it up.
    await store.removeUnfinished?.(new Date(Date.now() + 3_600_000), 1000);
    expect(await uploads()).toEqual([]);
  });

  const LONG = "x".repeat(300_000);
  const FAULTS: [name: string, fault: Fault, hasty: boolean][] = [
    ["drops each connection", { kind: "drop" }, false],
    ["never answers", { kind: "silent" }, true],
    ["answers 500", { kind: "status", status: 500 }, false],
    ["answers 503", { kind: "status", status: 503 }, false],
    ["answers 403 from something before it", { kind: "status", status: 403 }, false],
    ["cuts its answers", { kind: "cut", bytes: 40 }, false],
    ["stops within its answers", { kind: "stall", bytes: 40 }, true],
    ["answers byte by byte", { kind: "trickle" }, true],
  ];
  for (const [name, fault, hasty] of FAULTS) {
    test(`a server that ${name} is an error of the store each time, and forgotten when it is well`, async () => {
      const { store, patience } = openFaulty();
      await store.put("a/there.json", bytesOf(LONG));
      begin(fault);
      if (hasty) Object.assign(patience, HASTY);
      const writer = store.writer("a/parts.pcapng");
      const errors = [
        await failureOf(store.put("a/new.json", bytesOf("new"))),
        await failureOf(textOf(store, "a/there.json")),
        await failureOf(store.delete(["a/none.json"])),
        await failureOf(keysOf(store)),
        await failureOf(writer.write(new Uint8Array(PART_BYTES))),
      ];
      await writer.abort();
      for (const error of errors) {
        expect(error.message).toMatch(/^Cannot \w+ .* in bucket faults at http:\/\/127\.0\.0\.1:\d+: /);
        expect(error.retryHelps).toBe(fault.kind !== "status" || fault.status >= 500);
      }
      // The first attempt and two more, for each of them; what is refused is not asked again.
      expect(proxy.requests.length).toBeLessThanOrEqual(3 * errors.length);

      begin({ kind: "none" });
      Object.assign(patience, PATIENCE);
      expect(await textOf(store, "a/there.json")).toBe(LONG);
      // A write whose answer was lost is there whole or not at all.
      expect(["new", null]).toContain(await textOf(store, "a/new.json"));
      expect(await textOf(store, "a/parts.pcapng")).toBeNull();
      await store.put("a/new.json", bytesOf("newer"));
      expect(await textOf(store, "a/new.json")).toBe("newer");
      await store.delete(["a/there.json", "a/new.json"]);
    });
  }

  test("what passes by itself is tried again, twice", async () => {
    const { store } = openFaulty();
    for (const fault of [
      { kind: "drop" },
      { kind: "status", status: 503 },
      { kind: "lose-answer" },
    ] as const) {
      begin(fault, { times: 2 });
      await store.put("b/again.json", bytesOf(fault.kind));
      expect(proxy.requests).toHaveLength(3);
      begin(fault, { times: 2 });
      expect(await textOf(store, "b/again.json")).toBe(fault.kind);
      begin(fault, { times: 3 });
      await failureOf(store.get("b/again.json"));
      expect(proxy.requests).toHaveLength(3);
    }
    begin({ kind: "none" });
    await store.delete(["b/again.json"]);
  });

  test("an object that breaks off within its bytes is an error, and never a shorter object", async () => {
    const { store, patience } = openFaulty();
    await store.put("c/long.json", bytesOf(LONG));
    for (const fault of [
      { kind: "cut", bytes: 100_000 },
      { kind: "stall", bytes: 100_000 },
    ] as const) {
      begin(fault);
      const stream = await store.get("c/long.json");
      if (fault.kind === "stall") patience.bytesMs = 200;
      const again = fault.kind === "stall" ? await store.get("c/long.json") : stream;
      const error = await failureOf(new Response(again).arrayBuffer());
      expect(error.message).toContain("Cannot read an object in bucket faults");
      if (again !== stream) await stream?.cancel();
    }
    begin({ kind: "none" });
    await store.delete(["c/long.json"]);
  });

  test("a reader that stops reading holds no connection", async () => {
    const { store, patience } = openFaulty();
    await store.put("c/long.json", bytesOf("x".repeat(8_000_000)));
    patience.readerMs = 1;
    const reader = (await store.get("c/long.json"))?.getReader();
    expect((await failureOf(Promise.resolve(reader?.closed))).message).toContain("nobody reads on");
    await store.delete(["c/long.json"]);
  });

  test("a part that fails gives the upload up, by the writer or by its caller", async () => {
    const { store } = openFaulty();
    const part = new Uint8Array(PART_BYTES);
    for (const how of ["close", "abort"] as const) {
      const writer = store.writer("d/parts.pcapng");
      await writer.write(part);
      expect(await uploads()).toEqual(["d/parts.pcapng"]);
      await writer.write(bytesOf("the rest"));
      begin({ kind: "status", status: 500 }, { only: /partNumber=2/ });
      if (how === "close") await failureOf(writer.close());
      else await writer.abort();
      expect(await uploads()).toEqual([]);
      await writer.abort();
    }
    begin({ kind: "none" });
    expect(await textOf(store, "d/parts.pcapng")).toBeNull();
  });

  test("an upload that is given up while a part is sent leaves nothing", async () => {
    const { store } = openFaulty();
    const writer = store.writer("d/parts.pcapng");
    await writer.write(new Uint8Array(PART_BYTES));
    begin({ kind: "silent" }, { only: /partNumber=2/ });
    const writing = failureOf(writer.write(new Uint8Array(PART_BYTES)));
    await expect
      .poll(() => proxy.requests.some((line) => line.includes("partNumber=2")), { timeout: 20_000 })
      .toBe(true);
    await writer.abort();
    await writing;
    expect(await uploads()).toEqual([]);
  });

  test("an upload whose last answer is lost stands when its bytes are there", async () => {
    const { store } = openFaulty();
    const writer = store.writer("e/parts.pcapng");
    await writer.write(new Uint8Array(PART_BYTES + 1));
    begin({ kind: "lose-answer" }, { only: /^POST .*uploadId=/, times: 1 });
    await writer.close();
    expect(proxy.times).toBe(0);
    begin({ kind: "none" });
    expect((await textOf(store, "e/parts.pcapng"))?.length).toBe(PART_BYTES + 1);
    await store.delete(["e/parts.pcapng"]);
  });

  test("uploads that a crash left are given up once they are old", async () => {
    const { store } = openFaulty();
    await client.send(new CreateMultipartUploadCommand({ Bucket: "faults", Key: "f/left.pcapng" }));
    expect(await store.removeUnfinished?.(new Date(Date.now() - 3_600_000), 1000)).toBe(0);
    expect(await uploads()).toEqual(["f/left.pcapng"]);
    await client.send(new CreateMultipartUploadCommand({ Bucket: "faults", Key: "f/other.pcapng" }));
    expect(await store.removeUnfinished?.(new Date(Date.now() + 3_600_000), 1)).toBe(1);
    expect(await uploads()).toHaveLength(1);
    expect(await store.removeUnfinished?.(new Date(Date.now() + 3_600_000), 1000)).toBe(1);
    expect(await uploads()).toEqual([]);
  });

  test("so many requests are under way at once, and those beyond wait for a bounded time", async () => {
    const { patience, settings } = openFaulty();
    const store = s3BlobStore(settings, { patience, requestsAtOnce: 2 });
    begin({ kind: "silent" });
    Object.assign(patience, { answerMs: 60_000, operationMs: 60_000, partMs: 200 });
    const waiting = [1, 2].map(() => store.get("h/none.json").catch(() => null));
    const late = await failureOf(store.get("h/none.json"));
    expect(late.message).toContain("too many requests wait for it");
    expect(proxy.requests.length).toBeLessThanOrEqual(2);
    begin({ kind: "none" });
    proxy.cut();
    await Promise.all(waiting);
    expect(await store.get("h/none.json")).toBeNull();
  });

  test("it asks no more of a server than clones have: no checksums, one delete at a time, no conditions", async () => {
    const { store } = openFaulty();
    begin({ kind: "none" });
    const writer = store.writer("g/parts.pcapng");
    await writer.write(new Uint8Array(PART_BYTES + 1));
    await writer.close();
    await store.put("g/one.json", bytesOf("1"));
    await textOf(store, "g/one.json");
    await store.delete(["g/parts.pcapng", "g/one.json"]);
    const heads = proxy.heads.join("\n");
    expect(heads).toMatch(/^authorization: AWS4-HMAC-SHA256 /im);
    expect(heads).not.toMatch(
      /^(x-amz-(sdk-checksum|checksum|trailer)|content-md5|if-|expect|transfer-encoding)[^:]*:/im,
    );
    expect(proxy.requests.filter((line) => line.startsWith("DELETE"))).toHaveLength(2);
    expect(heads).not.toContain("?delete");
  });

  test("what is wrong with the settings is said, without the secret", async () => {
    const wrong: [Partial<S3Settings>, string][] = [
      [
        { secretAccessKey: "not-the-secret" },
        "the secret access key is wrong, or the access key ID (SignatureDoesNotMatch)",
      ],
      [{ accessKeyId: "no:body" }, "or the access key ID (SignatureDoesNotMatch)"],
      [{ bucket: "never-made" }, "there is no such bucket (NoSuchBucket)"],
      [{ endpoint: "http://127.0.0.1:1" }, "the connection fails (ECONNREFUSED)"],
      [{ endpoint: "http://nowhere.invalid" }, "the connection fails (ENOTFOUND)"],
    ];
    for (const [change, said] of wrong) {
      const { settings } = openFaulty(change);
      const error = await failureOf(checkS3(settings));
      expect(error.message).toContain(said);
      expect(error.message).toContain(`in bucket ${settings.bucket} at ${settings.endpoint}: `);
      expect(error.message).not.toContain("not-the-secret");
    }
    begin({ kind: "silent" });
    const error = await failureOf(checkS3(openFaulty().settings, HASTY));
    expect(error.message).toContain("it does not answer");
    begin({ kind: "none" });
    await checkS3(openFaulty().settings);
  });
});
