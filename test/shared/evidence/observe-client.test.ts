/** What pasted texts tell of the client itself: its VPN connections, its adapters, the way to the gateway. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const cases = fileURLToPath(new URL("../../cases/", import.meta.url));
const sample = (name: string): string => readFileSync(`${cases}formats/${name}.txt`, "utf8");

const evidenceOf = (texts: string[], more: object = {}) =>
  Evidence.parse({
    schema: "ikefrag/evidence/1",
    texts: texts.map((text, at) => ({ name: `text ${at + 1}`, text })),
    ...more,
  });
const seen = (texts: string[], more: object = {}) => observe(evidenceOf(texts, more), []);
const judged = (texts: string[], more: object = {}) =>
  diagnose({ evidence: evidenceOf(texts, more), transcripts: [] });

const vpnList = (name: string, serverAddress: string, tunnelType: string) =>
  `Name             : ${name}\nServerAddress    : ${serverAddress}\nTunnelType       : ${tunnelType}\nConnectionStatus : Disconnected\n\n`;
const event = (code: number, at: string, name = "VPN") =>
  `<Event><System><Provider Name='RasClient'/><EventID>20227</EventID><TimeCreated SystemTime='${at}'/></System><EventData><Data>{11111111-2222-3333-4444-555555555555}</Data><Data>PC\\user</Data><Data>${name}</Data><Data>${code}</Data></EventData></Event>\n`;
const measured = (kind: string, outcome: object) => ({
  step: { kind, id: `r1-${kind}`, atMs: 0, ...(kind === "interfaces" && { gateway: "vpn.example.com" }) },
  startedAtMs: 0,
  sentAtMs: [],
  outcome: { status: "measured", ...outcome },
});

describe("the gateway that a VPN connection names", () => {
  test("is the gateway where none is known", () => {
    expect(seen([vpnList("VPN", "203.0.113.25", "Ikev2")])).toMatchObject({
      gateway: "203.0.113.25",
      gatewayAddresses: ["203.0.113.25"],
    });
    const named = { gateway: "vpn.example.com" };
    expect(seen([vpnList("VPN", "203.0.113.25", "Ikev2")], named).gateway).toBe("vpn.example.com");
  });

  test("is that of the connection that failed, and none where several may be meant", () => {
    const both = vpnList("a", "a.example", "Ikev2") + vpnList("b", "b.example", "Ikev2");
    expect(seen([both]).gateway).toBeNull();
    expect(seen([both, event(809, "2026-11-20T09:12:00Z", "b")]).gateway).toBe("b.example");
  });

  test("is none where it has not the form of a host: it is put into commands", () => {
    expect(seen([vpnList("VPN", "vpn.example & calc.exe", "Ikev2")]).gateway).toBeNull();
    expect(seen([vpnList("VPN", "-h", "Ikev2")]).gateway).toBeNull();
  });

  test("makes a ping to it one to the gateway", () => {
    const ping =
      "C:\\>ping -f -l 1424 203.0.113.25\n\nPinging 203.0.113.25 with 1424 bytes of data:\nRequest timed out.\n";
    const { echoes } = seen([vpnList("VPN", "203.0.113.25", "Ikev2"), ping]);
    expect(echoes.map((e) => e.toGateway)).toEqual([true]);
  });
});

test("a VPN connection of another type is not IKEv2, as one that an agent found", () => {
  expect(judged([vpnList("VPN", "203.0.113.25", "L2tp")]).verdict).toBe("not-ikev2");
  expect(judged([vpnList("VPN", "203.0.113.25", "Automatic")]).verdict).toBe("insufficient-evidence");
  const both = vpnList("VPN", "203.0.113.25", "L2tp") + vpnList("new", "203.0.113.25", "Ikev2");
  expect(judged([both]).verdict).toBe("insufficient-evidence");
});

describe("failures to connect", () => {
  const said = (texts: string[], more: object = {}) =>
    judged(texts, more).findings.find((f) => f.code === "ras-error-code");

  test("809 is said with its connection and time, and decides nothing", () => {
    const diagnosis = judged([event(809, "2026-11-20T09:12:00Z")]);
    expect(diagnosis.verdict).toBe("insufficient-evidence");
    expect(diagnosis.recommendation.interfaceMtu).toBeNull();
    expect(said([event(809, "2026-11-20T09:12:00Z")])?.phrase).toEqual({
      key: "finding.ras-code.no-answer-at",
      params: { code: 809, connection: "VPN", at: "2026-11-20T09:12:00Z" },
    });
    expect(said([sample("rasdial/sample")])?.phrase.key).toBe("finding.ras-code.no-answer-of");
  });

  test("the newest counts: by times that can be compared, else the first of a list", () => {
    const twice = event(13_801, "2026-11-21T09:12:00Z") + event(809, "2026-11-20T09:12:00Z");
    expect(said([twice])?.phrase.params.code).toBe(13_801);
    expect(said([sample("rasclient-events/get-winevent-table")])?.phrase.params.code).toBe(809);
  });

  test("the same failure as rasdial and as event, or as text and as XML, is one", () => {
    const withXml = seen([sample("rasclient-events/event-viewer-with-xml")]);
    expect(withXml.vpn?.rasFailures.map((f) => f.at)).toEqual(["2026-11-20T00:12:00.0000000Z"]);
    const dialled = seen([`${sample("rasdial/sample")}\n${event(809, "2026-11-20T09:12:00Z")}`]);
    expect(dialled.vpn?.rasFailures.map((f) => [f.connection, f.code])).toEqual([["VPN", 809]]);
    const others = seen([`${sample("rasdial/sample")}\n${event(868, "2026-11-20T09:12:00Z")}`]);
    expect(others.vpn?.rasFailures).toHaveLength(2);
  });

  test("a name is found in words that are not known, where another text has it", () => {
    const japanese = sample("rasclient-events/japanese");
    expect(seen([japanese]).vpn?.rasFailures.map((f) => f.connection)).toEqual([null]);
    const named = seen([japanese, vpnList("VPN", "203.0.113.25", "Ikev2")]);
    expect(named.vpn?.rasFailures.map((f) => f.connection)).toEqual(["VPN"]);
  });

  test("its fields stand in the order that was asked for, and quotation marks tell the connection", () => {
    const message =
      'Message     : CoId={1B1C4F0A-7C0E-4E5B-9D7E-0B1E2A3C4D5E}: Der Benutzer "NB14\\maria" hat eine Verbindung mit dem Namen "Firma VPN" gewählt, die Verbindung konnte jedoch nicht hergestellt werden. Der Ursachencode lautet: 809.';
    const [time, id, level] = [
      "TimeCreated : 03.02.2026 09:14:40",
      "Id          : 20227",
      "LevelDisplayName : Fehler",
    ];
    const orders = [
      [time, id, message],
      [id, time, level, message],
      [message, id, time],
    ];
    for (const lines of orders) {
      const { vpn, notUnderstood } = seen([lines.join("\n")]);
      const failure = { code: 809, connection: "Firma VPN", at: "03.02.2026 09:14:40" };
      expect(vpn?.rasFailures, lines.join("\n")).toMatchObject([failure]);
      expect(notUnderstood).toEqual([]);
    }
    // Of two that may be the connection neither is named.
    const either = message.replace("NB14\\maria", "maria");
    expect(seen([[time, id, either].join("\n")]).vpn?.rasFailures[0]?.connection).toBeNull();
  });

  test("what an agent measured is the newest", () => {
    const rasFailures = [{ at: "2026-11-20T09:12:00Z", connection: "VPN", code: 13_801 }];
    const measurements = [measured("vpn-profiles", { profiles: [], rasFailures })];
    expect(said([sample("rasdial/sample")], { measurements })?.phrase.params.code).toBe(13_801);
  });
});

describe("the interface that leads to the gateway", () => {
  const netsh =
    "Idx     Met         MTU          State                Name\n---  ----------  ----------  ------------  -----------\n 19          25        1500  connected     Ethernet 5\n 17          35        1400  connected     Wi-Fi\n";
  const ipconfig = sample("ipconfig/sample");

  test("is the one with the default gateway, where several are connected", () => {
    expect(seen([netsh]).egress).toBeNull();
    expect(seen([netsh, ipconfig])).toMatchObject({
      egress: { index: 19, name: "Ethernet 5", mtuV4: 1500 },
      clientAddresses: ["172.20.10.3"],
    });
  });

  test("is the one whose address a capture shows", async () => {
    const files = [`${cases}seed/wired-fail.pcapng`];
    const { evidence, transcripts } = await loadEvidence(files);
    const [client = ""] = observe(evidence, transcripts).clientAddresses;
    const gateways = (address: string) =>
      `Ethernet adapter Ethernet 5:\n\n   IPv4 Address. . . : ${address}\n   Subnet Mask . . . : 255.255.255.0\n   Default Gateway . . . : 192.0.2.1\n\nWireless LAN adapter Wi-Fi:\n\n   IPv4 Address. . . : 192.0.2.77\n   Subnet Mask . . . : 255.255.255.0\n   Default Gateway . . . : 192.0.2.1\n`;
    const withTexts = (address: string) => {
      const texts = [netsh, gateways(address)].map((text, at) => ({ name: `${at}`, text }));
      return observe({ ...evidence, texts }, transcripts);
    };
    expect(withTexts(client).egress).toMatchObject({ index: 19, name: "Ethernet 5" });
    expect(withTexts("192.0.2.78").egress).toBeNull();
  });

  test("has what its driver is called, and no MTU that no list has", () => {
    const { interfaces, egress } = seen([sample("get-netadapter-table/sample")]);
    expect(egress).toMatchObject({ index: 19, description: "Apple Mobile Device Ethernet", mtuV4: null });
    expect(interfaces.map((i) => [i.index, i.connected])).toEqual([
      [19, true],
      [17, false],
      [8, false],
    ]);
    const joined = seen([netsh, sample("get-netadapter-table/sample")]);
    expect(joined.interfaces.map((i) => [i.index, i.mtuV4, i.description ?? null])).toEqual([
      [19, 1500, "Apple Mobile Device Ethernet"],
      [17, 1400, "Intel(R) Wi-Fi 6 AX201 160MHz"],
      [8, null, "Realtek PCIe GbE Family Controller"],
    ]);
  });

  test("the MTU of a table of IP interfaces stands before that of an adapter", () => {
    const low = netsh.replace("19          25        1500", "19          25        1472");
    const { interfaces } = seen([low, sample("get-netadapter-list/all-properties")]);
    expect(interfaces[0]).toMatchObject({ index: 19, mtuV4: 1472, mtuV6: 1500 });
  });

  test("is that of the route on Linux, with the MTU that the route is set to", () => {
    const link =
      "2: wlan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP mode DORMANT group default qlen 1000\n3: ppp0: <POINTOPOINT,UP,LOWER_UP> mtu 1492 qdisc fq state UP\n";
    const gateway = { gateway: "203.0.113.25" };
    const learned = seen([link, sample("ip-route-get/sample")], gateway);
    expect(learned).toMatchObject({
      egress: { name: "wlan0", mtuV4: 1500 },
      clientAddresses: ["192.168.1.23"],
    });
    expect(learned.pathReports).toMatchObject([{ outcome: "too-big", nextHopMtu: 1400, toGateway: true }]);
    const set = seen([link, sample("ip-route-get/locked")], gateway);
    expect(set.egress).toMatchObject({ name: "ppp0", mtuV4: 1452, mtuV6: 1492 });
    expect(set.pathReports).toEqual([]);
    expect(seen([sample("ip-route-get/sample")], { gateway: "198.51.100.1" }).egress).toBeNull();
  });

  test("is what an agent measured, whatever lists somebody pasted", () => {
    const interfaces = [
      {
        index: 7,
        name: "Wi-Fi",
        description: null,
        mtuV4: 1500,
        mtuV6: 1500,
        connected: true,
        addresses: ["192.0.2.7"],
      },
    ];
    const route = { address: "203.0.113.25", interfaceIndex: 7, sourceAddress: "192.0.2.7" };
    const gatewayAddresses = [{ address: "203.0.113.25", family: 4 }];
    const measurements = [measured("interfaces", { interfaces, gatewayAddresses, route })];
    const {
      egress,
      clientAddresses,
      interfaces: listed,
    } = seen([ipconfig, sample("ip-route-get/sample")], { measurements });
    expect(egress).toMatchObject({ index: 7 });
    expect(listed.map((i) => i.name)).toEqual(["Wi-Fi"]);
    expect(clientAddresses).toEqual(["192.0.2.7"]);
  });
});

test("a table or a ping from the gateway's side says nothing of the client", () => {
  const text = [
    "C:\\>ping -f -l 1400 198.51.100.53",
    "Reply from 198.51.100.53: bytes=1400 time=8ms TTL=57",
    "C:\\>netsh interface ipv4 show subinterfaces",
    "   MTU  MediaSenseState   Bytes In  Bytes Out  Interface",
    "------  ---------------  ---------  ---------  -------------",
    "  1400                1       1234       1234  Ethernet",
  ].join("\n");
  const observed = (recordedAt: Evidence["recordedAt"]) =>
    observe(
      Evidence.parse({ schema: "ikefrag/evidence/1", texts: [{ name: "constructor", text }], recordedAt }),
      [],
    );
  for (const given of [observed({}), observed({ constructor: "client" } as never)])
    expect([given.interfaces.length, given.echoes.length]).toEqual([1, 1]);
  for (const end of ["gateway", "between"] as const) {
    const { interfaces, echoes, egress } = observed({ constructor: end } as never);
    expect([interfaces, echoes, egress]).toEqual([[], [], null]);
  }
});
