/**
 * `ip link`, `ip addr`, `ifconfig` and `networksetup -getMTU`: interfaces of Linux, macOS and the BSDs with
 * their MTU. Their index stays `null`: an index is what netsh takes, and no command of Windows is for these.
 */

import { type Block, emptyReading, type Format, oneByOne, type Reading, toMtu } from "./format.ts";

/** `2: eth0@if3: <BROADCAST,UP,LOWER_UP> mtu 1500 qdisc …` */
const IP_LINK = /^\s*\d{1,6}: ([^\s:]{1,64}): <([A-Z0-9_,-]{0,200})> mtu (\d{2,6})\b/;
/** `en0: flags=8863<UP,RUNNING> mtu 1500`, with `metric 0` before it on some. */
const IFCONFIG =
  /^\s*([^\s:]{1,64}): flags=[0-9a-fx]{1,8}<([A-Z0-9_,]{0,200})>(?: metric \d{1,4})?\s{1,4}mtu (\d{2,6})\b/i;
/** Older net-tools and BusyBox: the name on one line, the MTU on a later one. */
const OLD_IFCONFIG = /^\s*([^\s:]{1,64})\s{1,20}Link encap:/;
const OLD_IFCONFIG_MTU = /^\s*((?:[A-Z]{2,16} ){0,8}) ?MTU:(\d{2,6})\s+Metric:\d/;
/** Lines of these programs below an interface, which hold no MTU. */
const DETAIL =
  /^\s*(?:inet6?|link\/|valid_lft|ether|options=|nd6 options|media:|status:|groups:|RX |TX |RX:|TX:|altname|brd|lladdr|collisions|device |loop |prefixlen|scope|UP |inet6? addr:)/;

function read({ lines }: Block): Reading {
  const reading = emptyReading();
  let pending: string | null = null;
  const add = (line: number, name: string, flags: string, mtu: string): void => {
    const isUp = /\b(?:LOWER_UP|RUNNING)\b/.test(flags);
    for (const family of [4, 6] as const) {
      reading.interfaces.push({ line, index: null, family, mtu: toMtu(mtu), connected: isUp, name });
    }
  };
  for (const { line, text } of lines) {
    if (text === "") continue;
    const [, name, flags, mtu] = IP_LINK.exec(text) ?? IFCONFIG.exec(text) ?? [];
    const [, oldFlags, oldMtu] = OLD_IFCONFIG_MTU.exec(text) ?? [];
    const old = OLD_IFCONFIG.exec(text)?.[1];
    // Run together with the next one: which is which is not told.
    if ((text.match(/\bmtu[ :]\d/gi)?.length ?? 0) > 1) reading.notUnderstood.push({ line, text });
    else if (name !== undefined && flags !== undefined && mtu !== undefined) add(line, name, flags, mtu);
    else if (old !== undefined) pending = old;
    else if (oldMtu !== undefined && pending !== null) {
      add(line, pending, oldFlags ?? "", oldMtu);
      pending = null;
    } else if (!DETAIL.test(text)) reading.notUnderstood.push({ line, text });
  }
  return reading;
}

/** The programs `ip` and `ifconfig`. */
export const unixInterfaces: Format = {
  id: "unix-interfaces",
  system: "Linux, macOS, BSD",
  gives: "interfaces",
  source: "output of iproute2 and net-tools; macOS and BSD from manuals",
  knownFrom: "seen",
  isHeading: () => false,
  isRow: (text) =>
    text.length < 600 &&
    (IP_LINK.test(text) || IFCONFIG.test(text) || OLD_IFCONFIG.test(text) || OLD_IFCONFIG_MTU.test(text)),
  read: oneByOne(read),
};

const ACTIVE_MTU = /^\s*Active MTU: (\d{2,6})\b/;

/** macOS: the interface's name stands in the command line alone. */
export const networksetupMtu: Format = {
  id: "networksetup-mtu",
  system: "macOS",
  gives: "interfaces",
  source: "mobile-shell/mosh#299",
  knownFrom: "public",
  isHeading: (text) => ACTIVE_MTU.test(text),
  isRow: () => false,
  read: oneByOne(({ command, lines: [first, ...others] }) => {
    const reading = emptyReading();
    const mtu = ACTIVE_MTU.exec(first?.text ?? "")?.[1];
    const name = command?.program === "networksetup" ? (command.words.at(-1) ?? "") : "";
    if (first && mtu !== undefined) {
      for (const family of [4, 6] as const) {
        reading.interfaces.push({
          line: first.line,
          index: null,
          family,
          mtu: toMtu(mtu),
          connected: null,
          name,
        });
      }
    }
    reading.notUnderstood.push(...others.filter(({ text }) => text !== ""));
    return reading;
  }),
};
