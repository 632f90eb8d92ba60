import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { gatewayCapture, TCPDUMP_FILTER } from "../../../../shared/diagnose/advice/gateway-capture.ts";
import { nextProbe } from "../../../../shared/diagnose/advice/next-probe.ts";
import { hashedVendorIds } from "../../../../shared/ike/vendor-id-table.ts";
import { Recommendation } from "../../../../shared/schema/diagnosis.ts";
import { say } from "../../../../shared/text/speak.ts";
import { encodePcap } from "../../../support/capture-files.ts";
import { exchange, initiation, observations, probe, sent } from "../../../support/observations.ts";
import { ethernet, frameAt, icmp, ip, ipPackets, udp } from "../../../support/packet-builder.ts";

const hexOf = (name: string): string => hashedVendorIds.find((id) => id.name === name)?.hex ?? "";
const ascii = (text: string): string => Buffer.from(text, "latin1").toString("hex");
const gatewaySays = (...gatewayVendorIds: string[]) =>
  observations({ initiations: [initiation([], { gatewayVendorIds })] });
const asked = (...vendorIds: string[]) =>
  nextProbe("inbound-fragments-lost", gatewaySays(...vendorIds), "high");

test("a capture at the gateway is asked for with the command of the gateway's product", () => {
  expect(asked()?.command).toContain("tcpdump -i any");
  expect(asked(hexOf("strongSwan"))?.command).toContain("tcpdump -i any");
  expect(asked(hexOf("MS NT5 ISAKMPOAKLEY"))?.command).toMatch(/^pktmon filter remove\n.*\npktmon start/);
  expect(asked(ascii("CISCO-DELETE-REASON"))?.command).toContain("monitor capture IKEFRAG start");
  expect(asked("8299031757a36082c6a621de00050000")?.command).toMatch(/^diagnose sniffer packet any/);
  // Two products at once tell none.
  const both = [hexOf("MS NT5 ISAKMPOAKLEY"), hexOf("strongSwan")];
  expect(asked(...both)?.command).toContain("tcpdump");
});

test("what stands for something in a command is explained beside it, and nothing filters by a port alone", () => {
  for (const vendorIds of [[], [hexOf("MS NT5 ISAKMPOAKLEY")], [ascii("CISCO-DELETE-REASON")]]) {
    const next = asked(...vendorIds);
    Recommendation.shape.nextProbe.parse(next);
    const { command, namesClient } = gatewayCapture(gatewaySays(...vendorIds));
    expect(/CLIENT|INTERFACE/.test(command)).toBe(namesClient);
    for (const language of ["en", "ja"] as const)
      expect(say(next?.phrase ?? { key: "", params: {} }, language).includes("CLIENT")).toBe(namesClient);
    expect(command).toMatch(/-c \d+|--file-size \d+|buffer size \d+/);
  }
});

test("a login that the client's side captured already is not asked for again, but the gateway's end of it", () => {
  const requests = [0, 1_000, 2_000].map((at) => sent(at, 2_528, [1500, 1080]));
  const attempt = initiation([exchange({ exchangeType: 35, requests })], { view: "client" });
  const { capture } = attempt;
  const captures = [
    { capture, frames: 6, ikeMessages: 3, quality: { damage: [], droppedByCapture: 0 } as never },
  ];
  const probes = [probe({ purpose: "baseline" })];
  const next = (given: Parameters<typeof observations>[0]) =>
    nextProbe("ike-auth-unanswered", observations(given), "medium")?.phrase.key;
  expect(next({ probes, captures, initiations: [attempt] })).toBe("next.server-capture");
  expect(next({ captures, initiations: [attempt] })).toBe("next.probe");
  expect(next({ probes })).toBe("next.capture");
  expect(next({ probes, captures, initiations: [{ ...attempt, view: "gateway" }] })).toBe("next.capture");
});

test("the filter in the documentation is the one that reports give", () => {
  expect(readFileSync("docs/evidence.md", "utf8")).toContain(`\n${TCPDUMP_FILTER}\n`);
});

const hasTcpdump = spawnSync("tcpdump", ["--version"]).status === 0;
test.skipIf(!hasTcpdump)(
  "tcpdump takes the filter: IKE and all its IP fragments pass, ESP and others do not",
  () => {
    const marker = new Uint8Array(4);
    const big = new Uint8Array(2_800);
    const esp = new Uint8Array(1_200).fill(101);
    const to = (family: 4 | 6) =>
      family === 4
        ? { source: "192.0.2.1", destination: "198.51.100.4" }
        : { source: "2001:db8::1", destination: "2001:db8::2" };
    const whole = (family: 4 | 6, port: number, payload: Uint8Array) =>
      ip({ ...to(family), protocol: 17, payload: udp(port, port, payload) });
    const pass = [
      whole(4, 500, big.subarray(0, 300)),
      whole(6, 500, big.subarray(0, 300)),
      whole(4, 4500, Buffer.concat([marker, big.subarray(0, 300)])),
      whole(6, 4500, Buffer.concat([marker, big.subarray(0, 300)])),
      ...ipPackets({ ...to(4), protocol: 17, payload: udp(4500, 4500, big), identification: 7 }),
      ...ipPackets({ ...to(6), protocol: 17, payload: udp(4500, 4500, big), identification: 7 }),
      ip({ ...to(4), protocol: 1, payload: icmp(3, 4, new Uint8Array(4), whole(4, 4500, esp)) }),
    ];
    const stay = [whole(4, 4500, esp), whole(4, 53, esp), whole(6, 53, esp)];
    const kept = (packets: readonly Uint8Array[]): number => {
      const file = encodePcap(packets.map((packet, n) => frameAt(n, ethernet(packet))));
      const { stdout, stderr } = spawnSync("tcpdump", ["-n", "-t", "-r", "-", TCPDUMP_FILTER], {
        input: file,
      });
      if (stdout.length === 0 && !stderr.toString().includes("reading from")) throw new Error(String(stderr));
      return stdout
        .toString()
        .split("\n")
        .filter((line) => /^IP6? /.test(line)).length;
    };
    expect(pass).toHaveLength(9);
    expect(kept(pass)).toBe(9);
    expect(kept(stay)).toBe(0);
  },
);
