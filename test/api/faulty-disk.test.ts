/** A directory of objects under real faults, which test/support/faulty-disk.ts makes, on Node and Deno. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const script = join(root, "test/support/faulty-disk.ts");
const runtimes = {
  node: [process.execPath],
  deno: [join(root, "node_modules/.bin/deno"), "run", "-A", "--quiet"],
};

const mounts = spawnSync("unshare", ["-m", "sh", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt"]).status === 0;
if (!mounts)
  console.warn("skipped: faults of disks need Linux and a user that may mount file systems (root)");

/** What came of it, and what escaped every handler, which would have ended the process. */
async function run(runtime: string[], scenario: string): Promise<{ outcome: unknown; escaped: string[] }> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-disk-"));
  const command = [...runtime, script, scenario, directory];
  // Descriptors are few for the whole process, and file systems are mounted for it alone.
  const around =
    scenario === "descriptors" ? ["sh", "-c", 'ulimit -n 60; exec "$@"', "sh"] : ["unshare", "-m"];
  const [program = "", ...words] = [...around, ...command];
  try {
    const { stdout } = await promisify(execFile)(program, words, { cwd: root });
    return JSON.parse(stdout) as { outcome: unknown; escaped: string[] };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const KEYS = ["evidence/20261127/09aa.json", "evidence/20261127/09bb.json"];
const WELL = { put: "done", stream: "done", read: "well", list: KEYS, delete: "done", left: [] };
const writeFails = (why: string) => `unavailable: Cannot write an object: ${why}`;

for (const [name, runtime] of Object.entries(runtimes)) {
  test.skipIf(!mounts)(
    `${name}: a full disk refuses what it has no room for, and keeps nothing of it`,
    async () => {
      const full = writeFails("the disk is full");
      const list = [KEYS[0], "evidence/old0.json"];
      const meanwhile = { ...WELL, put: full, stream: full, list };
      expect(await run(runtime, "full")).toEqual({ outcome: { meanwhile, after: WELL }, escaped: [] });
    },
  );

  test.skipIf(!mounts)(`${name}: a disk that is read-only is still read`, async () => {
    const why = "the file system is read-only";
    const meanwhile = {
      ...WELL,
      put: writeFails(why),
      stream: writeFails(why),
      list: [KEYS[0], "evidence/old0.json"],
      delete: `unavailable: Cannot delete an object: ${why}`,
    };
    const after = { ...WELL, list: [...KEYS, "evidence/old0.json"] };
    expect(await run(runtime, "read-only")).toEqual({ outcome: { meanwhile, after }, escaped: [] });
  });

  test.skipIf(!mounts)(`${name}: whoever reads what breaks off gets an error, and nobody else`, async () => {
    const { outcome, escaped } = await run(runtime, "unreadable");
    expect(outcome).toMatchObject({
      inTheMiddle: "unavailable: Cannot read an object: the disk reports an error",
      vanished: `lost: Cannot read the object ${KEYS[1]}: it is gone`,
      after: { put: "done", stream: "done", read: "well", delete: "done", left: [] },
    });
    expect(escaped).toEqual([]);
  });

  test.skipIf(process.platform === "win32")(
    `${name}: without a descriptor left it waits for one`,
    async () => {
      const why = "too many files and connections are open";
      const meanwhile = {
        put: writeFails(why),
        stream: writeFails(why),
        read: `unavailable: Cannot read an object: ${why}`,
        list: `unavailable: Cannot list objects: ${why}`,
        left: "unknown",
      };
      const { outcome, escaped } = await run(runtime, "descriptors");
      expect(outcome).toMatchObject({ meanwhile, after: WELL });
      expect(escaped).toEqual([]);
    },
  );

  test.skipIf(!mounts)(
    `${name}: the service answers 503 meanwhile, and is well again without a restart`,
    async () => {
      const { outcome, escaped } = await run(runtime, "service");
      const refused = [503, "/problems/store-unavailable", "60"];
      const taken = [200, null, null];
      expect(outcome).toEqual({
        said: [taken, refused, 200, taken, refused, 200, taken],
        log: [
          expect.stringMatching(/^Cannot write an object: the disk is full/),
          expect.stringMatching(/^Cannot write an object: the file system is read-only/),
        ],
      });
      expect(escaped).toEqual([]);
    },
  );
}
