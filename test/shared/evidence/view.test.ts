import { expect, test } from "vitest";
import { viewOf } from "../../../shared/evidence/view.ts";
import type { IpPacket } from "../../../shared/packet/ip.ts";

const packets = (...hopLimits: number[]): IpPacket[] =>
  hopLimits.map((hopLimit, at) => ({
    frame: at + 1,
    ipBytes: 652,
    dontFragment: false,
    ipFragmentOffset: 0,
    moreIpFragments: false,
    payloadBytes: 632,
    identification: 7,
    hopLimit,
  }));
const [PRIVATE, PUBLIC, GATEWAY] = ["192.168.0.11", "198.51.100.77", "203.0.113.5"];

test.each([
  { name: "a client's packets are fresh", client: PUBLIC, from: [128, 128], back: [52, 53], view: "client" },
  { name: "a gateway's packets are fresh", client: PUBLIC, from: [113], back: [64], view: "gateway" },
  {
    name: "both ends' packets have passed routers",
    client: PUBLIC,
    from: [127],
    back: [55],
    view: "between",
  },
  { name: "both are fresh, as on one link", client: PUBLIC, from: [128], back: [64], view: null },
  { name: "some of them are fresh", client: PUBLIC, from: [128, 127], back: [55], view: null },
  { name: "nothing came from the gateway", client: PUBLIC, from: [128], back: [], view: null },
  { name: "the client's address is private", client: PRIVATE, from: [128], back: [128], view: "client" },
  { name: "private, and a router behind it", client: PRIVATE, from: [127], back: [55], view: "between" },
  { name: "private, and the gateway's are fresh", client: PRIVATE, from: [120], back: [64], view: null },
  { name: "network equipment begins at 255", client: PUBLIC, from: [50], back: [255], view: "gateway" },
])("where a capture was taken: $name", ({ client, from, back, view }) => {
  const ends = { client, gateway: GATEWAY, fromClient: packets(...from), fromGateway: packets(...back) };
  expect(viewOf(ends)).toBe(view);
});

test("a gateway behind a NAT of its own has the private address", () => {
  const ends = { client: PUBLIC, gateway: "10.0.0.4", fromClient: packets(128), fromGateway: packets(128) };
  expect(viewOf(ends)).toBe("gateway");
  expect(viewOf({ ...ends, client: PRIVATE })).toBeNull();
});

test("IPv6 knows no private side, and its Hop Limit tells as well", () => {
  const ends = { client: "fd00::4", gateway: "2001:db8:1::1", fromClient: packets(64) };
  expect(viewOf({ ...ends, fromGateway: packets(64) })).toBeNull();
  expect(viewOf({ ...ends, fromGateway: packets(57) })).toBe("client");
});
