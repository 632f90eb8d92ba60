/** A QR code as a drawing: dark squares on white, whatever the page's colours are, for cameras read it so. */

import { raw } from "hono/html";
import { encode } from "uqr";
import { escapeText } from "../../shared/chart/markup.ts";
import type { Html } from "./layout.ts";

/** Light modules around the code, ISO/IEC 18004 §5.3.8. */
const QUIET_ZONE = 4;

/**
 * @param text what the code says, such as an address
 * @param name what the drawing is called for those who do not see it
 */
export function qrCode(text: string, name: string): Html {
  const { data, size } = encode(text, { border: QUIET_ZONE });
  const path = data
    .flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join("");
  return raw(
    `<svg class="qr" viewBox="0 0 ${size} ${size}" role="img" aria-label="${escapeText(name)}"><rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`,
  );
}
