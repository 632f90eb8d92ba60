/**
 * Markup as a tree of plain values. The page makes its elements from the tree one by one: no string is ever
 * taken for markup there, and what is not on the lists of tree.ts does not get in.
 */

/** A text, or an element: its name, its attributes and what is in it. */
export type Tree =
  | string
  | readonly [name: string, attributes: Readonly<Record<string, string>>, within: Tree[]];

const VOID: ReadonlySet<string> = new Set(["br", "hr"]);
const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const TAG = /<(\/?)([A-Za-z][\w-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/y;

const plain = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => ENTITIES[name] ?? "");

/**
 * Reads the markup that shared/chart/markup.ts makes: each tag closed, each attribute in double quotes.
 *
 * @throws {Error} it is anything else
 */
export function markupTree(markup: string): Tree[] {
  const roots: Tree[] = [];
  const open: { name: string; within: Tree[] }[] = [{ name: "", within: roots }];
  let at = 0;
  while (at < markup.length) {
    const within = open.at(-1)?.within ?? roots;
    const tagAt = markup.indexOf("<", at);
    const textEnd = tagAt < 0 ? markup.length : tagAt;
    if (textEnd > at) within.push(plain(markup.slice(at, textEnd)));
    if (tagAt < 0) break;
    TAG.lastIndex = tagAt;
    const [tag = "", closing, name = "", attributes = "", closed] = TAG.exec(markup) ?? [];
    if (tag === "") throw new Error(`Cannot read the markup at ${markup.slice(tagAt, tagAt + 40)}`);
    at = tagAt + tag.length;
    if (closing) {
      if (open.length < 2 || open.pop()?.name !== name) throw new Error(`Cannot read the markup: </${name}>`);
      continue;
    }
    const given: Record<string, string> = {};
    for (const [, key = "", value = ""] of attributes.matchAll(/([\w:-]+)="([^"]*)"/g))
      given[key] = plain(value);
    const inner: Tree[] = [];
    within.push([name, given, inner]);
    if (!closed && !VOID.has(name)) open.push({ name, within: inner });
  }
  if (open.length > 1) throw new Error(`Cannot read the markup: <${open.at(-1)?.name}> stays open`);
  return roots;
}
