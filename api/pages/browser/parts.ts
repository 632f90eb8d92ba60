/** Parts of a page that its scripts know by name. */

/** The words that a page's own script says, as the page gives them. */
export type Words = Readonly<Record<string, string>>;

/** The element with `data-part="name"`. @throws {Error} the page has none */
export function part<E extends HTMLElement = HTMLElement>(root: ParentNode, name: string): E {
  const found = root.querySelector<E>(`[data-part="${name}"]`);
  if (found === null) throw new Error(`Cannot find the part ${name}`);
  return found;
}

/** A copy of what is in the template with `data-part="name"`. */
export function fromTemplate(root: ParentNode, name: string): HTMLElement {
  const template = part<HTMLTemplateElement>(root, name);
  const copy = template.content.firstElementChild?.cloneNode(true);
  if (!(copy instanceof HTMLElement)) throw new Error(`Cannot copy the template ${name}: it is empty`);
  return copy;
}

/** Has a link save this content; the one before is let go. */
export function saveLink(link: HTMLAnchorElement, content: BlobPart, type: string): void {
  if (link.href.startsWith("blob:")) URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(new Blob([content], { type }));
}

/** A size as people read it: `12 KB`. */
export function sizeText(bytes: number): string {
  const language = document.documentElement.lang;
  const [unit, of] = bytes < 1e6 ? (["kilobyte", 1e3] as const) : (["megabyte", 1e6] as const);
  const format = new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 });
  return format.format(bytes / of);
}
