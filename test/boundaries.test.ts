import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { posix } from "node:path";
import { expect, test } from "vitest";

/** Imports that are there when the code runs; `import type` is not. */
const RUNTIME_IMPORT =
  /^(?:import|export)(?! type\b)(?:[\s\w{},*$]*\bfrom)? ?"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

function runtimeImports(file: string): string[] {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(RUNTIME_IMPORT)].map(([, from, dynamic]) => {
    const name = from ?? dynamic ?? "";
    return name.startsWith(".") ? posix.join(posix.dirname(file), name) : name;
  });
}

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
  ["shared/ike/**", /^shared\/(bytes|ike)\//, "a message never learns which packet it came in"],
  ["shared/schema/**", /^(zod$|shared\/schema\/)/, "types flow out of it, and browsers carry it"],
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
    "shared/chart/**",
    /^shared\/(chart|evidence|ike|packet|schema|text)\//,
    "it draws what was observed, and judges nothing",
  ],
  [
    "shared/report/**",
    /^shared\/(report|chart|evidence|schema|text)\//,
    "it shows a diagnosis, and makes none",
  ],
  ["shared/**", /^(zod$|shared\/)/, "it runs in workerd and in browsers: bytes and values in, values out"],
  [
    "infra/reflector/**",
    /^(infra\/reflector\/|shared\/(reflect|packet)\/|node:)/,
    "it runs by itself on a host of its own, and knows nothing of IKE, cases or HTTP",
  ],
  ["agent/**", /^(agent\/|node:)/, "people run it on their own machines"],
  ["api/**", /^(?!agent\/|cli\/|test\/|infra\/build)/, "the service does not measure"],
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
