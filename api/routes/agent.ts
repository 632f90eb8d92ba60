/**
 * `/a/CODE.mjs`, `/a/CODE.ps1`, `/a/CODE.sh` and `/a/CODE.json`: the agents, and what they ask for before
 * they ask the user.
 */
import { Hono } from "hono";
import type { z } from "zod";
import { scriptWords } from "../../agent/words/posix.ts";
import type { CaseInfo } from "../../shared/schema/api.ts";
import { agentScript } from "../cases/agent-script.ts";
import { findOpenCase } from "../cases/case-code.ts";
import { mayRehearse } from "../cases/rehearsal.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { matchesEtag } from "../http/etag.ts";
import { Problem } from "../http/problem.ts";
import { countingMisses } from "../http/rate-limits.ts";

/** The routes under `/a` that have a file's extension. The page without one is in `pages/agent-page.ts`. */
export function agentRoutes(deps: Deps) {
  const script = (c: AppContext, agent: string, code: string, type: string): Response => {
    const { text, sha256 } = agentScript(agent, c.var.origin, code);
    const etag = `"${sha256}"`;
    c.header("ETag", etag);
    c.header("Cache-Control", "private, no-cache");
    if (matchesEtag(c, etag)) return c.body(null, 304);
    return c.body(text, 200, { "Content-Type": `${type}; charset=utf-8` });
  };

  return new Hono<Env>().get("/:file", async (c, next) => {
    const file = c.req.param("file");
    const [, name = "", extension = ""] = /^([^.]*)(\.[^.]*)?$/.exec(file) ?? [];
    if (extension === "" && !file.includes(".")) return next();
    const { code, entry } = await countingMisses(deps, c, () => findOpenCase(deps, name));
    const at = `${c.var.origin}/a/${code}`;
    switch (extension) {
      case ".mjs":
        return script(c, deps.agentBundle, code, "text/javascript");
      case ".ps1":
        // Windows PowerShell hands plain text to `iex` unchanged.
        return script(c, deps.windowsAgent, code, "text/plain");
      case ".sh":
        return script(c, deps.posixAgent, code, "text/plain");
      case ".json":
        return c.json(
          {
            operator: [deps.config.operator, deps.config.contact].filter(Boolean).join(" · "),
            gateway: entry.gateway,
            reflector: deps.config.reflector?.host ?? null,
            rehearsal: mayRehearse(deps, entry),
            language: entry.language,
            expiresAt: entry.expiresAt,
            ask: entry.ask,
            agentWords: scriptWords(c.var.language),
          } satisfies z.infer<typeof CaseInfo>,
          200,
          { "Cache-Control": "no-store" },
        );
      default:
        throw new Problem("script-not-found", {
          params: { file, url: `${at}.mjs`, windows: `${at}.ps1`, shell: `${at}.sh` },
        });
    }
  });
}
