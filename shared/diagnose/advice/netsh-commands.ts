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

/**
 * Windows commands that set an interface's MTU, show it and put the old value back. Only integers go into
 * them, because names of interfaces come from strangers.
 *
 * @throws {RangeError} an MTU or the index is out of range; this would be our own mistake, as all evidence is
 * checked before
 */
export function mtuCommands(
  interfaceIndex: number,
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
  if (!Number.isInteger(interfaceIndex) || interfaceIndex < 1) {
    throw new RangeError(`Cannot make a command: ${interfaceIndex} is no interface index`);
  }
  const netsh = (mtu: number) => `netsh interface ipv${family} set interface ${interfaceIndex} mtu=${mtu}`;
  const which = `-InterfaceIndex ${interfaceIndex} -AddressFamily IPv${family}`;
  const powershell = (mtu: number) => `Set-NetIPInterface ${which} -NlMtuBytes ${mtu}`;
  return {
    apply: netsh(interfaceMtu),
    verify: `netsh interface ipv${family} show interface ${interfaceIndex}`,
    undo: netsh(previousMtu),
    powershell: {
      apply: powershell(interfaceMtu),
      verify: `Get-NetIPInterface ${which} | Where-Object Store -eq 'ActiveStore' | Select-Object NlMtu`,
      undo: powershell(previousMtu),
    },
    needsElevation: true,
  };
}

/** Whether Windows accepts a command with this MTU. */
export const canCommand = (mtu: number | null, family: IpFamily): mtu is number =>
  mtu !== null && mtu >= LEAST_MTU[family] && mtu <= GREATEST_MTU;
