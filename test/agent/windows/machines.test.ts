/**
 * What the PowerShell agent reads of one Windows and another, by stand-ins: its objects, and its programs'
 * texts.
 */
import { expect, test } from "vitest";
import { Evidence } from "../../../shared/schema/evidence.ts";
import type { InterfacesMeasurement, VpnProfilesMeasurement } from "../../../shared/schema/measurement.ts";
import { CODE, ordinaryAnswers, startAgentService } from "../../support/agent-service.ts";
import {
  agentText,
  type EngineOptions,
  noEngine,
  noEngineOfOurs,
  runEngine,
} from "../../support/windows-engine.ts";
import {
  ORDINARY_MACHINE,
  standIns,
  type WindowsLanguage,
  type WindowsMachine,
} from "../../support/windows-stand-ins.ts";

async function read(machine: Partial<WindowsMachine>, options: Partial<EngineOptions> = {}) {
  const service = await startAgentService(ordinaryAnswers());
  const { stdout, stderr } = await runEngine({
    command: await agentText(CODE, service.origin),
    standIns: standIns({ ...ORDINARY_MACHINE, ...machine }),
    env: { IKEFRAG_DRYRUN: "1", IKEFRAG_LANG: "en" },
    ...options,
  });
  const json = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (!json.startsWith("{")) throw new Error(`Cannot find the measurements: ${stdout}${stderr}`);
  const evidence = Evidence.parse(JSON.parse(json));
  const [interfaces, vpnProfiles] = evidence.measurements as [InterfacesMeasurement, VpnProfilesMeasurement];
  return {
    agent: evidence.agent,
    interfaces: interfaces.outcome,
    vpnProfiles: vpnProfiles.outcome,
    stdout,
    json,
  };
}

const NAMES: Record<WindowsLanguage, string> = {
  en: "Ethernet 5",
  ja: "イーサネット 5",
  de: "Ethernet (Büro)",
};
const CULTURES: Record<WindowsLanguage, string> = { en: "en-US", ja: "ja-JP", de: "de-DE" };
const named = (language: WindowsLanguage): Partial<WindowsMachine> => ({
  language,
  interfaces: ORDINARY_MACHINE.interfaces.map((found) => ({ ...found, name: NAMES[language] })),
});
const SEEN = {
  index: 19,
  description: "Apple Mobile Device Ethernet",
  mtuV4: 1500,
  mtuV6: 1500,
  connected: true,
  addresses: ["192.0.2.10", "2001:db8::10"],
};
const ROUTE = { address: "127.0.0.1", interfaceIndex: 19, sourceAddress: "192.0.2.10" };

const ways = [
  { how: "Windows PowerShell 5.1", options: {} },
  { how: "PowerShell 7", options: { as: "7" } },
  { how: "Constrained Language Mode", options: { constrained: true } },
] as const;

test
  .skipIf(noEngine)
  .each((["en", "ja", "de"] as const).flatMap((language) => ways.map((way) => ({ language, ...way }))))(
  "a Windows in $language is read the same: $how",
  async ({ language, options }) => {
    const { agent, interfaces } = await read(named(language), { ...options, culture: CULTURES[language] });
    expect(agent).toMatchObject({
      platform: "windows",
      elevated: false,
      osVersion: "Windows build 26100.1742 Professional",
    });
    expect(interfaces).toEqual({
      status: "measured",
      interfaces: [{ ...SEEN, name: NAMES[language] }],
      gatewayAddresses: [{ address: "127.0.0.1", family: 4 }],
      route: ROUTE,
    });
  },
);

test.skipIf(noEngine)("what is sent is ASCII whatever the names are", async () => {
  const { json } = await read(named("ja"));
  expect(json).toMatch(/^[\x20-\x7e]+$/);
});

test.skipIf(noEngine)("an elevated PowerShell is told by the mandatory level's SID", async () => {
  for (const language of ["de", "ja"] as const)
    expect((await read({ language, elevated: true })).agent?.elevated).toBe(true);
});

const PROFILES: WindowsMachine["vpnProfiles"] = [
  {
    name: "Office 'VPN'",
    serverAddress: "vpn.example.com",
    tunnelType: "Ikev2",
    authenticationMethods: ["MachineCertificate"],
    allUsers: true,
    connected: true,
  },
  {
    name: "社内 VPN",
    serverAddress: "198.51.100.7",
    tunnelType: "L2tp",
    authenticationMethods: ["MsChapv2", "Pap"],
    allUsers: false,
    connected: false,
  },
];
const NO_SETTINGS = { phonebook: [], vpnInterfaces: [], loginCertificates: [], trustedRoots: 2 };
const FAILURES = [
  { at: "2026-11-20T08:30:00Z", connection: "社内 VPN", code: 809 },
  { at: "2026-11-20T08:20:00Z", connection: "社内 VPN", code: -2147467259 },
];

test.skipIf(noEngine).each(ways)(
  "VPN profiles of the user and of all users, and failed dials: $how",
  async ({ options }) => {
    const { vpnProfiles } = await read({ vpnProfiles: PROFILES, rasFailures: FAILURES }, options);
    const seen = ({ allUsers, ...profile }: (typeof PROFILES)[number]) => profile;
    expect(vpnProfiles).toEqual({
      status: "measured",
      profiles: [...PROFILES.filter((p) => !p.allUsers), ...PROFILES.filter((p) => p.allUsers)].map(seen),
      rasFailures: FAILURES.map((failure) => ({
        ...failure,
        at: expect.stringContaining(failure.at.slice(0, -1)),
      })),
      settings: NO_SETTINGS,
    });
  },
);

test.skipIf(noEngine)("no VPN profile and no failed dial are lists of nothing", async () => {
  const { vpnProfiles } = await read({});
  expect(vpnProfiles).toEqual({ status: "measured", profiles: [], rasFailures: [], settings: NO_SETTINGS });
});

test.skipIf(noEngine)("one profile is a list of one, and the user's name is not read", async () => {
  const { vpnProfiles, json } = await read({
    vpnProfiles: PROFILES.slice(0, 1),
    rasFailures: FAILURES.slice(0, 1),
  });
  expect(vpnProfiles).toMatchObject({
    profiles: [{ authenticationMethods: ["MachineCertificate"] }],
    rasFailures: [{ code: 809 }],
  });
  expect(json).not.toContain("PC01");
});

test.skipIf(noEngine)(
  "an interface without IPv4, a loopback, a cable that is out, and a VPN that is no adapter",
  async () => {
    const interfaces = [
      {
        ...SEEN,
        name: "Loopback Pseudo-Interface 1",
        index: 1,
        description: null,
        mtuV4: 4294967295,
        mtuV6: 4294967295,
        addresses: ["127.0.0.1"],
      },
      { ...SEEN, name: "IPv6", index: 12, mtuV4: null, mtuV6: 1280, addresses: ["2001:db8::5"] },
      { ...SEEN, name: "Wi-Fi", index: 7, connected: false, addresses: [] },
      {
        ...SEEN,
        name: "Office VPN",
        index: 33,
        description: null,
        mtuV4: 1400,
        mtuV6: 1400,
        addresses: ["192.0.2.200"],
      },
    ];
    const { interfaces: seen } = await read({
      interfaces,
      route: { interfaceIndex: 33, sourceAddress: "192.0.2.200" },
    });
    expect(seen).toMatchObject({
      status: "measured",
      route: { interfaceIndex: 33, sourceAddress: "192.0.2.200" },
    });
    const found = "interfaces" in seen ? seen.interfaces : [];
    expect([...found].sort((a, b) => a.index - b.index)).toEqual(
      [...interfaces].sort((a, b) => a.index - b.index),
    );
  },
);

test.skipIf(noEngine)("no route is none", async () => {
  expect((await read({ route: null })).interfaces).toMatchObject({ status: "measured", route: null });
});

test.skipIf(noEngineOfOurs).each([...ways.slice(0, 1), ...ways.slice(2)])(
  "netsh's table in Japanese, where Windows lacks the commands: $how",
  async ({ options }) => {
    const missing = [
      "Get-NetIPInterface",
      "Get-NetIPAddress",
      "Get-NetAdapter",
      "Find-NetRoute",
      "Get-VpnConnection",
      "Get-WinEvent",
      "Get-ItemProperty",
      "whoami",
    ];
    const { agent, interfaces, vpnProfiles } = await read({ ...named("ja"), missing }, options);
    expect(agent).toMatchObject({ osVersion: null, elevated: null });
    expect(interfaces).toMatchObject({
      status: "measured",
      interfaces: [
        {
          index: 19,
          name: NAMES.ja,
          description: null,
          mtuV4: 1500,
          mtuV6: null,
          connected: true,
          addresses: [],
        },
      ],
      route: null,
    });
    expect(vpnProfiles).toMatchObject({
      status: "not-run",
      why: expect.stringContaining("Get-VpnConnection"),
    });
  },
);

test.skipIf(noEngineOfOurs)("where nothing can be read, that is the measurement", async () => {
  const { interfaces } = await read({ missing: ["Get-NetIPInterface", "netsh"] });
  expect(interfaces).toMatchObject({ status: "failed", failure: "refused-by-system" });
});
