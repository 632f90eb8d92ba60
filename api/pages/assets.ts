/** What pages load besides themselves, served under names that change with the content. */
import { Hono } from "hono";
import type { Deps } from "../deps.ts";
import { ANALYZER_POLICY } from "../http/content-security-policy.ts";
import type { Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";

/** Where a file is that pages load. */
export const assetPath = (name: string): string => `/assets/${name}`;

const TYPES: Readonly<Record<string, string>> = { css: "text/css", js: "text/javascript" };
/** A name as infra/page-files.ts makes it; no other is looked for. */
const NAME = /^[a-z-]+-([0-9a-f]{16})\.(css|js)$/;

/** So many bytes are worth packing. */
const LEAST_PACKED_BYTES = 4_096;

async function packed(file: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([file]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * The files themselves, which may be kept for good. Where the runtime has them in memory they are packed,
 * once each; Cloudflare packs what it sends by itself.
 */
export function assetRoutes(deps: Deps) {
  const known = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  return new Hono<Env>().get("/assets/:name", async (c) => {
    const name = c.req.param("name");
    const [, hash, extension = ""] = NAME.exec(name) ?? [];
    const file = hash === undefined ? null : await deps.pageFiles.read(name);
    if (file === null) throw new Problem("not-found", { params: { method: c.req.method, path: c.req.path } });
    const headers = {
      "Content-Type": `${TYPES[extension]}; charset=utf-8`,
      "Cache-Control": "public, max-age=31536000, immutable",
      Vary: "Accept-Encoding",
      ETag: `"${hash}"`,
      // A worker is held to what its own script's answer says.
      ...(name === deps.pageFiles.names.analyzer ? { "Content-Security-Policy": ANALYZER_POLICY } : {}),
    };
    const takesGzip = /(?:^|[\s,])gzip(?![\w-])(?!\s*;\s*q=0(?:\.0*)?(?:,|$))/i.test(
      c.req.header("accept-encoding") ?? "",
    );
    if (!takesGzip || !(file instanceof Uint8Array) || file.length < LEAST_PACKED_BYTES)
      return c.body(file, 200, headers);
    const gzip = known.get(name) ?? packed(file);
    known.set(name, gzip);
    return c.body(await gzip, 200, { ...headers, ETag: `"${hash}-gzip"`, "Content-Encoding": "gzip" });
  });
}
