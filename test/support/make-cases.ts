/** Writes the folders of `test/cases/` that are built: `npm run cases`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CASES } from "./case-table.ts";
import { CLEAR_PATH, playPlan } from "./simulated-path.ts";

for (const [verdict, cases] of Object.entries(CASES)) {
  const folder = fileURLToPath(new URL(`../cases/${verdict}/`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  for (const { files } of cases) {
    for (const [file, content] of Object.entries(files)) writeFileSync(folder + file, content);
  }
  const listing = cases.map(({ name, nearMiss, files }) => ({
    name,
    verdict: nearMiss ?? verdict,
    files: Object.keys(files),
  }));
  writeFileSync(`${folder}cases.json`, `${JSON.stringify(listing, null, 2)}\n`);
  const rows = cases.map(
    ({ name, story, nearMiss }) =>
      `| ${name} | ${story} | ${nearMiss ? `near miss: \`${nearMiss}\`` : `\`${verdict}\``} |`,
  );
  const readme = `# Cases of \`${verdict}\`

Built by \`test/support/case-table.ts\` with documentation addresses: captures frame by frame, runs on a
simulated path. \`npm run cases\` makes them again, with the observations and the diagnosis of each; then read
the difference. Licence: MIT, as the project.

| case | what it is | verdict |
| --- | --- | --- |
${rows.join("\n")}
`;
  writeFileSync(`${folder}README.md`, readme);
}

// The run that the service's smoke test plays: as this plan's agent would post it today.
const run = new URL("../cases/run-fragments-1472/run.json", import.meta.url);
const { evidence } = playPlan("vpn.example.com", { ...CLEAR_PATH, fragmentLimit: 1472, canTestMtu: true });
const agent = {
  name: "ikefrag-agent",
  version: "0.1.0",
  platform: "windows",
  osVersion: "10.0.26100",
  runtime: "node 24.21.0",
  language: "ja",
  elevated: false,
};
writeFileSync(run, `${JSON.stringify({ ...evidence, startedAt: "2026-11-23T06:00:00Z", agent })}\n`);
