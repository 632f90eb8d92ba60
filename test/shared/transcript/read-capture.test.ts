/** Whole captures: what is found in them, what is counted, what a listener is told, and what is kept. */
import { expect, test } from "vitest";
import { concatBytes } from "../../../shared/bytes/concat.ts";
import { UnreadableCaptureError } from "../../../shared/capture/foreign.ts";
import type { FrameToWrite } from "../../../shared/capture/write.ts";
import {
  encodeIkeMessage,
  notifyBody,
  type PayloadToEncode,
  withNonEspMarker,
} from "../../../shared/ike/encode.ts";
import { PayloadType } from "../../../shared/ike/registry.ts";
import type { CaptureSource } from "../../../shared/transcript/chunks.ts";
import { toDecodeRecord } from "../../../shared/transcript/ike-records.ts";
import { Minimizer } from "../../../shared/transcript/minimize.ts";
import { CaptureReader, type ReadOptions, readCapture } from "../../../shared/transcript/read-capture.ts";
import type { IkeObserved, Transcript } from "../../../shared/transcript/transcript.ts";
import { encodePcap } from "../../support/capture-files.ts";
import {
  capture,
  cutFrame,
  type DatagramToBuild,
  datagramFrames,
  ethernet,
  fragmentationNeeded,
  frameAt,
  icmp,
  ipPackets,
  ipv4,
  skfBody,
  udp,
} from "../../support/packet-builder.ts";

const client = "192.0.2.10";
const gateway = "198.51.100.1";
const INIT_SPI = "00000000000000a1";

const out = (port: number, sourcePort = port) => ({
  source: client,
  destination: gateway,
  sourcePort,
  destinationPort: port,
});
const back = (port: number) => ({
  source: gateway,
  destination: client,
  sourcePort: port,
  destinationPort: port,
});

function ike(
  exchangeType: number,
  payloads: PayloadToEncode[],
  more: { response?: boolean; messageId?: number } = {},
): Uint8Array {
  return encodeIkeMessage({
    initiatorSpi: INIT_SPI,
    responderSpi: exchangeType === 34 && !more.response ? "0000000000000000" : "00000000000000b2",
    exchangeType,
    initiator: !more.response,
    response: more.response ?? false,
    messageId: more.messageId ?? (exchangeType === 34 ? 0 : 1),
    payloads,
  });
}
const nonce: PayloadToEncode = { type: PayloadType.Nonce, body: new Uint8Array(32) };
const saInit = ike(34, [nonce, { type: PayloadType.N, body: notifyBody(16430) }]);
const saInitResponse = ike(34, [nonce], { response: true });
/** 2528 bytes, as in the story: two IP fragments behind the non-ESP marker. */
const auth = withNonEspMarker(
  ike(35, [{ type: PayloadType.SK, nextPayload: 35, body: new Uint8Array(2496).fill(5) }]),
);

const send = (datagram: DatagramToBuild): FrameToWrite[] => datagramFrames(datagram);
const whole = (atMs: number) => send({ ...out(500), atMs, payload: saInit });
const fragmented = (atMs: number, identification: number) =>
  send({ ...out(4500), atMs, payload: auth, identification });

async function read(file: CaptureSource, options: ReadOptions = {}): Promise<Transcript> {
  return readCapture("test.pcapng", file, options);
}
/** The capture as the minimizer writes it, and what was read of the whole one. */
async function minimized(file: CaptureSource) {
  const chunks: Uint8Array[] = [];
  const minimizer = new Minimizer((bytes) => chunks.push(bytes));
  const transcript = await read(file, { onPacket: minimizer.onPacket });
  minimizer.end();
  return { bytes: concatBytes(chunks), transcript };
}
async function decoded(file: CaptureSource, options: ReadOptions = {}): Promise<IkeObserved[]> {
  const messages: IkeObserved[] = [];
  await read(file, { ...options, onIke: (message) => messages.push(message) });
  return messages;
}

const story = capture(
  whole(0),
  send({ ...back(500), atMs: 20, payload: saInitResponse }),
  fragmented(50, 1),
  fragmented(1050, 2),
  fragmented(2050, 3),
);

test("the story: one exchange answered, the next sent three times in two IP fragments each", async () => {
  const transcript = await read(story);
  expect(transcript).toMatchObject({
    capture: "test.pcapng",
    format: "pcapng",
    gzip: false,
    frames: 8,
    bytes: story.length,
  });
  expect(transcript.sessions).toHaveLength(1);
  expect(
    transcript.sessions[0]?.exchanges.map((e) => [e.exchangeType, e.requests.length, e.responses.length]),
  ).toEqual([
    [34, 1, 1],
    [35, 3, 0],
  ]);
  expect(transcript.ikeMessages[2]).toMatchObject({
    frame: 4,
    flow: out(4500),
    natTraversal: true,
    udpPayloadBytes: 2532,
    ipPackets: [
      { frame: 3, ipBytes: 1500, ipFragmentOffset: 0, moreIpFragments: true, dontFragment: false },
      { frame: 4, ipBytes: 1080, ipFragmentOffset: 1480, moreIpFragments: false },
    ],
    message: { header: { length: 2528 }, availableBytes: 2528, stoppedBy: null },
  });
  expect(transcript.quality).toEqual({
    damage: [],
    snaplenCutFrames: 0,
    duplicateFrames: 0,
    clockBackwardsFrames: 0,
    droppedByCapture: null,
    nonFirstFragmentsHidden: false,
    unreadLinkTypes: [],
    evictedDatagrams: 0,
    overlappingDatagrams: 0,
    omittedRecords: 0,
  });
});

async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
}
const gzip = async (bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"))).arrayBuffer(),
  );

test("a file, pieces, a stream and a Blob give the same, gzipped or not", async () => {
  const want = await read(story);
  expect(await read(inPieces(story, 1))).toEqual(want);
  expect(await read(inPieces(story, 4096))).toEqual(want);
  expect(await read(new Blob([story]).stream())).toEqual(want);
  const zipped = await gzip(story);
  expect(await read(zipped)).toEqual({ ...want, gzip: true });
  expect(await read(inPieces(zipped, 1))).toEqual({ ...want, gzip: true });
});

test("gzip that is cut or damaged gives what came before, and says so", async () => {
  const large = capture(
    Array.from({ length: 5000 }, (_, i) =>
      send({
        ...out(500),
        atMs: i * 1000,
        payload: ike(34, [
          {
            type: PayloadType.V,
            body: Uint8Array.from({ length: 64 }, (_, b) => (i * 7919 + b * 31) & 0xff),
          },
        ]),
      }),
    ).flat(),
  );
  const zipped = await gzip(large);
  const cut = await read(inPieces(zipped.slice(0, zipped.length >> 1), 1000));
  expect(cut.frames).toBeGreaterThan(100);
  expect(cut.frames).toBeLessThan(5000);
  expect(cut.quality.damage[0]?.message).toContain("Cannot unpack the gzip file");
  await expect(read(Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2, 3))).rejects.toThrow(UnreadableCaptureError);
});

test("gzip that grows beyond its bounds is not read on", async () => {
  const bomb = await gzip(concatBytes([story, encodePadding(4_000_000)]));
  const limited = await readCapture("bomb", bomb, { maxGzipRatio: 20 });
  expect(limited.frames).toBe(8);
  expect(limited.quality.damage[0]?.message).toContain("Cannot read on: more than the");
  expect(limited.bytes).toBeLessThanOrEqual(Math.max(bomb.length * 20, 65_536));
  expect((await readCapture("large", story, { maxBytes: 1000 })).quality.damage[0]?.message).toContain(
    "1000 bytes",
  );
});
/** Unknown pcapng blocks of zeros. */
function encodePadding(bytes: number): Uint8Array {
  const block = new Uint8Array(40_000);
  const view = new DataView(block.buffer);
  view.setUint32(0, 0xbad, true);
  view.setUint32(4, block.length, true);
  view.setUint32(block.length - 4, block.length, true);
  return concatBytes(Array.from({ length: bytes / block.length }, () => block));
}

test("what is no capture is refused by name, whatever it comes in", async () => {
  for (const source of [
    new Uint8Array(0),
    inPieces(new Uint8Array(0), 1),
    new TextEncoder().encode("<html>"),
  ]) {
    await expect(read(source)).rejects.toThrow(UnreadableCaptureError);
  }
  await expect(read(await gzip(new TextEncoder().encode("hello hello hello")))).rejects.toThrow("it is text");
});

test("an error of the source itself is not taken for damage, gzipped or not", async () => {
  async function* failing(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, 300);
    throw new Error("the disk is gone");
  }
  await expect(read(failing(story))).rejects.toThrow("the disk is gone");
  await expect(read(failing(await gzip(story)))).rejects.toThrow("the disk is gone");
});

test("a source is told when no more of it is wanted", async () => {
  let ended = 0;
  async function* endless(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
    try {
      for (;;) yield bytes;
    } finally {
      ended++;
    }
  }
  const zeros = await gzip(concatBytes([story, encodePadding(400_000)]));
  await readCapture("endless", endless(story), { maxBytes: 10_000 });
  await readCapture("endless.gz", endless(zeros), { maxBytes: 100_000 });
  await expect(
    readCapture("endless.txt", endless(new TextEncoder().encode("<html>".repeat(50)))),
  ).rejects.toThrow();
  expect(ended).toBe(3);
});

test("a fragment that is missing leaves an incomplete datagram with ports and IKE header", async () => {
  const [first, second] = fragmented(0, 7);
  if (!first || !second) throw new Error("no fragments");
  const transcript = await read(
    capture(
      first,
      whole(20_000),
      [second].map((f) => ({ ...f, seconds: f.seconds + 100 })),
    ),
  );
  expect(transcript.incompleteDatagrams).toMatchObject([
    {
      source: client,
      destination: gateway,
      protocol: 17,
      identification: 7,
      ipPackets: [{ frame: 1 }],
      missing: [{ from: 1480, to: null }],
      sourcePort: 4500,
      destinationPort: 4500,
      udpPayloadBytes: 2532,
      ikeHeader: { initiatorSpi: INIT_SPI, length: 2528 },
      captureEndedFirst: false,
    },
    { missing: [{ from: 0, to: 1480 }], sourcePort: null, ikeHeader: null, captureEndedFirst: true },
  ]);
  expect(transcript.quality.nonFirstFragmentsHidden).toBe(false);
});

test("first fragments alone are the mark of a port filter", async () => {
  const firsts = [1, 2, 3].map((id) => fragmented(id * 1000, id)[0]).filter((f) => f !== undefined);
  expect((await read(capture(firsts))).quality.nonFirstFragmentsHidden).toBe(true);
});

test("packets seen by two interfaces or layers are folded and counted, in any order", async () => {
  const twice = (frames: FrameToWrite[]) =>
    frames.flatMap((f) => [f, { ...f, interfaceId: 1, nanoseconds: f.nanoseconds + 1000 }]);
  const inARow = await read(capture(twice(whole(0)), twice(fragmented(50, 1)), twice(fragmented(1050, 2))));
  expect(inARow.ikeMessages.map((m) => m.frame)).toEqual([1, 5, 9]);
  expect(inARow.incompleteDatagrams).toEqual([]);
  expect(inARow.quality.duplicateFrames).toBe(5);
  const behind = fragmented(50, 1).map((f) => ({
    ...f,
    interfaceId: 1,
    nanoseconds: f.nanoseconds + 90_000,
  }));
  const behindEachOther = await read(capture(fragmented(50, 1), behind));
  expect(behindEachOther.ikeMessages).toHaveLength(1);
  expect(behindEachOther.incompleteDatagrams).toEqual([]);
  expect(behindEachOther.quality.duplicateFrames).toBe(2);
});

test("a copy with other addresses, from behind a NAT, is folded and still decoded", async () => {
  const natted = send({ ...out(500), source: "203.0.113.9", atMs: 1, payload: saInit });
  const file = capture(whole(0), natted);
  expect((await read(file)).ikeMessages).toHaveLength(1);
  expect((await decoded(file)).map((m) => m.duplicateOf)).toEqual([null, 1]);
});

test("a retransmission is none, however the clock stands", async () => {
  expect((await read(capture(whole(0), whole(1000)))).sessions[0]?.exchanges[0]?.requests).toHaveLength(2);
  const noClock = [...whole(0), ...whole(0)].map((f) => ({ ...f, seconds: 0, nanoseconds: 0 }));
  expect((await read(encodePcap(noClock))).sessions[0]?.exchanges[0]?.requests).toHaveLength(2);
});

test("a snaplen cut is counted, and the message still read by its header", async () => {
  const transcript = await read(
    capture(
      fragmented(0, 1).map((f) => cutFrame(f, 128)),
      whole(100).map((f) => cutFrame(f, 80)),
    ),
  );
  expect(transcript.quality.snaplenCutFrames).toBe(3);
  expect(transcript.ikeMessages).toMatchObject([
    {
      udpPayloadBytes: 2532,
      message: { header: { length: 2528 }, availableBytes: 82, stoppedBy: expect.stringContaining("SK") },
    },
    { message: { header: { length: saInit.length }, availableBytes: 38 } },
  ]);
});

test("ESP and keepalives are counted by direction and size, their copies once", async () => {
  const esp = (sequence: number, bytes: number) => {
    const payload = new Uint8Array(bytes);
    new DataView(payload.buffer).setUint32(0, 0xc0ffee01);
    new DataView(payload.buffer).setUint32(4, sequence);
    return payload;
  };
  const bare = frameAt(
    40,
    ethernet(ipv4({ source: gateway, destination: client, protocol: 50, payload: esp(1, 100) })),
  );
  const transcript = await read(
    capture(
      send({ ...out(4500), atMs: 0, payload: esp(1, 600) }),
      send({ ...out(4500), atMs: 1, payload: esp(1, 600) }),
      send({ ...out(4500), atMs: 20, payload: esp(2, 900) }),
      send({ ...out(4500), atMs: 30, payload: Uint8Array.of(0xff) }),
      bare,
    ),
  );
  expect(transcript.esp).toEqual([
    {
      source: client,
      destination: gateway,
      udpEncapsulated: true,
      packets: 2,
      keepalives: 1,
      largestIpBytes: 928,
      sizes: [{ upToIpBytes: 1280, packets: 2 }],
      firstTimeMs: expect.any(Number),
      lastTimeMs: expect.any(Number),
    },
    expect.objectContaining({
      source: gateway,
      udpEncapsulated: false,
      packets: 1,
      keepalives: 0,
      largestIpBytes: 120,
    }),
  ]);
  expect(transcript.quality.duplicateFrames).toBe(1);
});

test("ICMP errors are kept with what they quote; IKE inside a quote is no message", async () => {
  const [quoted] = ipPackets({
    source: client,
    destination: gateway,
    protocol: 17,
    payload: udp(500, 500, saInit),
    dontFragment: true,
  });
  const error = ipv4({
    source: "203.0.113.1",
    destination: client,
    protocol: 1,
    payload: fragmentationNeeded(1400, quoted ?? new Uint8Array(0)),
  });
  const transcript = await read(capture(frameAt(0, ethernet(error))));
  expect(transcript.ikeMessages).toEqual([]);
  expect(transcript.icmpErrors).toMatchObject([
    {
      frame: 1,
      source: "203.0.113.1",
      kind: "packet-too-big",
      nextHopMtu: 1400,
      quoted: { destination: gateway, destinationPort: 500 },
    },
  ]);
});

test("frames out of time order are counted, and first and last are by the clock", async () => {
  const transcript = await read(capture(whole(5000), whole(1000), whole(9000), whole(8000)));
  expect(transcript.quality.clockBackwardsFrames).toBe(2);
  expect((transcript.lastTimeMs ?? 0) - (transcript.firstTimeMs ?? 0)).toBe(8000);
});

test("other ports: only when asked for, and only what looks like IKE", async () => {
  const file = capture(
    send({ ...out(1500), atMs: 0, payload: saInit }),
    send({ ...out(14500), atMs: 1, payload: withNonEspMarker(saInitResponse) }),
    send({ ...out(1500), atMs: 2, payload: new Uint8Array(100).fill(0x20) }),
  );
  expect(await decoded(file)).toEqual([]);
  expect((await decoded(file, { ports: [1500] })).map((m) => m.frame)).toEqual([1]);
  expect((await decoded(file, { ports: "any" })).map((m) => [m.frame, m.natTraversal])).toEqual([
    [1, false],
    [2, true],
  ]);
});

test("IKE one tunnel deep is read, two deep it is not", async () => {
  const inner = ipPackets({
    source: client,
    destination: gateway,
    protocol: 17,
    payload: udp(500, 500, saInit),
  });
  const tunnel = (payload: Uint8Array) =>
    ipv4({ source: "203.0.113.1", destination: "203.0.113.2", protocol: 4, payload });
  const once = inner.map((packet) => frameAt(0, ethernet(tunnel(packet))));
  const twice = inner.map((packet) => frameAt(0, ethernet(tunnel(tunnel(packet)))));
  expect(await decoded(capture(once))).toMatchObject([{ flow: { source: client } }]);
  expect(await decoded(capture(twice))).toEqual([]);
  // The tunnel's own packet comes as IP fragments.
  const outer = { source: "203.0.113.1", destination: "203.0.113.2", protocol: 4, identification: 9 };
  const [packet = new Uint8Array(0)] = ipPackets(
    { source: client, destination: gateway, protocol: 17, payload: udp(4500, 4500, auth) },
    9000,
  );
  const split = ipPackets({ ...outer, payload: packet }, 1500).map((p, i) => frameAt(i, ethernet(p)));
  // The packet inside it is one: 20 + 8 + 4 + 2528 bytes.
  expect(await decoded(capture(split))).toMatchObject([
    { frame: 2, message: { header: { length: 2528 } }, ipPackets: [{ frame: 2, ipBytes: 2560 }] },
  ]);
});

test("frames beyond the limit are not read, and messages beyond theirs are counted", async () => {
  expect((await read(story, { maxPackets: 2 })).quality.damage[0]?.message).toContain(
    "2 packets come before it",
  );
  const transcript = await read(story, { maxIkeMessages: 1 });
  expect(transcript.ikeMessages).toHaveLength(1);
  expect(transcript.quality.omittedRecords).toBe(4);
  expect(await decoded(story, { maxIkeMessages: 0 })).toHaveLength(5);
});

test("link types that are not read are counted", async () => {
  const usb = { ...frameAt(0, new Uint8Array(64)), linkType: 189 };
  expect((await read(capture(usb, usb, whole(0)))).quality.unreadLinkTypes).toEqual([
    { linkType: 189, frames: 2 },
  ]);
});

test("datagrams on IKE's ports that are no IKE are none", async () => {
  const noise = [new Uint8Array(10), new Uint8Array(100).fill(0xf0), new Uint8Array(28)];
  const frames = noise.flatMap((payload, i) => [
    ...send({ ...out(500), atMs: i, payload }),
    ...send({ ...out(4500), atMs: i, payload }),
  ]);
  expect(await decoded(capture(frames))).toEqual([]);
});

test("a listener is told of each packet that matters once, by kind, and of no joined datagram", async () => {
  const packet = (atMs: number, protocol: number, payload: Uint8Array) =>
    frameAt(atMs, ethernet(ipv4({ source: client, destination: gateway, protocol, payload })));
  const esp = Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 1, 9, 9);
  const refused = fragmentationNeeded(
    1400,
    ipv4({ source: client, destination: gateway, protocol: 17, payload: esp }),
  );
  const gre = concatBytes([
    Uint8Array.of(0, 0, 8, 0),
    ipv4({ source: client, destination: gateway, protocol: 50, payload: esp }),
  ]);
  const file = capture(
    whole(0),
    packet(1, 6, new Uint8Array(20)),
    packet(2, 50, esp),
    send({ ...out(4500), atMs: 3, payload: Uint8Array.of(0xff) }),
    packet(4, 1, icmp(8, 0, new Uint8Array(4), esp)),
    packet(5, 1, refused),
    packet(6, 47, gre),
    fragmented(7, 1),
  );
  const told: [frame: number, kind: string, tunnelDepth: number][] = [];
  await read(file, {
    onPacket: (kind, { frame, tunnelDepth }) => told.push([frame.number, kind, tunnelDepth]),
  });
  expect(told).toEqual([
    [1, "ike", 0],
    [3, "esp", 0],
    [4, "nat-keepalive", 0],
    [5, "icmp-echo", 0],
    [6, "icmp-error", 0],
    [7, "esp", 1],
    [8, "ip-fragment", 0],
    [9, "ip-fragment", 0],
  ]);
});

test("the minimised capture reads the same and holds nothing else", async () => {
  const secret = new TextEncoder().encode("the user's own words ".repeat(40));
  const espPayload = concatBytes([Uint8Array.of(1, 2, 3, 4, 0, 0, 0, 1), secret]);
  const tcp = frameAt(
    1,
    ethernet(ipv4({ source: client, destination: gateway, protocol: 6, payload: secret })),
  );
  const dns = send({ ...out(53), atMs: 2, payload: secret });
  const echo = frameAt(
    3,
    ethernet(
      ipv4({
        source: client,
        destination: gateway,
        protocol: 1,
        payload: icmp(8, 0, new Uint8Array(4), secret),
      }),
    ),
  );
  const tcpFragment = frameAt(
    4,
    ethernet(
      ipv4({
        source: client,
        destination: gateway,
        protocol: 6,
        payload: concatBytes([new Uint8Array(20), secret]),
        moreFragments: true,
      }),
    ),
  );
  const file = capture(
    whole(0),
    tcp,
    dns,
    echo,
    tcpFragment,
    send({ ...out(4500), atMs: 5, payload: espPayload }),
    fragmented(50, 1),
  );

  const { bytes, transcript: before } = await minimized(file);
  const after = await read(bytes);
  expect(after.frames).toBe(6);
  expect(after.sessions.map((s) => s.exchanges.length)).toEqual(
    before.sessions.map((s) => s.exchanges.length),
  );
  expect(after.esp.map(({ largestIpBytes }) => largestIpBytes)).toEqual([espPayload.length + 28]);
  expect(after.ikeMessages.map((m) => m.message)).toEqual(before.ikeMessages.map((m) => m.message));
  expect(new TextDecoder("latin1").decode(bytes)).not.toContain("user");
  // A capture with nothing to keep becomes an empty capture.
  const { bytes: empty } = await minimized(capture(tcp));
  expect(await read(empty)).toMatchObject({ frames: 0, quality: { damage: [] } });
});

test("a minimised capture that is read as one has the frame numbers and the end of the whole capture", async () => {
  const tcp = (atMs: number) =>
    frameAt(
      atMs,
      ethernet(ipv4({ source: client, destination: gateway, protocol: 6, payload: new Uint8Array(20) })),
    );
  const file = capture(tcp(0), tcp(1), whole(2), tcp(3), fragmented(50, 1), tcp(38_000));
  const chunks: Uint8Array[] = [];
  const minimizer = new Minimizer((bytes) => chunks.push(bytes), null, { frameNumbers: true });
  const before = await read(file, { onPacket: minimizer.onPacket });
  minimizer.end({ endedAtMs: before.lastTimeMs ?? 0, frames: before.frames });
  const about = (messages: readonly IkeObserved[]) => messages.map((m) => m.ipPackets.map((p) => p.frame));
  expect(about(before.ikeMessages)).toEqual([[3], [5, 6]]);

  const asMinimized = await read(concatBytes(chunks), { isMinimized: true });
  expect(about(asMinimized.ikeMessages)).toEqual([[3], [5, 6]]);
  expect([asMinimized.lastTimeMs, asMinimized.frames]).toEqual([before.lastTimeMs, before.frames]);
  // A file that somebody sends may have packet IDs too: they are not frame numbers.
  const asSent = await read(concatBytes(chunks));
  expect(about(asSent.ikeMessages)).toEqual([[1], [2, 3]]);
  expect([asSent.lastTimeMs, asSent.frames]).toEqual([before.lastTimeMs, 3]);
});

test("toDecodeRecord() has the keys that scripts rely on", async () => {
  const [first, , third] = (await decoded(story)).map((m) => toDecodeRecord("test.pcapng", m));
  expect(first).toEqual({
    file: "test.pcapng",
    frame: 1,
    time: "1767225600.000000000",
    src: client,
    dst: gateway,
    sport: 500,
    dport: 500,
    natt: false,
    ispi: INIT_SPI,
    rspi: "0000000000000000",
    version: "2.0",
    exchange: 34,
    exchangeName: "IKE_SA_INIT",
    messageId: 0,
    initiator: true,
    response: false,
    length: 72,
    payloads: ["Nonce", "N"],
    notifies: [16430],
    notifyNames: ["IKEV2_FRAGMENTATION_SUPPORTED"],
    fragments: [],
    ikeFragment: null,
  });
  expect(third).toMatchObject({ natt: true, fragments: [3, 4], payloads: ["SK"] });
});

test("IP fragments that came out of order are listed by their offsets; IKE fragments by their numbers", async () => {
  const [message] = await decoded(capture(fragmented(0, 1).reverse()));
  if (!message) throw new Error("no message");
  expect(message.ipPackets.map((p) => p.frame)).toEqual([1, 2]);
  expect(toDecodeRecord("x", message).fragments).toEqual([2, 1]);
  const skf = ike(35, [{ type: PayloadType.SKF, nextPayload: 35, body: skfBody(2, 3, new Uint8Array(80)) }]);
  const [fragment] = await decoded(capture(send({ ...out(4500), atMs: 0, payload: withNonEspMarker(skf) })));
  if (!fragment) throw new Error("no message");
  expect(toDecodeRecord("x", fragment).ikeFragment).toEqual({ number: 2, total: 3 });
});

test("the reader can be pushed to by hand, and its buffers used again", () => {
  const reader = new CaptureReader("pushed");
  const piece = new Uint8Array(100);
  for (let at = 0; at < story.length; at += piece.length) {
    const length = Math.min(piece.length, story.length - at);
    piece.set(story.subarray(at, at + length));
    reader.push(piece.subarray(0, length));
  }
  expect(reader.end().ikeMessages.map((m) => m.message.header.length)).toEqual([
    saInit.length,
    saInitResponse.length,
    2528,
    2528,
    2528,
  ]);
});
