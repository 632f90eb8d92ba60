/** Makes elements from a tree of plain values (analyzer/markup-tree.ts). */
import type { Tree } from "./analyzer/markup-tree.ts";

const SVG = "http://www.w3.org/2000/svg";

/** What a report is made of, and nothing that runs, loads, sends or embeds anything. */
export const HTML_ELEMENTS: ReadonlySet<string> = new Set(
  `a b bdi br caption code dd details div dl dt em figcaption figure h1 h2 h3 h4 h5 hr li ol p pre s section small
   span strong sub summary sup table tbody td tfoot th thead time tr ul`.split(/\s+/),
);
/** The same of drawings. */
export const SVG_ELEMENTS: ReadonlySet<string> = new Set(
  "a circle clipPath defs desc ellipse g line linearGradient marker path pattern polygon polyline rect stop svg text title tspan use".split(
    " ",
  ),
);
/** Attributes that say what something is, where it is and how it looks. */
export const ATTRIBUTES: ReadonlySet<string> = new Set(
  `aria-describedby aria-hidden aria-label aria-labelledby aria-level class clip-path colspan cx cy d data-copied data-copy
   data-ago data-copies data-first data-name datetime dir dominant-baseline dx dy fill fill-opacity font-family font-size font-weight gradientTransform
   gradientUnits headers height href id lang marker-end marker-height marker-mid marker-start marker-width markerHeight
   markerUnits markerWidth offset opacity open orient overflow paint-order patternTransform patternUnits points preserveAspectRatio r refX
   refY role rowspan rx ry scope start stop-color stroke stroke-dasharray stroke-linecap stroke-linejoin
   stroke-opacity stroke-width tabindex text-anchor text-decoration textLength title transform viewBox width x x1 x2
   xml:lang y y1 y2`.split(/\s+/),
);
/** Links lead to places of the same page, and nowhere else. */
const HREF = /^#[\w.:-]*$/;

/** Whether an element of a report may have this attribute. */
export const isAllowed = (name: string, value: string): boolean =>
  ATTRIBUTES.has(name) && (name !== "href" || HREF.test(value));

/**
 * The elements and texts of a tree, ready to be put into the page. Of an element that is not on the lists its
 * text is left, and an attribute that is not is left out.
 */
export function elementsOf(trees: readonly Tree[], isDrawn = false): DocumentFragment {
  const fragment = document.createDocumentFragment();
  for (const tree of trees) fragment.append(elementOf(tree, isDrawn));
  return fragment;
}

function elementOf(tree: Tree, isDrawn: boolean): Node {
  if (typeof tree === "string") return document.createTextNode(tree);
  const [name, attributes, within] = tree;
  const drawn = isDrawn || name === "svg";
  if (!(drawn ? SVG_ELEMENTS : HTML_ELEMENTS).has(name)) return elementsOf(within, drawn);
  const element = drawn ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (isAllowed(key, value)) element.setAttribute(key, value);
  element.append(elementsOf(within, drawn));
  return element;
}
