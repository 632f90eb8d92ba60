/**
 * Reads a text file as Windows writes it: UTF-16 with a byte order mark (`>` in PowerShell 5.1), UTF-8, or the OEM code
 * page (`>` in cmd.exe). Of the code pages Japanese is tried; with any other one letters are lost, digits are not.
 *
 * @returns `null` for bytes that are no text: they hold a NUL
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
