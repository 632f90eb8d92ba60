/** `ikefrag serve --demo`: a newcomer's first minute. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { INDEX_FILE } from "../../api/store/backup.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { openSqlite } from "../../api/store/sqlite.ts";
import { fillStore } from "../../cli/demo/fill-store.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "ikefrag-demo-test-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test("it prints a link that signs in, says on every page what it is, and leaves nothing behind", async () => {
  const main = join(import.meta.dirname, "../../cli/main.ts");
  const program = spawn(process.execPath, [main, "serve", "--demo", "--port", "0", "--lang", "ja"], {
    // A machine's own settings are not those of the demonstration; a wrong one would end a service.
    env: { ...process.env, TMPDIR: directory, IKEFRAG_OPERATOR: "Mine", IKEFRAG_REPORT_DAYS: "wrong" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let printed = "";
    for await (const chunk of program.stdout) {
      printed += chunk;
      if (printed.includes("Ctrl-C")) break;
    }
    const [url = ""] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
    const [link = ""] = /http:\S+\/console\/link\/\S+/.exec(printed) ?? [];
    const landing = await (await fetch(url)).text();
    expect(landing).toContain("デモンストレーション");
    const signIn = await fetch(link, { method: "POST", redirect: "manual", headers: { origin: url } });
    expect(signIn.status).toBe(303);
    const cookie = (signIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const page = async (path: string) => (await fetch(url + path, { headers: { cookie } })).text();
    for (const path of ["/console/reports", "/console/cases", "/console/insights", "/console/settings"])
      expect(await page(path), path).toContain("デモンストレーション");
    expect(await page("/console/reports")).toContain("vpn-branch.example.net");
    expect(await page("/console/cases")).toContain("高橋");
    expect(await page("/console/settings")).toContain("サンプル社ヘルプデスク");
    program.kill("SIGINT");
    const [code] = await once(program, "exit");
    expect(code).toBe(0);
    expect(await readdir(directory)).toEqual([]);
  } finally {
    program.kill("SIGKILL");
  }
});

/** What RFC 5737, RFC 3849 and RFC 2606 set aside, addresses that are nobody's, and versions of programs. */
const INVENTED_ADDRESS =
  /^(?:192\.0\.2|198\.51\.100|203\.0\.113|127\.0\.0|10\.\d+\.\d+|172\.(?:1[6-9]|2\d|3[01])\.\d+|192\.168\.\d+|169\.254\.\d+|0\.0\.0|22[4-9]\.\d+\.\d+|2[3-5]\d\.\d+\.\d+)\./;
const INVENTED_NAME = /(?:^|\.)example(?:\.(?:com|net|org))?$/;

test.each(["en", "ja"] as const)(
  "in %s it has cases of every kind, and nothing of anybody",
  async (language) => {
    await fillStore(directory, language);
    const database = openSqlite(join(directory, INDEX_FILE));
    try {
      const { cases, people } = sqlStores(database);
      const list = await cases.list({ after: null, limit: 100 });
      expect(list.length).toBeGreaterThan(50);
      const rows = await database.all(
        "SELECT verdict, status, override_verdict AS override, source, created_at FROM reports",
        [],
      );
      expect(rows.length).toBeGreaterThan(55);
      expect(new Set(rows.map(({ verdict }) => verdict)).size).toBeGreaterThanOrEqual(8);
      expect(new Set(rows.map(({ status }) => status))).toEqual(
        new Set(["new", "reviewed", "fixed", "confirmed"]),
      );
      expect(rows.some(({ override }) => override !== null)).toBe(true);
      expect(new Set(rows.map(({ source }) => source))).toEqual(new Set(["run", "analysis"]));
      const weeks = rows.map(({ created_at }) =>
        Math.floor(Date.parse(String(created_at)) / (7 * 86_400_000)),
      );
      expect(new Set(weeks).size).toBeGreaterThanOrEqual(11);
      expect(await people.anyToken()).toBe(false);
    } finally {
      database.close();
    }
    const files = await readdir(directory, { recursive: true, withFileTypes: true });
    let read = 0;
    for (const file of files.filter((each) => each.isFile() && !each.name.endsWith(".pcapng"))) {
      const text = await readFile(join(file.parentPath, file.name), "utf8");
      for (const [address] of text.matchAll(/(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.]*\d)/g))
        expect(INVENTED_ADDRESS.test(address), `${address} in ${file.name}`).toBe(true);
      for (const [, name = ""] of text.matchAll(/"(?:gateway|target|server)":"([a-z][\w-]*(?:\.[\w-]+)+)"/g))
        expect(INVENTED_NAME.test(name), `${name} in ${file.name}`).toBe(true);
      read++;
    }
    expect(read).toBeGreaterThan(100);
  },
);
