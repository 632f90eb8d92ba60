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
  "reading.path": "{tool} {to}",
  "reading.output": "output of {tool}",
  "reading.not-understood": "lines that were not understood: {count}",
  "reading.nothing": "nothing that ikefrag knows; lines that were not understood: {count}",
} as const;
