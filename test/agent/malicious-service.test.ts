/**
 * Both agents, against every trick of a service that means harm: the one for Node.js, and the one for
 * PowerShell where scripts may do everything and in Constrained Language Mode.
 */
import { expect, test } from "vitest";
import { ExitCode } from "../../agent/exit-code.ts";
import { runAgent } from "../../agent/run-agent.ts";
import { agentOptions, ordinaryAnswers, person, startAgentService } from "../support/agent-service.ts";
import { noIkePorts } from "../support/ike-gateway.ts";
import { answersOf, expectNoHarm, startSurroundings, TRICKS } from "../support/malicious-service.ts";
import { noEngine, temporaryDirectory } from "../support/windows-engine.ts";
import { runLine, YES } from "../support/windows-run.ts";

const REPORTED: readonly (number | null)[] = [ExitCode.HEALTHY, ExitCode.PROBLEM];

test.skipIf(noIkePorts !== null).each(TRICKS)(
  "the agent for Node.js, and $name",
  async ({ harm, end, hears = 0 }) => {
    const hosts = await startSurroundings();
    const service = await startAgentService(answersOf(hosts, harm(hosts)));
    const { terminal, said, results } = person();
    const saveFile = `${await temporaryDirectory()}/run.json`;
    const exitCode = await runAgent(agentOptions(service.origin, terminal, { yes: true, saveFile }));
    expect(REPORTED.includes(exitCode)).toBe(end === "reported");
    expect(hosts.gateway.heard.length).toBeGreaterThanOrEqual(hears);
    expectNoHarm(hosts, service.asked, [...said, ...results].join("\n"));
  },
);

for (const constrained of [false, true]) {
  const mode = constrained ? "Constrained" : "Full";
  // What a run or a report may be called is checked by the same operator in both modes: once is enough.
  const tricks = constrained ? TRICKS.filter(({ name }) => !/^a (?:run|report) /.test(name)) : TRICKS;
  test.skipIf(noEngine || noIkePorts !== null).each(tricks)(
    `the agent for PowerShell (${mode} Language Mode), and $name`,
    async (trick) => {
      const { harm, hears = 0 } = trick;
      const hosts = await startSurroundings();
      const run = await runLine(answersOf(hosts, harm(hosts)), { ...YES, constrained });
      const end = constrained ? (trick.endConstrained ?? trick.end) : trick.end;
      expect(REPORTED.includes(run.exitCode), run.stdout + run.stderr).toBe(end === "reported");
      if (!constrained) expect(hosts.gateway.heard.length).toBeGreaterThanOrEqual(hears);
      expectNoHarm(hosts, run.service.asked, run.stdout + run.stderr);
      expect(run.calls.filter(({ command }) => /pktmon|rasdial/.test(command))).toEqual([]);
      expect(JSON.stringify(run.calls)).not.toContain("mtu=");
    },
  );
}

test("the agent for Node.js begins no round after its time, whatever the service asks for", async () => {
  const service = await startAgentService(ordinaryAnswers());
  const { terminal, said } = person();
  const saveFile = `${await temporaryDirectory()}/run.json`;
  const options = agentOptions(service.origin, terminal, { yes: true, saveFile, maxMeasuredMs: -1 });
  expect(await runAgent(options)).toBe(ExitCode.UPLOAD_FAILED);
  expect(said.join("\n")).toContain("of measuring and no report");
});

test.skipIf(noEngine)("nor does the agent for PowerShell", async () => {
  const { exitCode, stdout, service } = await runLine(
    ordinaryAnswers(),
    { ...YES, directory: await temporaryDirectory() },
    (text) => text.replace("$measuredMs -gt 180000", "$measuredMs -gt -1"),
  );
  expect(exitCode, stdout).toBe(ExitCode.UPLOAD_FAILED);
  expect(stdout).toContain("of measuring, no report");
  expect(service.asked.filter(({ path }) => path.endsWith("/rounds"))).toEqual([]);
});
