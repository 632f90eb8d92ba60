/**
 * The person at the terminal, as far as a capture needs one: permission, connecting the VPN, what came of it.
 */
import type { CaptureMeasurement } from "../shared/schema/measurement.ts";
import type { Terminal } from "./io/terminal.ts";
import type { User } from "./steps/step.ts";
import type { Words } from "./words.ts";

/** What the person agreed to on the command line, before anything was asked. */
export interface Consent {
  /** To start the run. */
  yes: boolean;
  /** Together with `yes`: to record packets as well. */
  capture: boolean;
}

/**
 * Asks the person at the terminal. Permission to start the run is not permission to record packets.
 *
 * @param server where the capture is sent; `null`: nowhere
 */
export function terminalUser(
  terminal: Terminal,
  words: Words,
  { yes, capture }: Consent,
  { server, signal }: { server: string | null; signal: AbortSignal },
): User {
  return {
    async mayRecord({ address, seconds, maxBytes }) {
      terminal.progress(null);
      if (yes && capture) return null;
      if (yes) return "Cannot record packets: --yes alone does not allow it; add --capture";
      const megabytes = maxBytes / 1_000_000;
      for (const line of words.recordHeading(address, seconds, megabytes, server)) terminal.say(line);
      const answer = await terminal.ask(words.recordQuestion, signal);
      if (answer === null) return "Cannot capture: there is no terminal to ask at";
      return words.yes.test(answer) ? null : "The user said no to a capture";
    },
    async connect(seconds, ended) {
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
