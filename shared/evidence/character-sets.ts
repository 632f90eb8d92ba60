/** Text files in the character sets that Windows uses. */

/**
 * Reads a text file that Windows wrote: in UTF-16 with a byte order mark (`>` in PowerShell 5.1), in UTF-8,
 * or in the OEM code page (`>` in cmd.exe). Of the code pages, the Japanese one is tried; of any other,
 * letters are lost but digits stay.
 *
 * @returns `null` for bytes that are no text, because they hold a NUL
 */
export function decodeText(bytes: Uint8Array): string | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("shift_jis").decode(bytes);
  }
}
