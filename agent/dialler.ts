import type { CaptureMeasurement } from "../shared/schema/measurement.ts";
import type { Terminal } from "./io/terminal.ts";
import type { Dialler } from "./steps/capture.ts";
import type { Words } from "./words.ts";

export interface Consent {
  /** Said beforehand: start. */
  yes: boolean;
  /** Said beforehand, too: record packets. */
  capture: boolean;
}

/**
 * Asks the person at the terminal. A yes said beforehand to the run is none to this: it takes one of its own.
 *
 * @param server where the capture is sent; `null`: nowhere
 */
export function terminalDialler(
  terminal: Terminal,
  words: Words,
  { yes, capture }: Consent,
  { server, signal }: { server: string | null; signal: AbortSignal },
): Dialler {
  return {
    async mayRecord({ address, seconds, maxBytes }) {
      terminal.progress(null);
      if (yes && capture) return null;
      if (yes) return "Cannot capture unasked: --yes is no yes to it, --yes --capture is";
      const megabytes = maxBytes / 1_000_000;
      for (const line of words.recordHeading(address, seconds, megabytes, server)) terminal.say(line);
      const answer = await terminal.ask(words.recordQuestion, signal);
      if (answer === null) return "Cannot capture: there is no terminal to ask at";
      return words.yes.test(answer) ? null : "The user said no to a capture";
    },
    async dial(seconds, ended) {
      terminal.progress(null);
      const answer = await terminal.ask(words.dialNow(seconds), ended);
      if (answer !== null) return;
      terminal.say(words.dialFor(seconds));
      await new Promise((resolve) => ended.addEventListener("abort", resolve));
    },
    tell(address, outcome) {
      terminal.progress(null);
      terminal.say(describe(address, outcome, words));
    },
  };
}

function describe(address: string, outcome: CaptureMeasurement["outcome"], words: Words): string {
  switch (outcome.status) {
    case "measured":
      return outcome.bytes === 0 ? words.nothingRecorded(address) : words.recorded(outcome.bytes);
    case "failed":
      return words.notRecorded(outcome.detail ?? outcome.failure);
    case "not-run":
      return words.notRecorded(outcome.why);
  }
}
