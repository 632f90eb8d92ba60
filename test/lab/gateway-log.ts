/** The gateway's log, cut for what happened meanwhile. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** As detailed as it gets without packets' bytes, and as the daemon writes it if nobody asks for more. */
export interface LogTexts {
  detailed: string;
  ordinary: string;
}

/** All that the gateway's daemon has written so far. */
export type GatewayLog = () => Promise<LogTexts>;

/** Reads the files that a daemon writes. */
export const logOf =
  (files: LogTexts): GatewayLog =>
  async () => ({
    detailed: await readFile(files.detailed, "utf8"),
    ordinary: await readFile(files.ordinary, "utf8"),
  });

/** Cuts a log: each cut has what was written since the one before. */
export class LogCutter {
  readonly #log: GatewayLog | null;
  #had: LogTexts = { detailed: "", ordinary: "" };

  /** @param log `null`: there is no gateway that writes any */
  constructor(log: GatewayLog | null) {
    this.#log = log;
  }

  /** What was written so far belongs to nothing that follows. */
  async skip(): Promise<void> {
    if (this.#log) this.#had = await this.#log();
  }

  /** Writes a file of each degree; none where nothing was logged, as where nothing reached the gateway. */
  async cut(directory: string, name: string): Promise<void> {
    if (this.#log === null) return;
    const now = await this.#log();
    const had = this.#had;
    this.#had = now;
    if (now.detailed.length === had.detailed.length) return;
    const files = {
      detailed: join(directory, `${name}-gateway.log`),
      ordinary: join(directory, `${name}-gateway-ordinary.log`),
    };
    for (const degree of ["detailed", "ordinary"] as const)
      await writeFile(files[degree], now[degree].slice(had[degree].length));
  }
}
