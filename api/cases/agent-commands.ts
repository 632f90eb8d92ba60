/** The command lines that start the agent of a case. */

/**
 * What the agent may do under Deno: resolve names and send UDP, read facts about interfaces, run `ping`,
 * PowerShell and `tcpdump`, and use the terminal. It gets no permission to write files: a capture is kept in
 * memory, and when it cannot be sent, Deno itself asks the user before it is written.
 */
const DENO_PERMISSIONS = "--allow-net --allow-sys --allow-run --allow-read --allow-env";

/** One line for each kind of computer, and for each runtime that a user may have. */
export type AgentCommands = Record<"windows" | "macLinux" | "deno" | "node", string>;

/**
 * The lines to hand to a user.
 *
 * A code consists of letters, digits and hyphens, and the origin was checked to be a host, so that no shell
 * finds anything special in a line. The line for Windows has no `$` and no `%`, so that it works in cmd and
 * in PowerShell.
 */
export function agentCommands(origin: string, code: string): AgentCommands {
  const url = `${origin}/a/${code}.mjs`;
  // Where an answer over https leads on to http, curl ends. In quotes, for zsh would look up =https as a
  // program.
  const curl = `curl ${origin.startsWith("https:") ? '--proto "=https" --tlsv1.2 ' : ""}-fsSL`;
  return {
    windows: `powershell -c "irm -UseBasicParsing ${origin}/a/${code}.ps1 | iex"`,
    macLinux:
      `sh -c 'f=$(mktemp -d)/ikefrag.mjs && ${curl} "$0" -o "$f" && ` +
      `if command -v node >/dev/null; then exec node "$f"; else exec deno run ${DENO_PERMISSIONS} "$f"; fi' ${url}`,
    deno: `deno run ${DENO_PERMISSIONS} ${url}`,
    node: `${curl} ${url} -o ikefrag.mjs && node ikefrag.mjs`,
  };
}
