/** Vendor IDs that are known, and whose software sends them. */
import { hashedVendorIds, type KnownVendorId, otherVendorIds } from "./vendor-id-table.ts";

export type { KnownVendorId, VendorProduct } from "./vendor-id-table.ts";

const allVendorIds = [...hashedVendorIds, ...otherVendorIds];
const exactByHex = new Map(allVendorIds.filter((v) => !v.prefix).map((v) => [v.hex, v]));
const prefixes = allVendorIds.filter((v) => v.prefix);

/**
 * Finds what is known of a Vendor ID, RFC 7296 §3.12.
 *
 * @param hex its body in lower-case hex digits
 */
export function findVendorId(hex: string): KnownVendorId | undefined {
  const known = exactByHex.get(hex) ?? prefixes.find((v) => hex.startsWith(v.hex));
  if (known) return { name: known.name, product: known.product };
  // Openswan and FreeS/WAN send "OE" and ten letters of a hash of their version.
  return /^4f45(?:[46][0-9a-f]|[57][0-9a]|3[0-9]){10}$/.test(hex) || /^4f45(?:[4-7][0-9a-f]){10}$/.test(hex)
    ? { name: "Openswan", product: "openswan" }
    : undefined;
}

/** Tells a gateway's administrator who sent a datagram: 16 bytes, like other Vendor IDs. */
export const PROBE_VENDOR_ID: Uint8Array = new TextEncoder().encode("ikefrag probe v1");
