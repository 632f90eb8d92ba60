/** Pseudonyms with a fixed key. */
import { createCipheriv } from "node:crypto";
import { AddressPseudonyms } from "../../shared/packet/pseudonyms.ts";

/** With a key of their own, always the same: tests see the same pseudonyms each time. */
export function testPseudonyms(key = 7, way: "make" | "undo" = "make"): AddressPseudonyms {
  const cipher = createCipheriv("aes-128-ecb", new Uint8Array(16).fill(key), null).setAutoPadding(false);
  return new AddressPseudonyms((block) => cipher.update(block), way);
}
