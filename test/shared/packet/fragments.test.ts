/** Joining IP fragments: order, loss, overlap, copies, and the bounds of memory. */
import { expect, test } from "vitest";
import {
  defaultReassemblyLimits,
  type FragmentedDatagram,
  FragmentJoiner,
  type FragmentOutcome,
} from "../../../shared/packet/fragments.ts";
import { newIpFields, readIp } from "../../../shared/packet/ip.ts";
import { ip, ipPackets } from "../../support/packet-builder.ts";

const v4 = { source: "192.0.2.1", destination: "198.51.100.7", protocol: 17, identification: 1 };
const v6 = { source: "2001:db8::1", destination: "2001:db8::7", protocol: 17, identification: 1 };
const payload = Uint8Array.from({ length: 3000 }, (_, i) => i % 251);

/** A joiner that is fed with packets and keeps what it gave up. */
function joining(limits = {}) {
  const givenUp: FragmentedDatagram[] = [];
  const joiner = new FragmentJoiner((datagram) => givenUp.push(datagram), {
    ...defaultReassemblyLimits,
    ...limits,
  });
  let frame = 0;
  const add = (packet: Uint8Array, timeMs = 1000): FragmentOutcome => {
    const fields = newIpFields();
    if (!readIp(fields, new DataView(packet.buffer), 0, packet.length)) throw new Error("not a packet");
    return joiner.add(fields, packet, ++frame, timeMs, true);
  };
  return { joiner, givenUp, add };
}
function whole(outcome: FragmentOutcome | undefined): FragmentedDatagram {
  if (outcome === undefined || typeof outcome === "string") throw new Error(`it is not whole: ${outcome}`);
  return outcome;
}
const payloadOf = (datagram: FragmentedDatagram | undefined) => datagram?.bytes.slice(datagram.payloadStart);
const piece = (from: number, to: number, last: boolean, fill?: number) =>
  ip({
    ...v4,
    payload: fill === undefined ? payload.subarray(from, to) : new Uint8Array(to - from).fill(fill),
    fragmentOffset: from,
    moreFragments: !last,
  });

for (const family of [v4, v6]) {
  test(`fragments from ${family.source} join in every order`, () => {
    const packets = ipPackets({ ...family, payload }, 1280);
    expect(packets).toHaveLength(3);
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const { add, joiner } = joining();
      const outcomes = order.map((index) => add(packets[index] ?? new Uint8Array(0)));
      expect(outcomes.slice(0, 2)).toEqual(["waiting", "waiting"]);
      const joined = whole(outcomes[2]);
      expect(joined).toMatchObject({ payloadBytes: 3000, missing: [], overlap: "none", protocol: 17 });
      expect(payloadOf(joined)).toEqual(payload);
      expect(joined.packets.map((p) => p.frame)).toEqual([1, 2, 3]);
      expect(joiner.evicted + joiner.overlapping).toBe(0);
    }
  });
}

const losses: [name: string, lost: number[], missing: FragmentedDatagram["missing"], readable: number][] = [
  ["the first", [0], [{ from: 0, to: 1256 }], 0],
  ["the middle", [1], [{ from: 1256, to: 2512 }], 1256],
  ["the last", [2], [{ from: 2512, to: null }], 2512],
  [
    "first and last",
    [0, 2],
    [
      { from: 0, to: 1256 },
      { from: 2512, to: null },
    ],
    0,
  ],
];
for (const [name, lost, missing, readable] of losses) {
  test(`with ${name} lost it is known what is missing`, () => {
    const { add, joiner, givenUp } = joining();
    for (const [index, packet] of ipPackets({ ...v4, payload }, 1280).entries())
      if (!lost.includes(index)) add(packet);
    joiner.end();
    expect(givenUp).toHaveLength(1);
    expect(givenUp[0]).toMatchObject({ missing });
    expect(payloadOf(givenUp[0])).toEqual(payload.subarray(0, readable));
  });
}

test("copies within a datagram and right behind it are folded", () => {
  const { add, joiner, givenUp } = joining();
  const [first = new Uint8Array(0), second = new Uint8Array(0)] = ipPackets({
    ...v4,
    payload: payload.subarray(0, 2000),
  });
  expect(add(first, 1000)).toBe("waiting");
  expect(add(first, 1001)).toBe("duplicate");
  expect(whole(add(second, 1002)).packets).toHaveLength(2);
  expect(add(second, 1003)).toBe("duplicate");
  expect(add(first, 1004)).toBe("duplicate");
  joiner.end();
  expect(givenUp).toEqual([]);
  // A second later the same identification is a new datagram.
  expect(add(first, 2003)).toBe("waiting");
  expect(whole(add(second, 2004)).packets).toHaveLength(2);
});

test("an overlap that says the same is joined and counted", () => {
  const { add, joiner } = joining();
  add(piece(0, 1000, false));
  expect(whole(add(piece(800, 2000, true)))).toMatchObject({ overlap: "consistent", missing: [] });
  expect(joiner.overlapping).toBe(1);
});

const contradictions: [name: string, pieces: Uint8Array[]][] = [
  ["in the middle", [piece(0, 1000, false), piece(504, 1504, false, 0xff), piece(1000, 2000, true)]],
  ["at the same place", [piece(0, 1000, false), piece(0, 1000, false, 0xff), piece(1000, 2000, true)]],
  ["from the end on", [piece(1000, 2000, true), piece(1496, 2000, true, 0xff), piece(0, 1000, false)]],
];
for (const [name, pieces] of contradictions) {
  test(`an overlap that contradicts ${name} is never joined, RFC 5722`, () => {
    const { add, joiner, givenUp } = joining();
    expect(pieces.map((packet) => add(packet))).toEqual(["waiting", "waiting", "waiting"]);
    expect(joiner.overlapping).toBe(1);
    joiner.end();
    expect(givenUp[0]).toMatchObject({ overlap: "conflicting" });
  });
}

test("a second last fragment that ends elsewhere is a contradiction", () => {
  const { add, joiner } = joining();
  add(piece(1000, 2000, true));
  add(piece(1000, 2400, true));
  expect(add(piece(0, 1000, false))).toBe("waiting");
  expect(joiner.overlapping).toBe(1);
});

test("an identification used again for other content gives the old datagram up", () => {
  const { add, givenUp } = joining();
  add(piece(0, 1000, false, 1), 1000);
  add(piece(0, 1000, false, 2), 3000);
  expect(givenUp).toMatchObject([{ missing: [{ from: 1000, to: null }], firstTimeMs: 1000 }]);
  expect(payloadOf(whole(add(piece(1000, 1500, true, 2), 3001)))).toEqual(new Uint8Array(1500).fill(2));
});

test("a datagram whose part does not come is given up in time", () => {
  const { add, givenUp } = joining();
  add(piece(0, 1000, false), 1000);
  add(ip({ ...v4, identification: 2, payload, moreFragments: true }), 61_001);
  expect(givenUp).toMatchObject([{ identification: 1 }]);
});

test("more than 64 fragments give a datagram up, and it is counted", () => {
  const { add, joiner, givenUp } = joining();
  for (let i = 0; i < 64; i++) add(piece(i * 8, i * 8 + 8, false));
  expect(joiner.evicted).toBe(1);
  joiner.end();
  expect(givenUp).toEqual([]);
});

test("the oldest datagrams go first when memory runs out", () => {
  const { add, joiner, givenUp } = joining({ bytesInFlight: 30_000 });
  for (let id = 1; id <= 10; id++) {
    add(ip({ ...v4, identification: id, payload, moreFragments: true }), 1000 + id);
  }
  expect(joiner.evicted).toBe(6);
  joiner.end();
  expect(givenUp.map((d) => d.identification)).toEqual([7, 8, 9, 10]);
});

test("fragments beyond 65,535 bytes are a contradiction, not a datagram", () => {
  const { add, joiner } = joining();
  add(piece(65_528, 66_528, true, 0));
  expect(joiner.overlapping).toBe(1);
});

test("a fragment that the snaplen cut leaves what is readable in front of it", () => {
  const { joiner } = joining();
  const [first = new Uint8Array(0), second = new Uint8Array(0)] = ipPackets({
    ...v4,
    payload: payload.subarray(0, 2000),
  });
  const feed = (packet: Uint8Array, captured: number) => {
    const fields = newIpFields();
    readIp(fields, new DataView(packet.buffer), 0, captured);
    return joiner.add(fields, packet, 1, 1000, true);
  };
  expect(feed(first, 128)).toBe("waiting");
  const cut = whole(feed(second, 128));
  expect(cut).toMatchObject({ payloadBytes: 2000, missing: [] });
  expect(payloadOf(cut)).toEqual(payload.subarray(0, 108));
});
