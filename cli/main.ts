#!/usr/bin/env node
import { ExitCode } from "../agent/exit-code.ts";
import { systemLanguage } from "../agent/io/console-text.ts";
import { VERSION } from "../agent/version.ts";
/** The program `ikefrag`: reading, probing from here, and serving. */
import type { Language } from "../shared/schema/api.ts";
import { helpOf, isCommand, OVERVIEW } from "./help.ts";
import { UnusableInputError } from "./unusable-input.ts";

// Neither this nor `process` is imported, here and in what `decode` loads: their modules read every property they have, streams and
// workers among them, and the program would start 15 ms later.
const { parseArgs } = process.getBuiltinModule("node:util");

class UsageError extends Error {}

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(130);
    stop.abort(new Error(signal));
  });
}
// `ikefrag decode FILE | head` ends when the reader has enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));

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
    process.stderr.write(`ikefrag: there is no command "${command}"\n\n${OVERVIEW}`);
    return ExitCode.USAGE;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    process.stdout.write(helpOf(command));
    return ExitCode.HEALTHY;
  }
  try {
    return await run(command, rest);
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

const FLAGS = {
  json: { type: "boolean" },
  lang: { type: "string" },
  html: { type: "string" },
  yes: { type: "boolean", short: "y" },
  capture: { type: "boolean" },
  gateway: { type: "string" },
  server: { type: "string" },
  code: { type: "string" },
  save: { type: "string" },
  "dry-run": { type: "boolean" },
  port: { type: "string" },
  host: { type: "string" },
  data: { type: "string" },
  "public-url": { type: "string" },
  reflector: { type: "string" },
  "sign-in-link": { type: "boolean" },
  pseudonymize: { type: "boolean" },
  before: { type: "string", multiple: true },
  after: { type: "string", multiple: true },
} as const;
const ALLOWED = {
  analyze: ["json", "lang", "html"],
  decode: ["json"],
  minimize: ["pseudonymize"],
  compare: ["before", "after", "json", "lang"],
  probe: ["gateway", "server", "code", "yes", "capture", "json", "lang", "save", "dry-run"],
  serve: ["port", "host", "data", "public-url", "reflector", "sign-in-link"],
} as const satisfies Record<string, readonly (keyof typeof FLAGS)[]>;

function parse(command: keyof typeof ALLOWED, words: readonly string[]) {
  const options = Object.fromEntries(ALLOWED[command].map((name) => [name, FLAGS[name]]));
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { values: values as { [name: string]: string | boolean | string[] | undefined }, positionals };
  } catch (error) {
    // Node's sentence, without its advice about "--".
    throw new UsageError((error as Error).message.split(". To specify")[0] ?? "wrong arguments");
  }
}

async function run(command: keyof typeof ALLOWED, words: readonly string[]): Promise<number> {
  const { values, positionals } = parse(command, words);
  const text = (name: string): string | null => {
    const value = values[name];
    if (value === "") throw new UsageError(`--${name} needs a value`);
    return typeof value === "string" ? value : null;
  };
  const lang = text("lang");
  if (lang !== null && lang !== "ja" && lang !== "en")
    throw new UsageError(`--lang is "ja" or "en", not "${lang}"`);
  // Asked for by those who speak: to know the system's takes 20 ms.
  const language = (): Language => lang ?? systemLanguage() ?? "en";
  const json = values.json === true;

  // Each command loads what it needs: help and errors come at once.
  switch (command) {
    case "analyze": {
      if (positionals.length === 0) throw new UsageError("name at least one file");
      const { analyze } = await import("./commands.ts");
      return analyze(positionals, { json, language: language(), html: text("html") });
    }
    case "decode": {
      if (positionals.length === 0) throw new UsageError("name at least one file");
      const { decode } = await import("./decode.ts");
      return decode(positionals, { json });
    }
    case "minimize": {
      const [input, output, ...more] = positionals;
      if (input === undefined || output === undefined)
        throw new UsageError("name the capture, and the file to write");
      refusePositionals(more);
      const { minimize } = await import("./minimize.ts");
      return minimize(input, output, { pseudonymize: values.pseudonymize === true });
    }
    case "compare": {
      refusePositionals(positionals);
      const files = (name: string): string[] => (Array.isArray(values[name]) ? values[name] : []);
      const [before, after] = [files("before"), files("after")];
      if (before.length === 0 || after.length === 0)
        throw new UsageError("needs --before FILE and --after FILE");
      const { compareFiles } = await import("./commands.ts");
      return compareFiles(before, after, { json, language: language() });
    }
    case "probe": {
      refusePositionals(positionals);
      const [gateway, server, code] = [text("gateway"), text("server"), text("code")];
      if (gateway !== null && (server !== null || code !== null)) {
        throw new UsageError("give either --gateway, or --server and --code");
      }
      const asked = { yes: values.yes === true, capture: values.capture === true, signal: stop.signal };
      if (gateway !== null) {
        const { probe } = await import("./commands.ts");
        return probe(gateway, { ...asked, json, language: language(), save: text("save") });
      }
      if (server === null || code === null)
        throw new UsageError("needs --gateway HOST, or --server URL and --code CODE");
      const { runAgent } = await import("../agent/run-agent.ts");
      return runAgent({
        ...asked,
        server,
        code,
        language: lang,
        dryRun: values["dry-run"] === true,
        saveFile: text("save"),
      });
    }
    case "serve": {
      refusePositionals(positionals);
      const portText = text("port") ?? "8787";
      const port = Number(portText);
      if (!/^\d{1,5}$/.test(portText) || port > 65_535)
        throw new UsageError(`--port is a number up to 65535, not "${portText}"`);
      if (Number(process.versions.node.split(".")[0]) < 22) {
        throw new UsageError(`needs Node 22 or newer for its embedded store, and this is ${process.version}`);
      }
      const { serveCommand } = await import("../api/runtime/serve-command.ts");
      return serveCommand({
        port,
        host: text("host") ?? "127.0.0.1",
        dataDir: text("data") ?? ".ikefrag",
        publicUrl: text("public-url"),
        reflector: text("reflector"),
        signInLink: values["sign-in-link"] === true,
        signal: stop.signal,
      });
    }
  }
}

function refusePositionals(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new UsageError(`does not take "${positionals[0]}"`);
}

process.exitCode = await main(process.argv.slice(2));
