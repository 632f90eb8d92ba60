/**
 * Bundles what is handed out as one file: `node infra/build.ts [OUT]`. The same source gives the same bytes.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type BuildOptions, type BuildResult, build, type OutputFile, type Plugin } from "esbuild";
import { DEMO_FILE } from "../cli/demo/evidence.ts";
import { demoFile } from "./demo-file.ts";
import { pageFiles } from "./page-files.ts";
import { thirdPartyLicences } from "./third-party-licences.ts";

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

/** What is built of a program, and the source files that went into it, as paths from the root. */
interface Bundle {
  outputFiles: OutputFile[];
  inputs: string[];
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

/**
 * The script of a Worker and its source map, by the names they have in `dist/`: what `wrangler deploy`
 * uploads as it is. Wrangler's own bundler would write each Japanese character as an escape (`\uXXXX`), which
 * costs 6 KiB of gzipped script at every cold start.
 *
 * @param entry "worker" (objects in R2) or "worker-s3", of `api/runtime`
 */
export async function bundleWorker(entry: "worker" | "worker-s3"): Promise<Map<string, Uint8Array>> {
  const { outputFiles } = await bundle(`api/runtime/${entry}.ts`, {
    entryNames: `${entry}/worker`,
    outExtension: { ".js": ".js" },
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    target: "es2024",
    minify: true,
    sourcemap: "linked",
    legalComments: "none", // the script is uploaded by who runs it, and handed to nobody
    define: { "process.env.NODE_ENV": '"production"' },
    plugins: [nodeModulesOfWorkerd, wordsBeside, withoutAttestation],
    // Of two XML parsers the client for S3 would take the browsers' one, and Workers lack what it needs.
    alias: { "@aws-sdk/xml-builder": "./node_modules/@aws-sdk/xml-builder/dist-cjs/index.js" },
  });
  return new Map(outputFiles.map(({ path, contents }) => [join(entry, basename(path)), contents]));
}

/** The dictionaries: modules whose exports are nothing but sentences by their keys. */
const DICTIONARY = /\/(?:(?:shared|api\/pages)\/text\/(?:en|ja)|api\/http\/problem-text)\/[\w-]+\.ts$/;
const exportsOf = async (file: string): Promise<Record<string, unknown>> =>
  ({ ...(await import(file)) }) as Record<string, unknown>;

/** Takes the dictionaries out of a Worker's script: api/runtime/worker-words.ts says why. */
const wordsBeside: Plugin = {
  name: "words-beside",
  setup({ onLoad }) {
    onLoad({ filter: DICTIONARY }, async ({ path }) => {
      const names = Object.keys(await exportsOf(path));
      const module = JSON.stringify(relative(root, path));
      const from = JSON.stringify(join(root, "api/runtime/worker-words.ts"));
      const lines = names.map(
        (name) => `export const ${name} = exportOf(${module}, ${JSON.stringify(name)});`,
      );
      return { contents: [`import { exportOf } from ${from};`, ...lines].join("\n"), loader: "js" };
    });
  },
};

/** @returns the file of the dictionaries, by module and by export */
async function workerWords(): Promise<Uint8Array> {
  const words: Record<string, Record<string, unknown>> = {};
  for (const folder of [
    "shared/text/en",
    "shared/text/ja",
    "api/pages/text/en",
    "api/pages/text/ja",
    "api/http/problem-text",
  ])
    for (const name of (await readdir(join(root, folder))).sort())
      words[`${folder}/${name}`] = await exportsOf(join(root, folder, name));
  return new TextEncoder().encode(JSON.stringify(words));
}

/**
 * What the library for passkeys reads certificates of authenticators with: 60 KiB gzipped. We ask no
 * authenticator for one (`attestationType: "none"`), and one that comes all the same is refused.
 */
const ATTESTATION =
  /\/@simplewebauthn\/server\/esm\/(?:registration\/verifications\/(?:tpm\/)?verifyAttestation(?:TPM|Apple|FIDOU2F|AndroidKey|AndroidSafetyNet)|helpers\/(?:validateCertificatePath|isCertRevoked|getCertificateInfo|convertX509PublicKeyToCOSE|validateExtFIDOGenCEAAGUID))\.js$/;
const ATTESTATION_FILES = 10;
/** The roots that those certificates hang on. */
const ATTESTATION_ROOTS = /\/@simplewebauthn\/server\/esm\/services\/defaultRootCerts\/[\w-]+\.js$/;
/** It takes a whole reader of ASN.1 for two integers. */
const SIGNATURE_READER = /\/@simplewebauthn\/server\/esm\/helpers\/iso\/isoCrypto\/unwrapEC2Signature\.js$/;

/** Leaves out of a Worker's script what verifies the certificates of authenticators. */
const withoutAttestation: Plugin = {
  name: "without-attestation",
  setup({ onLoad, onEnd }) {
    const replaced = new Set<string>();
    const loadedIn = (path: string, contents: string) => {
      replaced.add(path);
      return { contents, loader: "js" as const, resolveDir: root };
    };
    onLoad({ filter: ATTESTATION }, ({ path }) =>
      loadedIn(
        path,
        `export const ${basename(path, ".js")} = () => { throw new Error("Cannot verify an attestation: none is asked for"); };`,
      ),
    );
    onLoad({ filter: ATTESTATION_ROOTS }, async ({ path }) => {
      const names = [...(await readFile(path, "utf8")).matchAll(/export const (\w+)/g)];
      return loadedIn(path, names.map(([, name]) => `export const ${name} = "";`).join("\n"));
    });
    onLoad({ filter: SIGNATURE_READER }, ({ path }) =>
      loadedIn(path, `export { unwrapEC2Signature } from "./infra/unwrap-ec2-signature.ts";`),
    );
    // Another version of the library may be made of other files: then this has to be looked at again.
    onEnd(() => {
      const files = [...replaced];
      const complete =
        files.filter((path) => ATTESTATION.test(path)).length === ATTESTATION_FILES &&
        [ATTESTATION_ROOTS, SIGNATURE_READER].every((filter) => files.some((path) => filter.test(path)));
      return complete ? {} : { errors: [{ text: "The library for passkeys has other files now" }] };
    });
  },
};

/** With the flag nodejs_compat workerd has Node's modules itself, by their full names. */
const nodeModulesOfWorkerd: Plugin = {
  name: "node-modules-of-workerd",
  setup({ onResolve }) {
    onResolve({ filter: /^(node|cloudflare):/ }, ({ path }) => ({ path, external: true }));
    onResolve({ filter: /^[a-z_/]+$/ }, ({ path }) =>
      builtinModules.includes(path) ? { path: `node:${path}`, external: true } : undefined,
    );
  },
};

async function bundle(entry: string, options: BuildOptions): Promise<Bundle> {
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

/** What an earlier build may have left. */
const BUILT = /^(agent\.ps1|(agent|client|ikefrag(-[0-9A-Z]+)?)\.mjs)$/;
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
    ...[...(await pageFiles())].map(([name, bytes]) => [join(PAGES, name), bytes] as const),
  ]);
  for (const [name, bytes] of [...files]) files.set(join(WORKER_ASSETS, name), bytes);
  files.set(join(WORKER_ASSETS, "words.json"), await workerWords());
  for (const entry of ["worker", "worker-s3"] as const)
    for (const [name, bytes] of await bundleWorker(entry)) files.set(name, bytes);
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
