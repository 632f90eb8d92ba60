/** What the events of a Windows VPN server tell, each once. */
import type { ServerEventObservation } from "./observations.ts";
import type { ReadText } from "./text/read.ts";

const ISO_DATE = /^\d{4}-\d\d-\d\dT/;

/**
 * The event viewer shows an event as text and below that as XML: the one whose time can be compared stays.
 */
export function observeServerEvents(read: ReadText["serverEvents"]): ServerEventObservation[] {
  return read.flatMap(({ source, line, ...event }, at) => {
    const next = read[at + 1];
    const isShownAgain =
      next !== undefined &&
      next.source === source &&
      next.event === event.event &&
      next.at !== null &&
      ISO_DATE.test(next.at) &&
      !(event.at !== null && ISO_DATE.test(event.at)) &&
      (event.peer === null || next.peer === null || event.peer === next.peer);
    return isShownAgain ? [] : [{ ...event, ref: { kind: "text" as const, source, line } }];
  });
}
