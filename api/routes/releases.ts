/** `/agent/VERSION/…`: the agents as they are published, and their hashes. Nobody needs a code for them. */
import { Hono } from "hono";
import { sha256Hex } from "../auth/secrets.ts";
import { HASHES, hashList, releaseFiles, releasePath, VERSION } from "../cases/release-files.ts";
import type { Deps } from "../deps.ts";
import type { Env } from "../http/context.ts";
import { matchesEtag } from "../http/etag.ts";
import { Problem } from "../http/problem.ts";

/** The files of the one version that this service has. */
export function releaseRoutes(deps: Deps) {
  return new Hono<Env>().get("/agent/:version/:file", (c) => {
    const { version, file } = c.req.param();
    const files = releaseFiles(deps);
    const list = hashList(files);
    const found = [...files, { name: HASHES, text: list, sha256: sha256Hex(list), type: "text/plain" }].find(
      ({ name }) => name === file,
    );
    if (version !== VERSION || found === undefined)
      throw new Problem("release-not-found", {
        params: { version: VERSION, url: `${c.var.origin}${releasePath(HASHES)}` },
      });
    const etag = `"${found.sha256}"`;
    c.header("ETag", etag);
    c.header("Cache-Control", "public, max-age=31536000, immutable");
    if (matchesEtag(c, etag)) return c.body(null, 304);
    return c.body(found.text, 200, { "Content-Type": `${found.type}; charset=utf-8` });
  });
}
