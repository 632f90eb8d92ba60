/** The agent's command line. */
import { parseArgs } from "node:util";
import type { Language } from "../shared/language.ts";
import type { AgentOptions } from "./run-agent.ts";
import { AGENT_LANGUAGES } from "./words/words.ts";

/** What the command line asks for: a run, its usage, or something that cannot be understood. */
export type ParsedArguments =
  | Omit<AgentOptions, "signal" | "terminal" | "retryDelaysMs" | "maxMeasuredMs" | "nowMs">
  | { misused: string; language: Language | null }
  | { help: true; language: Language | null };

/**
 * Reads the command line.
 *
 * @param builtIn the case that the service wrote into the file, or the placeholders for it
 * @param environment where `IKEFRAG_SERVER` and `IKEFRAG_CODE` are looked for last
 * @returns with an empty code where a person has to be asked for it
 */
export function parseArguments(
  programArguments: readonly string[],
  builtIn: { server: string; code: string },
  environment: Readonly<Record<string, string | undefined>> = {},
): ParsedArguments {
  let values: { [name: string]: string | boolean | undefined };
  try {
    const options = {
      yes: { type: "boolean", short: "y" },
      capture: { type: "boolean" },
      "dry-run": { type: "boolean" },
      help: { type: "boolean", short: "h" },
      save: { type: "string" },
      lang: { type: "string" },
      server: { type: "string" },
      code: { type: "string" },
    } as const;
    values = parseArgs({ args: [...programArguments], options, strict: true }).values;
  } catch (error) {
    return { misused: (error as Error).message, language: null };
  }
  const language = AGENT_LANGUAGES.find((tag) => tag === values.lang) ?? null;
  if (values.help === true) return { help: true, language };
  if (values.lang !== undefined && language === null) return { misused: `--lang ${values.lang}`, language };
  const text = (value: string | boolean | undefined): string | null =>
    typeof value === "string" && value !== "" ? value : null;
  const server = text(values.server) ?? unlessPlaceholder(builtIn.server) ?? text(environment.IKEFRAG_SERVER);
  const code = text(values.code) ?? unlessPlaceholder(builtIn.code) ?? text(environment.IKEFRAG_CODE) ?? "";
  if (server === null) return { misused: "--server", language };
  // With --yes nobody is there to be asked.
  if (code === "" && values.yes === true) return { misused: "--code", language };
  const saveFile = text(values.save);
  const [yes, capture, dryRun] = [values.yes === true, values.capture === true, values["dry-run"] === true];
  return { server, code, language, yes, capture, dryRun, saveFile };
}

const unlessPlaceholder = (value: string): string | null => (value.startsWith("__") ? null : value);
