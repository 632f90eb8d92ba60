/** The Worker as wrangler would upload it: how large it is, and that it bundles at all. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { wordsIn } from "../../api/pages/words.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
/** The free plan takes 3 MiB; what is loaded at each cold start is kept far below. */
const WORKERS = [
  { config: "wrangler.jsonc", mostGzippedKib: 400, carriesS3: false },
  { config: "wrangler.s3.jsonc", mostGzippedKib: 490, carriesS3: true },
];

test.each(WORKERS)(
  "promise 19: the script of $config is at most $mostGzippedKib KiB gzipped, and its assets are agents, words, and what pages load",
  async ({ config, mostGzippedKib, carriesS3 }) => {
    const out = mkdtempSync(join(tmpdir(), "ikefrag-worker-"));
    try {
      const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
      const words = ["deploy", "--dry-run", "--outdir", out, "--config", `infra/${config}`];
      await promisify(execFile)(process.execPath, [wrangler, ...words], {
        cwd: root,
        env: { ...process.env, WRANGLER_SEND_METRICS: "false" },
      });
      const uploaded = readdirSync(out).filter((name) => /\.(js|mjs|ps1)$/.test(name));
      expect(uploaded).toHaveLength(1);
      const bytes = Buffer.concat(uploaded.map((name) => readFileSync(join(out, name))));
      expect(gzipSync(bytes).length / 1024).toBeLessThanOrEqual(mostGzippedKib);
      expect(bytes.includes("AWS4-HMAC-SHA256")).toBe(carriesS3);
      for (const name of ["agent.mjs", "agent.ps1", "agent.sh"])
        expect(readFileSync(join(root, "dist/worker-assets", name))).toEqual(
          readFileSync(join(root, "dist", name)),
        );
      expect(readdirSync(join(root, "dist/worker-assets"))).toHaveLength(6);
      // Each word stands beside the script, and not in it too.
      expect(bytes.includes(wordsIn("ja")("tagline"))).toBe(false);
    } finally {
      rmSync(out, { recursive: true });
    }
  },
);
