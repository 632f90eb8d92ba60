/**
 * What the PowerShell agent tells netsh and rasdial, word for word, when it tries an MTU; and that it is put
 * back.
 */
import { expect, test } from "vitest";
import type { Step } from "../../../shared/schema/plan.ts";
import { noEngine } from "../../support/windows-engine.ts";
import { ADMINISTRATOR, DIAL, INTERRUPT, PROFILE, rasdial, runSteps } from "../../support/windows-steps.ts";

const APPLY: Step = {
  id: "apply",
  kind: "apply",
  atMs: 0,
  interfaceIndex: 19,
  family: 4,
  interfaceMtu: 1472,
};
const SET_1472 = "netsh interface ipv4 set interface 19 mtu=1472 store=active";
const BACK = "netsh interface ipv4 set interface 19 mtu=1500 store=active";

test.skipIf(noEngine)("an MTU that lets the VPN connect is kept where the user says so", async () => {
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
  expect(stdout.indexOf(BACK)).toBeLessThan(stdout.indexOf("Connecting Büro VPN"));
  expect(stdout).toContain("netsh interface ipv4 set interface 19 mtu=1500 store=persistent");
});

test.skipIf(noEngine).each([
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

test.skipIf(noEngine)("the MTU is put back where the user interrupts the dial", async () => {
  const stop = `Register-StandIn rasdial { param($Arguments)
    $global:LASTEXITCODE = 0
    if ($Arguments -notcontains '/disconnect') { ${INTERRUPT} } }`;
  const { programs, service, stdout } = await runSteps([APPLY], {
    typed: ["y"],
    more: stop,
    interruptible: true,
  });
  expect(programs).toEqual([SET_1472, ...DIAL, BACK]);
  expect(stdout.trimEnd().endsWith("The MTU is 1500 again.")).toBe(true);
  expect(service.asked.some(({ path }) => path.endsWith("/rounds"))).toBe(false);
});

test.skipIf(noEngine)("the MTU is put back where the user interrupts while it is set", async () => {
  const stop = `Register-StandIn netsh { param($Arguments)
    $global:LASTEXITCODE = 0
    $global:SetMtu['IPv4/19'] = [uint32]($Arguments[5] -replace '\\D')
    if ($Arguments -contains 'mtu=1472') { ${INTERRUPT} } }`;
  const { programs, stdout } = await runSteps([APPLY], {
    more: `${stop}\n${rasdial(0)}`,
    interruptible: true,
  });
  expect(programs).toEqual([SET_1472, BACK]);
  expect(stdout.trimEnd().endsWith("The MTU is 1500 again.")).toBe(true);
});

/** One whose end is not enforced runs into the time limit. */
test.skipIf(noEngine)(
  "a dial that hangs is ended, which is said, and the MTU is put back",
  { timeout: 60_000 },
  async () => {
    const { programs, outcomes, stdout } = await runSteps([APPLY], {
      more: rasdial(null),
      change: (text) => text.replace("Invoke-Dial $dialName 60", "Invoke-Dial $dialName 1"),
    });
    expect(programs).toEqual([SET_1472, DIAL[0], "Stop-Process", DIAL[1], BACK]);
    expect(stdout).toContain("Connecting Büro VPN, for at most 1 seconds");
    expect(stdout).toContain("Not connected after 1 seconds");
    expect(outcomes).toEqual([
      { status: "measured", previousMtu: 1500, connected: false, kept: false, rasCode: null },
    ]);
  },
);

test.skipIf(noEngine)("the MTU is put back where rasdial cannot be started", async () => {
  const { programs, outcomes, stdout } = await runSteps([APPLY], {
    more: "Register-StandIn Start-Process { throw 'This command cannot be run.' }",
  });
  expect(programs).toEqual([SET_1472, BACK]);
  expect(outcomes).toMatchObject([{ status: "failed", detail: expect.stringContaining("cannot be run") }]);
  expect(stdout.trimEnd().endsWith("IKF-AAAAA-AAAAA-A")).toBe(true);
});

test.skipIf(noEngine)("an MTU that does not take is a failure, whatever netsh's exit code", async () => {
  const deaf = "Register-StandIn netsh { $global:LASTEXITCODE = 0; 'Ok.' }";
  const { programs, outcomes } = await runSteps([APPLY], { typed: ["y"], more: `${deaf}\n${rasdial(0)}` });
  expect(programs).toEqual([SET_1472, BACK]);
  expect(outcomes).toMatchObject([{ status: "failed", failure: "refused-by-system" }]);
});

test.skipIf(noEngine)("an MTU that cannot be put back is said so, with the command", async () => {
  const once =
    "$global:Sets = 0; Register-StandIn netsh { param($Arguments) $global:LASTEXITCODE = 0; $global:Sets++; if ($global:Sets -eq 1) { $global:SetMtu['IPv4/19'] = [uint32]1472 } }";
  const { stdout } = await runSteps([APPLY], { typed: ["y"], more: `${once}\n${rasdial(809)}` });
  expect(stdout).toContain(`CANNOT PUT THE MTU BACK. Run this as administrator: ${BACK}`);
});

test.skipIf(noEngine).each([
  { name: "the user says no", options: { typed: ["n"] }, why: "said no" },
  {
    name: "PowerShell is not elevated",
    options: { machine: { ...ADMINISTRATOR, elevated: false } },
    why: "administrator",
  },
  { name: "nobody can be asked", options: { env: { IKEFRAG_YES: "1" } }, why: "unasked" },
  { name: "the case did not name it", options: { ask: ["capture"] }, why: "did not name it" },
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
  {
    name: "the profile's name would end its quotes",
    options: { machine: { ...ADMINISTRATOR, vpnProfiles: [{ ...PROFILE, name: "VPN\\" }] } },
    why: "no VPN profile",
  },
])("nothing is changed where $name", async ({ options, why }) => {
  const { programs, outcomes } = await runSteps([APPLY], { ...options, more: rasdial(0) });
  expect(programs).toEqual([]);
  expect(outcomes).toMatchObject([{ status: "not-run", why: expect.stringContaining(why) }]);
});

test.skipIf(noEngine).each([
  { ask: ["apply"], says: ["Only after another yes", "change the MTU"], not: ["record the packets"] },
  { ask: [], says: ["Nothing on this computer is changed"], not: ["Only after another yes"] },
])("what will be asked for is named before the run is agreed to: $ask", async ({ ask, says, not }) => {
  const { stdout } = await runSteps([APPLY], { ask, typed: ["n"], more: rasdial(0) });
  const consent = stdout.slice(0, stdout.indexOf("Start?"));
  for (const words of says) expect(consent).toContain(words);
  for (const words of not) expect(consent).not.toContain(words);
});
