/** What the PowerShell agent does with an administrator's rights: what it tells netsh, rasdial and pktmon, word for word. */
import { expect, test } from "vitest";
import { PostRound } from "../../../shared/schema/api.ts";
import type { Step } from "../../../shared/schema/plan.ts";
import { CODE, ordinaryAnswers, startAgentService } from "../../support/agent-service.ts";
import { agentText, noStandIns, runEngine, temporaryDirectory } from "../../support/windows-engine.ts";
import { ORDINARY_MACHINE, standIns, type WindowsMachine } from "../../support/windows-stand-ins.ts";

const PROFILE = {
  name: "Büro VPN",
  serverAddress: "127.0.0.1",
  tunnelType: "Ikev2",
  authenticationMethods: ["MachineCertificate"],
  allUsers: false,
  connected: false,
};
const ADMINISTRATOR: WindowsMachine = { ...ORDINARY_MACHINE, elevated: true, vpnProfiles: [PROFILE] };
const APPLY: Step = {
  id: "apply",
  kind: "apply",
  atMs: 0,
  interfaceIndex: 19,
  family: 4,
  interfaceMtu: 1472,
};
const CAPTURE: Step = {
  id: "capture",
  kind: "capture",
  atMs: 0,
  target: "127.0.0.1",
  seconds: 1,
  maxBytes: 5_000_000,
};

/** A pipeline of its own, that can be stopped from within. */
const IN_A_PIPELINE = `
  $global:Pipeline = [powershell]::Create([Management.Automation.RunspaceMode]::CurrentRunspace)
  [void]$global:Pipeline.AddScript($env:AGENT_TEXT)
  try { $global:Pipeline.Invoke() } catch { "stopped: $($_.Exception.InnerException.GetType().Name)" }
`;

/** `typed`: the yes to begin with, then what each further question is answered. */
async function runSteps(
  steps: Step[],
  {
    typed = ["y"],
    machine = ADMINISTRATOR,
    more = "",
    env = {},
    interruptible = false,
  }: {
    typed?: string[];
    machine?: WindowsMachine;
    more?: string;
    env?: Record<string, string>;
    interruptible?: boolean;
  },
) {
  const answers = ordinaryAnswers();
  const started = answers["POST /v1/runs"]?.[0];
  const last = answers["POST /v1/runs/run-1/rounds"]?.[1];
  if (typeof started !== "object" || last === undefined) throw new Error("Cannot build the answers");
  Object.assign(started.json as object, { round: { number: 1, steps } });
  const revised = {
    status: 200,
    json: { status: "done", diagnosis: { verdict: "healthy", text: { sentence: "Now with the capture." } } },
  };
  const service = await startAgentService({
    ...answers,
    "POST /v1/runs/run-1/rounds": [last],
    "PUT /v1/runs/run-1/capture": [revised],
  });
  const directory = await temporaryDirectory();
  const text = await agentText(CODE, service.origin);
  const { stdout, stderr, calls } = await runEngine({
    command: interruptible ? IN_A_PIPELINE : text,
    standIns: `${standIns(machine)}\n${more}`,
    input: `${["y", ...typed].join("\n")}\n`,
    env: { IKEFRAG_LANG: "en", AGENT_TEXT: text, ...env },
    directory,
  });
  const programs = calls
    .filter(({ command }) => ["netsh", "rasdial", "pktmon"].includes(command))
    .map(({ command, arguments: words }) =>
      [command, ...(words as string[])].join(" ").replaceAll(directory, "TEMP"),
    );
  const posted = service.asked.findLast(({ path }) => path.endsWith("/rounds"));
  const outcomes = posted ? PostRound.parse(posted.body).measurements.map(({ outcome }) => outcome) : [];
  return { stdout, stderr, programs, outcomes, service };
}

const rasdial = (code: number) => `Register-StandIn rasdial { $global:LASTEXITCODE = ${code}; 'done' }`;
const SET_1472 = "netsh interface ipv4 set interface 19 mtu=1472 store=active";
const BACK = "netsh interface ipv4 set interface 19 mtu=1500 store=active";
const DIAL = ["rasdial Büro VPN", "rasdial Büro VPN /disconnect"];

test.skipIf(noStandIns)("an MTU that lets the VPN connect is kept where the user says so", async () => {
  const { programs, outcomes, stdout } = await runSteps([APPLY], { typed: ["y", "y"], more: rasdial(0) });
  expect(programs).toEqual([
    SET_1472,
    ...DIAL,
    "netsh interface ipv4 set interface 19 mtu=1472 store=persistent",
  ]);
  expect(outcomes).toEqual([
    { status: "measured", previousMtu: 1500, connected: true, kept: true, rasCode: 0 },
  ]);
  // How to take it back is told before it is changed, and once more at the end.
  expect(stdout.indexOf(BACK)).toBeLessThan(stdout.indexOf("Dialling"));
  expect(stdout).toContain("netsh interface ipv4 set interface 19 mtu=1500 store=persistent");
});

test.skipIf(noStandIns).each([
  { name: "the user does not keep it", typed: ["y", "n"], code: 0 },
  { name: "nobody answers whether to keep it", typed: ["y"], code: 0 },
  { name: "the VPN does not connect", typed: ["y"], code: 809 },
])("the MTU is put back where $name", async ({ typed, code }) => {
  const { programs, outcomes, stdout } = await runSteps([APPLY], { typed, more: rasdial(code) });
  expect(programs).toEqual([SET_1472, ...DIAL, BACK]);
  expect(outcomes).toEqual([
    { status: "measured", previousMtu: 1500, connected: code === 0, kept: false, rasCode: code },
  ]);
  expect(stdout).toContain("The MTU is 1500 again.");
});

test.skipIf(noStandIns)("the MTU is put back where the user interrupts the dial", async () => {
  // As Ctrl+C does: the pipeline is stopped, which no catch sees, and every finally does.
  const stop = `Register-StandIn rasdial { param($Arguments)
    if ($Arguments -notcontains '/disconnect') { [void]$global:Pipeline.BeginStop($null, $null); Start-Sleep -Seconds 20 }
  }`;
  const { programs, service, stdout } = await runSteps([APPLY], {
    typed: ["y"],
    more: stop,
    interruptible: true,
  });
  expect(programs).toEqual([SET_1472, ...DIAL, BACK]);
  expect(stdout.trimEnd().endsWith("The MTU is 1500 again.")).toBe(true);
  expect(service.asked.some(({ path }) => path.endsWith("/rounds"))).toBe(false);
});

test.skipIf(noStandIns)("an MTU that does not take is a failure, whatever netsh's exit code", async () => {
  const deaf = "Register-StandIn netsh { $global:LASTEXITCODE = 0; 'Ok.' }";
  const { programs, outcomes } = await runSteps([APPLY], { typed: ["y"], more: `${deaf}\n${rasdial(0)}` });
  expect(programs).toEqual([SET_1472, BACK]);
  expect(outcomes).toMatchObject([{ status: "failed", failure: "refused-by-system" }]);
});

test.skipIf(noStandIns)("an MTU that cannot be put back is said so, with the command", async () => {
  const once =
    "$global:Sets = 0; Register-StandIn netsh { param($Arguments) $global:LASTEXITCODE = 0; $global:Sets++; if ($global:Sets -eq 1) { $global:SetMtu['IPv4/19'] = [uint32]1472 } }";
  const { stdout } = await runSteps([APPLY], { typed: ["y"], more: `${once}\n${rasdial(809)}` });
  expect(stdout).toContain(`CANNOT PUT THE MTU BACK. Run this as administrator: ${BACK}`);
});

test.skipIf(noStandIns).each([
  { name: "the user says no", options: { typed: ["n"] }, why: "said no" },
  {
    name: "PowerShell is not elevated",
    options: { machine: { ...ADMINISTRATOR, elevated: false } },
    why: "administrator",
  },
  { name: "nobody can be asked", options: { env: { IKEFRAG_YES: "1" } }, why: "unasked" },
  {
    name: "no profile leads to the gateway",
    options: { machine: { ...ADMINISTRATOR, vpnProfiles: [] } },
    why: "no VPN profile",
  },
  {
    name: "two profiles do",
    options: { machine: { ...ADMINISTRATOR, vpnProfiles: [PROFILE, { ...PROFILE, name: "Second" }] } },
    why: "more than one",
  },
  {
    name: "the VPN is connected",
    options: { machine: { ...ADMINISTRATOR, vpnProfiles: [{ ...PROFILE, connected: true }] } },
    why: "no VPN profile",
  },
  {
    name: "the profile's name is an option",
    options: { machine: { ...ADMINISTRATOR, vpnProfiles: [{ ...PROFILE, name: "/disconnect" }] } },
    why: "no VPN profile",
  },
])("nothing is changed where $name", async ({ options, why }) => {
  const { programs, outcomes } = await runSteps([APPLY], { ...options, more: rasdial(0) });
  expect(programs).toEqual([]);
  expect(outcomes).toMatchObject([{ status: "not-run", why: expect.stringContaining(why) }]);
});

/** Writes the file that it is told to, as pktmon does. */
const PKTMON = `Register-StandIn pktmon { param($Arguments)
  $global:LASTEXITCODE = 0
  if ($Arguments[0] -eq 'etl2pcap') { [IO.File]::WriteAllBytes($Arguments[3], [byte[]](10, 13, 13, 10)) }
  if ($Arguments[0] -eq 'start') { [IO.File]::WriteAllText($Arguments[-1], 'etl') }
}`;

test.skipIf(noStandIns)("a dial is captured whole, by address, and sent after the report", async () => {
  const { programs, outcomes, stdout, service } = await runSteps([CAPTURE], {
    typed: ["y"],
    more: `${PKTMON}\n${rasdial(809)}`,
  });
  const names = (line: string) => line.replace(/ikefrag-\d{6}/g, "ikefrag-N");
  expect(programs.map(names)).toEqual([
    "pktmon filter remove",
    "pktmon filter add ikefrag -i 127.0.0.1",
    "pktmon start --capture --comp nics --pkt-size 0 --file-size 5 --file-name TEMP/ikefrag-N.etl",
    ...DIAL,
    "pktmon stop",
    "pktmon etl2pcap TEMP/ikefrag-N.etl --out TEMP/ikefrag-N.pcapng",
    "pktmon filter remove",
  ]);
  expect(outcomes).toEqual([{ status: "measured", bytes: 4, rasCode: 809 }]);
  expect(service.asked.at(-1)).toMatchObject({
    method: "PUT",
    path: "/v1/runs/run-1/capture",
    authorization: "Bearer token-1",
  });
  expect(stdout).toContain("Now with the capture.");
  expect(stdout.trimEnd().endsWith("IKF-AAAAA-AAAAA-A")).toBe(true);
});

test.skipIf(noStandIns)(
  "a capture that cannot be started leaves no filter behind, and stops nobody else's",
  async () => {
    const busy =
      "Register-StandIn pktmon { param($Arguments) $global:LASTEXITCODE = [int]($Arguments[0] -eq 'start'); 'Packet Monitor is already started.' }";
    const { programs, outcomes } = await runSteps([CAPTURE], { typed: ["y"], more: busy });
    expect(programs.at(-1)).toBe("pktmon filter remove");
    expect(programs).not.toContain("pktmon stop");
    expect(outcomes).toMatchObject([
      { status: "failed", detail: expect.stringContaining("already started") },
    ]);
  },
);
