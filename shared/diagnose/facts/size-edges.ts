/** Between which sizes a path stops to carry packets. All sizes are bytes of whole IP packets. */
import { IPV4_PRACTICAL_MINIMUM_MTU } from "../../packet/sizes.ts";
import type { EvidenceRef } from "../../schema/diagnosis.ts";

/** Somebody said that a packet is too big. */
export interface TooBig {
  ref: EvidenceRef;
  /** `Infinity` where the evidence has no size. */
  ipBytes: number;
  nextHopMtu: number | null;
  /**
   * `router`: it said so. `system`: this computer did, by what a router had told it. `either`: this computer
   * did, by that or by its own interface's MTU.
   */
  by: "router" | "system" | "either";
  /** Its address. */
  router: string | null;
}

/** The path MTU as it was told. */
export interface ToldPathMtu {
  /** At least this much gets through. */
  least: number;
  /** At most this much: `least` where a number was told, or where one byte more was refused. */
  most: number;
  /** A number was told, and is `least`. */
  isNamed: boolean;
  /** The least size that was refused; `null` where only a number was told. */
  refused: number | null;
  /** Who refused it, or told the number. */
  by: TooBig["by"];
  /** The address of the router that told the least. */
  router: string | null;
}

/**
 * The least size that a router refused in a pasted text, where nothing tells which smaller size passes.
 */
export function refusedByRouter(tooBig: readonly TooBig[]): { router: string; refused: number } | null {
  const refused = tooBig
    .filter((t) => t.by === "router" && t.router !== null && t.ref.kind === "text")
    .filter(({ ipBytes }) => Number.isFinite(ipBytes) && ipBytes > IPV4_PRACTICAL_MINIMUM_MTU)
    .toSorted((a, b) => a.ipBytes - b.ipBytes)[0];
  return refused?.router == null ? null : { router: refused.router, refused: refused.ipBytes };
}

/** A next-hop MTU that is no smaller than the refused packet says nothing (docs/domain.md §1.4). */
const isCredible = ({ nextHopMtu, ipBytes }: TooBig): boolean =>
  nextHopMtu !== null && nextHopMtu >= IPV4_PRACTICAL_MINIMUM_MTU && nextHopMtu < ipBytes;

/**
 * The path MTU from what was refused and what passed; `null` where neither a number was told nor anything
 * passed. What was seen to pass counts for more than what the narrowest router says, unless one refused as
 * much.
 */
export function toldPathMtu(tooBig: readonly TooBig[], largestPassed: number | null): ToldPathMtu | null {
  if (tooBig.length === 0) return null;
  const smallest = tooBig.reduce((a, b) => (b.ipBytes < a.ipBytes ? b : a));
  const refused = smallest.ipBytes;
  const told = tooBig
    .filter(isCredible)
    .reduce((least, p) => Math.min(least, p.nextHopMtu ?? least), Number.POSITIVE_INFINITY);
  const teller = tooBig.find((p) => p.router !== null && (p.nextHopMtu === told || p.ipBytes === refused));
  const passed = largestPassed !== null && largestPassed < refused ? largestPassed : 0;
  const least = Math.max(passed, Number.isFinite(told) ? told : 0);
  if (least === 0) return null;
  const isNamed = least === told;
  return {
    least,
    most: isNamed || !Number.isFinite(refused) ? least : refused - 1,
    isNamed,
    refused: Number.isFinite(refused) ? refused : null,
    by: tooBig.some((p) => p.by === "router") ? "router" : smallest.by,
    router: teller?.router ?? null,
  };
}
