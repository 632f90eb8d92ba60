/** Text files in the character sets that Windows uses. */

const LOOKED_AT_BYTES = 4_096;
/** Fewer may look like anything. */
const LEAST_BYTES = 16;

/**
 * UTF-16 whose mark was lost: digits and spaces have a zero in one half, and no character has one in both.
 */
function byteOrderOf(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  const zeros = [0, 0];
  const looked = Math.min(bytes.length, LOOKED_AT_BYTES);
  for (let at = 0; at < looked; at++) if (bytes[at] === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (looked < LEAST_BYTES || Math.max(even, odd) < looked / 20) return null;
  return even === 0 ? "utf-16le" : odd === 0 ? "utf-16be" : null;
}

/**
 * Reads a text file that Windows wrote: in UTF-16 (`>` in PowerShell 5.1), in UTF-8,
 * or in the OEM code page (`>` in cmd.exe). Of the code pages, the Japanese one is tried; of any other,
 * letters are lost but digits stay.
 *
 * @returns `null` for bytes that are no text, because they hold NULs
 */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.includes(0)) {
    const order = byteOrderOf(bytes);
    return order === null ? null : new TextDecoder(order).decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}
