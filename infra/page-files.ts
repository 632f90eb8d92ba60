/**
 * Makes what pages load besides themselves: the style of all pages, and their scripts. The names change with
 * the content, so that browsers may keep the files for good.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { type BuildOptions, build, type OutputFile } from "esbuild";
import { PALETTE, PAPER_STYLE, SECTION_STYLE } from "../shared/report/style.ts";

const root = join(import.meta.dirname, "..");

/** By the name that a page knows a file by; api/deps.ts has the same. */
const ENTRIES = {
  script: "api/pages/browser/main.ts",
  analyzer: "api/pages/browser/analyzer-worker.ts",
} as const;

/** The name of the file that says how the others are called. */
export const MANIFEST = "names.json";

/**
 * @returns the files by their names, and `names.json` with the current name of each: `{ "style":
 *   "style-0123456789abcdef.css", "script": … }`
 */
export async function pageFiles(): Promise<Map<string, Uint8Array>> {
  const style = await made({
    stdin: { contents: `@import "./index.css";`, resolveDir: join(root, "api/pages/style"), loader: "css" },
    banner: { css: PALETTE + SECTION_STYLE + PAPER_STYLE },
  });
  const scripts = Object.entries(ENTRIES).map(
    async ([name, entry]) => [name, ".js", await made({ entryPoints: [entry] })] as const,
  );
  const files = new Map<string, Uint8Array>();
  const names: Record<string, string> = {};
  for (const [name, extension, bytes] of [
    ["style", ".css", style] as const,
    ...(await Promise.all(scripts)),
  ]) {
    const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
    names[name] = `${name}-${hash}${extension}`;
    files.set(names[name], bytes);
  }
  files.set(MANIFEST, new TextEncoder().encode(JSON.stringify(names)));
  return files;
}

async function made(options: BuildOptions): Promise<Uint8Array> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    outdir: "dist",
    bundle: true,
    write: false,
    minify: true,
    platform: "browser",
    format: "iife",
    // What understands `:has()`, container queries and `structuredClone` understands this.
    target: ["es2022", "chrome111", "firefox121", "safari16.4"],
    charset: "utf8",
    legalComments: "inline",
    logLevel: "warning",
    ...options,
  });
  const [file, ...others] = outputFiles as OutputFile[];
  if (file === undefined || others.length > 0)
    throw new Error(
      `Cannot build a page's file: not one file but ${outputFiles?.map(({ path }) => basename(path))}`,
    );
  return file.contents;
}
