import { Hono } from "hono";
import type { z } from "zod";
import type { CaseInfo } from "../../shared/schema/api.ts";
import { windowsAgentWords } from "../../shared/text/windows-agent.ts";
import { sha256Hex } from "../auth/secrets.ts";
import { agentCommands } from "../cases/agent-lines.ts";
import { openCase } from "../cases/open-case.ts";
import type { Deps } from "../deps.ts";
import type { AppContext, Env } from "../http/context.ts";
import { Problem } from "../http/problem.ts";
import { agentPage } from "../pages/agent-page.ts";

export interface AgentScript {
  text: string;
  sha256: string;
}

/** The bytes of a case's agent: the same for every case but for the code and the service's origin. */
export function agentScript(agent: string, origin: string, code: string): AgentScript {
  const text = agent.replace("__IKEFRAG_CODE__", () => code).replace("__IKEFRAG_URL__", () => origin);
  return { text, sha256: sha256Hex(text) };
}

/** `/a/CODE…`: the agent, the page about it, and what the agent itself asks before it asks the user. GET changes nothing. */
export function agentRoutes(deps: Deps) {
  const script = (c: AppContext, agent: string, code: string, type: string): Response => {
    const { text, sha256 } = agentScript(agent, c.var.origin, code);
    const etag = `"${sha256}"`;
    c.header("ETag", etag);
    c.header("Cache-Control", "private, no-cache");
    if ((c.req.header("if-none-match") ?? "").split(",").some((tag) => tag.trim() === etag))
      return c.body(null, 304);
    return c.body(text, 200, { "Content-Type": `${type}; charset=utf-8` });
  };

  return new Hono<Env>().get("/:file", async (c) => {
    const file = c.req.param("file");
    const [, name = "", extension = ""] = /^([^.]*)(\.[^.]*)?$/.exec(file) ?? [];
    const { code, entry } = await openCase(deps, c, name);
    switch (extension) {
      case ".mjs":
        return script(c, deps.agentBundle, code, "text/javascript");
      case ".ps1":
        // As plain text: what Windows PowerShell gives to iex as it is.
        return script(c, deps.windowsAgent, code, "text/plain");
      case ".json":
        return c.json(
          {
            operator: deps.config.operator,
            gateway: entry.gateway,
            reflector: deps.config.reflector?.host ?? null,
            language: entry.language,
            expiresAt: entry.expiresAt,
            ask: entry.ask,
            agentWords: windowsAgentWords[c.var.language],
          } satisfies z.infer<typeof CaseInfo>,
          200,
          { "Cache-Control": "no-store" },
        );
      case "":
        return c.html(
          agentPage(c, {
            operator: deps.config.operator,
            code,
            entry,
            reflector: deps.config.reflector?.host ?? null,
            script: agentScript(deps.agentBundle, c.var.origin, code),
            windowsScript: agentScript(deps.windowsAgent, c.var.origin, code),
            commands: agentCommands(c.var.origin, code),
            reportDays: deps.config.reportDays,
          }),
        );
      default:
        throw new Problem("script-not-found", {
          params: { file, url: `${c.var.origin}/a/${code}.mjs`, windows: `${c.var.origin}/a/${code}.ps1` },
        });
    }
  });
}
