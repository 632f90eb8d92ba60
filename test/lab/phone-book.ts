/**
 * The phone book of the laboratory's Windows, and its VPN client, which uses IKE fragmentation or not as the
 * book says. An administrator reads the report and runs the lines that it gives.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import type { Cleanup } from "./programs.ts";
import { buildStage, type Laboratory, readReport } from "./run-scenario.ts";
import { dropsFragments, type Scenario } from "./scenario.ts";
import { startInitiator } from "./strongswan.ts";
import { realPrograms, runOnWindows } from "./windows-client.ts";

/** The client's IP fragments are lost, the gateway offers RFC 7383, and the client does not use it. */
const SCENARIO: Scenario = {
  name: "profile-switched-off",
  story: "the client's IP fragments are dropped, and its profile switches IKE fragmentation off",
  rules: [dropsFragments("client")],
  vpn: { ikeFragmentation: { client: false, gateway: true } },
  expect: { verdicts: ["outbound-fragments-dropped"], direction: "outbound", interfaceMtu: null },
};
/** What this is called where runs are asked for. */
export const PHONE_BOOK_RUN = SCENARIO.name;

/** As Windows writes one: this VPN's section, and one of a modem, which has the switch too. */
const phoneBook = (gateway: string): string =>
  [
    "[Laboratory VPN]",
    "Encoding=1",
    "PBVersion=8",
    "Type=2",
    "VpnStrategy=7",
    "Disable_IKEv2_Fragmentation=1",
    "CustomIPSecPolicies=",
    "IpInterfaceMetric=0",
    "Ipv6InterfaceMetric=0",
    "NETCOMPONENTS=",
    "MEDIA=rastapi",
    "Port=VPN2-0",
    "Device=WAN Miniport (IKEv2)",
    "DEVICE=vpn",
    `PhoneNumber=${gateway}`,
    "",
    "[Modem]",
    "Encoding=1",
    "Disable_IKEv2_Fragmentation=0",
    "MEDIA=serial",
    "DEVICE=modem",
    "PhoneNumber=5550100",
    "",
  ].join("\r\n");

/** A word of the shell's. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** What is wrong: with the report, with its lines, or with what came of them; `null`: nothing. */
export async function switchOn(lab: Laboratory, own: Cleanup): Promise<string | null> {
  const { network, directory, vpn, service, gatewayAddress } = await buildStage(SCENARIO, lab, own);
  const vpnDirectory = join(directory, "client");
  await startInitiator(network.client, vpnDirectory, vpn, gatewayAddress, lab.certificates, own);
  const home = join(directory, "user");
  const book = join(home, "AppData/Roaming/Microsoft/Network/Connections/Pbk/rasphone.pbk");
  await mkdir(dirname(book), { recursive: true });
  const before = phoneBook(gatewayAddress);
  await writeFile(book, before);
  const profile = {
    name: "Laboratory VPN",
    serverAddress: gatewayAddress,
    tunnelType: "Ikev2",
    authenticationMethods: ["MachineCertificate"],
    allUsers: false,
    connected: false,
  };
  const onWindows = (line: string, typed: string[] = []) =>
    runOnWindows(network, gatewayAddress, line, {
      home,
      typed,
      more: realPrograms(vpnDirectory, book),
      machine: { elevated: true, vpnProfiles: [profile] },
    });
  const shell = (command: string) => onWindows(`powershell -NoProfile -Command ${quoted(command)}`);
  const dial = async () => (await shell("rasdial 'Laboratory VPN'; exit $LASTEXITCODE")).exitCode === 0;

  if (await dial()) return "the VPN connects before anything is changed";
  const opened = await service.request("POST", "/v1/cases", { gateway: gatewayAddress, ask: ["capture"] });
  const line = (opened as { commands: { windows: string } }).commands.windows;
  // To begin, and to capture.
  const output = await onWindows(line, ["y", "y"]);
  await writeFile(join(directory, "said.txt"), `${output.stdout}\n${output.stderr}`);
  const report = await readReport(service, output);
  await writeFile(join(directory, "report.json"), JSON.stringify(report, null, 2));
  const { verdict, direction, findings, recommendation } = report.diagnosis as Diagnosis;
  const found = findings.filter((f) => f.status === "found").map((f) => f.phrase.key);
  const [first] = recommendation.actions;
  const seen = JSON.stringify({ verdict, direction, found, first: first?.key });
  console.error(`${SCENARIO.name}: ${seen}`);
  if (verdict !== "outbound-fragments-dropped" || direction !== "outbound") return `another verdict: ${seen}`;
  // The dial that was captured says the same as the phone book.
  for (const wanted of ["finding.profile-cause.found", "finding.profile-switch.agrees"])
    if (!found.includes(wanted)) return `${wanted} is missing: ${seen}`;
  const lines = recommendation.profileCommands;
  if (first?.key !== "action.profile-on" || lines === null)
    return `the profile is not the first step: ${seen}`;
  if (recommendation.interfaceMtu !== null) return `an MTU of ${recommendation.interfaceMtu} is recommended`;

  const complaints: string[] = [];
  const expects = async (step: string, command: string, value: 0 | 1, connects: boolean) => {
    const ran = await shell(command);
    if (ran.stdout + ran.stderr !== "") complaints.push(`${step} says: ${ran.stdout}${ran.stderr}`);
    const shown = (await shell(lines.verify)).stdout.trim();
    if (shown !== `Disable_IKEv2_Fragmentation=${value}`) complaints.push(`after ${step}: "${shown}"`);
    if ((await dial()) !== connects)
      complaints.push(`after ${step} the VPN ${connects ? "fails" : "connects"}`);
    await shell("rasdial 'Laboratory VPN' /disconnect");
  };
  await expects("apply", lines.apply, 0, true);
  await expects("apply again", lines.apply, 0, true);
  await expects("undo", lines.undo, 1, false);
  if ((await readFile(book, "utf8")) !== before) complaints.push("the phone book is not what it was");
  return complaints.length === 0 ? null : complaints.join("; ");
}
