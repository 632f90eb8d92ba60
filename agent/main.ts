/**
 * The agent that a case's command line starts. It asks the service what to measure, asks the person at this
 * computer for permission, measures, and sends what it measured. It asks before it
 * changes anything here, and puts it back.
 */
import process from "node:process";
import { parseArguments } from "./arguments.ts";
import { ExitCode } from "./exit-code.ts";
import { plain, systemLanguage } from "./io/console-text.ts";
import { runAgent } from "./run-agent.ts";
import { AGENT_LANGUAGES, wordsIn } from "./words/words.ts";

// The service replaces these two by the case when it hands out the file.
const CASE_CODE = "__IKEFRAG_CODE__";
const SERVICE_URL = "__IKEFRAG_URL__";

const stop = new AbortController();
process.on("SIGINT", () => stop.abort(new Error("interrupted")));
process.on("SIGTERM", () => stop.abort(new Error("terminated")));
process.on("SIGHUP", () => stop.abort(new Error("terminal closed")));

process.exitCode = await main();

/** Deno asks before a variable is read, and a person may say no: then there is none. */
function environment(): Record<string, string | undefined> {
  try {
    const { IKEFRAG_SERVER, IKEFRAG_CODE } = process.env;
    return { IKEFRAG_SERVER, IKEFRAG_CODE };
  } catch {
    return {};
  }
}

async function main(): Promise<number> {
  const languages = AGENT_LANGUAGES.join("|");
  const parsed = parseArguments(
    process.argv.slice(2),
    { server: SERVICE_URL, code: CASE_CODE },
    environment(),
  );
  if ("help" in parsed) {
    process.stdout.write(`${wordsIn(parsed.language ?? systemLanguage() ?? "en")("usage", { languages })}\n`);
    return ExitCode.HEALTHY;
  }
  if ("misused" in parsed) {
    const words = wordsIn(parsed.language ?? systemLanguage() ?? "en");
    process.stderr.write(
      `${words("misused", { what: plain(parsed.misused) })}\n${words("usage", { languages })}\n`,
    );
    return ExitCode.USAGE;
  }
  try {
    return await runAgent({ ...parsed, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.stderr.write(`\n${wordsIn(parsed.language ?? systemLanguage() ?? "en")("stopped")}\n`);
    process.exit(130); // do not wait for what is still under way, such as a DNS query
  }
}
