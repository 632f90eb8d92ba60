/**
 * `tracepath`, `traceroute --mtu`, and `mtr` with a size: which hop told or swallowed which size. Sizes are
 * bytes of whole IP packets.
 */

import {
  type Block,
  emptyReading,
  type Format,
  findAddresses,
  oneByOne,
  type PathReport,
  type Reading,
} from "./format.ts";

const addressIn = (text: string): string | null =>
  findAddresses(text.replaceAll(/[()[\]]/g, " "))[0]?.address ?? null;

/** The host that a command line ends in or names, where it is an address. */
const addressOfCommand = ({ command }: Block): string | null =>
  command?.words.map(addressIn).find((address) => address !== null) ?? null;

const report = (
  line: number,
  about: Pick<PathReport, "target" | "outcome"> & Partial<PathReport>,
): PathReport => ({ line, ipBytes: null, router: null, nextHopMtu: null, ...about });

const TRACEPATH_START = /^\s*1\??: +\[LOCALHOST\] +(?:\d{1,6}\.\d{1,3}ms +)?pmtu (\d{2,6})\b(.*)$/;
const TRACEPATH_HOP = /^\s*\d{1,3}\??: {1,8}(\S{1,253}|no reply)/;
/** Lines that were run together. */
const TWO_HOPS = /\S\s+\d{1,3}\??: {1,8}\S.*\d|\d.*\sResume: pmtu/;
const TRACEPATH_END = /^\s*Resume: pmtu (\d{2,6})\b|^\s*Too many hops: pmtu (\d{2,6})\b/;

/** The hop is shown by a name: an address that was misread is none. */
const hasName = (text: string): boolean => /^(?!no$)[A-Za-z_]/.test(TRACEPATH_HOP.exec(text)?.[1] ?? "");

function readTracepath(block: Block): Reading {
  const reading = emptyReading();
  let pathMtu: number | null = null;
  let isReached = false;
  const target =
    block.lines
      .map(({ text }) => (/\breached\b/.test(text) ? addressIn(text) : null))
      .find((a) => a !== null) ?? addressOfCommand(block);
  for (const { line, text } of block.lines) {
    if (text === "") continue;
    const [, first, more = ""] = TRACEPATH_START.exec(text) ?? [];
    const end = TRACEPATH_END.exec(text);
    if (/\S/.test(more) || TWO_HOPS.test(text)) reading.notUnderstood.push({ line, text });
    else if (first !== undefined) {
      pathMtu = Number(first);
      reading.isRecognized = true;
    } else if (end) {
      const mtu = Number(end[1] ?? end[2]);
      if (isReached) reading.paths.push(report(line, { target, outcome: "reached", ipBytes: mtu }));
      break;
    } else if (TRACEPATH_HOP.test(text)) {
      const router = addressIn(text);
      isReached ||= /\breached\b/.test(text);
      const told = /\bpmtu (\d{2,6})\b/.exec(text)?.[1];
      if (told !== undefined) {
        const nextHopMtu = Number(told);
        // Its own refusals tracepath prints as `[LOCALHOST]`: a hop that has a name alone is a router too.
        const isLearned = router === null && pathMtu !== null && nextHopMtu < pathMtu && hasName(text);
        const about = { target, outcome: "too-big" as const, ipBytes: pathMtu, router, nextHopMtu };
        reading.paths.push(report(line, { ...about, ...(isLearned && { isLearned }) }));
        pathMtu = nextHopMtu;
      }
    } else reading.notUnderstood.push({ line, text });
  }
  return reading;
}

/** iputils' tracepath. */
export const tracepath: Format = {
  id: "tracepath",
  system: "Linux",
  gives: "paths",
  source: "trailofbits/algo#14292",
  knownFrom: "public",
  isHeading: (text) => TRACEPATH_START.test(text),
  isRow: () => false,
  read: oneByOne(readTracepath),
};

const TRACEROUTE_START =
  /^\s*traceroute6? to (\S{1,253}) \(([0-9A-Fa-f:.]{2,60})\), \d{1,3} hops max, (\d{1,6}) byte packets(.*)$/;
const HOP = /^\s*\d{1,3} {1,4}\S/;

function readTraceroute({ lines }: Block): Reading {
  const reading = emptyReading();
  const [, , target = null, , more = ""] = TRACEROUTE_START.exec(lines[0]?.text ?? "") ?? [];
  // Run together with what stood below it.
  if (lines[0] && /\S/.test(more)) reading.notUnderstood.push(lines[0]);
  let pathMtu: number | null = null;
  let before: string | null = null;
  for (const { line, text } of lines.slice(1)) {
    if (text === "") continue;
    if (!HOP.test(text)) {
      reading.notUnderstood.push({ line, text });
      continue;
    }
    const hop = addressIn(text);
    const told = / F=(\d{2,6})\b/.exec(text)?.[1];
    if (told !== undefined) {
      const nextHopMtu = Number(told);
      // Printed at the hop that needs the smaller size; the router before it sent the ICMP error
      // (traceroute(8)).
      if (pathMtu !== null && nextHopMtu < pathMtu) {
        reading.paths.push(
          report(line, { target, outcome: "too-big", ipBytes: pathMtu, router: before, nextHopMtu }),
        );
      }
      pathMtu = nextHopMtu;
    }
    if (hop !== null && hop === target && pathMtu !== null) {
      // The size stands behind the first time: a line that ends before it does not tell.
      if (told === undefined && !/ ms\b.* ms\b/.test(text)) {
        reading.notUnderstood.push({ line, text });
        break;
      }
      reading.paths.push(report(line, { target, outcome: "reached", ipBytes: pathMtu }));
      break;
    }
    before = hop;
  }
  return reading;
}

/** Linux's `traceroute --mtu`. Without `F=` on a hop it says nothing about sizes. */
export const tracerouteMtu: Format = {
  id: "traceroute-mtu",
  system: "Linux",
  gives: "paths",
  source: "perfsonar/pscheduler#1540",
  knownFrom: "public",
  isHeading: (text) => text.length < 600 && TRACEROUTE_START.test(text),
  isRow: () => false,
  read: oneByOne(readTraceroute),
};

const MTR_START = /^\s*HOST: \S.*\bLoss%\s+Snt\b/;
const MTR_HOP =
  /^\s*\d{1,3}\.(?:\|--)? {1,4}(?:AS\S{1,12} {1,12})?(\S{1,253}) {1,80}(\d{1,3}(?:\.\d)?)%? {1,12}\d{1,7} /;

function readMtr(block: Block): Reading {
  const reading = emptyReading();
  const words = block.command?.program === "mtr" ? block.command.words : [];
  const size = Number(words[words.findIndex((w) => w === "-s" || w === "--psize") + 1]);
  const target = addressOfCommand(block);
  let last: { line: number; hop: string | null; isAnswering: boolean } | null = null;
  let lastAnswering: string | null = null;
  for (const { line, text } of block.lines) {
    if (text === "" || (MTR_START.test(text) && !/\s\d{1,3}\.\S*\s/.test(text))) continue;
    const [, host = "", loss] = MTR_HOP.exec(text) ?? [];
    if (loss === undefined) {
      reading.notUnderstood.push({ line, text });
      continue;
    }
    last = { line, hop: addressIn(host), isAnswering: Number(loss) < 100 };
    if (last.isAnswering) lastAnswering = last.hop;
  }
  const isThere = last?.isAnswering === true && last.hop === target;
  const isSwallowed = last?.isAnswering === false && lastAnswering !== null;
  // Without its command line nobody knows the size, nor where it went; and a list that was cut ends in a hop
  // that answers.
  if (last && target !== null && size >= 28 && size <= 65_535 && (isThere || isSwallowed)) {
    const outcome = isThere ? "reached" : "not-reached";
    reading.paths.push(
      report(last.line, { target, outcome, ipBytes: size, router: isThere ? null : lastAnswering }),
    );
  } else reading.notUnderstood.push(...block.lines.filter(({ text }) => text !== "").slice(0, 1));
  return reading;
}

/** `mtr --report -s SIZE`. */
export const mtr: Format = {
  id: "mtr",
  system: "Linux, macOS, BSD",
  gives: "paths",
  source: "jsdelivr/globalping-cli#187",
  knownFrom: "public",
  isHeading: (text) => text.length < 400 && MTR_START.test(text),
  isRow: (text) => text.length < 600 && MTR_HOP.test(text),
  read: oneByOne(readMtr),
};
