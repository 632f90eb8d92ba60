/** The pages for who has to allow a run: what they say is what the agents and the lines do. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MAX_ROUNDS } from "../../agent/read-round.ts";
import { MAX_MEASURED_MS } from "../../agent/run-agent.ts";
import { MAX_DATAGRAMS, MAX_SENT_BYTES, MIN_GAP_MS } from "../../agent/send-limits.ts";
import { linesOf } from "../../api/cases/agent-commands.ts";
import { HASHES, releasePath } from "../../api/cases/release-files.ts";
import { AGENT_LIMITS, BLOCKED, PROCESSES, SEEN_BY } from "../../api/pages/security-page.ts";
import { matchedRules } from "../support/detection-strings.ts";
import { openService, type Service } from "../support/service.ts";

let service: Service;
beforeEach(async () => {
  service = await openService();
});
afterEach(() => service.close());

const script = readFileSync("agent/windows.ps1", "utf8");
const read = async (path: string): Promise<string> => {
  const response = await service.request("GET", path);
  expect(response.status).toBe(200);
  return response.text();
};

test("the limits on the page are those of both agents", () => {
  expect(AGENT_LIMITS).toEqual({
    datagrams: MAX_DATAGRAMS,
    kibibytes: MAX_SENT_BYTES / 1_024,
    gapMs: MIN_GAP_MS,
    rounds: MAX_ROUNDS,
    measuringSeconds: MAX_MEASURED_MS / 1_000,
  });
  expect(script).toContain(
    `MaxDatagrams = ${MAX_DATAGRAMS}; MaxSentBytes = ${MAX_SENT_BYTES / 1_024} * 1024`,
  );
  expect(script).toContain(`MinGapMs = ${MIN_GAP_MS}`);
  expect(script).toContain(`$count -le ${MAX_ROUNDS}`);
});

test("the process tree of Windows has the programs that the script starts, and no other", () => {
  const started = [...script.matchAll(/(?:Invoke-Program|Get-ProgramPath) '(\w+\.exe)'/g)].map(
    ([, name]) => name,
  );
  const named = [...PROCESSES.windows.matchAll(/(\w+\.exe)/g)].map(([, name]) => name);
  expect(new Set(named)).toEqual(new Set([...started, "powershell.exe", "pwsh.exe"]));
});

test("the rules on the page are those that the lines, the script and its programs match", () => {
  const { deps } = service;
  const lines = (way: "file" | "quick") => linesOf(deps, way, "https://vpn-help.example", "ABCD-EFGH-JKMN0");
  const titles = (place: "command-line" | "script-block", text = "") => matchedRules(place, text);
  const found = {
    file: titles("command-line", lines("file")?.windows),
    quick: titles("command-line", lines("quick")?.windows),
    script: titles("script-block", script),
    capture: ["pktmon.exe start --capture", "rasdial.exe VPN"].flatMap((line) =>
      titles("command-line", line),
    ),
  };
  const listed = (by: string) =>
    SEEN_BY.filter(({ sees }) => sees === by).map(({ title, level }) => ({ title, level }));
  expect(found).toEqual({
    file: [],
    quick: listed("quick"),
    script: listed("script"),
    capture: listed("capture"),
  });
});

test.each(["en", "ja"])("/security has lines, hosts, hashes and rules: %s", async (language) => {
  const page = await read(`/security?lang=${language}`);
  const hashes = (await read(releasePath(HASHES))).match(/^[0-9a-f]{64}/gm) ?? [];
  expect(hashes).toHaveLength(3);
  for (const hash of hashes) expect(page).toContain(hash);
  expect(page).toContain("-ExecutionPolicy RemoteSigned");
  for (const { title } of SEEN_BY) expect(page).toContain(title);
  expect(page).toContain('href="/blocked"');
});

test("/blocked has a place for each error, by the words that are shown", async () => {
  const page = await read("/blocked");
  for (const { id } of BLOCKED) {
    expect(page).toContain(`id="${id}"`);
    expect(page).toContain(`href="#${id}"`);
  }
  expect(page).toContain("ScriptContainedMaliciousContent");
  expect(page).toContain('href="/security"');
});
