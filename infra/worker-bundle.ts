/** Makes the script of a Worker, which every cold start reads whole, and the files that stand beside it. */
import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { basename, dirname, join, relative } from "node:path";
import type { Plugin } from "esbuild";
import { minify } from "terser";
import { bundle } from "./bundle.ts";

const root = join(import.meta.dirname, "..");

/** The Workers: objects in R2, and objects behind S3. */
export const WORKERS = ["worker", "worker-s3"] as const;

/** The text of the script among what `bundleWorker` made. */
export const scriptOf = (made: ReadonlyMap<string, Uint8Array>): string =>
  new TextDecoder().decode([...made].find(([name]) => basename(name) === SCRIPT)?.[1]);

/**
 * The script of a Worker and its source map, by the names they have in `dist/`: what `wrangler deploy`
 * uploads as it is. Wrangler's own bundler would write each Japanese character as an escape (`\uXXXX`), which
 * costs 6 KiB of gzipped script at every cold start.
 *
 * @param entry of `api/runtime`
 * @param earlier a directory that may have what was built before: of the same source it is not made again
 */
export async function bundleWorker(
  entry: (typeof WORKERS)[number],
  earlier: string,
): Promise<Map<string, Uint8Array>> {
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
    plugins: [nodeModulesOfWorkerd, valuesBeside, withoutAttestation, quickRouter],
    // Of two XML parsers the client for S3 would take the browsers' one, and Workers lack what it needs.
    alias: { "@aws-sdk/xml-builder": "./node_modules/@aws-sdk/xml-builder/dist-cjs/index.js" },
  });
  const textOf = (name: string): string =>
    outputFiles.find(({ path }) => basename(path) === name)?.text ?? "";
  const script = textOf(SCRIPT);
  const source = new TextEncoder().encode(
    createHash("sha256").update(script).update(TERSER).update(JSON.stringify(MINIFIED)).digest("hex"),
  );
  const names = [SCRIPT, SOURCE_MAP, MADE_OF].map((name) => join(entry, name));
  const known = await Promise.all(names.map((name) => readFile(join(earlier, name)).catch(() => null)));
  if (known.at(-1)?.equals(source)) return new Map(names.map((name, at) => [name, known[at] ?? source]));
  // Terser looks further than esbuild does, which is 14 KiB of the gzipped script; it takes a while.
  const { code = "", map } = await minify(script, {
    ...MINIFIED,
    sourceMap: { content: textOf(SOURCE_MAP), url: SOURCE_MAP },
  });
  const made = [code, String(map)].map((text) => new TextEncoder().encode(text));
  return new Map(names.map((name, at) => [name, made[at] ?? source]));
}

/** What is uploaded, and beside it a hash of what terser made it of. */
const MADE_OF = "made-of.txt";
const { version: TERSER } = JSON.parse(
  readFileSync(join(root, "node_modules/terser/package.json"), "utf8"),
) as { version: string };
const MINIFIED = { module: true, ecma: 2020 } as const;
const SCRIPT = "worker.js";
const SOURCE_MAP = `${SCRIPT}.map`;

/** Modules that export nothing but values: sentences by their keys, registries, a style, operations. */
const VALUES =
  /\/(?:(?:shared|api\/pages)\/text\/(?:chapters|(?:en|ja)\/[\w-]+)|shared\/ike\/(?:numbers|vendor-id-table)|shared\/schema\/verdicts|api\/http\/problem-text\/\w+|agent\/words\/(?:windows-)?(?:en|ja)|shared\/report\/style|api\/http\/operations)\.ts$/;
const OPERATIONS = "api/http/operations.ts";
const FROM = `from ${JSON.stringify(join(root, "api/runtime/worker-beside.ts"))};`;

const exportsOf = async (path: string): Promise<Record<string, unknown>> => {
  const exported: Record<string, unknown> = { ...(await import(join(root, path))) };
  if (path !== OPERATIONS) return exported;
  // The page about the interface names parameters; what they may be stands in the OpenAPI description.
  const operations = exported.OPERATIONS as { query?: object }[];
  const named = ({ query }: { query?: object }) =>
    query && { query: Object.fromEntries(Object.keys(query).map((name) => [name, {}])) };
  return { OPERATIONS: operations.map((operation) => ({ ...operation, ...named(operation) })) };
};

/** A module in place of the one at this path, with the same names, each of them this expression. */
const exportsAs = async (expression: string, path: string): Promise<string> => {
  const exported = /^export (?:async )?(?:const|function|class) (\w+)/gm;
  const names = [...(await readFile(path, "utf8")).matchAll(exported)];
  return names.map(([, name]) => `export const ${name} = ${expression};`).join("\n");
};

/** Takes values out of a Worker's script: api/runtime/worker-beside.ts says why. */
const valuesBeside: Plugin = {
  name: "values-beside",
  setup({ onLoad }) {
    onLoad({ filter: VALUES }, async (file) => {
      const path = relative(root, file.path);
      const names = Object.keys(await exportsOf(path));
      const lines = names.map(
        (name) => `export const ${name} = exportOf(${JSON.stringify(path)}, ${JSON.stringify(name)});`,
      );
      return { contents: [`import { exportOf } ${FROM}`, ...lines].join("\n"), loader: "js" };
    });
    // Made of zod schemas, by code that nothing else needs.
    onLoad({ filter: /\/api\/http\/openapi\.ts$/ }, () => ({
      contents: [
        `import { readBeside } ${FROM}`,
        "const described = async () => JSON.parse(await readBeside('openapi.json'));",
        "export const openApiDocument = async (origin) => ({ ...(await described()), servers: [{ url: origin }] });",
      ].join("\n"),
      loader: "js",
    }));
    onLoad(
      { filter: /\/zod\/v4\/core\/(?:to-json-schema|json-schema-processors)\.js$/ },
      async ({ path }) => {
        const stub = '() => () => { throw new Error("Cannot make a JSON Schema here"); }';
        return { contents: await exportsAs(stub, path), loader: "js" };
      },
    );
  },
};

/**
 * @param scripts of all Workers: what none of them asks for is left out, such as a chapter of a dictionary
 *   that is taken whole
 * @returns what was taken out of the script, by the name of its file: `words.json` has the values, by module
 *   and by export, and `openapi.json` the description of the interface, without where it is
 */
export async function besideWorker(scripts: readonly string[]): Promise<Map<string, Uint8Array>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const path of globSync("{agent,api,shared}/**/*.ts", { cwd: root }).sort())
    if (VALUES.test(`/${path}`) && scripts.some((script) => script.includes(JSON.stringify(path))))
      values[path] = await exportsOf(path);
  const { openApiDocument } = await import("../api/http/openapi.ts");
  const { servers: _, ...described } = await openApiDocument("https://service.invalid");
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  return new Map([
    ["words.json", json(values)],
    ["openapi.json", json(described)],
  ]);
}

/**
 * What the library for passkeys reads certificates of authenticators with: 60 KiB gzipped. We ask no
 * authenticator for one (`attestationType: "none"`), and one that comes all the same is refused.
 */
const ATTESTATION =
  /\/@simplewebauthn\/server\/esm\/(?:registration\/verifications\/(?:tpm\/)?verifyAttestation(?:TPM|Apple|FIDOU2F|AndroidKey|AndroidSafetyNet)|helpers\/(?:validateCertificatePath|isCertRevoked|getCertificateInfo|convertX509PublicKeyToCOSE|validateExtFIDOGenCEAAGUID)|services\/metadataService|metadata\/verifyAttestationWithMetadata)\.js$/;
const ATTESTATION_FILES = 12;
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
    const stub = '() => { throw new Error("Cannot verify an attestation: none is asked for"); }';
    onLoad({ filter: ATTESTATION }, async ({ path }) => loadedIn(path, await exportsAs(stub, path)));
    onLoad({ filter: ATTESTATION_ROOTS }, async ({ path }) => loadedIn(path, await exportsAs('""', path)));
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

/**
 * Hono with the routers of its preset "quick". They are smaller, and take no time to build: each cold start
 * builds them.
 */
const quickRouter: Plugin = {
  name: "quick-router",
  setup({ onLoad }) {
    onLoad({ filter: /\/hono\/dist\/hono\.js$/ }, ({ path }) => ({
      contents: 'export { Hono } from "./preset/quick.js";',
      resolveDir: dirname(path),
    }));
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
