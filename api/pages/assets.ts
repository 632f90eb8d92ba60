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

/** The files themselves, which may be kept for good. */
export function assetRoutes(deps: Deps) {
  return new Hono<Env>().get("/assets/:name", async (c) => {
    const name = c.req.param("name");
    const [, hash, extension = ""] = NAME.exec(name) ?? [];
    const file = hash === undefined ? null : await deps.pageFiles.read(name);
    if (file === null) throw new Problem("not-found", { params: { method: c.req.method, path: c.req.path } });
    return c.body(file, 200, {
      "Content-Type": `${TYPES[extension]}; charset=utf-8`,
      "Cache-Control": "public, max-age=31536000, immutable",
      ETag: `"${hash}"`,
      // A worker is held to what its own script's answer says.
      ...(name === deps.pageFiles.names.analyzer ? { "Content-Security-Policy": ANALYZER_POLICY } : {}),
    });
  });
}
