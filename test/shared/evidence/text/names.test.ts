/** The name that a paste has for an address, and that the user names as the gateway. */
import { expect, test } from "vitest";
import { observe } from "../../../../shared/evidence/observe.ts";
import { Evidence } from "../../../../shared/schema/evidence.ts";

const schema = "ikefrag/evidence/1";
const targetsOf = (gateway: string | null, text: string) => {
  const o = observe(Evidence.parse({ schema, gateway, texts: [{ name: "a.txt", text }] }), []);
  return [...o.echoes, ...o.pathReports].map((e) => [e.target, e.toGateway]);
};
const reply = "Reply from 192.0.2.1: bytes=1372 time=9ms TTL=57";
const windows = `Pinging vpn.example [192.0.2.1] with 1372 bytes of data:\n${reply}\n`;
const tracepath =
  " 1?: [LOCALHOST]                      pmtu 1500\n 1:  192.0.2.9   1.2ms pmtu 1440\n 2:  192.0.2.1   2.1ms reached\n     Resume: pmtu 1440 hops 2 back 2\n";

const pastes: [string, string | null, string, boolean | null][] = [
  ["an address that is the gateway's", "192.0.2.1", windows, true],
  ["an address that is not", "192.0.2.2", windows, false],
  ["a name in the heading", "vpn.example", windows, true],
  ["the same in capitals", "VPN.Example", windows, true],
  ["a name that only ends like it", "example", windows, null],
  ["the name of another host", "www.example", windows, null],
  ["no gateway named", null, windows, null],
  [
    "iputils",
    "vpn.example",
    windows
      .replace(/^.*\n/, "PING vpn.example (192.0.2.1) 1372(1400) bytes of data.\n")
      .replace(reply, "1380 bytes from 192.0.2.1: icmp_seq=1 ttl=57 time=9.1 ms"),
    true,
  ],
  ["a name in the command line alone", "vpn.example", `$ tracepath -n vpn.example\n${tracepath}`, true],
  ["the same without it", "vpn.example", tracepath, null],
  ["a word of the command that is no host", "do", `$ ping -M do 192.0.2.1\n${windows}`, null],
];
for (const [title, gateway, text, want] of pastes) {
  test(`who names the gateway as in the paste has named its address: ${title}`, () => {
    const told = targetsOf(gateway, text);
    expect(told.length).toBeGreaterThan(0);
    for (const [target, toGateway] of told) expect([target, toGateway]).toEqual(["192.0.2.1", want]);
  });
}

test("where one output is known to go to the gateway, the others are known not to", () => {
  const other = windows.replaceAll("192.0.2.1", "203.0.113.80").replace("vpn.", "www.");
  expect(targetsOf("vpn.example", windows + other)).toEqual([
    ["192.0.2.1", true],
    ["203.0.113.80", false],
  ]);
});

test("tracepath's first line may hold a time, as for IPv6", () => {
  const v6 = tracepath.replace("[LOCALHOST]      ", "[LOCALHOST]  0.020ms ");
  expect(targetsOf("192.0.2.1", v6)).toEqual([
    ["192.0.2.1", true],
    ["192.0.2.1", true],
  ]);
});
