/** What pages load besides themselves. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openService, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const get = (name: string, headers: Record<string, string> = {}) =>
  service.request("GET", `/assets/${name}`, { headers });

test("each file is the same packed and unpacked, and is kept for good", async () => {
  for (const name of Object.values(service.deps.pageFiles.names)) {
    const plain = await get(name);
    expect(plain.headers.get("content-encoding"), name).toBeNull();
    expect(plain.headers.get("cache-control")).toContain("immutable");
    expect(plain.headers.get("vary")).toContain("Accept-Encoding");
    const whole = await plain.text();
    for (const accepts of ["gzip, deflate, br", "br;q=1, GZIP;q=0.5"]) {
      const packed = await get(name, { "accept-encoding": accepts });
      expect(packed.headers.get("content-encoding"), name).toBe("gzip");
      expect(packed.headers.get("etag")).not.toBe(plain.headers.get("etag"));
      const bytes = new Uint8Array(await packed.arrayBuffer());
      expect(bytes.length).toBeLessThan(whole.length / 2);
      const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      expect(await new Response(unpacked).text()).toBe(whole);
    }
    for (const refuses of ["gzip;q=0", "identity", "x-gzip-not"])
      expect((await get(name, { "accept-encoding": refuses })).headers.get("content-encoding")).toBeNull();
  }
});

test("the scripts of pages are small, and the analyzer may connect to nothing", async () => {
  const { script, analyzer } = service.deps.pageFiles.names;
  const packed = await get(script, { "accept-encoding": "gzip" });
  expect((await packed.arrayBuffer()).byteLength).toBeLessThan(40 * 1024);
  const policyOf = async (path: string) =>
    (await service.request("GET", path)).headers.get("content-security-policy") ?? "";
  const policy = await policyOf(`/assets/${analyzer}`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain("connect-src");
  // The first page may start it, and no other page may start anything.
  expect(await policyOf("/")).toMatch(/worker-src 'self'; trusted-types ikefrag$/);
  for (const path of ["/docs", "/console/sign-in", `/assets/${script}`]) {
    expect(await policyOf(path), path).not.toContain("worker-src");
    expect(await policyOf(path), path).toContain("trusted-types 'none'");
  }
});

test("no other file is handed out", async () => {
  for (const name of ["names.json", "script.js", "style-0123456789abcdef.css", "..%2Fagent.mjs", ""])
    expect((await get(name)).status, name).toBe(404);
});
