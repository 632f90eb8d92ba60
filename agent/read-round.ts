/** Checks a round from the service, field by field, before anything in it is done. */
import type { Round, Step, UdpStep } from "../shared/schema/plan.ts";
import { type Agreed, wrongDatagramField } from "./agreed-datagram.ts";
import { toRecord } from "./io/json.ts";

/** Most rounds that a run has. */
export const MAX_ROUNDS = 20;

type Check = (value: unknown) => boolean;

const isInteger =
  (min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max;
/** Whether a value can be a host name or an IP address. It never looks like an option of a program. */
export const isHost = (value: unknown): value is string =>
  typeof value === "string" && /^(?!-)[A-Za-z0-9._:-]{1,253}$/.test(value);
const isFamily: Check = (value) => value === 4 || value === 6;
const isBoolean: Check = (value) => typeof value === "boolean";
const isDatagram: Check = (value) =>
  typeof value === "string" && value.length <= 12_000 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const isMtu = isInteger(576, 9_216);
const tries = isInteger(1, 5);
const waitMs = isInteger(100, 10_000);

/**
 * The bounds of `shared/schema/plan.ts`, written again: the agent does not carry the library that reads them.
 */
const STEP_FIELDS: { [Kind in Step["kind"]]: { [Field in keyof Extract<Step, { kind: Kind }>]?: Check } } = {
  interfaces: { gateway: isHost },
  "vpn-profiles": {},
  echo: {
    target: isHost,
    family: isFamily,
    pingPayloadBytes: isInteger(0, 9_000),
    dontFragment: isBoolean,
    tries,
    waitMs,
  },
  udp: {
    target: isHost,
    family: orNull(isFamily),
    port: isInteger(1, 65_535),
    datagram: isDatagram,
    dontFragment: isBoolean,
    userMtu: orNull(isMtu),
    tries,
    waitMs,
  },
  capture: { target: isHost, seconds: isInteger(1, 60), maxBytes: isInteger(1, 5_000_000) },
  apply: { interfaceIndex: isInteger(1, 4_294_967_295), family: isFamily, interfaceMtu: isMtu },
};

const COMMON_FIELDS: Record<string, Check> = {
  id: (value) => typeof value === "string" && /^[a-z0-9][a-z0-9-]{0,63}$/.test(value),
  atMs: isInteger(0, 30_000),
};

/**
 * What this computer does must not depend on the service's good will.
 *
 * @param agreed what the person agreed to
 * @returns the round, or the name of the first field that is not as agreed
 */
export function readRound(value: unknown, agreed: Agreed): Round | string {
  const { number, steps } = toRecord(value);
  if (!isInteger(1, MAX_ROUNDS)(number)) return "round.number";
  if (!Array.isArray(steps) || steps.length > 64) return "round.steps";
  for (const [i, step] of steps.entries()) {
    const fields = toRecord(step);
    const kind = fields.kind;
    if (typeof kind !== "string" || !Object.hasOwn(STEP_FIELDS, kind)) return `round.steps.${i}.kind`;
    const checks: Record<string, Check> = { ...COMMON_FIELDS, ...STEP_FIELDS[kind as Step["kind"]] };
    const wrong = Object.entries(checks).find(([field, check]) => !check(fields[field]));
    if (wrong) return `round.steps.${i}.${wrong[0]}`;
    const wrongDatagram = kind === "udp" ? wrongDatagramField(step as UdpStep, agreed) : null;
    if (wrongDatagram !== null) return `round.steps.${i}.${wrongDatagram}`;
  }
  return { number: number as number, steps: steps as Step[] };
}
