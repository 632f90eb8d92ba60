/** QR codes of addresses that stand on the page too: dark squares on white, for cameras read them so. */
import { encode } from "uqr";

const SVG = "http://www.w3.org/2000/svg";
/** Light modules around the code, ISO/IEC 18004 §5.3.8. */
const QUIET_ZONE = 4;

/**
 * Draws the code of each element that names one, and shows the fold around it, which is hidden until then:
 * `data-qr` is what the code says, `data-qr-name` what the drawing is called for those who do not see it.
 */
export function drawQrCodes(): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-qr]")) {
    const { data, size } = encode(place.dataset.qr ?? "", { border: QUIET_ZONE });
    const drawing = document.createElementNS(SVG, "svg");
    for (const [name, value] of [
      ["class", "qr"],
      ["viewBox", `0 0 ${size} ${size}`],
      ["role", "img"],
      ["aria-label", place.dataset.qrName ?? ""],
    ] as const)
      drawing.setAttribute(name, value);
    drawing.append(
      path("#fff", `M0 0h${size}v${size}h-${size}z`),
      path(
        "#000",
        data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : []))).join(""),
      ),
    );
    place.append(drawing);
    place.closest("details")?.removeAttribute("hidden");
  }
}

function path(fill: string, d: string): SVGElement {
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("fill", fill);
  made.setAttribute("d", d);
  return made;
}
