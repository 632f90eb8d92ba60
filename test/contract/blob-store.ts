/** What every object store must do. Its lists have pages of fewer than 200 keys, if they have pages. */
import { expect, test } from "vitest";
import { sha256Hex } from "../../api/auth/secrets.ts";
import type { BlobStore, ListRange } from "../../api/store/port.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const read = async (store: BlobStore, key: string): Promise<Uint8Array | null> => {
  const stream = await store.get(key);
  return stream === null ? null : new Uint8Array(await new Response(stream).arrayBuffer());
};
/** The keys in the order in which they are listed. */
const keysOf = async (store: BlobStore, range?: ListRange): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of store.list(range)) keys.push(key);
  return keys;
};
/** Bytes that tell where they came from. */
const pattern = (length: number, from: number) =>
  Uint8Array.from({ length }, (_, at) => ((from + at) * 31) & 255);

export function blobStoreContract(name: string, open: () => BlobStore): void {
  test(`${name}: what is put is there, and another put takes its place`, async () => {
    const store = open();
    expect(await read(store, "a/none.json")).toBeNull();
    await store.put("a/one.json", bytesOf("first"));
    await store.put("a/one.json", bytesOf("2"));
    expect(await read(store, "a/one.json")).toEqual(bytesOf("2"));
    await store.put("a/empty.json", new Uint8Array());
    expect(await store.ping()).toBeUndefined();
    expect(await read(store, "a/empty.json")).toEqual(new Uint8Array());
    await store.delete(["a/one.json", "a/empty.json", "a/none.json"]);
    expect(await keysOf(store)).toEqual([]);
  });

  test(`${name}: what is written piece by piece appears when it is closed, whole`, async () => {
    const store = open();
    const writer = store.writer("b/stream.pcapng");
    const piece = new Uint8Array(300_000);
    let length = 0;
    // Over 11 MiB: more than two parts of a multipart upload. The piece is reused, as a parser's buffer is.
    while (length < 11_700_000) {
      piece.set(pattern(piece.length, length));
      await writer.write(piece);
      length += piece.length;
    }
    expect(await read(store, "b/stream.pcapng")).toBeNull();
    await writer.close();
    const whole = await read(store, "b/stream.pcapng");
    expect(whole?.length).toBe(length);
    expect(sha256Hex(whole ?? new Uint8Array())).toBe(sha256Hex(pattern(length, 0)));
    for await (const entry of store.list()) {
      expect(entry).toMatchObject({ key: "b/stream.pcapng", bytes: length });
      expect(entry.modifiedAt.getTime()).toBeGreaterThan(Date.UTC(2020, 0));
    }
    await store.delete(["b/stream.pcapng"]);
  });

  test(`${name}: a small and an empty stream`, async () => {
    const store = open();
    const small = store.writer("c/small.pcapng");
    await small.write(bytesOf("ab"));
    await small.write(bytesOf("c"));
    await small.close();
    await store.writer("c/empty.pcapng").close();
    expect(await read(store, "c/small.pcapng")).toEqual(bytesOf("abc"));
    expect(await read(store, "c/empty.pcapng")).toEqual(new Uint8Array());
    await store.delete(["c/small.pcapng", "c/empty.pcapng"]);
  });

  test(`${name}: what is given up leaves nothing`, async () => {
    const store = open();
    for (const length of [0, 100, 6_000_000]) {
      const writer = store.writer("d/aborted.pcapng");
      if (length > 0) await writer.write(new Uint8Array(length));
      await writer.abort();
    }
    expect(await read(store, "d/aborted.pcapng")).toBeNull();
    expect(await keysOf(store)).toEqual([]);
  });

  test(`${name}: all keys are listed, and more than a page of them deleted`, async () => {
    const store = open();
    const keys = Array.from({ length: 220 }, (_, at) => `e/k${String(at).padStart(4, "0")}.json`);
    for (let end = keys.length; end > 0; end -= 20) {
      await Promise.all(keys.slice(end - 20, end).map((key) => store.put(key, bytesOf(key))));
    }
    expect(await keysOf(store)).toEqual(keys);
    // From the middle of one page over the end of another.
    expect(await keysOf(store, { prefix: "e/k00", after: keys[69] ?? "" })).toEqual(keys.slice(70, 100));
    // More than it deletes at once; some of them are not there, which is no error.
    const none = Array.from({ length: store.keysARequest.delete }, (_, at) => `e/none${at}.json`);
    await store.delete([...none, ...keys]);
    expect(await keysOf(store)).toEqual([]);
  });

  test(`${name}: keys are listed in order, with a prefix and after a key, those with an hour and those without`, async () => {
    const store = open();
    const keys = [
      "captures/20261127/09aa.pcapng",
      "evidence/0old.json",
      "evidence/20261126/23zz.json",
      "evidence/20261127/00aa.json",
      "evidence/20261127/10aa.json",
      "evidence/20261127/10ab.json",
      "evidence/20261127a.json",
      "evidence/2old.json",
      "evidence/zold.json",
      "texts/20261127/10aa.txt",
    ];
    for (const key of [...keys.slice(5), ...keys.slice(0, 5)]) await store.put(key, bytesOf(key));
    expect(await keysOf(store)).toEqual(keys);
    for (const after of ["", "c", "evidence/", "evidence/20261127/", "evidence/20261127/10", "u", ...keys])
      for (const prefix of ["", "evidence/", "evidence/20261127/10", "evidence/20261127/10aa.json", "x/"])
        expect(await keysOf(store, { prefix, after }), `${prefix} after ${after}`).toEqual(
          keys.filter((key) => key.startsWith(prefix) && key > after),
        );
    for (const key of keys) expect(await read(store, key)).toEqual(bytesOf(key));
    await store.delete(keys);
    expect(await keysOf(store)).toEqual([]);
  });

  test(`${name}: a key is used again after the last object beside it was deleted`, async () => {
    const store = open();
    for (let round = 0; round < 3; round++) {
      await store.put("f/20261127/10aa.json", bytesOf("x"));
      await store.delete(["f/20261127/10aa.json"]);
    }
    const writer = store.writer("f/20261127/10ab.json");
    await Promise.all([store.delete(["f/20261127/10aa.json"]), writer.write(bytesOf("y"))]);
    await writer.close();
    await writer.abort(); // as a caller does that does not know how far it came
    expect(await keysOf(store)).toEqual(["f/20261127/10ab.json"]);
    await store.delete(["f/20261127/10ab.json"]);
    expect(store.keysARequest.list).toBeGreaterThan(0);
    expect(store.keysARequest.delete).toBeGreaterThan(0);
  });
}
