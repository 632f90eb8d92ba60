/**
 * What logs of IKE daemons and lists of packets show of attempts to log in: the same values as of a capture.
 * A text says less than a capture. What it leaves out is left open, and sizes of packets that follow from the
 * size of a message are marked as such.
 */
import type { IpFamily } from "../../schema/plan.ts";
import type { Initiation, Observations } from "../observations.ts";
import type { ReadText } from "../text/read.ts";
import { Attempts } from "./attempts.ts";
import { readDaemon } from "./daemon-log.ts";
import { type IcmpObservation, type Line, readClocks } from "./log.ts";
import { asCapture, readPackets } from "./packet-list.ts";

/** What the messages in pasted texts show, in the values that captures give. */
export interface ObservedTexts {
  initiations: Initiation[];
  icmpErrors: IcmpObservation[];
  captures: Observations["captures"];
}

/** The daemons whose logs have a side: the others are lists of packets. */
const isDaemon = (line: Line): boolean => line.format !== "tcpdump" && line.format !== "tshark";

/**
 * Reads the lines of all texts as attempts to log in. Each text, and each kind of log in it, has its clock.
 */
export function observeTexts(
  texts: readonly ReadText[],
  interfaceMtu: Readonly<Record<IpFamily, number>>,
): ObservedTexts {
  const observed: ObservedTexts = { initiations: [], icmpErrors: [], captures: [] };
  for (const { messages, goesOn } of texts) {
    const byFormat = new Map<string, Line[]>();
    for (const message of messages) {
      const own = byFormat.get(message.format);
      if (own) own.push(message);
      else byFormat.set(message.format, [message]);
    }
    for (const { format, line, clockMs } of goesOn) {
      const own = byFormat.get(format);
      const last = own?.at(-1);
      if (own && last && line > last.line)
        own.push({ kind: "goes-on", source: last.source, format, line, clockMs });
    }
    for (const lines of byFormat.values()) observeLog(lines, interfaceMtu, observed);
  }
  return observed;
}

function observeLog(
  lines: readonly Line[],
  interfaceMtu: Readonly<Record<IpFamily, number>>,
  observed: ObservedTexts,
): void {
  const [first] = lines;
  if (!first) return;
  const clock = readClocks(lines);
  const log = isDaemon(first) ? readDaemon(lines, clock) : readPackets(lines, clock);
  const attempts = new Attempts(first.source, clock, log, interfaceMtu);
  observed.initiations.push(...attempts.initiations());
  observed.icmpErrors.push(...log.icmpErrors.map((e) => ({ ...e, capture: first.source })));
  if (!isDaemon(first) && log.messages.length > 0) observed.captures.push(asCapture(first.source, log));
}
