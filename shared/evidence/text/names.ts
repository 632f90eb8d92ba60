/** Which name stands for the address that an output is about: people name their gateway by its name. */

import { type Block, findAddresses } from "./format.ts";

const MOST_NAMES = 8;
const HOST_NAME = /^(?=.*[a-z])[a-z0-9](?:[a-z0-9_.-]{0,251}[a-z0-9])?$/;

/**
 * The names of the one address that a block is about: the one in front of it in the heading (`Pinging
 * vpn.example [192.0.2.1]`, `PING vpn.example (192.0.2.1)`), and the words of the command line above. A word
 * that is no name does no harm: it equals no gateway's. In lower case.
 */
export function hostNames({ command, lines }: Block, targets: readonly string[]): string[] {
  const [address] = targets;
  if (address === undefined || targets.length !== 1) return [];
  const heading = lines[0]?.text.slice(0, 600) ?? "";
  const found = findAddresses(heading.replaceAll(/[()[\]]/g, " ")).find((a) => a.address === address);
  const before = found ? heading.slice(Math.max(0, found.at - 256), found.at) : "";
  const named = /(?:^|[\s:])([\w.-]{1,253}) ?[[(]$/.exec(before)?.[1];
  // Of the command's words some are no host: `do`, `vpn` and `ipv4` have no dot.
  const typed = (command?.words ?? []).filter((word) => word.includes("."));
  const words = [...(named === undefined ? [] : [named]), ...typed];
  const names = words.map((word) => word.toLowerCase()).filter((name) => HOST_NAME.test(name));
  return [...new Set(names)].slice(0, MOST_NAMES);
}
