/** Reports as the landing page shows them: element by element, from lists of what may be shown. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { markupTree, type Tree } from "../../api/pages/browser/analyzer/markup-tree.ts";
import { HTML_ELEMENTS, isAllowed, SVG_ELEMENTS } from "../../api/pages/browser/tree.ts";
import { diagnoseLoaded, loadEvidence } from "../../cli/load-evidence.ts";
import { markup, withoutUnfit } from "../../shared/chart/markup.ts";
import { ruleReference } from "../../shared/diagnose/diagnose.ts";
import { reportSections } from "../../shared/report/sections.ts";
import { speak } from "../../shared/text/speak.ts";

const CASES = join(import.meta.dirname, "../cases");

/** What of a tree is on none of the lists. */
function refused(tree: Tree, isDrawn = false): string[] {
  if (typeof tree === "string") return [];
  const [name, attributes, within] = tree;
  const drawn = isDrawn || name === "svg";
  const own = Object.entries(attributes).filter(([key, value]) => key !== "xmlns" && !isAllowed(key, value));
  return [
    ...((drawn ? SVG_ELEMENTS : HTML_ELEMENTS).has(name) ? [] : [`<${name}>`]),
    ...own.map(([key, value]) => `<${name} ${key}="${value}">`),
    ...within.flatMap((each) => refused(each, drawn)),
  ];
}

test("the whole report of every case is shown, in both languages", async () => {
  let reports = 0;
  const missing = new Set<string>();
  for (const story of readdirSync(CASES)) {
    const list = join(CASES, story, "cases.json");
    if (!existsSync(list)) continue;
    for (const { files } of JSON.parse(readFileSync(list, "utf8")) as { files: string[] }[]) {
      const loaded = await loadEvidence(files.map((file) => join(CASES, story, file)));
      const { observations, diagnosis } = diagnoseLoaded(loaded);
      for (const language of ["en", "ja"] as const) {
        const copy = { copy: "Copy", copied: "Copied" };
        const sections = reportSections(speak(diagnosis, language), observations, ruleReference, { copy });
        for (const section of Object.values(sections))
          for (const tree of section === null ? [] : markupTree(String(section)))
            for (const each of refused(tree)) missing.add(each);
        reports++;
      }
    }
  }
  expect([...missing]).toEqual([]);
  expect(reports).toBeGreaterThan(100);
});

test("nothing that runs, loads or sends is on the lists", () => {
  for (const name of ["script", "iframe", "object", "embed", "style", "link", "base", "form", "input", "img"])
    expect(HTML_ELEMENTS.has(name), name).toBe(false);
  for (const name of ["script", "foreignObject", "style", "animate", "set", "image"])
    expect(SVG_ELEMENTS.has(name), name).toBe(false);
  for (const name of ["onclick", "style", "src", "srcdoc", "action", "xlink:href", "data-local", "data-part"])
    expect(isAllowed(name, "x"), name).toBe(false);
  for (const value of [
    "javascript:alert(1)",
    "//evil.example",
    "/console",
    "https://evil.example",
    " #x",
    "",
  ])
    expect(isAllowed("href", value), value).toBe(false);
  expect(isAllowed("href", "#capture-1-2")).toBe(true);
});

test("markupTree() gives back each text as it was, and takes none for markup", () => {
  const textOf = (tree: Tree): string => (typeof tree === "string" ? tree : tree[2].map(textOf).join(""));
  // Text that runs from right to left stands between isolates.
  const bare = (text: string) => withoutUnfit(text).replace(/[\u2068\u2069]/g, "");
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, value) => {
      const [bold = "", line, after = ""] = markupTree(
        String(markup`<b title="${value}">${text}</b><br>${text}`),
      );
      expect([bold[0], bare(textOf(bold))]).toEqual(["b", bare(text)]);
      expect(typeof bold === "string" ? "" : bare(bold[1].title ?? "")).toBe(bare(value));
      expect(line).toEqual(["br", {}, []]);
      expect(bare(textOf(after))).toBe(bare(text));
    }),
  );
  for (const broken of ["<b>", "</b>", "<b></i>", "<b x=1></b>", "<b", '<b x="<"></b>'])
    expect(() => markupTree(broken), broken).toThrow();
});
