/**
 * What holds for all prose: what a comment cites exists, lines end at 110 columns, exports have docstrings.
 */
import { existsSync, globSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { expect, test } from "vitest";

const PRODUCT = globSync("{shared,agent,cli,api,infra}/**/*.ts").sort();
const SOURCES = [
  ...PRODUCT,
  ...globSync("test/**/*.ts").sort(),
  ...globSync(["{agent,test}/**/*.{ps1,py}", "infra/**/*.{sql,jsonc}", ".ci/run"]).sort(),
];
const DOCUMENTS = globSync(["*.md", "{docs,infra,test,.github}/**/*.md"]).sort();
const COLUMNS = 110;

interface Line {
  text: string;
  /** `file:line`, as an editor opens it. */
  at: string;
}

const linesOf = (file: string): Line[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .map((text, index) => ({ text, at: `${file}:${index + 1}` }));

/**
 * The lines of comments alone: whole lines in TypeScript, in blocks or after `//`; after `#` or `--`
 * elsewhere.
 */
function commentLines(file: string): Line[] {
  if (!file.endsWith(".ts")) return linesOf(file).filter(({ text }) => /^\s*(#|--|\/\/)|"""/.test(text));
  let inside = false;
  return linesOf(file).filter(({ text }) => {
    const begins = /^\s*\/\*/.test(text);
    const isComment = inside || begins || /^\s*\/\/|[;,{)\]] \/\/ /.test(text);
    if (inside || begins) inside = !text.includes("*/");
    return isComment;
  });
}

/** Lines that cannot be wrapped: a table's row, and a word that is too long by itself, such as a link. */
const cannotWrap = (text: string): boolean =>
  /^\s*\|/.test(text) || text.split(" ").some((word) => word.length > COLUMNS - 30);

/** The prose of a document: what stands outside blocks of code. */
function proseOf(file: string): Line[] {
  let inCode = false;
  return linesOf(file).filter(({ text }) => {
    if (!/^\s*```/.test(text)) return !inCode;
    inCode = !inCode;
    return false;
  });
}

const places = (lines: readonly Line[]): string[] => lines.map(({ at, text }) => `${at} ${text.trim()}`);

test("comments wrap at 110 columns", () => {
  const wide = SOURCES.flatMap(commentLines).filter(
    ({ text }) => [...text].length > COLUMNS && !cannotWrap(text),
  );
  expect(places(wide)).toEqual([]);
});

test("documents wrap at 110 columns", () => {
  const wide = DOCUMENTS.flatMap(proseOf).filter(
    ({ text }) => [...text].length > COLUMNS && !cannotWrap(text),
  );
  expect(places(wide)).toEqual([]);
});

/**
 * What an export begins with. What is only handed on (`export … from`) has its docstring where it is made.
 */
const EXPORT =
  /^export (?:default )?(?:declare |abstract )*(?:async )?(?:function\*?|class|const|let|type|interface|enum) (\w+)/;

test("every exported function, class, type, schema and constant of the product has a docstring", () => {
  const bare = PRODUCT.flatMap((file) => {
    const lines = linesOf(file);
    const documented = new Set<string>();
    return lines.filter(({ text }, index) => {
      const name = EXPORT.exec(text)?.[1];
      if (name === undefined) return false;
      // A schema and the type of the same name are one thing, and so are the signatures of one function.
      if (documented.has(name)) return false;
      let before = index - 1;
      // What tools are told may stand between.
      while (/^\s*\/\/ (biome-ignore|@ts-)/.test(lines[before]?.text ?? "")) before--;
      if (/\*\/\s*$/.test(lines[before]?.text ?? "")) documented.add(name);
      return !documented.has(name);
    });
  });
  expect(places(bare)).toEqual([]);
});

test("every file of the product says in its first lines what it is", () => {
  const silent = PRODUCT.filter((file) => {
    const lines = linesOf(file).filter(({ text }) => text !== "" && !text.startsWith("#!"));
    return lines.length > 8 && !/^(\/\*|\/\/)/.test(lines[0]?.text ?? "");
  });
  expect(silent).toEqual([]);
});

/** Part of a path that stands for any name, such as LANGUAGE. */
const STANDS_FOR = /\/(?:LANGUAGE|VERDICT|NAME|CODE)\b/;
/** A file of this repository, named by its path from the root. */
const CITED_FILE = /(?<![\w./@:{}*-])((?:docs|test|shared|agent|api|cli|infra|\.ci|\.github)\/[\w./-]*\w)/g;
/**
 * Sections of a document of this repository: `docs/domain.md §2.3`, with others of the same document after
 * it.
 */
const CITED_SECTIONS = /(docs\/[\w-]+\.md),? (§\d[\d.]*(?:(?:, | and )§\d[\d.]*)*)/g;
/** Documents that are not in this repository. */
const ELSEWHERE = /\b(?:DOMAIN|DESIGN|ANCHORS|STYLE)(?:\.md\b| §)/;

/**
 * What is read as citing: comments, and documents outside code and tables (those name files of other
 * projects).
 */
const citing = [
  ...SOURCES.flatMap(commentLines),
  ...DOCUMENTS.flatMap(proseOf).filter(({ text }) => !/^\s*\|.*(?:MIT|BSD|Apache|Unlicense)/.test(text)),
];

test("every file that a comment or a document names exists", () => {
  const gone = citing.filter(({ text }) =>
    [...text.matchAll(CITED_FILE)].some(([, path = ""]) => !STANDS_FOR.test(path) && !existsSync(path)),
  );
  expect(places(gone)).toEqual([]);
});

test("no comment cites a document that is elsewhere", () => {
  expect(places(citing.filter(({ text }) => ELSEWHERE.test(text)))).toEqual([]);
});

/** The numbers of a document's headings. */
const headingsOf = (document: string): Set<string | undefined> =>
  new Set(
    [...readFileSync(document, "utf8").matchAll(/^#+ (\d+(?:\.\d+)*)\b/gm)].map(([, number]) => number),
  );

test("every section that is cited has a heading of its number", () => {
  let cited = 0;
  const gone = [...SOURCES, ...DOCUMENTS].flatMap((file) => {
    // A citation may run over the end of a line of a comment.
    const text = readFileSync(file, "utf8").replace(/\s*\n\s*(?:\*|\/\/|#)? ?/g, " ");
    return [...text.matchAll(CITED_SECTIONS)].flatMap(([citation, document = "", sections = ""]) => {
      const numbers = [...sections.matchAll(/§(\d+(?:\.\d+)*)/g)].map(([, number]) => number);
      cited += numbers.length;
      const headings = existsSync(document) ? headingsOf(document) : new Set();
      return numbers.every((number) => headings.has(number)) ? [] : [`${file} ${citation}`];
    });
  });
  expect(gone).toEqual([]);
  expect(cited, "none was found: are sections cited in another way now?").toBeGreaterThan(20);
});

test("every cause that is cited is told in docs/domain.md", () => {
  const told = new Set(
    readFileSync("docs/domain.md", "utf8")
      .match(/^\| \*{0,2}RC\d\d\b/gm)
      ?.map((row) => row.replace(/[|* ]/g, "")),
  );
  const gone = [...SOURCES, ...DOCUMENTS]
    .flatMap(linesOf)
    .filter(({ text }) => (text.match(/\bRC\d\d\b/g) ?? []).some((rc) => !told.has(rc)));
  expect(places(gone)).toEqual([]);
});

test("links between documents lead to files", () => {
  const gone = DOCUMENTS.flatMap((file) =>
    proseOf(file).filter(({ text }) =>
      [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].some(
        ([, target = ""]) => !existsSync(posix.join(posix.dirname(file), target)),
      ),
    ),
  );
  expect(places(gone)).toEqual([]);
});
