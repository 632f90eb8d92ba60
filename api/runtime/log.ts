/** The log by LogTape: one line of JSON for each entry. */
import { AsyncLocalStorage } from "node:async_hooks";
import { configureSync, getLogger, withContext } from "@logtape/logtape";
import type { Deps, LogEntry } from "../deps.ts";
import { toLogLine } from "./log-line.ts";

const CATEGORY = "ikefrag";

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
    sinks: {
      // `rawMessage`: braces in the text of an error are no placeholders.
      lines: ({ timestamp, level, rawMessage, properties }) =>
        write(toLogLine(new Date(timestamp), level, String(rawMessage), properties)),
    },
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
