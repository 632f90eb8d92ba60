/** Of which IP version a pasted table of netsh is: what tells, and what may not be taken for IPv4. */
import { describe, expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { toText } from "../../../shared/text/speak.ts";

const evidence = (...texts: string[]): Evidence =>
  Evidence.parse({
    schema: "ikefrag/evidence/1",
    texts: texts.map((text, at) => ({ name: `${at + 1}.txt`, text })),
  });
const seen = (...texts: string[]) => observe(evidence(...texts), []);
const readings = (...texts: string[]) =>
  toText(diagnose({ evidence: evidence(...texts), transcripts: [] }), "en").readings;

const row = (index: number, mtu: number | string, name: string): string =>
  `${String(index).padStart(3)}          25  ${String(mtu).padStart(10)}  connected     ${name}`;
const table = (mtu: number, name = "Ethernet 5"): string =>
  [
    "",
    "Idx     Met         MTU          State                Name",
    "---  ----------  ----------  ------------  ---------------------------",
    row(1, 4294967295, "Loopback Pseudo-Interface 1"),
    row(19, mtu, name),
    "",
  ].join("\n");
const v4 = "C:\\>netsh interface ipv4 show interfaces\n";
const v6 = "C:\\>netsh interface ipv6 show interfaces\n";

describe("what tells the IP version", () => {
  test.each([
    ["netsh's own prompt", `netsh interface ipv6>show interfaces\n${table(1280)}`, 6],
    ["the prompt of netsh alone", `netsh>interface ipv6 show interfaces\n${table(1280)}`, 6],
    ["the version above the table", `IPv6:\n${table(1280)}`, 6],
    ["the version above it as a title", `## IPv6 interfaces\n${table(1280)}`, 6],
    ["less than IPv6 allows", table(1200), 4],
    ["nothing: it is taken for IPv4", table(1280), 4],
    ["no sentence about an IP version", `IPv6 is off here\n${table(1280)}`, 4],
  ])("%s", (_, text, family) => {
    const { egress } = seen(text);
    expect(egress?.index).toBe(19);
    expect(family === 6 ? egress?.mtuV6 : egress?.mtuV4).toBe(text.includes("1200") ? 1200 : 1280);
    expect(family === 6 ? egress?.mtuV4 : egress?.mtuV6).toBeNull();
  });

  test("the version above the second of two tables is of that one alone", () => {
    expect(seen(`IPv4\n${table(1500)}\nIPv6\n${table(1280)}`).egress).toMatchObject({
      mtuV4: 1500,
      mtuV6: 1280,
    });
  });
});

describe("a table without a command line beside others", () => {
  test("does not contradict the one that is known to be of IPv4, in any order", () => {
    for (const texts of [
      [v4 + table(1500), table(1280)],
      [table(1280), v4 + table(1500)],
      [v4 + table(1500) + table(1280)],
    ]) {
      expect(seen(...texts).interfaces).toHaveLength(2);
      expect(seen(...texts).egress).toMatchObject({ index: 19, mtuV4: 1500, mtuV6: null });
    }
  });

  test("is of IPv6 where it is what the known one of IPv6 says", () => {
    const { egress, texts } = seen(v4 + table(1500), v6 + table(1280), table(1280));
    expect(egress).toMatchObject({ mtuV4: 1500, mtuV6: 1280 });
    expect(texts[2]).toMatchObject({ interfacesV4: 0, interfacesV6: 2 });
  });

  test("neither sets an MTU where two contradict each other, and both name the interface", () => {
    const both = seen(table(1500), table(1280));
    expect(both.egress).toMatchObject({ index: 19, name: "Ethernet 5", mtuV4: null, mtuV6: null });
    expect(readings(table(1500) + table(1280))).toEqual([
      "1.txt, line 2: network interfaces from netsh: 4, of IPv4 or of IPv6: which is not told, MTU 1500, 1280; connected: 19 Ethernet 5 (MTU 1500, MTU 1280)",
    ]);
  });

  test("pasted twice is still taken for IPv4", () => {
    expect(seen(table(1500), table(1500)).egress).toMatchObject({ mtuV4: 1500, mtuV6: null });
  });

  test("of another interface with the same index contradicts nothing", () => {
    expect(seen(v4 + table(1500), table(1280, "WLAN")).texts[1]).toMatchObject({ interfacesV4: 2 });
  });
});

test("interfaces in use are said back by index and name, with the MTU of each IP version", () => {
  expect(readings(v4 + table(1500) + v6 + table(1280))).toEqual([
    "1.txt, line 3: network interfaces from netsh: 2 with IPv4, 2 with IPv6, MTU 1500, 1280; connected: 19 Ethernet 5 (IPv4 MTU 1500, IPv6 MTU 1280)",
  ]);
  const braces = readings(v4 + table(1500, "{tool} reading.to.known"));
  expect(braces[0]).toContain("connected: 19 {tool} reading.to.known (MTU 1500)");
});
