/**
 * The PowerShell lines that switch IKE fragmentation on in one connection of a phone book of Windows's, show
 * the switch, and switch it off again.
 *
 * They work on bytes, for phone books are written in UTF-8, in the country's code page or in UTF-16, and have
 * to stay what they are: each byte is taken for a character, and `\0?` steps over the zero bytes of UTF-16.
 * They use cmdlets and operators alone, which Constrained Language Mode allows.
 */
import type { Observations } from "../../evidence/observations.ts";
import type { PhonebookEntry } from "../../schema/client-settings.ts";
import type { ProfileCommands, Verdict } from "../../schema/diagnosis.ts";
import { VERDICTS } from "../../schema/verdicts.ts";
import { profileSwitch, switchCures } from "../facts/client-profile.ts";
import { isSafeName } from "./netsh-commands.ts";

/** Of ASCII, which all encodings of phone books share, and without a meaning in a regular expression. */
const PLAIN_NAME = /^[A-Za-z0-9 _-]{1,128}$/;
/** An address, or a name as the DNS has them. */
const PLAIN_HOST = /^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}$/;
/** As many connections an agent tells of: there may be more that nobody knows. */
const MOST_TOLD = 64;

const PHONEBOOK = "\\Microsoft\\Network\\Connections\\Pbk\\rasphone.pbk";

/** The lines for the connection that is switched off, where a line can say which one it is. */
export function adviseProfileCommands(verdict: Verdict, o: Observations): ProfileCommands | null {
  if (VERDICTS[verdict].ikeFragmentation === "does-not-help" || switchCures(o) === null) return null;
  const [entry, ...others] = profileSwitch(o)?.off ?? [];
  if (entry === undefined || others.length > 0) return null;
  const mark = markOf(entry, o.vpn?.settings?.phonebook ?? []);
  return mark === null ? null : profileCommands(mark, entry.ofAllUsers);
}

/** What tells a section from others: that only it is of a VPN, its title, or the line of its server. */
type SectionMark = "alone" | { title: string } | { server: string };

function markOf(entry: PhonebookEntry, phonebook: readonly PhonebookEntry[]): SectionMark | null {
  const { name, serverAddress, ofAllUsers } = entry;
  const book = phonebook.filter((e) => e.ofAllUsers === ofAllUsers);
  const isWhole = phonebook.length < MOST_TOLD;
  if (isWhole && book.length === 1 && entry.deviceType === "vpn") return "alone";
  if (PLAIN_NAME.test(name) && isSafeName(name)) return { title: name };
  if (serverAddress === null || !PLAIN_HOST.test(serverAddress) || !isWhole) return null;
  const host = serverAddress.toLowerCase();
  return book.filter((e) => e.serverAddress?.toLowerCase() === host).length === 1
    ? { server: serverAddress }
    : null;
}

/** The end of a line, and the way to a later line of the same section. */
const [END, WITHIN] = ["\\0?\\r?\\0?$", "(?:(?!^\\0?\\[).)*?^"];

/** A regular expression for the switch with this value, as PowerShell puts it together from `$s` and `$k`. */
function findSwitch(mark: SectionMark, value: string): string {
  // Where there are two VPNs it finds none. A modem's connection has the switch, too.
  if (mark === "alone") {
    const noVpn = `(?:(?!^'+$s+'${END}).)*`;
    return `'(?ms)\\A(${noVpn}^'+$k+'\\0?)${value}(?=${END}${WITHIN}'+$s+'${END}${noVpn}\\z)'`;
  }
  // The byte order mark of a file stands before its first title.
  return "title" in mark
    ? `'(?ms)(^[^\\x01-\\x7F]*'+$s+'${END}${WITHIN}'+$k+'\\0?)${value}(?=${END})'`
    : `'(?ms)(^'+$k+'\\0?)${value}(?=${END}${WITHIN}'+$s+'${END})'`;
}

/** Its title or its line, as a regular expression. */
function toPattern(mark: SectionMark): string {
  if (mark === "alone") return "DEVICE=vpn";
  const isSafe =
    "title" in mark ? PLAIN_NAME.test(mark.title) && isSafeName(mark.title) : PLAIN_HOST.test(mark.server);
  if (!isSafe) throw new RangeError("Cannot make a command: what marks the section is not safe in one");
  return "title" in mark ? `\\[${mark.title}\\]` : `PhoneNumber=${mark.server.replaceAll(".", "\\.")}`;
}

/**
 * Lines for Windows PowerShell 5.1 and PowerShell 7. The first keeps a copy of the phone book beside it, in
 * `rasphone.pbk.ikefrag`, and changes one byte; a second time it changes nothing. The last one changes that
 * byte back and removes the copy, and without the copy does nothing: what was changed in between stays.
 *
 * @throws {RangeError} the name or the server is not safe in a line; this would be our own mistake, as both
 * are checked before
 */
export function profileCommands(mark: SectionMark, ofAllUsers: boolean): ProfileCommands {
  const read = [
    `$f="$env:${ofAllUsers ? "ProgramData" : "APPDATA"}${PHONEBOOK}"`,
    "$b=if($PSVersionTable.PSVersion.Major -gt 5){@{AsByteStream=$true}}else{@{Encoding='Byte'}}",
    "$t=-join[char[]](Get-Content -LiteralPath $f -ReadCount 0 @b)",
    `$s,$k='${toPattern(mark)}','Disable_IKEv2_Fragmentation=' -replace '(?<!\\\\)(?=.)','\\0?'`,
  ].join("; ");
  const copy = '"$f.ikefrag"';
  const write = (to: string, text: string): string =>
    `Set-Content -LiteralPath ${to} ([byte[]][char[]]${text}) @b`;
  const change = (from: string, to: string): string =>
    `$n=$t -replace (${findSwitch(mark, from)}),'\${1}${to}'`;
  return {
    apply: `${read}; ${change("1", "0")}; if($n -cne $t){${write(copy, "$t")}; ${write("$f", "$n")}}`,
    verify: `${read}; if($t -match (${findSwitch(mark, "([01])")})){"Disable_IKEv2_Fragmentation=$($Matches[2])"}`,
    undo: `${read}; ${change("0", "1")}; if((Test-Path -LiteralPath ${copy}) -and $n -cne $t){${write("$f", "$n")}; Remove-Item -LiteralPath ${copy}}`,
    needsElevation: ofAllUsers,
    isNamed: mark !== "alone",
  };
}
