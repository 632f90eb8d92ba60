/** What a person is told and asked before a run starts: what is read, what is sent, and what is changed. */
import type { Language } from "../shared/language.ts";
import type { AgentInfo } from "../shared/schema/measurement.ts";
import { systemPlatform } from "./io/system.ts";
import type { Terminal } from "./io/terminal.ts";
import { MAX_DATAGRAMS, MAX_SENT_BYTES } from "./send-limits.ts";
import type { CaseFacts } from "./service.ts";
import { isMore, isYes, type Words } from "./words/words.ts";

/** Whether the agent can probably set a route. If so, the user is asked for permission for that too. */
export function canBoundRoute({ platform, elevated }: AgentInfo): boolean {
  return platform === "linux" && elevated !== false;
}

/** What is sent to the gateway, and to the reflector where there is one. */
export function describeSending(
  { gateway, reflector, rehearsal }: Pick<CaseFacts, "gateway" | "reflector" | "rehearsal">,
  words: Words,
): string[] {
  const hosts = reflector === null ? gateway : `${gateway}, ${reflector}`;
  const sending = { hosts, packets: MAX_DATAGRAMS, kibibytes: MAX_SENT_BYTES / 1_024 };
  return [
    words("sendHeading"),
    `  - ${words("sendGateway", sending)}`,
    ...(rehearsal ? [`  - ${words("beginsLogin")}`] : []),
    ...(reflector === null ? [] : [`  - ${words("reflectorAnswers", { reflector })}`]),
  ];
}

/** What is changed on this computer. */
export function describeChanges(gateway: string, mayBoundRoute: boolean, words: Words): string[] {
  return mayBoundRoute
    ? [words("changeHeading"), `  - ${words("boundRoute", { gateway })}`, words("nothingElse")]
    : [words("notDone")];
}

/** What the user will be asked for separately, later in the run. */
export function describeAsks(gateway: string, words: Words): string[] {
  return [words("askHeading"), `  - ${words("askedTcpdump", { gateway })}`];
}

/** What is said before a person is asked whether a run may start: who asks, what is read, sent, changed. */
export function introduceRun(
  { operator, gateway, reflector, rehearsal, asksForCapture }: CaseFacts,
  server: string,
  words: Words,
  mayBoundRoute: boolean,
): string[] {
  const hosts = reflector === null ? gateway : `${gateway}, ${reflector}`;
  const sending = { hosts, packets: MAX_DATAGRAMS, kibibytes: MAX_SENT_BYTES / 1_024, server };
  return [
    "",
    words("consentWho", { operator, server, gateway }),
    words("consentReadsInterfaces"),
    ...(systemPlatform() === "windows" ? [`        ${words("readVpnProfiles")}`] : []),
    words("consentSends", sending),
    ...(rehearsal ? [words("consentLogins")] : []),
    ...describeChanges(gateway, mayBoundRoute, words),
    ...(asksForCapture ? describeAsks(gateway, words) : []),
    words("unasked"),
    "",
  ];
}

/** All that a run for a case will do, line by line, for who asks for more. */
export function describeRun(
  facts: CaseFacts,
  server: string,
  words: Words,
  language: Language,
  mayBoundRoute: boolean,
): string[] {
  const expiresAt = new Date(facts.expiresAt);
  const until = Number.isNaN(expiresAt.getTime())
    ? facts.expiresAt
    : expiresAt.toLocaleString(language, { timeZoneName: "short" });
  const vpnProfiles = systemPlatform() === "windows" ? [`  - ${words("readVpnProfiles")}`] : [];
  return [
    "",
    words("whoAsks", { operator: facts.operator, server }),
    words("whichGateway", { gateway: facts.gateway }),
    words("validUntil", { time: until }),
    words("readHeading"),
    `  - ${words("readInterfaces")}`,
    ...vpnProfiles,
    ...describeSending(facts, words),
    `  - ${words("sendService", { server })}`,
    ...describeChanges(facts.gateway, mayBoundRoute, words),
    ...(facts.asksForCapture ? describeAsks(facts.gateway, words) : []),
    "",
  ];
}

/**
 * Asks whether the run may start. Where the answer is no, or there is none, it says so.
 *
 * @param more the lines for who asks for more; none: nobody is told that there is more
 */
export async function mayStart(
  terminal: Terminal,
  words: Words,
  signal: AbortSignal,
  more: readonly string[] = [],
): Promise<boolean> {
  const question = words(more.length > 0 ? "questionOrMore" : "question");
  let answer = await terminal.ask(`${question} `, signal);
  while (answer !== null && more.length > 0 && isMore(answer, words)) {
    for (const line of more) terminal.say(line);
    answer = await terminal.ask(`${question} `, signal);
  }
  if (answer !== null && isYes(answer, words)) return true;
  terminal.say(answer === null ? words("noTerminal") : words("declined"));
  return false;
}
