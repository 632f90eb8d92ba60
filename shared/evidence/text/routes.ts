/** `ip route get ADDRESS`: the way that Linux takes there, and the path MTU that it has learned. */

import { type Block, emptyReading, type Format, findAddresses, oneByOne, type Reading } from "./format.ts";

/** `203.0.113.25 via 192.168.1.1 dev wlan0 src 192.168.1.23 uid 1000` */
const ROUTE =
  /^\s*(?:(?:local|unicast|broadcast|multicast) )?([0-9A-Fa-f.:]{2,45})(?: from \S{1,50})?(?: via (?:inet6? )?\S{1,50})? dev (\S{1,32})( .{0,400})?$/;
const CACHE = /^\s*cache\b(?! \S+@)(.{0,200})$/;
const MTU = / mtu (?:lock )?(\d{2,6})\b/;
/** Only what a router told is forgotten after a while. */
const EXPIRES = / expires \d{1,10}(?:sec)?\b/;

const isAddress = (text: string): boolean => findAddresses(` ${text} `)[0]?.address === text;

function readRoutes({ command, lines }: Block): Reading {
  const reading = emptyReading();
  // `ip route` lists routes to single hosts in the same form.
  const isAsked = command?.program === "ip" && command.words.some((word) => /^g(?:et?)?$/.test(word));
  let route: Reading["routes"][number] | null = null;
  for (const [at, { line, text }] of lines.entries()) {
    if (text === "") continue;
    const [, target = "", device, rest = ""] = ROUTE.exec(text) ?? [];
    const next = lines.slice(at + 1, at + 3).find((l) => l.text !== "")?.text ?? "";
    const told = device === undefined ? CACHE.exec(text)?.[1] : rest;
    if (told === undefined) {
      reading.notUnderstood.push({ line, text });
      continue;
    }
    if (device !== undefined) {
      // Two routes on one line: which MTU is whose is not told.
      if (
        !isAddress(target) ||
        / dev \S/.test(rest) ||
        !(isAsked || CACHE.test(next) || / uid \d/.test(rest))
      ) {
        reading.notUnderstood.push({ line, text });
        route = null;
        continue;
      }
      const source = / src ([0-9A-Fa-f.:]{2,45})(?: |$)/.exec(rest)?.[1];
      route = { line, target, device, sourceAddress: source ?? null, mtu: null };
      reading.routes.push(route);
    }
    const mtu = MTU.exec(told)?.[1];
    if (mtu === undefined) continue;
    if (!route) reading.notUnderstood.push({ line, text });
    else if (EXPIRES.test(told)) {
      reading.paths.push({
        line,
        target: route.target,
        ipBytes: null,
        outcome: "too-big",
        router: null,
        nextHopMtu: Number(mtu),
        isLearned: true,
      });
    } else route.mtu = Number(mtu);
  }
  return reading;
}

/** iproute2's `ip route get`. */
export const ipRouteGet: Format = {
  id: "ip-route-get",
  system: "Linux",
  gives: "routes",
  source: "output of iproute2, and posts of learned path MTUs",
  knownFrom: "seen",
  isHeading: () => false,
  isRow: (text) => text.length < 600 && ROUTE.test(text),
  read: oneByOne(readRoutes),
};
