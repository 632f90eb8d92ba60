/** The options of each command, and how a command line is read. */
import { isLanguage, LANGUAGE_TAGS, type Language } from "../shared/language.ts";
import type { Command } from "./help.ts";

// Not imported, as in main.ts: importing a module reads all its properties, which takes time.
const { parseArgs } = process.getBuiltinModule("node:util");

/** The command line cannot be understood. Its message says why, in words for the person who wrote it. */
export class UsageError extends Error {
  override name = "UsageError";
}

const OPTIONS = {
  json: { type: "boolean" },
  lang: { type: "string" },
  html: { type: "string" },
  yes: { type: "boolean", short: "y" },
  capture: { type: "boolean" },
  client: { type: "string", multiple: true },
  between: { type: "string", multiple: true },
  gateway: { type: "string", multiple: true },
  server: { type: "string" },
  code: { type: "string" },
  save: { type: "string" },
  "dry-run": { type: "boolean" },
  "no-rehearsal": { type: "boolean" },
  port: { type: "string" },
  host: { type: "string" },
  data: { type: "string" },
  "public-url": { type: "string" },
  reflector: { type: "string" },
  "sign-in-link": { type: "boolean" },
  demo: { type: "boolean" },
  pseudonymize: { type: "boolean" },
  "new-index": { type: "boolean" },
  "print-config": { type: "boolean" },
  anyway: { type: "boolean" },
  mend: { type: "boolean" },
  role: { type: "string" },
  days: { type: "string" },
  head: { type: "string" },
  out: { type: "string" },
  forward: { type: "string" },
  "without-addresses": { type: "boolean" },
  before: { type: "string", multiple: true },
  after: { type: "string", multiple: true },
} as const;

type OptionName = keyof typeof OPTIONS;

const OPTIONS_OF: { [Name in Command]: readonly OptionName[] } = {
  analyze: ["json", "lang", "html", "client", "gateway", "between", "server", "forward", "without-addresses"],
  decode: ["json"],
  minimize: ["pseudonymize"],
  compare: ["before", "after", "json", "lang"],
  probe: ["gateway", "server", "code", "yes", "capture", "json", "lang", "save", "dry-run", "no-rehearsal"],
  backup: ["data"],
  serve: [
    "port",
    "host",
    "data",
    "public-url",
    "reflector",
    "sign-in-link",
    "new-index",
    "print-config",
    "demo",
    "lang",
  ],
  sweep: ["data", "anyway"],
  doctor: ["data", "mend", "json"],
  token: ["data", "role", "days", "json"],
  audit: ["data", "head"],
  kit: ["server", "code", "out"],
};

type Values = { [name: string]: string | boolean | string[] | undefined };

/** A command's words, read: what it was given by name, and what it was given by position. */
export class CommandLine {
  readonly positionals: readonly string[];
  readonly #values: Values;

  /** @throws {UsageError} the command has no such option, or an option lacks its value */
  constructor(command: Command, words: readonly string[]) {
    const options = Object.fromEntries(OPTIONS_OF[command].map((name) => [name, OPTIONS[name]]));
    try {
      const read = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
      this.positionals = read.positionals;
      this.#values = read.values as Values;
    } catch (error) {
      // Node's sentence, without its advice about "--".
      throw new UsageError((error as Error).message.split(". To specify")[0] ?? "wrong arguments");
    }
  }

  /** Whether an option without a value was given. */
  has(name: OptionName): boolean {
    return this.#values[name] === true;
  }

  /**
   * The value of an option, the last one where it was given several times; `null` when it was not given.
   *
   * @throws {UsageError} the value is empty
   */
  text(name: OptionName): string | null {
    const given = this.#values[name];
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value === "") throw new UsageError(`--${name} needs a value`);
    return typeof value === "string" ? value : null;
  }

  /** All values of an option that may be given several times. */
  texts(name: OptionName): string[] {
    const value = this.#values[name];
    return Array.isArray(value) ? value : [];
  }

  /**
   * The language that was asked for; `null`: none was.
   *
   * @throws {UsageError} there is no such language
   */
  language(): Language | null {
    const lang = this.text("lang");
    if (lang !== null && !isLanguage(lang))
      throw new UsageError(`--lang is ${LANGUAGE_TAGS.map((tag) => `"${tag}"`).join(" or ")}, not "${lang}"`);
    return lang;
  }

  /** @throws {UsageError} there are more positional words than the command takes */
  refuseMoreThan(count: number): void {
    const extra = this.positionals[count];
    if (extra !== undefined) throw new UsageError(`does not take "${extra}"`);
  }
}
