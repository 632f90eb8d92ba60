#!/usr/bin/env node
/** The program `ikefrag`: reads the command line, and loads and runs one command. */
import { ExitCode } from "../agent/exit-code.ts";
import { systemLanguage } from "../agent/io/console-text.ts";
import { VERSION } from "../agent/version.ts";
import type { Language } from "../shared/language.ts";
import { CommandLine, UsageError } from "./arguments.ts";
import { type Command, closestCommand, helpOf, isCommand, OVERVIEW } from "./help.ts";
import { UnusableInputError } from "./unusable-input.ts";

// `process` is not imported here nor in what `decode` loads: importing such a module reads all its
// properties, among them streams and workers, and the program would start 15 ms later.

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new Error(signal));
  });
}
// `ikefrag decode FILE | head` ends when the reader has enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

/** The first Node with all that the program uses; the full-text search of its SQLite comes last of it. */
const LEAST_NODE = "22.16";

async function main(words: readonly string[]): Promise<number> {
  const [command, ...rest] = words;
  if (command === undefined || command === "--help" || command === "-h" || command === "help") {
    const about = rest[0];
    process.stdout.write(about !== undefined && isCommand(about) ? helpOf(about) : OVERVIEW);
    return command === undefined ? ExitCode.USAGE : ExitCode.HEALTHY;
  }
  if (command === "--version" || command === "-V") {
    process.stdout.write(`ikefrag ${VERSION}\n`);
    return ExitCode.HEALTHY;
  }
  if (!isCommand(command)) {
    const closest = closestCommand(command);
    const advice = closest === null ? `\n\n${OVERVIEW}` : `. Did you mean "ikefrag ${closest}"?\n`;
    process.stderr.write(`ikefrag: there is no command "${command}"${advice}`);
    return ExitCode.USAGE;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(helpOf(command));
    return ExitCode.HEALTHY;
  }
  if (isOlder(process.versions.node, LEAST_NODE)) {
    process.stderr.write(`ikefrag: needs Node ${LEAST_NODE} or newer, and this is ${process.version}\n`);
    return ExitCode.USAGE;
  }
  try {
    return await run(command, new CommandLine(command, rest));
  } catch (error) {
    if (stop.signal.aborted) {
      process.stderr.write("\nikefrag: stopped\n");
      process.exit(130);
    }
    if (error instanceof UsageError) {
      process.stderr.write(`ikefrag ${command}: ${error.message}\nSee: ikefrag ${command} --help\n`);
      return ExitCode.USAGE;
    }
    if (error instanceof UnusableInputError) {
      process.stderr.write(`ikefrag ${command}: ${error.message}\n`);
      return ExitCode.USAGE;
    }
    throw error;
  }
}

function isOlder(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split(".").map(Number);
  return major < leastMajor || (major === leastMajor && minor < leastMinor);
}

/**
 * Whom a text to forward is for; `null`: none is wanted.
 *
 * @throws {UsageError} there is no such reader, or the options contradict each other
 */
function readForward(line: CommandLine): { to: "gateway" | "carrier"; addresses: boolean } | null {
  const to = line.text("forward");
  const isPlain = line.has("without-addresses");
  if (to === null) {
    if (isPlain) throw new UsageError("--without-addresses needs --forward gateway or --forward carrier");
    return null;
  }
  if (to !== "gateway" && to !== "carrier")
    throw new UsageError(`--forward is "gateway" or "carrier", not "${to}"`);
  if (line.has("json")) throw new UsageError("--forward writes a text, and --json the diagnosis: give one");
  return { to, addresses: !isPlain };
}

/** Each command loads what it needs, so that help and errors come at once. */
async function run(command: Command, line: CommandLine): Promise<number> {
  const json = line.has("json");
  switch (command) {
    case "analyze": {
      const [client, gateway] = [line.texts("client"), line.texts("gateway")];
      const between = line.texts("between");
      if ([...client, ...gateway, ...between].includes(""))
        throw new UsageError("--client, --gateway and --between need a value");
      if (line.positionals.length + client.length + gateway.length + between.length === 0)
        throw new UsageError("name at least one file");
      const forward = readForward(line);
      const ends = { client, gateway, between };
      const [html, server] = [line.text("html"), line.text("server")];
      const options = { json, language: languageOf(line), html, ...ends, server, forward };
      const { analyze } = await import("./analyze.ts");
      return analyze(line.positionals, options);
    }
    case "decode": {
      if (line.positionals.length === 0) throw new UsageError("name at least one file");
      const { decode } = await import("./decode.ts");
      return decode(line.positionals, { json });
    }
    case "minimize": {
      const [input, output] = line.positionals;
      if (input === undefined || output === undefined)
        throw new UsageError("name the capture, and the file to write");
      line.refuseMoreThan(2);
      const { minimize } = await import("./minimize.ts");
      return minimize(input, output, { pseudonymize: line.has("pseudonymize") });
    }
    case "compare": {
      line.refuseMoreThan(0);
      const [beforeFiles, afterFiles] = [line.texts("before"), line.texts("after")];
      if (beforeFiles.length === 0 || afterFiles.length === 0)
        throw new UsageError("needs --before FILE and --after FILE");
      const language = languageOf(line);
      const { compare } = await import("./compare.ts");
      return compare({ beforeFiles, afterFiles, json, language });
    }
    case "probe": {
      line.refuseMoreThan(0);
      return runProbe(line);
    }
    case "backup": {
      const [into] = line.positionals;
      if (into === undefined) throw new UsageError("name the folder that the copy is written to");
      line.refuseMoreThan(1);
      const { backup } = await import("./backup.ts");
      return backup(line.text("data") ?? ".ikefrag", into);
    }
    case "doctor": {
      line.refuseMoreThan(0);
      const { doctor } = await import("./doctor.ts");
      return doctor(line.text("data") ?? ".ikefrag", { mend: line.has("mend"), json });
    }
    case "token": {
      const [what, word] = line.positionals;
      const dataDir = line.text("data") ?? ".ikefrag";
      const token = await import("./token.ts");
      if (what === "create" && word !== undefined) {
        line.refuseMoreThan(2);
        return token.createApiToken(
          dataDir,
          token.readTokenRequest(word, line.text("role"), line.text("days")),
        );
      }
      if (what === "revoke" && word !== undefined) {
        line.refuseMoreThan(2);
        return token.revokeApiToken(dataDir, word);
      }
      if (what !== "list") throw new UsageError("say create NAME, list, or revoke ID");
      line.refuseMoreThan(1);
      return token.listApiTokens(dataDir, json);
    }
    case "audit": {
      line.refuseMoreThan(0);
      const { checkAuditLog } = await import("./token.ts");
      return checkAuditLog(line.text("data") ?? ".ikefrag", line.text("head"));
    }
    case "sweep": {
      line.refuseMoreThan(0);
      const { sweep } = await import("./sweep.ts");
      return sweep(line.text("data") ?? ".ikefrag", line.has("anyway"));
    }
    case "kit": {
      line.refuseMoreThan(0);
      const server = line.text("server");
      if (server === null) throw new UsageError("needs --server URL");
      const { kit } = await import("./kit.ts");
      return kit({ server, code: line.text("code"), out: line.text("out") ?? "ikefrag-kit" });
    }
    case "serve": {
      line.refuseMoreThan(0);
      const portText = line.text("port") ?? "8787";
      const port = Number(portText);
      if (!/^\d{1,5}$/.test(portText) || port > 65_535)
        throw new UsageError(`--port is a number up to 65535, not "${portText}"`);
      const { serve, serveDemonstration } = await import("./serve.ts");
      if (line.has("demo")) {
        for (const name of ["host", "data", "public-url", "reflector"] as const)
          if (line.text(name) !== null) throw new UsageError(`--demo and --${name} do not go together`);
        return serveDemonstration({ port, language: languageOf(line), signal: stop.signal });
      }
      return serve({
        port,
        host: line.text("host") ?? "127.0.0.1",
        dataDir: line.text("data") ?? ".ikefrag",
        publicUrl: line.text("public-url"),
        reflector: line.text("reflector"),
        signInLink: line.has("sign-in-link"),
        newIndex: line.has("new-index"),
        printConfig: line.has("print-config"),
        signal: stop.signal,
      });
    }
  }
}

/** Probes from here, or as the agent of a case. */
async function runProbe(line: CommandLine): Promise<number> {
  const [gateway, server, code] = [line.text("gateway"), line.text("server"), line.text("code")];
  if (gateway !== null && (server !== null || code !== null)) {
    throw new UsageError("give either --gateway, or --server and --code");
  }
  const rehearsal = !line.has("no-rehearsal");
  if (gateway === null && !rehearsal) {
    throw new UsageError("--no-rehearsal goes with --gateway: of a case, the helpdesk decides");
  }
  const saveFile = line.text("save");
  const asked = { yes: line.has("yes"), capture: line.has("capture"), signal: stop.signal };
  if (gateway !== null) {
    const options = {
      ...asked,
      rehearsal,
      json: line.has("json"),
      language: languageOf(line),
      save: saveFile,
    };
    const { probe } = await import("./probe.ts");
    return probe(gateway, options);
  }
  if (server === null || code === null)
    throw new UsageError("needs --gateway HOST, or --server URL and --code CODE");
  const agentOptions = { server, code, language: line.language(), dryRun: line.has("dry-run"), saveFile };
  const { runAgent } = await import("../agent/run-agent.ts");
  return runAgent({ ...asked, ...agentOptions });
}

/** Called only by commands that speak, because finding the system's language takes 20 ms. */
const languageOf = (line: CommandLine): Language => line.language() ?? systemLanguage() ?? "en";

process.exitCode = await main(process.argv.slice(2));
