/**
 * What a Windows answers, as stand-ins for the engine: objects of Windows's own classes, and the texts its
 * programs print.
 */

/** Windows's display languages, as far as what its programs print in them is known. */
export type WindowsLanguage = "en" | "ja" | "de";

export interface WindowsInterface {
  index: number;
  name: string;
  description: string | null;
  mtuV4: number | null;
  mtuV6: number | null;
  connected: boolean;
  addresses: string[];
}

export interface WindowsMachine {
  language: WindowsLanguage;
  elevated: boolean;
  interfaces: WindowsInterface[];
  /** `null`: Find-NetRoute finds none. */
  route: { interfaceIndex: number; sourceAddress: string } | null;
  vpnProfiles: {
    name: string;
    serverAddress: string;
    tunnelType: string;
    authenticationMethods: string[];
    allUsers: boolean;
    connected: boolean;
  }[];
  rasFailures: { at: string; connection: string; code: number }[];
  /** PowerShell that answers Get-ChildItem for a certificate store; see windows-certificates.ts. */
  certificates: string;
  /** Whether the system itself runs PowerShell, as software deployment does. */
  isSystem: boolean;
  /** The program from which PowerShell was started: explorer for Win+R and the Start menu. */
  startedFrom: "cmd" | "explorer";
  /** Commands that this edition of Windows does not have. */
  missing: string[];
}

export const ORDINARY_MACHINE: WindowsMachine = {
  language: "en",
  elevated: false,
  interfaces: [
    {
      index: 19,
      name: "Ethernet 5",
      description: "Apple Mobile Device Ethernet",
      mtuV4: 1500,
      mtuV6: 1500,
      connected: true,
      addresses: ["192.0.2.10", "2001:db8::10"],
    },
  ],
  route: { interfaceIndex: 19, sourceAddress: "192.0.2.10" },
  vpnProfiles: [],
  rasFailures: [],
  // Two roots, one of which is in the store twice.
  certificates: `  if ("$($Bound.Path)" -like '*\\LocalMachine\\Root') { 'A', 'B', 'A' | ForEach-Object { [pscustomobject]@{ Thumbprint = $_ } } }`,
  isSystem: false,
  startedFrom: "cmd",
  missing: [],
};

/** A PowerShell literal. */
const quoted = (text: string): string => `'${text.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
const literal = (value: string | number | boolean | null): string => {
  if (value === null) return "$null";
  if (typeof value === "boolean") return value ? "$true" : "$false";
  return typeof value === "number" ? String(value) : quoted(value);
};
const object = (className: string, properties: Record<string, string>): string =>
  `New-WindowsObject ${className} @{ ${Object.entries(properties)
    .map(([name, value]) => `${name} = ${value}`)
    .join("; ")} }`;

function interfaceObjects({ interfaces }: WindowsMachine): string[] {
  return interfaces.flatMap(({ index, name, mtuV4, mtuV6, connected }) => {
    const row = (family: string, mtu: number | null, store: string) =>
      object("MSFT_NetIPInterface", {
        InterfaceIndex: literal(index),
        InterfaceAlias: literal(name),
        AddressFamily: literal(family),
        Store: literal(store),
        // The persistent store's rows are there, and empty.
        ...(store === "ActiveStore"
          ? {
              NlMtu: `$(if ($global:SetMtu.ContainsKey('${family}/${index}')) { $global:SetMtu['${family}/${index}'] } else { ${literal(mtu)} })`,
              ConnectionState: literal(connected ? "Connected" : "Disconnected"),
            }
          : {}),
      });
    return [
      ...(mtuV6 === null ? [] : [row("IPv6", mtuV6, "ActiveStore")]),
      ...(mtuV4 === null ? [] : [row("IPv4", mtuV4, "ActiveStore"), row("IPv4", null, "PersistentStore")]),
    ];
  });
}

const addressObject = (index: number, name: string, address: string): string =>
  object("MSFT_NetIPAddress", {
    InterfaceIndex: literal(index),
    InterfaceAlias: literal(name),
    IPAddress: literal(/^fe80:/i.test(address) ? `${address}%${index}` : address),
    AddressFamily: literal(address.includes(":") ? "IPv6" : "IPv4"),
    Store: literal("ActiveStore"),
  });

const vpnObject = (profile: WindowsMachine["vpnProfiles"][number]): string =>
  object("VpnConnection", {
    Name: literal(profile.name),
    ServerAddress: literal(profile.serverAddress),
    TunnelType: literal(profile.tunnelType),
    AuthenticationMethod: `@(${profile.authenticationMethods.map(quoted).join(", ")})`,
    ConnectionStatus: literal(profile.connected ? "Connected" : "Disconnected"),
    AllUserConnection: literal(profile.allUsers),
  });

const eventObject = ({ at, connection, code }: WindowsMachine["rasFailures"][number]): string =>
  `[pscustomobject]@{ Id = 20227; ProviderName = 'RasClient'; TimeCreated = ([datetime]${literal(at)}).ToLocalTime(); Properties = @(${[
    "{0F0E0D0C-0000-4000-8000-0000000000B1}",
    "PC01\\user",
    connection,
    code,
  ]
    .map((value) => `[pscustomobject]@{ Value = ${quoted(String(value))} }`)
    .join(", ")}) }`;

/** The heading of `netsh interface ipv4 show interfaces`; states are the same in all languages. */
const NETSH_HEADING: Record<WindowsLanguage, string> = {
  en: "Idx     Met         MTU          State                Name",
  ja: "Idx     Met         MTU          状態                 名前",
  de: "Idx     Met         MTU          Status               Name",
};
const WHOAMI: Record<WindowsLanguage, { medium: string; high: string }> = {
  en: { medium: "Mandatory Label\\Medium Mandatory Level", high: "Mandatory Label\\High Mandatory Level" },
  ja: { medium: "Mandatory Label\\Medium Mandatory Level", high: "Mandatory Label\\High Mandatory Level" },
  de: {
    medium: "Verbindliche Beschriftung\\Mittlere Verbindlichkeitsstufe",
    high: "Verbindliche Beschriftung\\Hohe Verbindlichkeitsstufe",
  },
};

function netshTable({ language, interfaces }: WindowsMachine): string[] {
  const rows = interfaces.map(
    ({ index, mtuV4, connected, name }) =>
      `${String(index).padStart(3)}          25  ${String(mtuV4 ?? "").padStart(10)}  ${(connected ? "connected" : "disconnected").padEnd(12)}  ${name}`,
  );
  return [
    "",
    NETSH_HEADING[language],
    "---  ----------  ----------  ------------  ---------------------------",
    ...rows,
    "",
  ];
}

/** `$global:SetMtu` holds what netsh was told to set, so that it reads back. */
export function standIns(machine: WindowsMachine): string {
  const { language, elevated, interfaces, route, vpnProfiles, rasFailures } = machine;
  const label = WHOAMI[language][elevated ? "high" : "medium"];
  const sid = machine.isSystem ? "S-1-16-16384" : elevated ? "S-1-16-12288" : "S-1-16-8192";
  const routeName = interfaces.find(({ index }) => index === route?.interfaceIndex)?.name ?? "";
  const list = (lines: string[]) => lines.map((line) => `  ${line}`).join("\n");
  const commands: Record<string, string> = {
    "Get-NetIPInterface": `param($Bound)
  $rows = @(
${list(interfaceObjects(machine))}
  )
  if ($Bound.ContainsKey('InterfaceIndex')) { $rows = @($rows | Where-Object { $_.InterfaceIndex -eq $Bound.InterfaceIndex[0] -and "$($_.AddressFamily)" -eq "$($Bound.AddressFamily)" }) }
  $rows`,
    "Get-NetIPAddress": list(
      interfaces.flatMap(({ index, name, addresses }) =>
        addresses.map((address) => addressObject(index, name, address)),
      ),
    ),
    "Get-NetAdapter": list(
      interfaces
        .filter(({ description }) => description !== null)
        .map(({ index, name, description }) =>
          object("MSFT_NetAdapter", {
            Name: literal(name),
            InterfaceIndex: literal(index),
            InterfaceDescription: literal(description),
          }),
        ),
    ),
    "Find-NetRoute":
      route === null
        ? `  throw 'The network location cannot be reached.'`
        : list([
            addressObject(route.interfaceIndex, routeName, route.sourceAddress),
            object("MSFT_NetRoute", {
              InterfaceIndex: literal(route.interfaceIndex),
              InterfaceAlias: literal(routeName),
              NextHop: literal(route.sourceAddress.includes(":") ? "fe80::1" : "192.0.2.1"),
            }),
          ]),
    "Get-VpnConnection": `param($Bound)
  if ($Bound.AllUserConnection) {
${list(vpnProfiles.filter(({ allUsers }) => allUsers).map(vpnObject))}
  } else {
${list(vpnProfiles.filter(({ allUsers }) => !allUsers).map(vpnObject))}
  }`,
    "Get-WinEvent":
      rasFailures.length === 0
        ? `  throw 'No events were found that match the specified selection criteria.'`
        : list(rasFailures.map(eventObject)),
    "Get-ItemProperty": `  [pscustomobject]@{ CurrentBuildNumber = '26100'; UBR = 1742; DisplayVersion = '24H2'; EditionID = 'Professional'; ProductName = 'Windows 10 Pro' }`,
    "Get-ChildItem": `param($Bound)\n${machine.certificates}`,
    "Set-Clipboard": "",
    "Get-CimInstance": `  [pscustomobject]@{ CommandLine = 'powershell -c "irm | iex"'; ParentProcessId = 4321 }`,
    "Get-Process": `  [pscustomobject]@{ Name = ${quoted(machine.startedFrom)} }`,
    // A program's stand-in is that program; one without an exit code has not ended.
    "Start-Process": `param($Bound)
  $words = @([regex]::Matches("$($Bound.ArgumentList)", '"([^"]*)"|\\S+') | ForEach-Object { if ($_.Groups[1].Success) { $_.Groups[1].Value } else { $_.Value } })
  $global:LASTEXITCODE = $null
  $null = & ("$($Bound.FilePath)" -replace '^.*\\\\') @words
  [pscustomobject]@{ Id = 4242; Handle = 1; HasExited = $null -ne $global:LASTEXITCODE; ExitCode = $global:LASTEXITCODE }`,
    "Stop-Process": "",
    whoami: `  ${quoted(`${label}    Label    ${sid}`)}`,
    netsh: `param($Arguments)
  $global:LASTEXITCODE = 0
  if ($Arguments -contains 'set') {
    if (${literal(!elevated)}) { $global:LASTEXITCODE = 1; 'The requested operation requires elevation (Run as administrator).'; return }
    $family = $Arguments[1] -replace 'ipv', 'IPv'
    $global:SetMtu["$family/$($Arguments[4])"] = [uint32]($Arguments[5] -replace '\\D')
    'Ok.'
    return
  }
${list(netshTable(machine).map(quoted))}`,
  };
  const registered = Object.entries(commands).filter(([name]) => !machine.missing.includes(name));
  return [
    "$global:SetMtu = @{}",
    ...registered.map(([name, body]) => `Register-StandIn ${name} { ${body}\n}`),
    "",
  ].join("\n");
}
