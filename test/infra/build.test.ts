import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { bundleAgent, bundleProgram } from "../../infra/build.ts";

const run = promisify(execFile);

test("two builds of the agent have the same bytes", async () => {
  expect(Buffer.compare(await bundleAgent(), await bundleAgent())).toBe(0);
});

test("the agent is ASCII, small enough to read, and has each placeholder once", async () => {
  const bytes = await bundleAgent();
  const text = new TextDecoder().decode(bytes);
  expect(text).toMatch(/^[\0-\x7f]*$/);
  expect(bytes.length).toBeLessThan(128 * 1024);
  for (const placeholder of ["__IKEFRAG_CODE__", "__IKEFRAG_URL__"])
    expect(text.split(placeholder)).toHaveLength(2);
});

test("the agent keeps its comments, and needs nothing but node:", async () => {
  const text = new TextDecoder().decode(await bundleAgent());
  expect(text).toContain("/** Most datagrams and echo requests that a whole run sends. */");
  expect(text).toContain("// Windows reports an ICMP port unreachable as ECONNRESET.");
  const imports = [...text.matchAll(/\bfrom "([^"]+)"|\bimport\("([^"]+)"\)|\brequire\("([^"]+)"\)/g)].map(
    ([, ...names]) => names.find((name) => name !== undefined),
  );
  expect(imports.length).toBeGreaterThan(5);
  for (const name of imports) expect(name).toMatch(/^node:/);
});

test("the built agent starts by itself, and says what it needs", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-build-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const agent = join(directory, "agent.mjs");
  await writeFile(agent, await bundleAgent());
  const started = run(process.execPath, [agent, "--lang", "en"]);
  await expect(started).rejects.toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringContaining("--server URL"),
  });
});

test("two builds of the program have the same bytes, and what reads does not ask for what serves needs", async () => {
  const build = async () =>
    (await bundleProgram()).outputFiles.map(({ path, text }) => [basename(path), text] as const);
  const first = await build();
  expect(await build()).toEqual(first);
  const needsSqlite = first.filter(([, text]) => text.includes("node:sqlite")).map(([name]) => name);
  const reached = new Set<string>();
  const follow = (name: string) => {
    const text = first.find(([file]) => file === name)?.[1];
    if (text === undefined || reached.has(name)) return;
    reached.add(name);
    for (const [, chunk = ""] of text.matchAll(/^(?:import|export)\b[^;]*?"\.\/(ikefrag-[0-9A-Z]+\.mjs)"/gm))
      follow(chunk);
  };
  follow("ikefrag.mjs");
  expect(needsSqlite.length).toBeGreaterThan(0);
  for (const name of needsSqlite) expect([...reached]).not.toContain(name);
});
