/** A store in another runtime, so that the contract, which vitest runs on Node, is held against it there. */
import type { BlobStore, ObjectEntry } from "../../api/store/port.ts";

/** Answers what {@link blobStoreOverHttp} asks, with the store of this runtime. */
export async function answerWith(store: BlobStore, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const key = searchParams.get("key") ?? "";
  switch (pathname) {
    case "/put":
      await store.put(key, new Uint8Array(await request.arrayBuffer()));
      return new Response("done");
    case "/write": {
      const writer = store.writer(key);
      const bytes = new Uint8Array(await request.arrayBuffer());
      const view = new DataView(bytes.buffer);
      for (let at = 0; at < bytes.length; at += 4 + view.getUint32(at)) {
        await writer.write(bytes.subarray(at + 4, at + 4 + view.getUint32(at)));
      }
      if ((await store.get(key)) !== null) return new Response("It is there before close()", { status: 500 });
      if (searchParams.has("abort")) await writer.abort();
      else await writer.close();
      return new Response("done");
    }
    case "/get": {
      const body = await store.get(key);
      return body === null ? new Response("none", { status: 404 }) : new Response(body);
    }
    case "/ping":
      await store.ping();
      return new Response("done");
    case "/delete":
      await store.delete((await request.json()) as string[]);
      return new Response("done");
    case "/list": {
      const entries: ObjectEntry[] = [];
      const { prefix, after } = { prefix: searchParams.get("prefix"), after: searchParams.get("after") };
      for await (const entry of store.list({ prefix: prefix ?? "", after: after ?? "" })) entries.push(entry);
      return Response.json(entries);
    }
    default:
      return Response.json(store.keysARequest);
  }
}

/** The store of another runtime. What is written comes there in the same pieces, when it is closed. */
export async function blobStoreOverHttp(origin: string): Promise<BlobStore> {
  const ask = async (path: string, words: Record<string, string>, body?: BodyInit): Promise<Response> => {
    const url = `${origin}${path}?${new URLSearchParams(words)}`;
    const answer = await fetch(url, body === undefined ? {} : { method: "POST", body });
    if (answer.status === 500) throw new Error(await answer.text());
    return answer;
  };
  const keysARequest = await (await ask("/", {})).json();
  return {
    keysARequest,
    async put(key, bytes) {
      await ask("/put", { key }, new Blob([bytes.slice()]));
    },
    writer(key) {
      let pieces: Uint8Array<ArrayBuffer>[] | null = [];
      const end = async (words: Record<string, string>) => {
        const body = new Blob(pieces ?? []);
        pieces = null;
        await ask("/write", { key, ...words }, body);
      };
      return {
        async write(chunk) {
          const length = new Uint8Array(4);
          new DataView(length.buffer).setUint32(0, chunk.length);
          pieces?.push(length, chunk.slice());
        },
        close: () => end({}),
        abort: async () => {
          if (pieces !== null) await end({ abort: "1" });
        },
      };
    },
    async get(key) {
      const answer = await ask("/get", { key });
      return answer.status === 404 ? null : answer.body;
    },
    async ping() {
      await ask("/ping", {});
    },
    async delete(keys) {
      await ask("/delete", {}, JSON.stringify(keys));
    },
    async *list({ prefix = "", after = "" } = {}) {
      const entries = (await (await ask("/list", { prefix, after })).json()) as (ObjectEntry & {
        modifiedAt: string;
      })[];
      for (const entry of entries) yield { ...entry, modifiedAt: new Date(entry.modifiedAt) };
    },
  };
}
