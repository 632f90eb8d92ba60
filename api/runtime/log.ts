/** The log by LogTape: one line of JSON for each entry. */
import { AsyncLocalStorage } from "node:async_hooks";
import { configureSync, getLogger, type LogRecord, withContext } from "@logtape/logtape";
import type { Deps, LogEntry } from "../deps.ts";

const CATEGORY = "ikefrag";

/**
 * What looks like a token, a link, a session or a case code. Nothing here logs one, but the text of an error
 * may come from a library.
 */
const SECRET =
  /\b(?:ik[a-z]{1,3}_[\w-]{8,}|whsec_[\w+/-]{8,}|[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{5})\b/gi;

/**
 * Opens the log of this process: there is one, and the last call counts.
 *
 * @param write takes a line, without its end
 * @param least `error`: only what went wrong
 */
export function openLog(
  write: (line: string) => void,
  least: LogEntry["level"],
): Pick<Deps, "log" | "withLogFields"> {
  configureSync({
    reset: true,
    contextLocalStorage: new AsyncLocalStorage(),
    sinks: { lines: (record) => write(toLine(record)) },
    loggers: [
      { category: CATEGORY, sinks: ["lines"], lowestLevel: least },
      // What LogTape says of itself.
      { category: ["logtape", "meta"], sinks: ["lines"], lowestLevel: "warning" },
    ],
  });
  const logger = getLogger(CATEGORY);
  return {
    log: ({ level, message, ...fields }) => logger[level](message, fields),
    withLogFields: (fields, run) => withContext(fields, run),
  };
}

/** What a terminal obeys or a reader does not see. JSON itself escapes only those below the space. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** `rawMessage`: braces in the text of an error are no placeholders. */
const toLine = ({ timestamp, level, rawMessage, properties }: LogRecord): string =>
  JSON.stringify({
    time: new Date(timestamp).toISOString(),
    level,
    message: String(rawMessage),
    ...properties,
  })
    .replace(SECRET, "[secret]")
    .replace(UNSEEN, escapeOf);
