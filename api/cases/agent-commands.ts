/** How the agent of a case comes to a user, and the lines that start it. */
import type { AgentLines, CaseWay, WayName } from "../../shared/schema/ways.ts";
import type { Config } from "../deps.ts";
import { type Agents, releaseFiles, releasePath } from "./release-files.ts";

/**
 * What the agent may do under Deno: resolve names and send UDP, read facts about interfaces, run `ping`,
 * PowerShell and `tcpdump`, and use the terminal. It gets no permission to write files: a capture is kept in
 * memory, and when it cannot be sent, Deno itself asks the user before it is written.
 */
const DENO_PERMISSIONS = "--allow-net --allow-sys --allow-run --allow-read --allow-env";

/** What is said where the bytes that came are not the published ones. No shell has a use for any of it. */
const REFUSAL = "Not run: the file that came is not the one that was published";

/** One line for each kind of computer, and for each runtime that a user may have. */
export type AgentCommands = Pick<AgentLines, "windows" | "macLinux" | "deno" | "node">;

// Where an answer over https leads on to http, curl ends. In quotes, for zsh would look up =https as a
// program.
const curlFor = (origin: string): string =>
  `curl ${origin.startsWith("https:") ? '--proto "=https" --tlsv1.2 ' : ""}-fsSL`;

/** Shell for what is there to run an agent with. */
const chosen = ({ node, deno, none }: Record<"node" | "deno" | "none", string>): string =>
  `if command -v node >/dev/null; then ${node}; elif command -v deno >/dev/null; then ${deno}; else ${none}; fi`;

/** The case's own file, run as it comes. */
function quickLines(origin: string, code: string): AgentLines {
  const url = `${origin}/a/${code}.mjs`;
  const curl = curlFor(origin);
  const choose = chosen({
    node: "e=mjs r=node",
    deno: `e=mjs r="deno run ${DENO_PERMISSIONS}"`,
    none: "e=sh r=sh",
  });
  const powershell = `irm -UseBasicParsing ${origin}/a/${code}.ps1 | iex`;
  return {
    windows: `powershell -c "${powershell}"`,
    powershell,
    macLinux:
      `sh -c '${choose}; f=$(mktemp -d)/ikefrag.$e && ${curl} "$0.$e" -o "$f" && exec $r "$f" "$@"' ` +
      `${origin}/a/${code}`,
    deno: `deno run ${DENO_PERMISSIONS} ${url}`,
    node: `${curl} ${url} -o ikefrag.mjs && node ikefrag.mjs`,
  };
}

/**
 * The published file: fetched into the home directory, held against its hash, and run with the case as its
 * parameters.
 *
 * The line for Windows has no `$`, `%`, backtick and `|`, so that it works in cmd and in PowerShell. The one
 * to type into an open PowerShell has the address in no process's command line.
 */
function fileLines(agents: Agents, origin: string, code: string): AgentLines {
  const sha256Of = (name: string) => releaseFiles(agents).find((file) => file.name === name)?.sha256 ?? "";
  const fetched =
    `irm -UseBasicParsing ${origin}${releasePath("ikefrag.ps1")} -OutFile ~/ikefrag.ps1; cd ~; ` +
    `if ((Get-FileHash ikefrag.ps1).Hash -eq '${sha256Of("ikefrag.ps1").toUpperCase()}')`;
  const refused = `else { '${REFUSAL}.' }`;
  const policy = "powershell -NoProfile -ExecutionPolicy RemoteSigned";
  // Who adds words to the end of a line gives them to the agent.
  const inShell = (choose: string): string =>
    `sh -c '${choose}; cd && ${curlFor(origin)}O "$0${releasePath("")}$f" && ` +
    '{ { shasum -a 256 "$f" 2>/dev/null || sha256sum "$f"; } | grep -q "^$h " || ' +
    `{ echo "${REFUSAL}." >&2; exit 1; }; } && ` +
    `exec $r "$f" --server "$0" --code ${code} "$@"' ${origin}`;
  const program = `f=ikefrag.mjs h=${sha256Of("ikefrag.mjs")}`;
  const [node, deno] = ["r=node", `r="deno run ${DENO_PERMISSIONS}"`];
  const none = `f=ikefrag.sh h=${sha256Of("ikefrag.sh")} r=sh`;
  return {
    windows: `${policy} -Command "${fetched} { .\\ikefrag.ps1 -Server ${origin} -Code ${code} } ${refused}"`,
    powershell: `${fetched} { $env:IKEFRAG_SERVER = '${origin}'; ${policy} -File ikefrag.ps1 -Code ${code} } ${refused}`,
    macLinux: inShell(`${program}; ${chosen({ node, deno, none })}`),
    deno: inShell(`${program} ${deno}`),
    node: inShell(`${program} ${node}`),
  };
}

/** The lines of a way; `null`: nothing is pasted there. */
export function linesOf(agents: Agents, way: WayName, origin: string, code: string): AgentLines | null {
  // A code consists of letters, digits and hyphens, and the origin was checked to be a host, so that no
  // shell finds anything special in a line.
  if (way === "quick") return quickLines(origin, code);
  return way === "file" ? fileLines(agents, origin, code) : null;
}

/** The ways that the operator offers, in that order. */
export const waysOf = (
  deps: Agents & { config: Pick<Config, "delivery"> },
  origin: string,
  code: string,
): CaseWay[] =>
  deps.config.delivery.map((way) => ({
    way,
    lines: linesOf(deps, way, origin, code),
    page: way === "by-hand" ? `${origin}/a/${code}/by-hand` : null,
  }));

/**
 * The lines to hand to a user: those of the first way that has any. Where none is offered that has, programs
 * that ask for lines get the published file's all the same.
 */
export function agentCommands(
  deps: Agents & { config: Pick<Config, "delivery"> },
  origin: string,
  code: string,
): AgentCommands {
  const first = deps.config.delivery.find((way) => way === "quick" || way === "file") ?? "file";
  const { powershell: _, ...commands } = linesOf(deps, first, origin, code) as AgentLines;
  return commands;
}
