import * as os from "node:os";
import type { Interface, InterfacesMeasurement } from "../../shared/schema/measurement.ts";

/** What is read of the machine's interfaces, and the route to the first address of the gateway. */
export interface InterfaceFacts {
  interfaces: Interface[];
  route: Route | null;
}

export type Route = NonNullable<Extract<InterfacesMeasurement["outcome"], { status: "measured" }>["route"]>;

/** Why a system could not be read, in words for the report. */
export class UnreadableSystemError extends Error {
  override name = "UnreadableSystemError";
}

/** A number from elsewhere as an interface index, or `null`. */
export const toIndex = (value: unknown): number | null => toInteger(value, 1, 4_294_967_295);

/** A number from elsewhere as an MTU in bytes of a whole IP packet, or `null`. */
export const toMtu = (value: unknown): number | null => toInteger(value, 68, 4_294_967_295);

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
    // Deno without --allow-sys: the interfaces are known all the same, without their addresses.
  }
  return addresses;
}
