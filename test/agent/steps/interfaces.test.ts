/** How interfaces and routes are read on Linux, macOS and Windows. */
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runProgram } from "../../../agent/io/program.ts";
import { openRun } from "../../../agent/run-round.ts";
import { readIpAddresses, readIpRoute } from "../../../agent/steps/interfaces-linux.ts";
import { readIfconfig, readRouteGet } from "../../../agent/steps/interfaces-macos.ts";
import {
  interfacesScript,
  readInterfacesJson,
  readNetshInterfaces,
} from "../../../agent/steps/interfaces-windows.ts";
import { readVpnProfilesJson, VPN_PROFILES_SCRIPT } from "../../../agent/steps/vpn-profiles.ts";
import { InterfacesMeasurement, VpnProfilesMeasurement } from "../../../shared/schema/measurement.ts";

const { signal } = new AbortController();
const step = { id: "r1-interfaces", kind: "interfaces" as const, atMs: 0, gateway: "127.0.0.1" };
const gateway = { address: "203.0.113.5", family: 4 as const };

test("the interfaces step reads this machine, and the route to a gateway on it", async () => {
  const run = openRun({ gateway: "127.0.0.1", signal });
  const [measurement] = await run.runRound({ number: 1, steps: [step] });
  const { outcome } = InterfacesMeasurement.parse(measurement);
  if (outcome.status !== "measured") throw new Error(`Cannot read this machine: ${JSON.stringify(outcome)}`);
  const loopback = outcome.interfaces.find(({ addresses }) => addresses.includes("127.0.0.1"));
  expect(loopback?.mtuV4).toBeGreaterThanOrEqual(1500);
  expect(loopback?.connected).toBe(true);
  expect(outcome.gatewayAddresses).toEqual([{ address: "127.0.0.1", family: 4 }]);
  expect(outcome.route).toEqual({
    address: "127.0.0.1",
    interfaceIndex: loopback?.index,
    sourceAddress: "127.0.0.1",
  });
  expect(outcome.interfaces.map(({ name }) => name)).toEqual(
    expect.arrayContaining(Object.keys(networkInterfaces())),
  );
});

test("the interfaces step says that a name does not resolve by having no addresses and no route", async () => {
  const gateway = "nothing.invalid";
  const [measurement] = await openRun({ gateway, signal }).runRound({
    number: 1,
    steps: [{ ...step, gateway }],
  });
  expect(measurement?.outcome).toMatchObject({ status: "measured", gatewayAddresses: [], route: null });
});

test("the interfaces step does not look up another gateway than the run's", async () => {
  const [measurement] = await openRun({ gateway: "192.0.2.1", signal }).runRound({
    number: 1,
    steps: [step],
  });
  expect(measurement?.outcome.status).toBe("not-run");
});

const EN0 = {
  index: 4,
  name: "en0",
  description: null,
  mtuV4: 1500,
  mtuV6: 1500,
  connected: true,
  addresses: ["192.0.2.10"],
};

test("readIpRoute() reads an answer of iproute2 6.1", () => {
  const answer = {
    dst: "203.0.113.5",
    gateway: "192.0.2.1",
    dev: "en0",
    prefsrc: "192.0.2.10",
    flags: [],
    uid: 0,
    cache: [],
  };
  const want = { address: "203.0.113.5", interfaceIndex: 4, sourceAddress: "192.0.2.10" };
  expect(readIpRoute([answer], "203.0.113.5", [EN0])).toEqual(want);
});

test.each([
  { name: "nothing", routes: [] },
  {
    name: "an unreachable route, which has no source",
    routes: [{ type: "unreachable", dst: "203.0.113.5" }],
  },
  { name: "no object", routes: ["203.0.113.5 via 192.0.2.1"] },
])("readIpRoute() sees no route in $name", ({ routes }) => {
  expect(readIpRoute(routes, "203.0.113.5", [EN0])).toBeNull();
});

test("readIpAddresses() and the kernel's files say the same of this machine", async () => {
  const run = openRun({ gateway: "127.0.0.1", signal });
  const [measurement] = await run.runRound({ number: 1, steps: [step] });
  const { outcome } = InterfacesMeasurement.parse(measurement);
  if (outcome.status !== "measured") throw new Error(`Cannot read this machine: ${JSON.stringify(outcome)}`);
  const listing = await runProgram("ip", ["-j", "addr", "show"], { signal, timeoutMs: 5_000 });
  if (listing.status !== "finished") throw new Error(`Cannot run ip: ${JSON.stringify(listing)}`);
  const comparable = ({
    index,
    name,
    mtuV4,
    connected,
  }: {
    index: number;
    name: string;
    mtuV4: number | null;
    connected: boolean;
  }) => ({ index, name, mtuV4, connected });
  const fromIp = readIpAddresses(JSON.parse(listing.output)).sort((a, b) => a.index - b.index);
  expect(fromIp.map(comparable)).toEqual(outcome.interfaces.map(comparable));
});

/** Composed from published `ifconfig -v` listings. */
const IFCONFIG = `lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384 index 1
	eflags=10000000<SENDLIST>
	options=1203<RXCSUM,TXCSUM,TXSTATUS,SW_TIMESTAMP>
	inet 127.0.0.1 netmask 0xff000000
	inet6 ::1 prefixlen 128
	inet6 fe80::1%lo0 prefixlen 64 scopeid 0x1
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
	ether 00:00:5e:00:53:01
	inet6 fe80::200:5eff:fe00:5301%en0 prefixlen 64 secured scopeid 0xb
	inet 192.0.2.10 netmask 0xffffff00 broadcast 192.0.2.255
	media: autoselect
	status: active
en5: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500 index 12
	status: inactive
stf0: flags=0<> mtu 1280
utun3: flags=8051<UP,POINTOPOINT,RUNNING,MULTICAST> mtu 1400 index 20
	inet 198.51.100.7 --> 198.51.100.7 netmask 0xffffffff
`;

test("readIfconfig() reads indexes, MTUs and states, and leaves out what no command could name", () => {
  const interfaces = readIfconfig(IFCONFIG);
  expect(interfaces.map(({ index, name, mtuV4, connected }) => ({ index, name, mtuV4, connected }))).toEqual([
    { index: 1, name: "lo0", mtuV4: 16384, connected: true },
    { index: 11, name: "en0", mtuV4: 1500, connected: true },
    { index: 12, name: "en5", mtuV4: 1500, connected: false },
    { index: 20, name: "utun3", mtuV4: 1400, connected: true },
  ]);
  expect(interfaces[1]?.addresses).toEqual(["fe80::200:5eff:fe00:5301", "192.0.2.10"]);
});

test("readRouteGet() takes the source address from the interface that the route names", () => {
  const output = "   route to: 203.0.113.5\ndestination: default\n    gateway: 192.0.2.1\n  interface: en0\n";
  const interfaces = readIfconfig(IFCONFIG);
  const want = { address: "203.0.113.5", interfaceIndex: 11, sourceAddress: "192.0.2.10" };
  expect(readRouteGet(output, gateway, interfaces)).toEqual(want);
  expect(readRouteGet("route: writing to routing socket: not in table\n", gateway, interfaces)).toBeNull();
});

test("readNetshInterfaces() reads the table whatever language its heading has", () => {
  const table = `
Idx     Met         MTU          状態                 名前
---  ----------  ----------  ------------  ---------------------------
  1          75  4294967295  connected     Loopback Pseudo-Interface 1
 17          35        1500  disconnected  Wi-Fi
 24          25     Default  connected     RAS (Dial In) Interface
 19          25        1500  connected     イーサネット 5
`;
  const addresses = new Map([["イーサネット 5", ["172.20.10.2"]]]);
  const rows = readNetshInterfaces(table, addresses);
  expect(rows.map(({ index, mtuV4, connected }) => [index, mtuV4, connected])).toEqual([
    [1, 4294967295, true],
    [17, 1500, false],
    [24, null, true],
    [19, 1500, true],
  ]);
  expect(rows[3]).toMatchObject({ name: "イーサネット 5", addresses: ["172.20.10.2"] });
});

test("readInterfacesJson() survives every shape but the expected one", () => {
  for (const value of [
    null,
    7,
    "text",
    [],
    { ip: null },
    { ip: { index: "x" } },
    { ip: [{ index: 0 }], route: 3 },
  ]) {
    expect(readInterfacesJson(value, gateway)).toEqual({ interfaces: [], route: null });
  }
});

test("readVpnProfilesJson() keeps to the schema's bounds", () => {
  const profile = {
    name: "x".repeat(600),
    server: null,
    tunnel: "Ikev2",
    methods: "Eap",
    status: "Connected",
  };
  const failure = { at: "2026-01-05T01:02:03.1234567Z", connection: "Office VPN", code: "-2147023174" };
  const outcome = readVpnProfilesJson({
    profiles: Array(100).fill(profile),
    failures: [failure, { at: "x", code: "" }],
  });
  const step = { id: "v", kind: "vpn-profiles", atMs: 0 };
  const measurement = VpnProfilesMeasurement.parse({ step, startedAtMs: 0, sentAtMs: [], outcome });
  expect(measurement.outcome).toMatchObject({
    profiles: { length: 64 },
    rasFailures: [{ at: "2026-01-05T01:02:03.123Z", connection: "Office VPN", code: -2147023174 }],
  });
});

const ENGINE = join(import.meta.dirname, "../../../../shared/pwsh/pwsh");
const withEngine = existsSync(ENGINE) ? test : test.skip;
if (!existsSync(ENGINE))
  console.info("skipped: the PowerShell engine is not beside this checkout (../shared/pwsh)");

/** Windows's own objects, as stand-ins; the values are a Japanese machine's, tethered by cable. */
const STAND_INS = `
Register-StandIn Get-NetIPInterface { param($Bound)
  New-WindowsObject MSFT_NetIPInterface @{ InterfaceIndex = 19; InterfaceAlias = 'イーサネット 5'; AddressFamily = 'IPv4'; NlMtu = 1500; Store = 'ActiveStore'; ConnectionState = 'Connected' }
  New-WindowsObject MSFT_NetIPInterface @{ InterfaceIndex = 19; InterfaceAlias = 'イーサネット 5'; AddressFamily = 'IPv6'; NlMtu = 1280; Store = 'ActiveStore'; ConnectionState = 'Connected' }
  New-WindowsObject MSFT_NetIPInterface @{ InterfaceIndex = 19; InterfaceAlias = 'イーサネット 5'; AddressFamily = 'IPv4'; Store = 'PersistentStore' }
  New-WindowsObject MSFT_NetIPInterface @{ InterfaceIndex = 17; InterfaceAlias = 'Wi-Fi'; AddressFamily = 'IPv4'; NlMtu = 1500; Store = 'ActiveStore'; ConnectionState = 'Disconnected' }
}
Register-StandIn Get-NetAdapter { param($Bound) New-WindowsObject MSFT_NetAdapter @{ Name = 'イーサネット 5'; InterfaceIndex = 19; InterfaceDescription = 'Apple Mobile Device Ethernet' } }
Register-StandIn Get-NetIPAddress { param($Bound) New-WindowsObject MSFT_NetIPAddress @{ InterfaceIndex = 19; IPAddress = '172.20.10.2'; AddressFamily = 'IPv4'; Store = 'ActiveStore' } }
Register-StandIn Find-NetRoute { param($Bound)
  New-WindowsObject MSFT_NetIPAddress @{ InterfaceIndex = 19; IPAddress = '172.20.10.2'; AddressFamily = 'IPv4'; Store = 'ActiveStore' }
  New-WindowsObject MSFT_NetRoute @{ InterfaceIndex = 19; NextHop = '172.20.10.1'; DestinationPrefix = '0.0.0.0/0'; Store = 'ActiveStore' }
}
Register-StandIn Get-VpnConnection { param($Bound)
  if ($Bound.AllUserConnection) { return }
  New-WindowsObject VpnConnection @{ Name = '社内 VPN'; ServerAddress = 'vpn.example.com'; TunnelType = 'Ikev2'; AuthenticationMethod = @('Eap', 'MachineCertificate'); ConnectionStatus = 'Disconnected' }
}
`;

async function inEngine(script: string, standIns: string, flags: string[] = []): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-pwsh-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "stand-ins.ps1");
  await writeFile(file, `\ufeff${standIns}`);
  const programArguments = [...flags, "-StandIns", file, "-NoProfile", "-NonInteractive", "-Command", script];
  const result = await runProgram(ENGINE, programArguments, { signal, timeoutMs: 60_000 });
  if (result.status !== "finished") throw new Error(`Cannot run the engine: ${JSON.stringify(result)}`);
  try {
    return JSON.parse(result.output);
  } catch {
    throw new Error(`Cannot read the script's answer: ${result.output} ${result.errors}`);
  }
}

for (const flags of [
  ["-As", "5.1"],
  ["-As", "7"],
  ["-LanguageMode", "ConstrainedLanguage"],
]) {
  withEngine(`the PowerShell script reads interfaces and route: ${flags.join(" ")}`, async () => {
    const { interfaces, route } = readInterfacesJson(
      await inEngine(interfacesScript(gateway.address), STAND_INS, flags),
      gateway,
    );
    expect(interfaces).toEqual([
      {
        index: 17,
        name: "Wi-Fi",
        description: null,
        mtuV4: 1500,
        mtuV6: null,
        connected: false,
        addresses: [],
      },
      {
        index: 19,
        name: "イーサネット 5",
        description: "Apple Mobile Device Ethernet",
        mtuV4: 1500,
        mtuV6: 1280,
        connected: true,
        addresses: ["172.20.10.2"],
      },
    ]);
    expect(route).toEqual({ address: "203.0.113.5", interfaceIndex: 19, sourceAddress: "172.20.10.2" });
  });

  withEngine(
    `the PowerShell script reads VPN profiles where there are no events: ${flags.join(" ")}`,
    async () => {
      const noEvents = "Register-StandIn Get-WinEvent { throw 'NoMatchingEventsFound' }";
      const outcome = readVpnProfilesJson(await inEngine(VPN_PROFILES_SCRIPT, STAND_INS + noEvents, flags));
      expect(outcome.profiles).toEqual([
        {
          name: "社内 VPN",
          serverAddress: "vpn.example.com",
          tunnelType: "Ikev2",
          authenticationMethods: ["Eap", "MachineCertificate"],
          connected: false,
        },
      ]);
      expect(outcome.rasFailures).toEqual([]);
    },
  );

  withEngine(`the PowerShell script reads failed dials: ${flags.join(" ")}`, async () => {
    const event = `Register-StandIn Get-WinEvent { param($Bound)
      [pscustomobject]@{ Id = 20227; TimeCreated = [datetime]'2026-01-05T01:02:03Z'; Properties = @('{co-id}', 'PC01\\user', '社内 VPN', '809' | ForEach-Object { [pscustomobject]@{ Value = $_ } }) } }`;
    const outcome = readVpnProfilesJson(await inEngine(VPN_PROFILES_SCRIPT, STAND_INS + event, flags));
    expect(outcome.rasFailures).toEqual([
      { at: "2026-01-05T01:02:03.000Z", connection: "社内 VPN", code: 809 },
    ]);
  });
}

withEngine("the PowerShell script holds nothing that Windows PowerShell 5.1 refuses", async () => {
  const directory = await mkdtemp(join(tmpdir(), "ikefrag-lint-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "scripts.ps1");
  await writeFile(file, `${interfacesScript("203.0.113.5")}\n${VPN_PROFILES_SCRIPT}\n`);
  const result = await runProgram(ENGINE, ["-Lint", file], { signal, timeoutMs: 60_000 });
  expect(result).toMatchObject({ status: "finished", exitCode: 0 });
});
