/**
 * What an output in a pasted text was taken for. English. `{who}`, `{to}`, `{tried}` and `{flag}` stand for
 * other sentences of this chapter, `{language}` for the name of a language.
 */
export const readings = {
  "reading.at": "{source}, line {line}: {what}",
  "reading.ping": "{who} {to}: {tried}, {flag}",
  "reading.who.windows": "Windows ping",
  "reading.who.windows.language": "{language} Windows ping",
  "reading.who.unix": "ping ({system})",
  "reading.to.known": "to {target}",
  "reading.to.unknown": "to an address that is not in the text",
  "reading.tried.one": "one size (ping payload {sizes})",
  "reading.tried.many": "{count} sizes (ping payload {sizes})",
  "reading.tried.none": "no size in the text",
  "reading.flag.windows.on": "with -f",
  "reading.flag.windows.off": "without -f",
  "reading.flag.windows.unknown": "whether with -f is not in the text",
  "reading.flag.unix.on": "with DF set",
  "reading.flag.unix.off": "without DF",
  "reading.flag.unix.unknown": "whether with DF is not in the text",
  "reading.interfaces.v4": "network interfaces from {tool}: {v4} with IPv4",
  "reading.interfaces.v6": "network interfaces from {tool}: {v6} with IPv6",
  "reading.interfaces.both": "network interfaces from {tool}: {v4} with IPv4, {v6} with IPv6",
  "reading.interfaces.v4.mtus": "network interfaces from {tool}: {v4} with IPv4, MTU {mtus}",
  "reading.interfaces.v6.mtus": "network interfaces from {tool}: {v6} with IPv6, MTU {mtus}",
  "reading.interfaces.both.mtus":
    "network interfaces from {tool}: {v4} with IPv4, {v6} with IPv6, MTU {mtus}",
  "reading.interfaces.untold":
    "network interfaces from {tool}: {count}, of IPv4 or of IPv6: which is not told",
  "reading.interfaces.untold.mtus":
    "network interfaces from {tool}: {count}, of IPv4 or of IPv6: which is not told, MTU {mtus}",
  "reading.interfaces.connected": "{listed}; connected: {connected}",
  "reading.ras-codes": "{tool}: error {codes}",
  "reading.server-events": "events of a Windows VPN server: {count}",
  "reading.vpn-profiles": "VPN connections from {tool}: {names}",
  "reading.adapters": "network adapters from {tool}: {count}",
  "reading.own": "a report of ikefrag itself ({verdict}, {reportId}), of which nothing is taken as evidence",
  "reading.own.verdict": "a report of ikefrag itself ({verdict}), of which nothing is taken as evidence",
  "reading.own.id": "a report of ikefrag itself ({reportId}), of which nothing is taken as evidence",
  "reading.path": "{tool} {to}",
  "reading.path.mtus": "{tool} {to}: a smaller MTU on the way, {mtus}",
  "reading.messages": "{tool}: lines about IKE messages and their packets: {count}",
  "reading.output": "output of {tool}",
  "reading.not-understood": "lines that were not understood: {count}",
  "reading.end":
    "not read from here on: the text is too long; give the part that shows the failing connection",
  "reading.newest":
    "not read up to here: the log is too large, and its newest lines count; if the failing connection is older, give that part",
  "reading.nothing": "nothing that ikefrag knows; lines that were not understood: {count}",
} as const;
