/** Whole cases against the service itself, started by the line that it gives. */
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { expect, onTestFinished, test } from "vitest";
import type * as z from "zod";
import { startServer } from "../../../api/runtime/start-server.ts";
import { type CaseCreated, Report } from "../../../shared/schema/api.ts";
import type { AgentLines } from "../../../shared/schema/ways.ts";
import {
  type EngineOptions,
  findEngine,
  IS_WINDOWS,
  noEngine,
  noEngineOfOurs,
  runEngine,
  temporaryDirectory,
} from "../../support/windows-engine.ts";
import { ORDINARY_MACHINE, standIns } from "../../support/windows-stand-ins.ts";
import { ADMINISTRATOR, rasdial } from "../../support/windows-steps.ts";

async function startService() {
  const dataDir = join(await temporaryDirectory(), "data");
  const service = await startServer({ host: "127.0.0.1", port: 0, dataDir, publicUrl: null, log: () => {} });
  onTestFinished(() => service.close());
  const headers = {
    authorization: `Bearer ${service.firstStart?.apiToken}`,
    "content-type": "application/json",
  };
  return {
    openCase: async (more: object = {}): Promise<OpenedCase> => {
      const body = JSON.stringify({ gateway: "127.0.0.1", ...more });
      const response = await fetch(`${service.url}/v1/cases`, { method: "POST", headers, body });
      return (await response.json()) as OpenedCase;
    },
    readPage: async (path: string) =>
      (await fetch(service.url + path, { headers: { "accept-language": "en" } })).text(),
    /** How often each case's code was used. */
    readRuns: async () => {
      const answer = await fetch(`${service.url}/v1/cases`, { headers });
      return ((await answer.json()) as { cases: { runs: number }[] }).cases.map(({ runs }) => runs);
    },
    readReport: async (reportId: string) => {
      const response = await fetch(`${service.url}/v1/reports/${reportId}`, { headers });
      return Report.parse(await response.json());
    },
  };
}

type OpenedCase = Pick<z.infer<typeof CaseCreated>, "code" | "commands" | "ways">;

/** `powershell … -Command "…"`, of which the engine takes what is between the quotes. */
const lineOf = ({ commands }: Pick<OpenedCase, "commands">): string =>
  /^powershell .*-c(?:ommand)? "(.*)"$/i.exec(commands.windows)?.[1] ?? "";

const run = async (line: string, options: Partial<EngineOptions> = {}) => {
  const home = await temporaryDirectory();
  const output = await runEngine({
    command: line,
    ownProcess: true,
    standIns: standIns(ORDINARY_MACHINE),
    input: "y\n",
    env: { HOME: home },
    ...options,
  });
  const fetched = await readFile(join(home, "ikefrag.ps1"), "utf8").catch(() => null);
  return { ...output, fetched, reportId: output.stdout.trimEnd().split("\n").at(-2) ?? "" };
};

test.skipIf(noEngine).each([
  ["5.1", "quick"],
  ["7", "quick"],
] as const)("another way's line leads to a report too: PowerShell %s, %s", async (as, way) => {
  const service = await startService();
  const { ways } = await service.openCase();
  const commands = ways.find((each) => each.way === way)?.lines as AgentLines;
  const { reportId, fetched, stderr } = await run(lineOf({ commands }), { as });
  expect(reportId, stderr).toMatch(/^IKF-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/);
  expect(fetched).toBeNull();
  expect((await service.readReport(reportId)).gateway).toBe("127.0.0.1");
});

test.skipIf(noEngineOfOurs)(
  "typed into an open PowerShell, the file is run by a process without an address",
  async () => {
    const service = await startService();
    const { ways } = await service.openCase();
    const line = ways.find(({ way }) => way === "file")?.lines?.powershell ?? "";
    const home = await temporaryDirectory();
    await writeFile(join(home, "stand-ins-of-child.ps1"), standIns(ORDINARY_MACHINE));
    // What the line starts: its words are kept, and the engine gets them.
    const { file } = findEngine();
    await writeFile(
      join(home, "powershell"),
      `#!/bin/sh\nprintf '%s ' "$@" >"$HOME/words"\nexec "${file}" -StandIns "$HOME/stand-ins-of-child.ps1" "$@"\n`,
    );
    await chmod(join(home, "powershell"), 0o755);
    const { stdout, stderr } = await run(line, {
      env: { HOME: home, PATH: `${home}:${process.env.PATH}`, IKEFRAG_YES: "1" },
    });
    expect(stdout, stderr).toMatch(/^IKF-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/m);
    const words = await readFile(join(home, "words"), "utf8");
    expect(words).toMatch(
      /^-NoProfile -ExecutionPolicy RemoteSigned -File ikefrag\.ps1 -Code [0-9A-Z-]{15} $/,
    );
  },
);

/** What Windows prints where its execution policy refuses a script file, and how it names that. */
const REFUSALS = [
  {
    policy: "Restricted",
    text: "File C:\\Users\\me\\ikefrag.ps1 cannot be loaded because running scripts is disabled on this system. For more information, see about_Execution_Policies at https:/go.microsoft.com/fwlink/?LinkID=135170.",
    error: "UnauthorizedAccess",
    named: "running scripts is disabled on this system",
  },
  {
    policy: "AllSigned",
    text: "File C:\\Users\\me\\ikefrag.ps1 cannot be loaded. The file C:\\Users\\me\\ikefrag.ps1 is not digitally signed. You cannot run this script on the current system.",
    error: "UnauthorizedAccess",
    named: "is not digitally signed. You cannot run this script on the current system",
  },
];

test.skipIf(noEngineOfOurs).each(REFUSALS)(
  "where Group Policy says $policy, the refusal is shown, nothing is sent, and /blocked knows its words",
  async ({ text, error, named }) => {
    const service = await startService();
    const { code, ways } = await service.openCase();
    const home = await temporaryDirectory();
    const refusal = `${text}\n    + FullyQualifiedErrorId : ${error}`;
    await writeFile(
      join(home, "powershell"),
      `#!/bin/sh\ncase "$*" in *-File*) cat >&2 <<'END'\n${refusal}\nEND\nexit 1 ;; esac\n`,
    );
    await chmod(join(home, "powershell"), 0o755);
    const line = ways.find(({ way }) => way === "file")?.lines?.powershell ?? "";
    const { stdout, stderr } = await run(`${line}; "ended with $LASTEXITCODE"`, {
      env: { HOME: home, PATH: `${home}:${process.env.PATH}`, IKEFRAG_YES: "1" },
    });
    expect(stdout + stderr).toContain(named);
    expect(stdout).toContain("ended with 1");
    // The published file lies there, for who looks at it; the code is not used.
    expect(await readFile(join(home, "ikefrag.ps1"), "utf8")).toContain("Start-Ikefrag");
    expect(await service.readRuns()).toEqual([0]);
    const blocked = await service.readPage("/blocked");
    for (const words of [named, error]) expect(blocked).toContain(words);
    // The way that needs no script is a link away.
    expect(await service.readPage(`/a/${code}`)).toContain(`/a/${code}/by-hand`);
  },
);

test.skipIf(noEngine)("a file that is not the published one is kept and not run", async () => {
  const service = await startService();
  const line = lineOf(await service.openCase()).replace(/'[0-9A-F]{64}'/, `'${"0".repeat(64)}'`);
  const { stdout, calls, fetched } = await run(line);
  expect(stdout.trim()).toBe("Not run: the file that came is not the one that was published.");
  expect(calls).toEqual([]);
  expect(fetched).toContain("Start-Ikefrag");
});

test.skipIf(noEngine).each(["5.1", "7"] as const)(
  "a case, its line, a yes, a report: PowerShell %s",
  async (as) => {
    const service = await startService();
    const { reportId, stderr } = await run(lineOf(await service.openCase()), { as });
    expect(reportId, stderr).toMatch(/^IKF-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]$/);
    const report = await service.readReport(reportId);
    expect(report.gateway).toBe("127.0.0.1");
    // A Windows has somebody on its ports 500 and 4500.
    if (IS_WINDOWS) return;
    expect(report).toMatchObject({ verdict: "gateway-unreachable", adapter: "Ethernet 5" });
    const udp = report.evidence.measurements.filter(({ step }) => step.kind === "udp");
    expect(udp).toHaveLength(4);
    for (const { outcome } of udp)
      expect(outcome).toMatchObject({ status: "failed", failure: "unreachable" });
  },
);

test.skipIf(noEngine)(
  "in Constrained Language Mode there is a report, which says what was skipped and blames no path",
  async () => {
    const service = await startService();
    const { reportId, stdout, stderr } = await run(lineOf(await service.openCase()), { constrained: true });
    expect(stdout).toContain("Constrained Language Mode");
    expect(reportId, stderr).toMatch(/^IKF-/);
    const { verdict, evidence } = await service.readReport(reportId);
    expect(verdict).toBe("insufficient-evidence");
    const [interfaces, , ...udp] = evidence.measurements;
    expect(interfaces).toMatchObject({ outcome: { status: "measured" } });
    for (const { outcome } of udp)
      expect(outcome).toMatchObject({
        status: "not-run",
        why: expect.stringContaining("Constrained Language Mode"),
      });
  },
);

test.skipIf(noEngine)(
  "a Japanese Windows is spoken to in Japanese from the consent to the verdict",
  async () => {
    const service = await startService();
    const { stdout } = await run(lineOf(await service.openCase()), { culture: "ja-JP", input: "はい\n" });
    expect(stdout).toContain("読み取るもの：");
    expect(stdout).toContain("レポートIDを担当者に");
    expect(stdout).not.toMatch(/Round|Sending|Give this/);
  },
);

test.skipIf(noEngine)("a case that asks for a capture gets one, and the diagnosis is over both", async () => {
  const service = await startService();
  const captured = join(import.meta.dirname, "../../cases/seed/wired-fail.pcapng");
  const { reportId, stdout, stderr } = await run(lineOf(await service.openCase({ ask: ["capture"] })), {
    standIns: `${standIns(ADMINISTRATOR)}
      ${rasdial(809)}
      Register-StandIn pktmon { param($Arguments) $global:LASTEXITCODE = 0
        if ($Arguments[0] -eq 'etl2pcap') { [IO.File]::Copy('${captured}', $Arguments[3]) } }`,
    input: "y\ny\n",
  });
  expect(reportId, stderr).toMatch(/^IKF-/);
  expect(stdout).toContain("record the packets to and from 127.0.0.1");
  const { diagnosis, evidence } = await service.readReport(reportId);
  expect(evidence.measurements.at(-1)).toMatchObject({
    step: { kind: "capture", target: "127.0.0.1" },
    outcome: { status: "measured", rasCode: 809 },
  });
  const cited = diagnosis.findings.flatMap((finding) => finding.evidence.map(({ kind }) => kind));
  expect(new Set(cited)).toEqual(new Set(["packet", "probe"]));
  expect(stdout).not.toContain("Cannot send the recording");
});

test.skipIf(noEngine)("a code that is not known is said to be, and nothing is run", async () => {
  const service = await startService();
  const { code, commands } = await service.openCase();
  const windows = commands.windows.replaceAll(code, "0000-0000-00000");
  const { stdout } = await run(lineOf({ commands: { ...commands, windows } }));
  expect(stdout).toContain("Cannot find a case for this code");
  expect(stdout).not.toContain("wants to find out");
});
