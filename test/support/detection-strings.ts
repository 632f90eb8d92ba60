/**
 * What public detection rules look for in what Windows logs of a run: SigmaHQ/sigma at 8eaafff1f
 * (2026-08-05), by the rules' titles and levels (in our own words, in lower case, where several rules are
 * one here). Only strings and how they are combined, and only of rules
 * that a download, a script or a capture could meet; whoever hunts with other rules has to look anew.
 */

/** How much a match counts, in the rule's own words. */
export type Level = "high" | "medium" | "low";
/**
 * Where the text is logged. `command-line`: a process's, event 4688 or Sysmon's 1. `script-block`:
 * PowerShell's event 4104. `run-dialog`: what the registry keeps of Win+R.
 */
export type Place = "command-line" | "script-block" | "run-dialog";

interface Rule {
  title: string;
  level: Level;
  place: Place;
  /** @param text in lower case */
  matches(text: string): boolean;
}

const any = (...parts: string[]) => {
  const wanted = parts.map((part) => part.toLowerCase());
  return (text: string): boolean => wanted.some((part) => text.includes(part));
};
type Test = (text: string) => boolean;
const all =
  (...tests: Test[]): Test =>
  (text) =>
    tests.every((test) => test(text));

/** All beginnings of a parameter from the first length on, up to one letter short of the whole. */
const shortened = (parameter: string, first: number, after: string): string[] =>
  Array.from({ length: parameter.length - first }, (_, at) => ` -${parameter.slice(0, first + at)}${after}`);

/** What lures call themselves. */
export const LURE_WORDS = [
  "account",
  "anti-bot",
  "botcheck",
  "captcha",
  "challenge",
  "confirmation",
  "fraud",
  "human",
  "identification",
  "identificator",
  "identity",
  "robot",
  "validation",
  "verification",
  "verify",
] as const;

const DOWNLOADS = any(".DownloadString(", ".DownloadFile(", "Invoke-WebRequest ", "iwr ", "irm ");
const EXECUTES = any(
  ";iex $",
  "| IEX",
  "|IEX ",
  "I`E`X",
  "I`EX",
  "IE`X",
  "iex ",
  "IEX(",
  "Invoke-Expression",
);
const POLICY = any("-executionpolicy ", " -ep ", " -exec ");
const USER_FOLDERS = /\\users\\[^\\]+\\(?:contacts|documents|favorites|favourites|music|pictures|videos)\\/;
const TEMPORARY = any(
  "\\Windows\\Temp",
  "\\Temporary Internet",
  "\\AppData\\Local\\Temp",
  "\\AppData\\Roaming\\Temp",
  "%TEMP%",
  "%TMP%",
  "%LocalAppData%\\Temp",
);
const WEB_COMMANDS = [
  "[System.Net.WebRequest]::create",
  "curl ",
  "Invoke-RestMethod",
  "Invoke-WebRequest",
  " irm ",
  "iwr ",
  "Resume-BitsTransfer",
  "Start-BitsTransfer",
  "wget ",
  "WinHttp.WinHttpRequest",
];

const RULES: Rule[] = [
  {
    title: "PowerShell Download and Execution Cradles",
    level: "high",
    place: "command-line",
    matches: all(DOWNLOADS, EXECUTES),
  },
  {
    title: "Suspicious PowerShell Parameter Substring",
    level: "high",
    place: "command-line",
    matches: (text) =>
      any(
        ...shortened("windowstyle", 2, " h"),
        " -windowstyle h ",
        ...shortened("noprofile", 4, " "),
        ...shortened("noninteractive", 5, " "),
        " -ec ",
        ...shortened("encodedcommand", 2, " "),
        ...shortened("executionpolicy", 10, " "),
        ...shortened("executionpolicy", 2, " bypass"),
        " -ep bypass",
      )(text.replaceAll(" /", " -")),
  },
  {
    title: "Change PowerShell Policies to an Insecure Level",
    level: "medium",
    place: "command-line",
    matches: all(POLICY, any("bypass", "unrestricted")),
  },
  {
    title: "Suspicious Script Execution From Temp Folder",
    level: "high",
    place: "command-line",
    matches: all(TEMPORARY, (text) => !any(" >", "Out-File", "ConvertTo-Json")(text)),
  },
  {
    title: "a script from a user's folder, under Bypass",
    level: "high",
    place: "command-line",
    matches: all(POLICY, any("bypass"), (text) => TEMPORARY(text) || USER_FOLDERS.test(text)),
  },
  {
    title: "Execution of Powershell Script in Public Folder",
    level: "high",
    place: "command-line",
    matches: (text) => /-f(?:i|il|ile)? "?(?:c:\\users\\public|%public%)/.test(text),
  },
  {
    title: "Suspicious Invoke-WebRequest Execution",
    level: "high",
    place: "command-line",
    matches: all(
      any("curl ", "Invoke-WebRequest", "iwr ", "wget "),
      any(" -ur", " -o"),
      any(
        "\\AppData\\",
        "\\Desktop\\",
        "\\Temp\\",
        "\\Users\\Public\\",
        "%AppData%",
        "%Public%",
        "%Temp%",
        "%tmp%",
        ":\\Windows\\",
      ),
    ),
  },
  {
    title: "Suspicious ClickFix/FileFix Execution Pattern",
    level: "high",
    place: "command-line",
    matches: all(any("#"), any(...LURE_WORDS)),
  },
  {
    title: "Usage Of Web Request Commands And Cmdlets",
    level: "medium",
    place: "command-line",
    matches: any(...WEB_COMMANDS),
  },
  {
    title: "PowerShell Web Download",
    level: "medium",
    place: "command-line",
    matches: any(".DownloadString(", ".DownloadFile(", "Invoke-WebRequest ", "iwr "),
  },
  {
    title: "a download from a numeric address",
    level: "medium",
    place: "command-line",
    matches: all(any(...WEB_COMMANDS, "irm "), (text) => /:\/\/\d{1,3}\.\d{1,3}\./.test(text)),
  },
  {
    title: "Powershell Inline Execution From A File",
    level: "medium",
    place: "command-line",
    matches: all(
      any("iex ", "Invoke-Expression ", "Invoke-Command ", "icm "),
      any("cat ", "get-content ", "type "),
      any(" -raw"),
    ),
  },
  {
    title: "PktMon.EXE Execution",
    level: "medium",
    place: "command-line",
    matches: (text) => /(?:^|[\\"])pktmon(?:\.exe)?\b/.test(text),
  },
  {
    title: "Suspicious RASdial Activity",
    level: "medium",
    place: "command-line",
    matches: (text) => /(?:^|[\\"])rasdial(?:\.exe)?\b/.test(text),
  },
  {
    title: "New Network Trace Capture Started Via Netsh.EXE",
    level: "medium",
    place: "command-line",
    matches: all(any("netsh"), any("trace"), any("start")),
  },
  {
    title: "Usage Of Web Request Commands And Cmdlets - ScriptBlock",
    level: "medium",
    place: "script-block",
    matches: any(...WEB_COMMANDS, "Net.WebClient"),
  },
  {
    title: "Change User Agents with WebRequest",
    level: "medium",
    place: "script-block",
    matches: all(any("Invoke-WebRequest"), any("-UserAgent ")),
  },
  {
    title: "Suspicious Unblock-File",
    level: "medium",
    place: "script-block",
    matches: all(any("Unblock-File "), any("-Path ")),
  },
  {
    title: "PowerShell Script With File Upload Capabilities",
    level: "low",
    place: "script-block",
    matches: all(any("Invoke-RestMethod", "Invoke-WebRequest", "irm ", "iwr "), (text) =>
      /-method\s+['"]?(?:post|put)\b/.test(text),
    ),
  },
  {
    title: "Suspicious PowerShell Download - PowerShell Script",
    level: "medium",
    place: "script-block",
    matches: all(any("Net.WebClient"), any(".DownloadString(", ".DownloadFile(")),
  },
  {
    title: "Potentially Suspicious Command Executed Via Run Dialog Box - Registry",
    level: "high",
    place: "run-dialog",
    matches: all(
      any("powershell", "pwsh"),
      any(" -e ", " -ec ", " -en ", " -enc ", " -enco", "ftp", "hidden", "http", "iex", "invoke-"),
    ),
  },
  {
    title: "Potential ClickFix Execution Pattern - Registry",
    level: "high",
    place: "run-dialog",
    matches: all(any("http://", "https://"), any(...LURE_WORDS)),
  },
];

/** A rule that fires, by its title. */
export type Match = Pick<Rule, "title" | "level">;

/** Which rules fire for a text, in the rules' order here. */
export function matchedRules(place: Place, text: string): Match[] {
  const lower = text.toLowerCase();
  return RULES.filter((rule) => rule.place === place && rule.matches(lower)).map(({ title, level }) => ({
    title,
    level,
  }));
}

/** The titles of the rules of one level that fire. */
export const matchedTitles = (place: Place, text: string, level: Level): string[] =>
  matchedRules(place, text)
    .filter((match) => match.level === level)
    .map(({ title }) => title);
