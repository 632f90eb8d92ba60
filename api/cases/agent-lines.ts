/**
 * The agent's permissions under Deno: name resolution and UDP, interface facts, `ping`, PowerShell and `tcpdump`, the
 * terminal. Nothing to write: a capture is kept in memory, and what cannot be sent is written after Deno's own question.
 */
const DENO_PERMISSIONS = "--allow-net --allow-sys --allow-run --allow-read --allow-env";

/**
 * The lines to hand to a user.
 *
 * A code has letters, digits and hyphens, and an origin is checked to be a host: nothing in a line means anything
 * to a shell. The Windows line holds no `$` and no `%`, so that it is the same pasted into cmd and into PowerShell.
 */
export function agentCommands(
  origin: string,
  code: string,
): { windows: string; macLinux: string; deno: string; node: string } {
  const url = `${origin}/a/${code}.mjs`;
  return {
    windows: `powershell -c "irm -UseBasicParsing ${origin}/a/${code}.ps1 | iex"`,
    macLinux:
      `sh -c 'f=$(mktemp -d)/ikefrag.mjs && curl -fsSL "$0" -o "$f" && ` +
      `if command -v node >/dev/null; then exec node "$f"; else exec deno run ${DENO_PERMISSIONS} "$f"; fi' ${url}`,
    deno: `deno run ${DENO_PERMISSIONS} ${url}`,
    node: `curl -fsSL ${url} -o ikefrag.mjs && node ikefrag.mjs`,
  };
}
