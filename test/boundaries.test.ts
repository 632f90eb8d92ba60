import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { expect, test } from "vitest";

/** Imports that are there when the code runs; `import type` is not. */
const RUNTIME_IMPORT =
  /^(?:import|export)(?! type\b)(?:[\s\w{},*$]*\bfrom)? ?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;
/** All imports, those of types included. */
const ANY_IMPORT = /^(?:import|export)(?:[\s\w{},*$]*\bfrom)? ?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

function importsOf(file: string, pattern: RegExp): string[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(pattern)].map(([, from, dynamic]) => {
    const name = from ?? dynamic ?? "";
    return name.startsWith(".") ? posix.join(posix.dirname(file), name) : name;
  });
}
const runtimeImports = (file: string): string[] => importsOf(file, RUNTIME_IMPORT);

/** Which folder may import what at run time, and why it may not import more. */
const FLOORS: [files: string, mayImport: RegExp, why: string][] = [
  ["shared/bytes/**", /^shared\/bytes\//, "everything stands on it"],
  [
    "shared/capture/**",
    /^shared\/(bytes|capture)\//,
    "a file format knows nothing of what is in its packets",
  ],
  [
    "shared/packet/**",
    /^shared\/(bytes|packet)\//,
    "a packet knows nothing of the file it came from, nor of IKE",
  ],
  ["shared/ike/**", /^(shared\/(bytes|ike)|@noble)\//, "a message never learns which packet it came in"],
  [
    "shared/schema/**",
    /^(zod$|shared\/(schema\/|language\.ts$))/,
    "types flow out of it, and browsers carry it",
  ],
  [
    "shared/reflect/**",
    /^shared\/(bytes|packet|reflect)\//,
    "service and reflector share it, and neither needs the other",
  ],
  [
    "shared/transcript/**",
    /^shared\/(bytes|capture|packet|ike|transcript)\//,
    "a capture read knows nothing of probes, pasted text or diagnoses",
  ],
  [
    "shared/evidence/**",
    /^shared\/(bytes|capture|packet|ike|reflect|schema|transcript|evidence)\//,
    "it joins, it does not judge",
  ],
  [
    "shared/diagnose/facts/**",
    /^shared\/(diagnose\/(facts\/|rule\.ts$)|evidence|ike|packet|schema)/,
    "several rules and the plan need them, so they know neither",
  ],
  [
    "shared/diagnose/rules/**",
    /^shared\/(diagnose\/(facts\/|rule\.ts$)|evidence|ike|packet|schema)/,
    "no rule asks another one: what two of them need to know is a fact",
  ],
  [
    "shared/diagnose/advice/**",
    /^shared\/(diagnose\/(advice\/|facts\/|rule\.ts$)|evidence|ike|packet|schema)/,
    "advice follows from the verdict and the facts, not from a rule",
  ],
  [
    "shared/diagnose/candidates/**",
    /^shared\/(diagnose\/(candidates\/|facts\/|rule\.ts$)|evidence|ike|packet|schema)/,
    "it weighs findings and facts, and asks no rule",
  ],
  [
    "shared/plan/**",
    /^shared\/(plan|bytes|diagnose\/(facts\/|advice\/|diagnose\.ts$)|evidence|ike|packet|reflect|schema)/,
    "it asks what is known and what would be advised, never a single rule",
  ],
  [
    "shared/chart/**",
    /^shared\/((chart|evidence|ike|packet|schema|text)\/|language\.ts$)/,
    "it draws what was observed, and judges nothing",
  ],
  [
    "shared/report/**",
    /^shared\/((report|chart|evidence|schema|text)\/|language\.ts$)/,
    "it shows a diagnosis, and makes none",
  ],
  [
    "shared/**",
    /^(zod$|@noble\/|shared\/)/,
    "it runs in workerd and in browsers: bytes and values in, values out",
  ],
  [
    "infra/reflector/**",
    /^(infra\/reflector\/|shared\/(reflect|packet)\/|node:)/,
    "it runs by itself on a host of its own, and knows nothing of IKE, cases or HTTP",
  ],
  ["agent/**", /^(agent\/|node:)/, "people run it on their own machines"],
  [
    "api/store/**",
    /^(zod$|@aws-sdk\/client-s3$|node:|shared\/|api\/store\/)/,
    "a store knows neither HTTP nor who asks",
  ],
  [
    "api/{auth,http}/**",
    /^(?!api\/(routes|pages|cases|reports|runtime|app))/,
    "how requests are read and checked does not depend on what they ask for",
  ],
  [
    "api/reports/**",
    /^(?!hono|api\/(routes|pages|cases|runtime|app))/,
    "a report can be made without a case",
  ],
  ["api/cases/**", /^(?!hono|api\/(routes|pages|runtime|app))/, "a route and a page stand on one use case"],
  [
    "api/webhooks/**",
    /^(?!hono|api\/(routes|pages|cases|reports|runtime|app))/,
    "what is told is made of plain values, and how it is sent belongs to the runtime",
  ],
  ["api/routes/**", /^(?!api\/(pages|runtime|app))/, "routes and pages stand side by side on the use cases"],
  ["api/pages/**", /^(?!api\/(routes|runtime|app))/, "routes and pages stand side by side on the use cases"],
  [
    "agent/words/**",
    /^agent\/words\//,
    "the service serves the words of the PowerShell agent, and must get nothing else with them",
  ],
  ["api/**", /^(?!agent\/(?!words\/)|cli\/|test\/|infra\/build)/, "the service does not measure"],
];

for (const [files, mayImport, why] of FLOORS) {
  test(`${files} stays on its floor: ${why}`, () => {
    const sources = globSync(`${files}/*.ts`);
    expect(sources.length, `${files} is empty: was it renamed?`).toBeGreaterThan(0);
    for (const file of sources) {
      for (const name of runtimeImports(file)) expect(name, `${file} imports ${name}`).toMatch(mayImport);
    }
  });
}

test("a use case takes plain values: it never sees a request", () => {
  for (const file of globSync("api/{cases,reports,webhooks}/*.ts"))
    for (const name of importsOf(file, ANY_IMPORT))
      expect(name, `${file} imports ${name}`).not.toMatch(
        /^(hono|api\/http\/(context|body|rate-limits)\.ts$)/,
      );
});

test("no file imports itself by way of others, types included", () => {
  const files = globSync("{shared,agent,cli,api,infra}/**/*.ts");
  const imports = new Map(files.map((file) => [file, importsOf(file, ANY_IMPORT)]));
  const finished = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(" → "));
    if (finished.has(file) || path.includes(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

test("only shared/ike/keys/ knows ciphers, hashes and curves", () => {
  const files = globSync("{shared,agent,cli,api,infra}/**/*.ts");
  for (const file of files.filter((name) => !name.startsWith("shared/ike/keys/"))) {
    for (const name of importsOf(file, ANY_IMPORT))
      expect(name, `${file} imports ${name}`).not.toMatch(/^@noble\//);
  }
});

test("the client for S3 is loaded only where S3 is configured", () => {
  const carriers = globSync("{shared,agent,cli,api,infra}/**/*.ts").filter((file) =>
    // At the start of a line: `await import()` in a function loads when it is reached.
    importsOf(file, /^(?:import|export)(?! type\b)(?:[\s\w{},*$]*\bfrom)? ?"([^"]+)"/gm).some((name) =>
      /^@aws-sdk\/|^api\/store\/s3\.ts$/.test(name),
    ),
  );
  expect(carriers.sort()).toEqual(["api/runtime/worker-s3.ts", "api/store/s3.ts"]);
});

test("only api/ knows HTTP frameworks", () => {
  const files = globSync("{shared,agent,cli,infra}/**/*.ts");
  for (const file of files) {
    for (const name of runtimeImports(file))
      expect(name, `${file} imports ${name}`).not.toMatch(/^(@?hono)(\/|$)/);
  }
});

/** What makes a function's answer depend on more than its arguments. */
const IMPURE =
  /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bcrypto\b|\bprocess\b|\bperformance\b|\bfetch\(|\bsetTimeout\(|\bDeno\./;

test("shared/ is pure: no I/O, clock, environment or randomness", () => {
  for (const file of globSync("shared/**/*.ts")) {
    const code = readFileSync(file, "utf8").replace(
      /\/\*[\s\S]*?\*\/|\/\/.*$|"(?:[^"\\\n]|\\.)*"|`[^`]*`/gm,
      "",
    );
    expect(code.match(IMPURE)?.[0], file).toBeUndefined();
    for (const name of runtimeImports(file))
      expect(builtinModules, `${file} imports ${name}`).not.toContain(name);
  }
});
