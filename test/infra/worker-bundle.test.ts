/** The Worker as wrangler would upload it: how large it is, and that it bundles at all. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

const MOST_GZIPPED_KIB = 398;

test(`the Worker's script is at most ${MOST_GZIPPED_KIB} KiB gzipped, and its assets are the agents`, async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const out = mkdtempSync(join(tmpdir(), "ikefrag-worker-"));
  try {
    const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
    const words = ["deploy", "--dry-run", "--outdir", out, "--config", "infra/wrangler.jsonc"];
    await promisify(execFile)(process.execPath, [wrangler, ...words], {
      cwd: root,
      env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
    });
    const uploaded = readdirSync(out).filter((name) => /\.(js|mjs|ps1)$/.test(name));
    expect(uploaded).toHaveLength(1);
    const bytes = Buffer.concat(uploaded.map((name) => readFileSync(join(out, name))));
    expect(gzipSync(bytes).length / 1024).toBeLessThanOrEqual(MOST_GZIPPED_KIB);
    for (const name of ["agent.mjs", "agent.ps1"])
      expect(readFileSync(join(root, "dist/worker-assets", name))).toEqual(
        readFileSync(join(root, "dist", name)),
      );
    expect(readdirSync(join(root, "dist/worker-assets"))).toHaveLength(2);
  } finally {
    rmSync(out, { recursive: true });
  }
});
