/**
 * `node test/fuzz/differential.ts [SESSIONS]`: reads generated traffic with ikefrag and with TShark, and
 * exits with 1 where they differ.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatBytes } from "../../shared/bytes/concat.ts";
import type { FrameToWrite } from "../../shared/capture/write.ts";
import {
  encodeIkeMessage,
  notifyBody,
  type PayloadToEncode,
  withNonEspMarker,
} from "../../shared/ike/encode.ts";
import { PayloadType } from "../../shared/ike/registry.ts";
import { toDecodeRecord } from "../../shared/transcript/ike-records.ts";
import { readCapture } from "../../shared/transcript/read-capture.ts";
import { encodePcapng } from "../support/capture-files.ts";
import { ethernet, frameAt, ip, ipPackets, skfBody, udp } from "../support/packet-builder.ts";
import { Chance } from "./mutate.ts";

/** An IP packet in a frame of one of the link types that both programs read. */
function onLink(packet: Uint8Array, atMs: number, chance: Chance): FrameToWrite {
  const isIpv6 = (packet[0] ?? 0) >> 4 === 6;
  const etherType = isIpv6 ? [0x86, 0xdd] : [0x08, 0x00];
  const [linkType, front]: [number, number[]] = (() => {
    switch (chance.below(9)) {
      case 0:
        return [101, []];
      case 1:
        return [113, [0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, ...etherType]];
      case 2:
        return [276, [...etherType, 0, 0, 0, 0, 0, 2, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0]];
      case 3:
        return [0, isIpv6 ? [30, 0, 0, 0] : [2, 0, 0, 0]];
      case 4:
        return [9, [0xff, 0x03, 0x00, isIpv6 ? 0x57 : 0x21]];
      case 5:
        return [isIpv6 ? 229 : 228, []];
      default:
        return [1, [...ethernet(packet, chance.below(3) === 0 ? [7, 9] : []).subarray(0, -packet.length)]];
    }
  })();
  return frameAt(atMs, concatBytes([Uint8Array.from(front), packet]), { linkType, interfaceId: linkType });
}

const random = (chance: Chance, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => chance.below(256));
const hex = (chance: Chance): string =>
  [...random(chance, 8)].map((byte) => (byte || 1).toString(16).padStart(2, "0")).join("");

/**
 * Status types whose data TShark does not read: it stops at a message where random data make no sense to it.
 */
const OPAQUE_NOTIFIES = [16384, 16388, 16389, 16404, 16417, 16430, 40_000];

/**
 * The traffic of one IKE SA: whole messages, IP fragments out of order and with loss, IKE fragments, ESP and
 * keepalives.
 */
function session(index: number, chance: Chance): FrameToWrite[] {
  const frames: FrameToWrite[] = [];
  const isIpv6 = chance.below(3) === 0;
  const ends = isIpv6
    ? [`2001:db8::${(index % 60_000) + 1}`, "2001:db8:1::1"]
    : [`192.0.2.${(index % 250) + 1}`, `198.51.100.${(index % 240) + 1}`];
  const [initiatorSpi, responderSpi] = [hex(chance), hex(chance)];
  let atMs = index * 10_000;
  const sendPayload = (payload: Uint8Array, response: boolean, port: number): void => {
    atMs += 100 + chance.below(900);
    const [source = "", destination = ""] = response ? ends.toReversed() : ends;
    const packets = ipPackets(
      {
        source,
        destination,
        protocol: 17,
        payload: udp(port, port, payload),
        identification: 1 + chance.below(65_535),
      },
      576 + 8 * chance.below(116) + (isIpv6 ? 704 : 0),
    );
    if (chance.below(4) === 0) packets.reverse();
    if (packets.length > 1 && chance.below(4) === 0) packets.splice(chance.below(packets.length), 1);
    for (const [i, packet] of packets.entries()) frames.push(onLink(packet, atMs + i / 10, chance));
  };
  for (let messages = 3 + chance.below(8); messages > 0; messages--) {
    const response = chance.below(2) === 0;
    const natTraversal = chance.below(2) === 0;
    const payloads: PayloadToEncode[] = [];
    const kind = chance.below(4);
    if (kind === 0) {
      const body = skfBody(1 + chance.below(5), 5, random(chance, 16 + chance.below(1200)));
      payloads.push({ type: PayloadType.SKF, nextPayload: 35, body });
    } else if (kind === 1) {
      payloads.push({ type: PayloadType.SK, nextPayload: 35, body: random(chance, 32 + chance.below(4000)) });
    } else {
      payloads.push({ type: PayloadType.Nonce, body: random(chance, 32) });
      for (let n = chance.below(4); n > 0; n--) {
        payloads.push({
          type: PayloadType.N,
          body: notifyBody(
            OPAQUE_NOTIFIES[chance.below(OPAQUE_NOTIFIES.length)] ?? 16388,
            random(chance, chance.below(30)),
          ),
        });
      }
      payloads.push({ type: PayloadType.V, body: random(chance, 4 + chance.below(2500)) });
    }
    const message = encodeIkeMessage({
      initiatorSpi,
      responderSpi,
      exchangeType: 34 + chance.below(4),
      initiator: chance.below(2) === 0,
      response,
      messageId: chance.below(1 << 30),
      payloads,
    });
    sendPayload(natTraversal ? withNonEspMarker(message) : message, response, natTraversal ? 4500 : 500);
    if (chance.below(3) === 0)
      sendPayload(concatBytes([Uint8Array.of(9, 9, 9, 9), random(chance, 100)]), response, 4500);
    if (chance.below(5) === 0) sendPayload(Uint8Array.of(0xff), response, 4500);
  }
  const [source = "", destination = ""] = ends;
  frames.push(onLink(ip({ source, destination, protocol: 6, payload: random(chance, 60) }), atMs, chance));
  return frames;
}

const FIELDS = [
  "frame.number",
  "frame.time_epoch",
  "udp.srcport",
  "udp.dstport",
  "isakmp.ispi",
  "isakmp.rspi",
  "isakmp.exchangetype",
  "isakmp.messageid",
  "isakmp.length",
  "isakmp.frag.number",
  "isakmp.frag.total",
  "isakmp.notify.msgtype",
];

const sessions = Number(process.argv[2] ?? 1000);
const chance = new Chance(Number(process.argv[3] ?? 20_260_101));
const frames = Array.from({ length: sessions }, (_, index) => session(index, chance)).flat();
const file = encodePcapng(frames);
const folder = mkdtempSync(join(tmpdir(), "ikefrag-differential-"));
try {
  const path = join(folder, "generated.pcapng");
  writeFileSync(path, file);
  const { stdout, status, error } = spawnSync(
    "tshark",
    [
      "-n",
      "-r",
      path,
      "-o",
      "ip.defragment:TRUE",
      "-o",
      "udp.try_heuristic_first:FALSE",
      "-Y",
      "isakmp",
      "-T",
      "fields",
      ...FIELDS.flatMap((f) => ["-e", f]),
    ],
    { encoding: "utf8", maxBuffer: 1 << 30 },
  );
  if (error || status !== 0) throw error ?? new Error(`Cannot compare: tshark ended with ${status}`);
  const theirs = stdout.replace(/\n$/, "").split("\n");
  const ours: string[] = [];
  await readCapture("generated", file, {
    onIke(message) {
      const r = toDecodeRecord("generated", message);
      // The fields that TShark has of an IKE fragment: number and total, in decimal.
      const fragment = r.ikeFragment ? [r.ikeFragment.number, r.ikeFragment.total] : ["", ""];
      const id = `0x${r.messageId.toString(16).padStart(8, "0")}`;
      ours.push(
        [
          r.frame,
          r.time,
          r.sport,
          r.dport,
          r.ispi,
          r.rspi,
          r.exchange,
          id,
          r.length,
          ...fragment,
          r.notifies.join(","),
        ].join("\t"),
      );
    },
  });
  const differing = Array.from({ length: Math.max(ours.length, theirs.length) }, (_, i) => i).filter(
    (i) => ours[i] !== theirs[i],
  );
  console.log(
    `${sessions} sessions, ${frames.length} frames: ${ours.length} messages here, ${theirs.length} in TShark, ${differing.length} differ`,
  );
  for (const i of differing.slice(0, 5)) console.log(`here:   ${ours[i]}\nTShark: ${theirs[i]}`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
