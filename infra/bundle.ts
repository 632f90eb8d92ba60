/** What all bundles have in common. */
import { join } from "node:path";
import { type BuildOptions, type BuildResult, build, type OutputFile } from "esbuild";

const root = join(import.meta.dirname, "..");

/** What is built of a program, and the source files that went into it, as paths from the root. */
export interface Bundle {
  outputFiles: OutputFile[];
  inputs: string[];
}

/** Bundles a program with all it imports; what is given beside the entry counts more than what is usual. */
export async function bundle(entry: string, options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile }: BuildResult = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    target: "node22",
    charset: "utf8",
    legalComments: "inline",
    logLevel: "warning",
    ...options,
  });
  if (!outputFiles?.length) throw new Error(`Cannot bundle ${entry}: esbuild gave no file`);
  return { outputFiles, inputs: Object.keys(metafile?.inputs ?? {}) };
}
