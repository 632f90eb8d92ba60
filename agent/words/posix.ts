/** What the agent in POSIX sh says beyond the sentences that it shares with the PowerShell agent. */
import type { Language } from "../../shared/language.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";
import { windowsWords } from "./windows.ts";

const OWN = {
  en: {
    noTerminal: en.noTerminal,
    noUdp: "There is neither perl nor bash here: UDP test packets are left out.",
  },
  ja: {
    noTerminal: ja.noTerminal,
    noUdp: "perlもbashもないため、UDPのテストは行いません。",
  },
} as const;

/** The words of both scripts, by their names there. The service sends them, so the scripts stay ASCII. */
export const scriptWords = (language: Language): Readonly<Record<string, string>> => ({
  ...windowsWords(language),
  ...OWN[language],
});
