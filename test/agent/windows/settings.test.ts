/** What the PowerShell agent reads of a Windows's VPN settings, and what it leaves where it is. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ClientSettings } from "../../../shared/schema/client-settings.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { CODE, ordinaryAnswers, startAgentService } from "../../support/agent-service.ts";
import { certificateStores, type MadeCertificate } from "../../support/windows-certificates.ts";
import {
  agentText,
  type EngineOptions,
  noEngine,
  noEngineOfOurs,
  runEngine,
  temporaryDirectory,
} from "../../support/windows-engine.ts";
import { ORDINARY_MACHINE, standIns, type WindowsMachine } from "../../support/windows-stand-ins.ts";

const BELOW = "Microsoft/Network/Connections/Pbk";

/** Reads a machine with these phone books: the user's, the machine's, and those of other users by name. */
async function read(
  books: { user?: Buffer; machine?: Buffer; others?: Record<string, Buffer> },
  machine: Partial<WindowsMachine> = {},
  options: Partial<EngineOptions> = {},
) {
  const directory = await temporaryDirectory();
  const APPDATA = join(directory, "Users/me [1]/AppData/Roaming");
  const ProgramData = join(directory, "ProgramData");
  const write = async (folder: string, book: Buffer | undefined) => {
    if (book === undefined) return;
    await mkdir(join(folder, BELOW), { recursive: true });
    await writeFile(join(folder, BELOW, "rasphone.pbk"), book);
  };
  await write(APPDATA, books.user);
  await write(ProgramData, books.machine);
  for (const [user, book] of Object.entries(books.others ?? {}))
    await write(join(directory, `Users/${user}/AppData/Roaming`), book);
  const service = await startAgentService(ordinaryAnswers());
  const { stdout, stderr } = await runEngine({
    command: await agentText(CODE, service.origin),
    standIns: standIns({ ...ORDINARY_MACHINE, ...machine }),
    env: { IKEFRAG_DRYRUN: "1", IKEFRAG_LANG: "en", APPDATA, ProgramData, SystemDrive: directory },
    ...options,
  });
  const json = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (!json.startsWith("{")) throw new Error(`Cannot find the measurements: ${stdout}${stderr}`);
  const outcome = Evidence.parse(JSON.parse(json)).measurements[1]?.outcome;
  if (outcome === undefined || !("settings" in outcome) || outcome.settings === undefined)
    throw new Error(`Cannot find the settings: ${json}`);
  return { settings: outcome.settings as ClientSettings, json };
}

/** A section as Windows writes it: of some 100 lines, these are of interest, and others look like them. */
const section = (name: string, lines: Record<string, string> = {}, device = "vpn"): string =>
  [
    `[${name}]`,
    "Encoding=1",
    "Type=2",
    `VpnStrategy=${lines.VpnStrategy ?? "7"}`,
    "DataEncryption=256",
    "PreviewUserPw=1",
    "DialParamsUID=11111111",
    "Guid=0123456789ABCDEF0123456789ABCDEF",
    "CustomAuthData=SECRET0102",
    "IpDnsAddress=192.0.2.53",
    "IpDnsSuffix=corp.example",
    `IpInterfaceMetric=${lines.IpInterfaceMetric ?? "0"}`,
    `Ipv6InterfaceMetric=${lines.Ipv6InterfaceMetric ?? "35"}`,
    ...(lines.Disable_IKEv2_Fragmentation === undefined
      ? []
      : [`Disable_IKEv2_Fragmentation=${lines.Disable_IKEv2_Fragmentation}`]),
    `CustomIPSecPolicies=${lines.CustomIPSecPolicies ?? ""}`,
    "",
    "NETCOMPONENTS=",
    "ms_msclient=1",
    "",
    "MEDIA=rastapi",
    "Port=VPN2-0",
    "Device=WAN Miniport (IKEv2)",
    "",
    `DEVICE=${device}`,
    `PhoneNumber=${lines.PhoneNumber ?? "vpn.example.com"}`,
    "AreaCode=",
    "LastSelectedPhone=0",
    "PhoneNumber=second.example.com",
    "",
  ].join("\r\n");
const ENTRY = {
  name: "Office VPN",
  ofAllUsers: false,
  ikeFragmentation: null,
  vpnStrategy: 7,
  deviceType: "vpn",
  serverAddress: "vpn.example.com",
  hasCustomIpsecPolicies: false,
  metricV4: 0,
  metricV6: 35,
};
const book = (...sections: string[]): Buffer => Buffer.from(sections.join("\r\n"));

const ways = [
  { how: "Windows PowerShell 5.1", options: {} },
  { how: "PowerShell 7", options: { as: "7" } },
  { how: "Constrained Language Mode", options: { constrained: true } },
] as const;

test.skipIf(noEngine).each(ways)(
  "both phone books are read, the switch of IKE fragmentation first of all: $how",
  async ({ options }) => {
    const user = book(
      section("Office VPN", { Disable_IKEv2_Fragmentation: "1" }),
      section("社内 VPN", { Disable_IKEv2_Fragmentation: "0", CustomIPSecPolicies: "030000000500" }),
    );
    const { settings } = await read({ user, machine: book(section("Device tunnel")) }, {}, options);
    expect(settings.phonebook).toEqual([
      { ...ENTRY, ikeFragmentation: false },
      { ...ENTRY, name: "社内 VPN", ikeFragmentation: true, hasCustomIpsecPolicies: true },
      { ...ENTRY, name: "Device tunnel", ofAllUsers: true },
    ]);
  },
);

test.skipIf(noEngine)("no other line of a phone book leaves this computer", async () => {
  const { json } = await read({ user: book(section("Office VPN", { CustomIPSecPolicies: "0300" })) });
  for (const text of [
    "SECRET",
    "11111111",
    "0123456789ABCDEF",
    "192.0.2.53",
    "corp.example",
    "0300",
    "second",
    "VPN2-0",
    "ms_msclient",
  ])
    expect(json).not.toContain(text);
});

const NAME = "Büro VPN";
const ENCODINGS: { name: string; bytes: (text: string) => Buffer; ansi?: true }[] = [
  { name: "UTF-8", bytes: (text) => Buffer.from(text) },
  { name: "UTF-8 with a byte order mark", bytes: (text) => Buffer.from(`\ufeff${text}`) },
  { name: "UTF-16", bytes: (text) => Buffer.from(`\ufeff${text}`, "utf16le") },
  { name: "Windows-1252", bytes: (text) => Buffer.from(text, "latin1"), ansi: true },
];
test.skipIf(noEngine).each(ENCODINGS.flatMap((encoding) => ways.map((way) => ({ ...encoding, ...way }))))(
  "a phone book in $name: $how",
  async ({ bytes, ansi, options }) => {
    const { settings } = await read({ user: bytes(section(NAME)) }, {}, { ...options, culture: "de-DE" });
    const [entry] = settings.phonebook ?? [];
    expect(entry).toMatchObject({ serverAddress: "vpn.example.com", vpnStrategy: 7 });
    // The code page of ANSI is the system's own.
    if (ansi) expect(entry?.name).toMatch(/^B.+ro VPN$/);
    else expect(entry?.name).toBe(NAME);
  },
);

test.skipIf(noEngine)("a modem's and PPPoE's numbers are nobody's business", async () => {
  const user = book(
    section("Modem", { PhoneNumber: "0049301234567" }, "modem"),
    section("DSL", { PhoneNumber: "user@provider.example" }, "PPPoE"),
    section("Office VPN"),
  );
  const { settings, json } = await read({ user });
  expect(settings.phonebook).toEqual([ENTRY]);
  expect(json).not.toMatch(/0049301234567|provider/);
});

const HOSTILE: { name: string; user: Buffer; want: unknown }[] = [
  { name: "an empty file", user: Buffer.alloc(0), want: [] },
  { name: "lines before any section", user: book("VpnStrategy=7", "PhoneNumber=x"), want: [] },
  {
    name: "numbers that are none, or too large",
    user: book(
      section("Office VPN", {
        VpnStrategy: "256",
        IpInterfaceMetric: "-1",
        Ipv6InterfaceMetric: "99999999999",
      }),
    ),
    want: [{ ...ENTRY, vpnStrategy: null, metricV4: null, metricV6: null }],
  },
  {
    name: "a switch that is neither",
    user: book(section("Office VPN", { Disable_IKEv2_Fragmentation: "yes" })),
    want: [ENTRY],
  },
  {
    name: "a name of a megabyte, and one with an escape",
    user: book(section("n".repeat(1 << 20)), section("a\u001b[2Jb\u202ec")),
    want: [
      { ...ENTRY, name: "n".repeat(512) },
      { ...ENTRY, name: "a[2Jbc" },
    ],
  },
  {
    name: "a server of a megabyte",
    user: book(section("Office VPN", { PhoneNumber: "s".repeat(1 << 20) })),
    want: [{ ...ENTRY, serverAddress: "s".repeat(512) }],
  },
  {
    name: "100 sections: 64 of them are told",
    user: book(...Array.from({ length: 100 }, (_, at) => section(`VPN ${at}`))),
    want: Array.from({ length: 64 }, (_, at) => ({ ...ENTRY, name: `VPN ${at}` })),
  },
  { name: "more than 2 MiB", user: Buffer.alloc(2 * 1024 * 1024 + 1, "[a]\n"), want: null },
];
test.skipIf(noEngine).each(HOSTILE)("a phone book with $name", async ({ user, want }) => {
  expect((await read({ user })).settings.phonebook).toEqual(want);
});

test.skipIf(noEngine).each([
  { name: "256 sections", before: "[a]\nDEVICE=modem\n".repeat(256) },
  { name: "20,000 lines", before: `[a]\nDEVICE=modem\n${"x=1\n".repeat(19_998)}` },
])("what stands behind $name of a phone book is not looked at", async ({ before }) => {
  const user = Buffer.from(before + section("Office VPN"));
  expect((await read({ user })).settings.phonebook).toEqual([]);
});

test.skipIf(noEngine)("the system itself reads the phone books of all users", async () => {
  const books = {
    machine: book(section("Device tunnel")),
    others: { anna: book(section("Office VPN")), ben: book(section("Ben's")), guest: book() },
  };
  const { settings } = await read(books, { isSystem: true });
  expect(settings.phonebook).toEqual([
    ENTRY,
    { ...ENTRY, name: "Ben's" },
    { ...ENTRY, name: "Device tunnel", ofAllUsers: true },
  ]);
  expect((await read(books)).settings.phonebook).toHaveLength(1);
});

test.skipIf(noEngine)("a VPN's own interface is told by the connection's name, an MTU of 0 too", async () => {
  const row = (name: string, index: number, mtuV4: number | null, mtuV6: number | null) => ({
    index,
    name,
    description: null,
    mtuV4,
    mtuV6,
    connected: true,
    addresses: [],
  });
  const { settings } = await read(
    { user: book(section("Office VPN")) },
    {
      interfaces: [
        row("Ethernet 5", 19, 1_500, 1_500),
        row("Office VPN", 33, 0, null),
        row("L2TP", 34, 1_400, 1_280),
      ],
      vpnProfiles: [
        {
          name: "L2TP",
          serverAddress: "198.51.100.7",
          tunnelType: "L2tp",
          authenticationMethods: [],
          allUsers: false,
          connected: false,
        },
      ],
    },
  );
  expect(settings.vpnInterfaces).toEqual([
    { name: "Office VPN", mtuV4: 0, mtuV6: null },
    { name: "L2TP", mtuV4: 1_400, mtuV6: 1_280 },
  ]);
});

const CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";
const SERVER_AUTHENTICATION = "1.3.6.1.5.5.7.3.1";
const CERTIFICATES: MadeCertificate[] = [
  { id: "root", stores: ["LocalMachine\\Root", "CurrentUser\\Root"], key: "rsa3072" },
  { id: "other root", stores: ["LocalMachine\\Root"], key: "p384" },
  // Two of one name: the certificate names the first one's key.
  { id: "issuing", stores: ["CurrentUser\\CA"], issuer: "root", subject: "CN=Issuing" },
  {
    id: "issuing again",
    stores: ["CurrentUser\\CA"],
    issuer: "other root",
    subject: "CN=Issuing",
    key: "p384",
  },
  { id: "nowhere", stores: [], key: "p256" },
  {
    id: "anna",
    stores: ["CurrentUser\\My"],
    issuer: "issuing",
    subject: "CN=Anna Example, O=Secret GmbH",
    purposes: [CLIENT_AUTHENTICATION],
  },
  {
    id: "pc01",
    stores: ["LocalMachine\\My"],
    issuer: "other root",
    key: "p384",
    subject: "CN=pc01.corp.example",
  },
  { id: "lonely", stores: ["LocalMachine\\My"], issuer: "nowhere", key: "p521" },
  { id: "self", stores: ["LocalMachine\\My"], key: "p256", purposes: ["2.5.29.37.0"] },
  // None of these logs in.
  { id: "web", stores: ["LocalMachine\\My"], issuer: "root", purposes: [SERVER_AUTHENTICATION] },
  { id: "old", stores: ["CurrentUser\\My"], issuer: "root", hasExpired: true },
  { id: "no key", stores: ["CurrentUser\\My"], issuer: "root", hasPrivateKey: false },
];

test.skipIf(noEngineOfOurs).each(ways)(
  "login certificates are told by sizes and kinds, with their chains: $how",
  async ({ options }) => {
    const { settings, json } = await read({}, { certificates: certificateStores(CERTIFICATES) }, options);
    const size = expect.any(Number);
    expect(settings.loginCertificates).toEqual([
      {
        store: "user",
        key: "rsa",
        keyBits: 2048,
        subjectBytes: 47,
        derBytes: [size, size],
        isChainKnown: true,
      },
      {
        store: "machine",
        key: "ecdsa",
        keyBits: 384,
        subjectBytes: 30,
        derBytes: [size],
        isChainKnown: true,
      },
      {
        store: "machine",
        key: "ecdsa",
        keyBits: 521,
        subjectBytes: 19,
        derBytes: [size],
        isChainKnown: false,
      },
      {
        store: "machine",
        key: "ecdsa",
        keyBits: 256,
        subjectBytes: 17,
        derBytes: [size],
        isChainKnown: true,
      },
    ]);
    // Signed by 3072 bits of RSA, so it is the first of the two that could have issued it.
    const [, issuing] = settings.loginCertificates?.[0]?.derBytes ?? [];
    expect(issuing).toBeGreaterThan(750);
    expect(settings.trustedRoots).toBe(2);
    expect(json).not.toMatch(/Anna|Secret|pc01|Issuing/i);
  },
);

test.skipIf(noEngineOfOurs)("what cannot be read is null, and the run goes on", async () => {
  const { settings } = await read(
    { user: book(section("Office VPN")) },
    {
      certificates: "  throw 'Cannot find drive. A drive with the name Cert does not exist.'",
      missing: ["Get-NetIPInterface"],
    },
  );
  expect(settings).toEqual({
    phonebook: [ENTRY],
    vpnInterfaces: null,
    loginCertificates: null,
    trustedRoots: null,
  });
});
