/** What the agent in POSIX sh says beyond the sentences that it shares with the PowerShell agent. */
import type { Language } from "../../shared/language.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";
import { windowsWords } from "./windows.ts";

const OWN = {
  en: {
    noTerminal: en.noTerminal,
    roundOfOne: en.roundOfOne.replace("{number}", "{0}"),
    noUdp: "There is neither perl nor bash here: UDP test packets are left out.",
  },
  ja: {
    noTerminal: ja.noTerminal,
    roundOfOne: ja.roundOfOne.replace("{number}", "{0}"),
    noUdp: "perlもbashもないため、UDPのテストは行いません。",
  },
};

/** The words of both scripts, by their names there. The service sends them, so the scripts stay ASCII. */
export const scriptWords = (language: Language): Readonly<Record<string, string>> => ({
  ...windowsWords(language),
  ...OWN[language],
});
