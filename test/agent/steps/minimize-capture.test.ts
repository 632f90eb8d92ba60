/** What tcpdump is asked to record, and what of a recording leaves this computer. */
import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { captureFilter } from "../../../agent/steps/capture-filter.ts";
import { minimizeCapture } from "../../../agent/steps/minimize-capture.ts";
import { fromHex } from "../../../shared/bytes/hex.ts";
import type { FrameToWrite } from "../../../shared/capture/write.ts";
import { readCapture } from "../../../shared/transcript/read-capture.ts";
import { encodePcap } from "../../support/capture-files.ts";
import {
  ethernet,
  fragmentationNeeded,
  frameAt,
  icmp,
  ip,
  ipPackets,
  udp,
} from "../../support/packet-builder.ts";

const hasTcpdump = (() => {
  try {
    execFileSync("tcpdump", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();
if (!hasTcpdump) console.log("filters are not tried out: there is no tcpdump here");

const SECRET = Buffer.from("what the VPN carries ".repeat(120));
const IKE = Buffer.concat([
  fromHex("0102030405060708 0000000000000000 2b202308 00000001 00000960"),
  Buffer.alloc(2_372, 1),
]);
const MARKER = Buffer.alloc(4);

interface Sent {
  name: string;
  packets: Uint8Array[];
  /** What the kernel lets through, and what leaves of that. */
  passes: boolean;
  leaves: "whole" | "headers" | "zeros" | "nothing";
}

/** What goes over the wire of a computer that dials, in one family. */
function traffic(family: 4 | 6): Sent[] {
  const [client, gateway, router, other] =
    family === 4
      ? ["192.0.2.2", "198.51.100.2", "203.0.113.1", "198.51.100.3"]
      : ["2001:db8::2", "2001:db8:51::2", "2001:db8:ff::1", "2001:db8:51::3"];
  let identification = 100;
  const out = (protocol: number, payload: Uint8Array, destination = gateway) => {
    identification += 1;
    return ipPackets({ source: client, destination, protocol, payload, identification });
  };
  const esp = out(17, udp(4500, 4500, SECRET));
  const [, ...tails] = esp;
  const errorAbout = (packet: Uint8Array) =>
    family === 4
      ? ip({ source: router, destination: client, protocol: 1, payload: fragmentationNeeded(1400, packet) })
      : ip({
          source: router,
          destination: client,
          protocol: 58,
          payload: icmp(2, 0, Uint8Array.of(0, 0, 5, 0x78), packet.subarray(0, 1_232)),
        });
  const [ike500 = new Uint8Array()] = out(17, udp(500, 500, IKE.subarray(0, 400)));
  const [toOther = new Uint8Array()] = out(17, udp(500, 500, IKE.subarray(0, 400)), other);
  const [whole = new Uint8Array()] = out(17, udp(4500, 4500, SECRET.subarray(0, 900)));
  const rest = Uint8Array.of(0, 1, 0, 1);
  const echo = icmp(family === 4 ? 8 : 128, 0, rest, SECRET.subarray(0, 200));
  return [
    { name: "IKE on 500", packets: [ike500], passes: true, leaves: "whole" },
    { name: "IKE on 500 in fragments", packets: out(17, udp(500, 500, IKE)), passes: true, leaves: "whole" },
    {
      name: "IKE on 4500 in fragments, the last one first",
      packets: out(17, udp(4500, 4500, Buffer.concat([MARKER, IKE]))).reverse(),
      passes: true,
      leaves: "whole",
    },
    { name: "ESP on 4500", packets: [whole], passes: false, leaves: "nothing" },
    { name: "the later fragments of ESP on 4500", packets: tails, passes: true, leaves: "zeros" },
    {
      name: "the first fragment of ESP on 4500",
      packets: esp.slice(0, 1),
      passes: family === 6, // its ports stand behind another header
      leaves: "nothing",
    },
    { name: "ESP by itself", packets: out(50, SECRET.subarray(0, 800)), passes: false, leaves: "nothing" },
    { name: "ESP by itself in fragments", packets: out(50, SECRET), passes: false, leaves: "nothing" },
    {
      name: "a keepalive",
      packets: out(17, udp(4500, 4500, Uint8Array.of(255))),
      passes: false,
      leaves: "nothing",
    },
    {
      name: "a web page of the gateway",
      packets: out(6, SECRET.subarray(0, 900)),
      passes: false,
      leaves: "nothing",
    },
    { name: "IKE with another gateway", packets: [toOther], passes: false, leaves: "whole" },
    {
      name: "an echo to the gateway",
      packets: out(family === 4 ? 1 : 58, echo),
      passes: true,
      leaves: "headers",
    },
    {
      name: "the later fragments of a large echo",
      packets: out(family === 4 ? 1 : 58, icmp(family === 4 ? 8 : 128, 0, rest, SECRET)).slice(1),
      passes: family === 4, // over IPv6 the Fragment header says what they are
      leaves: "nothing",
    },
    { name: "a router's error about ESP", packets: [errorAbout(whole)], passes: true, leaves: "headers" },
    {
      name: "a router's error about another gateway",
      packets: [errorAbout(toOther)],
      passes: false,
      leaves: "headers",
    },
  ];
}

const pcapOf = (packets: readonly Uint8Array[]): Uint8Array =>
  encodePcap(packets.map((packet, at): FrameToWrite => frameAt(at, ethernet(packet))));

/** The packets of an Ethernet pcap, little endian. */
function packetsOf(pcap: Uint8Array): Buffer[] {
  const file = Buffer.from(pcap);
  const packets: Buffer[] = [];
  for (let at = 24; at < file.length; ) {
    const length = file.readUInt32LE(at + 8);
    packets.push(file.subarray(at + 16 + 14, at + 16 + length));
    at += 16 + length;
  }
  return packets;
}

for (const family of [4, 6] as const) {
  const gateway = family === 4 ? "198.51.100.2" : "2001:db8:51::2";
  for (const { name, packets, passes, leaves } of traffic(family)) {
    test.skipIf(!hasTcpdump)(
      `captureFilter() for IPv${family} ${passes ? "takes" : "leaves out"} ${name}`,
      () => {
        const passed = execFileSync("tcpdump", ["-r", "-", "-w", "-", captureFilter(gateway)], {
          input: pcapOf(packets),
          stdio: ["pipe", "pipe", "ignore"],
        });
        expect(packetsOf(passed)).toHaveLength(passes ? packets.length : 0);
      },
    );

    test(`minimizeCapture() keeps of ${name} over IPv${family}: ${leaves}`, () => {
      const minimized = minimizeCapture(pcapOf(packets));
      const kept = packetsOf(minimized?.bytes ?? new Uint8Array());
      expect(minimized?.packets).toBe(kept.length);
      expect(Buffer.concat(kept).includes("VPN carries")).toBe(false);
      const headerBytes = family === 4 ? 20 : 48;
      const expected = {
        whole: packets.map((packet) => Buffer.from(packet)),
        zeros: packets.map((packet) => Buffer.from(packet).fill(0, headerBytes)),
        headers: kept,
        nothing: [],
      }[leaves];
      expect(kept).toEqual(expected);
      if (leaves !== "headers") return;
      expect(kept).toHaveLength(packets.length);
      // An IP header and ICMP's; the quoted ones as well.
      expect(kept[0]?.length).toBeLessThanOrEqual((family === 4 ? 20 : 40) + 8 + 48 + 8);
    });
  }
}

test("minimizeCapture() keeps what a diagnosis reads: the same messages, fragments and errors", async () => {
  const relevant = traffic(4).filter(({ leaves }) => leaves !== "nothing" && leaves !== "zeros");
  const pcap = pcapOf(relevant.flatMap(({ packets }) => packets));
  const [before, after] = [
    await readCapture("c", pcap),
    await readCapture("c", minimizeCapture(pcap)?.bytes ?? new Uint8Array()),
  ];
  expect(after.ikeMessages).toEqual(before.ikeMessages);
  expect(after.icmpErrors).toEqual(before.icmpErrors);
  expect(after.quality.snaplenCutFrames).toBe(0);
});

test("minimizeCapture() takes an IKE datagram's number for its own only while its pieces can be on their way", () => {
  const datagram = { source: "192.0.2.2", destination: "198.51.100.2", protocol: 17, identification: 7 };
  const ike = ipPackets({ ...datagram, payload: udp(500, 500, IKE) });
  const [, tail = new Uint8Array()] = ipPackets({ ...datagram, payload: udp(4500, 4500, SECRET) });
  const frames = [...ike.map((packet) => frameAt(0, ethernet(packet))), frameAt(9_000, ethernet(tail))];
  const kept = minimizeCapture(encodePcap(frames))?.bytes ?? new Uint8Array();
  expect(packetsOf(kept).slice(0, 2)).toEqual(ike.map((packet) => Buffer.from(packet)));
  expect(Buffer.from(kept).includes("VPN carries")).toBe(false);
});

test("minimizeCapture() lets nothing out of a link that it does not know, nor of what is no pcap", () => {
  const frame = frameAt(0, new Uint8Array(200), { linkType: 147 });
  expect(minimizeCapture(encodePcap([frame]))).toBeNull();
  expect(minimizeCapture(new Uint8Array(200))).toBeNull();
  expect(minimizeCapture(new Uint8Array(0))).toBeNull();
});

test("minimizeCapture() takes a file that ends anywhere, and keeps whole records alone", async () => {
  const ike = traffic(4)[0]?.packets[0] ?? new Uint8Array();
  const pcap = pcapOf([ike, ike, ike]);
  const recordBytes = (pcap.length - 24) / 3;
  for (let end = 24; end <= pcap.length; end += 7) {
    const minimized = minimizeCapture(pcap.subarray(0, end));
    if (minimized === null) throw new Error(`nothing is read of ${end} bytes`);
    expect(minimized.packets).toBe(Math.floor((end - 24) / recordBytes));
    expect((await readCapture("c", minimized.bytes)).quality.damage).toEqual([]);
  }
});
