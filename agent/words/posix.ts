/** What the agent in POSIX sh says beyond the sentences that it shares with the PowerShell agent. */
import type { Language } from "../../shared/language.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";
import { fill } from "./sentence.ts";
import { windowsWords } from "./windows.ts";

/** The words of both scripts, by their names there. The service sends them, so the scripts stay ASCII. */
export function scriptWords(language: Language): Readonly<Record<string, string>> {
  const words = { en, ja }[language];
  return {
    ...windowsWords(language),
    // PowerShell's question offers more answers.
    startQuestion: words.question,
    whoAsks: fill(words.whoAsks, { operator: "{0}", server: "{1}" }),
    whichGateway: fill(words.whichGateway, { gateway: "{0}" }),
    noTerminal: words.noTerminal,
    roundOfOne: fill(words.roundOfOne, { number: "{0}" }),
    noUdp: words.noUdp,
  };
}
