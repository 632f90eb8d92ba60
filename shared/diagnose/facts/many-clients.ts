/** What a gateway's log or capture says of all its clients together. */
import { type AttemptEnd, endOf } from "../../evidence/attempt-end.ts";
import { endsByClient } from "../../evidence/focus-client.ts";
import type { Crowd, Observations } from "../../evidence/observations.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";
import { once } from "./once.ts";

/** The clients of one place, by how their latest attempts ended. */
export interface ManyClients {
  crowd: Crowd;
  clients: number;
  /** How many clients ended so. */
  ended: Readonly<Record<AttemptEnd, number>>;
  failed: number;
  /** The clients that failed. */
  failedClients: string[];
  /** With what the gateway refused, each once. */
  refusals: string[];
  /** When the first attempt was, as far as the file tells a date or a time. */
  since: string | null;
  evidence: EvidenceRef[];
}

/** More of them than these are not named. */
const MOST_NAMED = 16;
const MOST_REFS = 64;

/** The last place that shows several clients; `null` where none does. */
export const manyClients = once((o: Observations): ManyClients | null => {
  const crowd = o.crowds?.at(-1);
  if (crowd === undefined) return null;
  const ends = endsByClient(crowd.attempts);
  const ended = {
    "came-up": 0,
    refused: 0,
    "answer-repeated": 0,
    "request-incomplete": 0,
    "nothing-followed": 0,
    unanswered: 0,
    open: 0,
  };
  for (const end of ends.values()) ended[end]++;
  const failedClients = [...ends].flatMap(([client, end]) =>
    end === "came-up" || end === "open" ? [] : [client],
  );
  const failures = crowd.attempts.map(endOf).filter(({ end }) => end !== "came-up" && end !== "open");
  return {
    crowd,
    clients: ends.size,
    ended,
    failed: failedClients.length,
    failedClients: failedClients.slice(-MOST_NAMED),
    refusals: [...new Set(failures.flatMap(({ refusal }) => refusal ?? []))].slice(0, MOST_NAMED),
    since: sinceOf(crowd),
    evidence: failures.slice(-MOST_REFS).flatMap(({ refs }) => refs.slice(0, 1)),
  };
});

const DAY_MS = 86_400_000;
/** Of a log without years the clock is put into this one. */
const NO_YEAR = { from: Date.UTC(2000, 0, 1), to: Date.UTC(2001, 0, 1) };
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As the file has it: a log is in its own zone, a capture in UTC. */
function sinceOf({ attempts }: Crowd): string | null {
  const [first] = attempts;
  const opening = first?.exchanges[0];
  const timeMs = opening?.requests[0]?.timeMs ?? opening?.responses[0]?.timeMs;
  if (first === undefined || timeMs === undefined || opening?.untimed) return null;
  const at = new Date(timeMs);
  if (Number.isNaN(at.getTime())) return null;
  const clock = at.toISOString().slice(11, 16);
  if (timeMs < 2 * DAY_MS) return clock;
  if (timeMs >= NO_YEAR.from && timeMs < NO_YEAR.to)
    return `${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()} ${clock}`;
  return `${at.toISOString().slice(0, 10)} ${clock}${first.log === undefined ? " UTC" : ""}`;
}
