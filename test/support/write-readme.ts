/**
 * The README's output and picture, as the program makes them from the seed story: `npm run readme` writes
 * both. test/readme.test.ts fails when they are no longer what the program makes.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { loadEvidence } from "../../cli/load-evidence.ts";
import { sequenceChart } from "../../shared/chart/sequence-chart.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { PALETTE } from "../../shared/report/style.ts";

const ROOT = join(import.meta.dirname, "../..");
const SEED = "test/cases/seed";
const FILES = ["wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt", "ping-1473-ja.txt"];
/** The README, and the picture that it shows. */
export const README_FILE = join(ROOT, "README.md");
export const PICTURE_FILE = join(ROOT, "docs/images/seed-story.svg");

/** Around the output in the README. */
const BLOCK = /(<!-- output[^\n]*-->\n)[\s\S]*?(<!-- \/output -->)/;

/** The paragraphs of the program's output that the README quotes; the rest is left out, and marked. */
export function storyOutput(): string {
  const args = ["cli/main.ts", "analyze", ...FILES.map((file) => `${SEED}/${file}`), "--lang", "en"];
  const env = { ...process.env, NO_COLOR: "1" };
  let output = "";
  try {
    output = execFileSync(process.execPath, args, { cwd: ROOT, env, encoding: "utf8" });
  } catch (error) {
    // Exit code 1 says that a problem was found.
    const { status, stdout } = error as { status: number; stdout: string };
    if (status !== 1) throw error;
    output = stdout;
  }
  const paragraphs = output.trimEnd().split("\n\n");
  const commands = paragraphs.findIndex((paragraph) => paragraph.includes("netsh interface"));
  if (commands < 3) throw new Error("The output of the seed story has no commands");
  return [...paragraphs.slice(0, 2), "  […]", ...paragraphs.slice(commands - 1, commands + 1), "  […]"].join(
    "\n\n",
  );
}

/** A README with the output in its place. */
export function withOutput(readme: string, output: string): string {
  if (!BLOCK.test(readme)) throw new Error("README.md has no place for the output");
  return readme.replace(
    BLOCK,
    (_, before: string, after: string) => `${before}\n\`\`\`text\n${output}\n\`\`\`\n\n${after}`,
  );
}

/** The sequence chart of the failing connection: a picture that follows the reader's light or dark scheme. */
export async function storyPicture(): Promise<string> {
  const { evidence, transcripts } = await loadEvidence([join(ROOT, SEED, "wired-fail.pcapng")]);
  const chart = sequenceChart(observe(evidence, transcripts).initiations, "en");
  if (chart === null) throw new Error("The seed story has no message to draw");
  const drawing = chart.svg.toString();
  const rem = Number(/ height="([\d.]+)rem"/.exec(drawing)?.[1]);
  const [width, height, margin] = [640, Math.ceil(rem * 16) + 32, 20];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<style>${PALETTE}:root { color: var(--ink); font-size: 16px; }</style>
<rect width="${width}" height="${height}" rx="6" fill="var(--card)"/>
<svg x="${margin}" y="16" width="${width - 2 * margin}" height="${height - 32}">
${drawing}
</svg>
</svg>
`;
}

if (import.meta.main) {
  mkdirSync(join(PICTURE_FILE, ".."), { recursive: true });
  writeFileSync(PICTURE_FILE, await storyPicture());
  writeFileSync(README_FILE, withOutput(readFileSync(README_FILE, "utf8"), storyOutput()));
}
