/** The Windows commands that change an interface's MTU, and change it back. */
import { IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import type { Commands } from "../../schema/diagnosis.ts";
import { INTERFACE_MTU_RANGE, type IpFamily } from "../../schema/plan.ts";

/** The smallest MTU that Windows accepts, by IP family (docs/domain.md §4.4). */
export const LEAST_MTU: Readonly<Record<IpFamily, number>> = {
  4: INTERFACE_MTU_RANGE.least,
  6: IPV6_MINIMUM_MTU,
};
const GREATEST_MTU = INTERFACE_MTU_RANGE.greatest;

/** Which interface a command is for: by its index, or by its name where a table has no index. */
export type InterfaceId = { index: number } | { name: string };

/**
 * The names that go into a command: letters of any script, ASCII digits, single spaces and `-_.()*#`. None of
 * these means anything to cmd, to netsh or, between single quotes, to PowerShell. Left out are quotes in all
 * their forms (PowerShell takes four of Unicode's for its own), the modifier letters that look like them, and
 * characters that cannot be seen; a name of nothing but digits, which netsh takes for an index; and `..`, the
 * mark of a name that a table cut.
 */
const SAFE_CHARACTERS = /^[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Mn}\p{Mc}ー・々\d _()*#.-]{1,128}$/u;
const LETTER = /[\p{Lu}\p{Ll}\p{Lo}]/u;
const UNFIT = /^ | $| {2}|\.\.|\p{Default_Ignorable_Code_Point}/u;

/** Whether a name from a stranger's table may stand in a command. */
export const isSafeName = (name: string): boolean =>
  SAFE_CHARACTERS.test(name) && LETTER.test(name) && !UNFIT.test(name);

/**
 * Windows commands that set an interface's MTU, show it and put the old value back. Names of interfaces come
 * from strangers: where there is an index, only integers go into the commands.
 *
 * @throws {RangeError} an MTU or the index is out of range, or the name is not safe; this would be our own
 * mistake, as all evidence is checked before
 */
export function mtuCommands(
  which: InterfaceId,
  interfaceMtu: number,
  previousMtu: number,
  family: IpFamily,
): Commands {
  for (const mtu of [interfaceMtu, previousMtu]) {
    if (!Number.isInteger(mtu) || mtu < LEAST_MTU[family] || mtu > GREATEST_MTU) {
      throw new RangeError(
        `Cannot make a command: an MTU of ${mtu} is not within ${LEAST_MTU[family]} to ${GREATEST_MTU}`,
      );
    }
  }
  return "index" in which
    ? byIndex(which.index, interfaceMtu, previousMtu, family)
    : byName(which.name, interfaceMtu, previousMtu, family);
}

function byIndex(index: number, interfaceMtu: number, previousMtu: number, family: IpFamily): Commands {
  if (!Number.isInteger(index) || index < 1) {
    throw new RangeError(`Cannot make a command: ${index} is no interface index`);
  }
  const netsh = (mtu: number) => `netsh interface ipv${family} set interface ${index} mtu=${mtu}`;
  const which = `-InterfaceIndex ${index} -AddressFamily IPv${family}`;
  const powershell = (mtu: number) => `Set-NetIPInterface ${which} -NlMtuBytes ${mtu}`;
  return {
    apply: netsh(interfaceMtu),
    verify: `netsh interface ipv${family} show interface ${index}`,
    undo: netsh(previousMtu),
    powershell: {
      apply: powershell(interfaceMtu),
      verify: `Get-NetIPInterface ${which} | Where-Object Store -eq 'ActiveStore' | Select-Object NlMtu`,
      undo: powershell(previousMtu),
    },
    needsElevation: true,
  };
}

/** The cmdlets take `*` in `-InterfaceAlias` for a wildcard (docs/domain.md §4.4); `-eq` does not. */
function byName(name: string, interfaceMtu: number, previousMtu: number, family: IpFamily): Commands {
  if (!isSafeName(name))
    throw new RangeError("Cannot make a command: the interface's name is not safe in one");
  const netsh = (mtu: number) =>
    `netsh interface ipv${family} set subinterface "${name}" mtu=${mtu} store=persistent`;
  const quoted = `'${name.replaceAll("'", "''")}'`;
  const which = `Get-NetIPInterface -AddressFamily IPv${family} | Where-Object InterfaceAlias -eq ${quoted}`;
  const powershell = (mtu: number) => `${which} | Set-NetIPInterface -NlMtuBytes ${mtu}`;
  return {
    apply: netsh(interfaceMtu),
    verify: `netsh interface ipv${family} show subinterface "${name}"`,
    undo: netsh(previousMtu),
    powershell: {
      apply: powershell(interfaceMtu),
      verify: `${which} | Select-Object NlMtu`,
      undo: powershell(previousMtu),
    },
    needsElevation: true,
  };
}

/** Whether Windows accepts a command with this MTU. */
export const canCommand = (mtu: number | null, family: IpFamily): mtu is number =>
  mtu !== null && mtu >= LEAST_MTU[family] && mtu <= GREATEST_MTU;
