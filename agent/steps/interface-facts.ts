/** What every system can say of its interfaces, and how its values are checked. */
import * as os from "node:os";
import type { Interface, InterfacesMeasurement } from "../../shared/schema/measurement.ts";

/** The interfaces of this computer, and its route to the gateway. */
export interface InterfaceFacts {
  interfaces: Interface[];
  route: Route | null;
}

/** The route to the first address of the gateway. */
export type Route = NonNullable<Extract<InterfacesMeasurement["outcome"], { status: "measured" }>["route"]>;

/** A system could not be read. The message says why, for the report. */
export class UnreadableSystemError extends Error {
  override name = "UnreadableSystemError";
}

/** A value as an interface index; `null` where it cannot be one. */
export const toIndex = (value: unknown): number | null => toInteger(value, 1, 4_294_967_295);

/** A value as an interface MTU, in bytes of a whole IP packet; `null` where it cannot be one. */
export const toMtu = (value: unknown): number | null => toInteger(value, 68, 4_294_967_295);

/** A number, or text of digits, as an integer in this range; `null` where it is not. */
export function toInteger(value: unknown, min: number, max: number): number | null {
  const number = typeof value === "string" && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value;
  return typeof number === "number" && Number.isInteger(number) && number >= min && number <= max
    ? number
    : null;
}

/** The addresses of each interface by its name, without prefix length and zone. */
export function addressesByInterface(): Map<string, string[]> {
  const addresses = new Map<string, string[]>();
  try {
    for (const [name, entries] of Object.entries(os.networkInterfaces())) {
      addresses.set(name, (entries ?? []).map(({ address }) => address.replace(/%.*$/, "")).slice(0, 64));
    }
  } catch {
    // Deno without --allow-sys: the interfaces are known from elsewhere, but not their addresses.
  }
  return addresses;
}
