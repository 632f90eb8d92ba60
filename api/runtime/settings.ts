/** The environment as a whole: what holds, for people to see, and names that are no setting. */
import { readFileSync } from "node:fs";
import { closestWord } from "../../shared/closest-word.ts";
import type { Config } from "../deps.ts";
import { isLoopback } from "../http/loopback.ts";
import { readConfig, Settings, settingsOf } from "./config.ts";
import { BucketSettings } from "./s3-settings.ts";

const SHAPES = { ...Settings.shape, ...BucketSettings.shape };
const NAMES = Object.keys(SHAPES) as (keyof typeof SHAPES)[];
/** What agents read, and a machine may have for them. */
const OF_AGENTS: ReadonlySet<string> = new Set([
  "IKEFRAG_YES",
  "IKEFRAG_LANG",
  "IKEFRAG_DRYRUN",
  "IKEFRAG_SAVE",
  "IKEFRAG_QUIET",
  "IKEFRAG_SERVER",
  "IKEFRAG_CODE",
]);
const SECRET = /KEY|PEPPER|SECRET|TOKEN|OTLP_HEADERS/;

type Environment = Readonly<Record<string, string | undefined>>;

/** The names in the environment; none where Deno was permitted to look at known ones alone. */
export function namesIn(environment: Environment): string[] {
  try {
    return Object.keys(environment);
  } catch {
    return [];
  }
}

/**
 * Looks for names that begin like a setting and are none.
 *
 * @returns a sentence about each that may be somebody else's
 * @throws {Error} one is a mistyped setting: what the operator decided would not hold, such as how long
 *   captures are kept
 */
export function strangeNames(names: readonly string[]): string[] {
  const strange = names.filter(
    (name) => name.startsWith("IKEFRAG_") && !OF_AGENTS.has(name) && !Object.hasOwn(SHAPES, name),
  );
  for (const name of strange) {
    const meant = closestWord(name, NAMES);
    if (meant !== null) throw new Error(`Cannot start: ${name} is no setting. Did you mean ${meant}?`);
  }
  const nearest = (name: string) => closestWord(name, NAMES, Number.POSITIVE_INFINITY);
  return strange.map((name) => `${name} is no setting, and changes nothing. The nearest is ${nearest(name)}`);
}

/** What the command line says beside the environment; `null`: nothing. */
export interface GivenSettings {
  publicUrl: string | null;
  reflector?: string | null;
  /** Where the service listens. */
  host: string;
}

/** The environment, with what the command line says in place of what it has. */
const joined = (environment: Environment, { publicUrl, reflector }: GivenSettings) => ({
  ...settingsOf(environment),
  ...(publicUrl === null ? {} : { IKEFRAG_PUBLIC_URL: publicUrl }),
  ...(reflector ? { IKEFRAG_REFLECTOR: reflector } : {}),
});

/**
 * The table of networks from its file, where the setting names one: a long table fits no environment.
 *
 * @throws {Error} the file cannot be read
 */
function withNetworks(settings: Readonly<Record<string, string>>): Record<string, string> {
  const { IKEFRAG_NETWORKS: given = "", ...others } = settings;
  if (!given.startsWith("@")) return settings;
  try {
    return { ...others, IKEFRAG_NETWORKS: readFileSync(given.slice(1), "utf8") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot start: the file that IKEFRAG_NETWORKS names cannot be read: ${reason}`);
  }
}

/**
 * The settings of a service on a machine.
 *
 * @param pepper where the environment has none
 * @throws {Error} that names a missing or wrong one; others would reach the service, and which name users
 *   reach it by is not said
 */
export function readSettings(environment: Environment, given: GivenSettings, pepper: string): Config {
  const config = readConfig({
    ...withNetworks(joined(environment, given)),
    IKEFRAG_PEPPER: environment.IKEFRAG_PEPPER || pepper,
  });
  if (config.publicUrl === null && !isLoopback(given.host)) {
    throw new Error(
      `Cannot start: others reach ${given.host}, and by which name users do is not said. The lines that they ` +
        "run would lead wherever a request says. Give --public-url https://NAME, or IKEFRAG_PUBLIC_URL",
    );
  }
  return config;
}

/** All settings, a line for each: those that nobody decided are comments, and secrets are not told. */
export function showSettings(environment: Environment, given: GivenSettings): string {
  const known: Environment = joined(environment, given);
  const lines = NAMES.map((name) => {
    const value = known[name] ?? environment[name] ?? "";
    if (value !== "") return `${name}=${SECRET.test(name) ? "(secret)" : value}`;
    const { data } = SHAPES[name].safeParse(undefined);
    return `# ${name}=${data ?? ""}`;
  });
  return `${lines.join("\n")}\n`;
}

/** The same in one line, without what nobody decided; `null`: nobody decided anything. */
export function decidedSettings(environment: Environment, given: GivenSettings): string | null {
  const decided = showSettings(environment, given)
    .split("\n")
    .filter((line) => line.startsWith("IKEFRAG_"));
  return decided.length === 0 ? null : decided.join(" ");
}
