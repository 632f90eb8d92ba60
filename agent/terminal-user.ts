/**
 * The person at the terminal, as far as a capture needs one: permission, connecting the VPN, what came of it.
 */
import type { CaptureMeasurement } from "../shared/schema/measurement.ts";
import type { Terminal } from "./io/terminal.ts";
import type { User } from "./steps/step.ts";
import { isYes, type Words } from "./words/words.ts";

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
  // Why nothing is recorded, in the person's language. The measurement has its reason in English.
  let refusal: string | null = null;
  return {
    async mayRecord({ address, seconds, maxBytes }) {
      terminal.progress(null);
      if (yes && capture) return null;
      if (yes) {
        refusal = words("recordNotAllowed");
        return "Cannot record packets: --yes alone does not allow it; add --capture";
      }
      terminal.say("");
      terminal.say(words("recordHeading", { address, seconds, megabytes: maxBytes / 1_000_000 }));
      terminal.say(server === null ? words("recordKeptHere") : words("recordSent", { server }));
      const answer = await terminal.ask(`${words("recordQuestion")} `, signal);
      if (answer === null) {
        refusal = words("recordNotAllowed");
        return "Cannot capture: there is no terminal to ask at";
      }
      if (isYes(answer, words)) return null;
      refusal = words("recordDeclined");
      return "The user said no to a capture";
    },
    async connect(seconds, ended) {
      terminal.progress(null);
      const answer = await terminal.ask(words("recordingUntilKey", { seconds }), ended);
      if (answer !== null) return;
      terminal.say(words("recording", { seconds }));
      await new Promise((resolve) => ended.addEventListener("abort", resolve));
    },
    tell(address, outcome) {
      terminal.progress(null);
      terminal.say(refusal ?? describe(address, outcome, words));
    },
  };
}

function describe(address: string, outcome: CaptureMeasurement["outcome"], words: Words): string {
  switch (outcome.status) {
    case "measured":
      return outcome.bytes === 0
        ? words("nothingRecorded", { address })
        : words("recorded", { bytes: outcome.bytes });
    case "failed":
      return notRecorded(outcome.detail ?? outcome.failure, words);
    case "not-run":
      return notRecorded(outcome.why, words);
  }
}

/** The usual reasons in the person's language; others as the system or tcpdump says them. */
function notRecorded(reason: string, words: Words): string {
  if (/no tcpdump/.test(reason)) return words("noTcpdump");
  if (/permi(ssion|tted)|root|denied/i.test(reason)) return words("recordNeedsRoot");
  return words("notRecorded", { reason });
}
