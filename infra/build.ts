/**
 * Bundles what is handed out as one file: `node infra/build.ts [OUT]`. The same source gives the same bytes.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import type { Plugin } from "esbuild";
import { DEMO_FILE } from "../cli/demo/evidence.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { demoFile } from "./demo-file.ts";
import { pageFiles } from "./page-files.ts";
import { thirdPartyLicences } from "./third-party-licences.ts";
import { besideWorker, bundleWorker, scriptOf, WORKERS } from "./worker-bundle.ts";

const root = join(import.meta.dirname, "..");

const AGENT_HEADER = `// ikefrag agent: finds out why an IKEv2 VPN does not come up. MIT licence.
//
// This is all of it, and it needs nothing else: read it before you run it. It
//   1. asks the service named near the end of this file which VPN gateway a case is about,
//   2. shows what it will read and send, and waits for a yes (unless started with --yes),
//   3. reads this computer's network interfaces, and sends test packets to that gateway alone, and
//      where step 2 says so to a test server (at most 64 packets and 128 KiB; see MAX_DATAGRAMS), and
//      begins VPN logins without a name; where the case asks for it, and after a yes of its own, it has
//      tcpdump record the VPN's login messages while the user connects (see captureFilter),
//   4. sends what it measured to the service, and prints a report ID.
// It changes nothing on this computer; only on Linux and as root, which step 2 says, the route to the
// gateway alone has a smaller MTU while a packet leaves (see CappedRoute). With --dry-run it does
// neither, and sends nothing.
//
// Run it with Node 20 or later (node FILE) or Deno 2 or later (deno run -A FILE).`;

/**
 * Makes every comment one that esbuild keeps, and afterwards what it was: the agent is there to be read.
 * Comments that stand above types and above a file's imports are left out, as types and imports are.
 */
const keepComments: Plugin = {
  name: "keep-comments",
  setup({ onLoad }) {
    onLoad({ filter: /\/agent\/.*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return {
        contents: source
          .replace(/^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=\n|import |(?:export )?(?:type|interface) )/gm, "")
          .replace(/^(\s*)\/\*\*/gm, "$1/*!")
          .replace(/^(\s*)\/\/ /gm, "$1//! "),
        loader: "ts",
      };
    });
  },
};
const restoreComments = (code: string): string =>
  code.replace(/^(\s*)\/\*!/gm, "$1/**").replace(/^(\s*)\/\/! /gm, "$1// ");

/** @returns the file that the service hands out: ASCII, so that no code page can spoil it */
export async function bundleAgent(): Promise<Uint8Array> {
  const {
    outputFiles: [file],
  } = await bundle("agent/main.ts", {
    charset: "ascii",
    target: "node20", // users have what they have
    banner: { js: AGENT_HEADER },
    plugins: [keepComments],
  });
  const code = restoreComments(file?.text ?? "");
  // esbuild escapes strings, but neither comments nor regular expressions.
  const strange = /.*[^\0-\x7f].*/.exec(code)?.[0];
  if (strange !== undefined) throw new Error(`Cannot bundle agent/main.ts: not ASCII: ${strange.trim()}`);
  return new TextEncoder().encode(code);
}

/** @returns the agent in PowerShell: handed out as it is written, for it is there to be read */
export async function windowsAgent(): Promise<Uint8Array> {
  return await readFile(join(root, "agent/windows.ps1"));
}

/** @returns the agent in POSIX sh: handed out as it is written too */
export async function posixAgent(): Promise<Uint8Array> {
  return await readFile(join(root, "agent/posix.sh"));
}

/**
 * The whole program `ikefrag`, for the package: it needs no other package beside it.
 *
 * @returns `ikefrag.mjs` and the parts it loads when they are needed: what serves asks for a newer Node than
 * what reads
 */
export function bundleProgram(): Promise<Bundle> {
  return bundle("cli/main.ts", {
    entryNames: "ikefrag",
    chunkNames: "ikefrag-[hash]",
    splitting: true,
    // The client for S3 is CommonJS by default, whose require() no module has.
    mainFields: ["module", "main"],
    alias: { "@aws-sdk/credential-provider-node": "./infra/no-credential-chain.ts" },
  });
}

/** The client of the interface, for programs of others: it needs nothing beside it. */
export function bundleClient(): Promise<Bundle> {
  return bundle("api/client/client.ts", { platform: "neutral", target: "es2022" });
}

/** The types of the client, by the names that they have in `dist/client/`. */
async function clientDeclarations(): Promise<Map<string, Uint8Array>> {
  const out = await mkdtemp(join(tmpdir(), "ikefrag-client-"));
  const words = `--ignoreConfig --declaration --emitDeclarationOnly --allowImportingTsExtensions
    --rewriteRelativeImportExtensions --module nodenext --target es2024 --lib es2024,dom,dom.iterable
    --types none --skipLibCheck --outDir`.split(/\s+/);
  try {
    const file = join(root, "api/client/client.ts");
    const compiler = join(root, "node_modules/typescript/bin/tsc");
    const none = words.flatMap((word) => (word === "none" ? [""] : word));
    await promisify(execFile)(process.execPath, [compiler, ...none, out, file], { cwd: root });
    const names = await readdir(out);
    return new Map(
      await Promise.all(
        names.map(async (name) => {
          // Who compiles against them has no sources.
          const text = (await readFile(join(out, name), "utf8")).replaceAll(/"(\.\/\w+)\.ts"/g, '"$1.js"');
          return [join("client", name), new TextEncoder().encode(text)] as const;
        }),
      ),
    );
  } finally {
    await rm(out, { recursive: true });
  }
}

/** The reflector, which runs on another machine than the service. */
export function bundleReflector(): Promise<Bundle> {
  return bundle("infra/reflector/main.ts", {
    entryNames: "ikefrag-reflector",
    banner: { js: "#!/usr/bin/env node" },
  });
}

/** What an earlier build may have left. */
const BUILT = /^(agent\.(ps1|sh)|(agent|client|ikefrag(-[0-9A-Z]+)?)\.mjs)$/;
const LICENCES = "THIRD-PARTY-LICENCES.txt";

/** What pages load. */
const PAGES = "pages";

/** What the Worker is deployed with beside its script: the agents, its words, and what pages load. */
const WORKER_ASSETS = "worker-assets";

if (import.meta.main) {
  const outDirectory = process.argv[2] ?? join(root, "dist");
  const files = new Map<string, Uint8Array>([
    ["agent.mjs", await bundleAgent()],
    ["agent.ps1", await windowsAgent()],
    ["agent.sh", await posixAgent()],
    ...[...(await pageFiles())].map(([name, bytes]) => [join(PAGES, name), bytes] as const),
  ]);
  for (const [name, bytes] of [...files]) files.set(join(WORKER_ASSETS, name), bytes);
  const scripts = await Promise.all(WORKERS.map((entry) => bundleWorker(entry, outDirectory)));
  for (const [name, bytes] of scripts.flatMap((made) => [...made])) files.set(name, bytes);
  for (const [name, bytes] of await besideWorker(scripts.map(scriptOf)))
    files.set(join(WORKER_ASSETS, name), bytes);
  files.set(DEMO_FILE, await demoFile());
  for (const [name, bytes] of await clientDeclarations()) files.set(name, bytes);
  const programs = [await bundleProgram(), await bundleReflector(), await bundleClient()];
  for (const { path, contents } of programs.flatMap(({ outputFiles }) => outputFiles))
    files.set(basename(path), contents);
  const licences = await thirdPartyLicences(
    root,
    programs.flatMap(({ inputs }) => inputs),
  );
  files.set(LICENCES, new TextEncoder().encode(licences));
  for (const [name, bytes] of files) {
    await mkdir(dirname(join(outDirectory, name)), { recursive: true });
    // Another program may be reading the file: it finds the old one or the new one.
    await writeFile(join(outDirectory, `${name}.new`), bytes);
    await rename(join(outDirectory, `${name}.new`), join(outDirectory, name));
    console.error(`${name}: ${bytes.length} bytes`);
  }
  for (const folder of ["", PAGES, join(WORKER_ASSETS, PAGES)]) {
    for (const name of await readdir(join(outDirectory, folder))) {
      const path = join(folder, name);
      if ((folder !== "" || BUILT.test(name)) && !files.has(path)) await rm(join(outDirectory, path));
    }
  }
}
