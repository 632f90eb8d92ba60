/**
 * A service whose disk is full, read-only, unreadable or out of descriptors, and then well again. It is a
 * program, because it mounts file systems: `unshare -m` gives it mounts of its own, and it runs on Node and
 * Deno. It prints what came of each attempt as JSON.
 */
import { execFileSync } from "node:child_process";
import { mkdir, open, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { startServer } from "../../api/runtime/start-server.ts";
import { directoryBlobStore } from "../../api/store/directory.ts";
import { LostObjectError, StoreUnavailableError } from "../../api/store/unavailable.ts";

const [scenario = "", directory = ""] = process.argv.slice(2);
const KEY = "evidence/20261127/09aa.json";
const OTHER = "evidence/20261127/09bb.json";
/** It is there at first, and deleted as soon as that can be done. */
const OLD = "evidence/old0.json";
const objects = join(directory, "objects");

// What nobody waits for, and nobody hears of, would end the process.
const escaped: string[] = [];
process.on("unhandledRejection", (error) => escaped.push(String(error)));
process.on("uncaughtException", (error) => escaped.push(String(error)));

/** What came of it: its value, or why the store is unavailable. Any other error is a fault. */
async function outcomeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return (await run()) ?? "done";
  } catch (error) {
    if (error instanceof StoreUnavailableError) return `unavailable: ${error.message.split(" (")[0]}`;
    if (error instanceof LostObjectError) return `lost: ${error.message}`;
    return `FAULT: ${String(error)}`;
  }
}

const store = directoryBlobStore(objects);
const read = async (key: string) => {
  const stream = await store.get(key);
  return stream === null ? null : await new Response(stream).text();
};
const list = async () => {
  const keys: string[] = [];
  for await (const { key } of store.list()) keys.push(key);
  return keys;
};
async function stream(key: string, chunks: number): Promise<void> {
  const writer = store.writer(key);
  try {
    for (let at = 0; at < chunks; at++) await writer.write(new Uint8Array(100_000));
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
}
/** Each thing that a store does, once. */
async function all() {
  return {
    put: await outcomeOf(() => store.put(OTHER, new Uint8Array(400_000))),
    stream: await outcomeOf(() => stream(OTHER, 4)),
    read: await outcomeOf(() => read(KEY)),
    list: await outcomeOf(list),
    delete: await outcomeOf(() => store.delete([OLD, OTHER])),
    left: await readdir(objects, { recursive: true })
      .then((names) => names.filter((name) => name.endsWith(".unfinished")))
      .catch(() => "unknown"),
  };
}
const mount = (options: string, at = objects) =>
  execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", at], { stdio: "ignore" });

async function ofTheStore() {
  await mkdir(objects, { recursive: true });
  if (scenario !== "descriptors") mount("size=1m");
  await store.put(KEY, new TextEncoder().encode("well"));
  await store.put(OLD, new Uint8Array(1));
  let end = async () => {};
  if (scenario === "full") {
    await writeFile(join(objects, "filler"), new Uint8Array(900_000));
    end = () => rm(join(objects, "filler"));
  } else if (scenario === "read-only") {
    mount("remount,ro,size=1m");
    end = async () => void mount("remount,rw,size=1m");
  } else if (scenario === "unreadable") {
    const path = join(objects, "evidence/20261127/09cc.json");
    await mkdir(dirname(path), { recursive: true });
    await symlink("/proc/self/mem", path); // its first byte cannot be read: EIO
    return {
      inTheMiddle: await outcomeOf(() => read("evidence/20261127/09cc.json")),
      vanished: await outcomeOf(async () => {
        await store.put(OTHER, new Uint8Array(10));
        const opened = await store.get(OTHER);
        await store.delete([OTHER]);
        return await new Response(opened).text();
      }),
      after: await all(),
    };
  } else if (scenario === "descriptors") {
    const held: { close(): Promise<void> }[] = [];
    try {
      for (;;) held.push(await open("/dev/null"));
    } catch {
      end = async () => {
        for (const handle of held) await handle.close();
      };
    }
  }
  const meanwhile = await all();
  await end();
  return { meanwhile, after: await all() };
}

/** The same by way of HTTP. The index is on another disk: it says for itself what it cannot do. */
async function ofTheService() {
  await mkdir(objects, { recursive: true });
  mount("size=1m");
  const log: string[] = [];
  const server = await startServer({
    host: "127.0.0.1",
    port: 0,
    dataDir: directory,
    publicUrl: null,
    log: ({ level, message }) => {
      if (level === "error") log.push(message.split("\n")[0] ?? "");
    },
  });
  const token = server.firstStart?.apiToken;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/octet-stream" };
  const body = await readFile(join(import.meta.dirname, "../cases/seed/wired-fail.pcapng"));
  const upload = async () => {
    const answer = await fetch(`${server.url}/v1/analyses?store=1`, { method: "POST", headers, body });
    const { type } = (await answer.json()) as { type?: string };
    return [answer.status, type ?? null, answer.headers.get("retry-after")];
  };
  const isWell = async () => (await fetch(`${server.url}/healthz`)).status;
  const said: unknown[] = [await upload()];
  await writeFile(join(objects, "filler"), new Uint8Array(1_200_000)).catch(() => {});
  said.push(await upload(), await isWell());
  await rm(join(objects, "filler"));
  said.push(await upload());
  mount("remount,ro,size=1m");
  said.push(await upload(), await isWell());
  mount("remount,rw,size=1m");
  said.push(await upload());
  await server.close();
  return { said, log };
}

const outcome = scenario === "service" ? await ofTheService() : await ofTheStore();
process.stdout.write(`${JSON.stringify({ outcome, escaped })}\n`);
process.exit(0);
