/** The lines of `ikefrag decode`. */
import { expect, test } from "vitest";
import { JsonLines, TextLines } from "../../../shared/transcript/ike-record-lines.ts";
import { toDecodeRecord } from "../../../shared/transcript/ike-records.ts";
import type { IkeObserved } from "../../../shared/transcript/transcript.ts";

const init: IkeObserved = {
  frame: 1,
  seconds: 1_767_225_600,
  nanoseconds: 0,
  timeMs: 1_767_225_600_000,
  flow: { source: "192.0.2.10", destination: "198.51.100.1", sourcePort: 500, destinationPort: 500 },
  natTraversal: false,
  udpPayloadBytes: 72,
  duplicateOf: null,
  copies: 0,
  fingerprint: null,
  ipPackets: [
    {
      frame: 1,
      ipBytes: 100,
      dontFragment: false,
      ipFragmentOffset: 0,
      moreIpFragments: false,
      payloadBytes: 80,
      identification: 7,
      hopLimit: 64,
    },
  ],
  message: {
    header: {
      initiatorSpi: "00000000000000a1",
      responderSpi: "0000000000000000",
      nextPayload: 33,
      majorVersion: 2,
      minorVersion: 0,
      exchangeType: 34,
      flags: 0x08,
      messageId: 0,
      length: 72,
    },
    payloads: [
      { type: 33, name: "SA", bytes: 20 },
      { type: 41, name: "N", bytes: 8 },
      { type: 40, name: "Nonce", bytes: 20 },
    ],
    notifies: [{ type: 16430, name: "IKEV2_FRAGMENTATION_SUPPORTED", dataBytes: 0 }],
    vendorIds: [],
    proposals: [],
    keGroup: null,
    ikeFragment: null,
    ikev1Fragment: null,
    availableBytes: 72,
    stoppedBy: null,
  },
};
const START =
  "1  1767225600.000000000  192.0.2.10:500 > 198.51.100.1:500  IKEv2 IKE_SA_INIT request #0  00000000000000a1_i 0000000000000000_r";

function but({
  flow,
  message,
  ...rest
}: Partial<Omit<IkeObserved, "flow" | "message">> & {
  flow?: Partial<IkeObserved["flow"]>;
  message?: Partial<Omit<IkeObserved["message"], "header">> & {
    header?: Partial<IkeObserved["message"]["header"]>;
  };
}): IkeObserved {
  const header = { ...init.message.header, ...message?.header };
  return {
    ...init,
    ...rest,
    flow: { ...init.flow, ...flow },
    message: { ...init.message, ...message, header },
  };
}

function textOf(...messages: IkeObserved[]): string {
  let text = "";
  const lines = new TextLines((more) => {
    text += new TextDecoder("ascii").decode(more);
  });
  for (const message of messages) lines.add(message);
  lines.flush();
  return text;
}

const fragment = (frame: number, ipFragmentOffset: number) => ({
  frame,
  ipBytes: 1500,
  dontFragment: false,
  ipFragmentOffset,
  moreIpFragments: ipFragmentOffset === 0,
  payloadBytes: 1480,
  identification: 7,
  hopLimit: 64,
});
const cases: { name: string; observed: IkeObserved; line: string }[] = [
  {
    name: "payloads in their order, and Notifies by their types behind them",
    observed: init,
    line: `${START}  72 bytes  SA Nonce N(IKEV2_FRAGMENTATION_SUPPORTED)`,
  },
  {
    name: "an IKE fragment behind the non-ESP marker",
    observed: but({
      natTraversal: true,
      message: {
        payloads: [{ type: 53, name: "SKF", bytes: 20 }],
        notifies: [],
        ikeFragment: { number: 2, total: 3 },
      },
    }),
    line: `${START}  72 bytes, NAT-T, IKE fragment 2/3  SKF`,
  },
  {
    name: "IP fragments in the order of their offsets",
    observed: but({
      ipPackets: [fragment(9, 1480), fragment(8, 0), fragment(7, 2960)],
      message: { payloads: [{ type: 46, name: "SK", bytes: 20 }], notifies: [] },
    }),
    line: `${START}  72 bytes, 3 IP fragments (frames 8, 9, 7)  SK`,
  },
  {
    name: "a message with no payload that can be read, and no space at the end",
    observed: but({ message: { payloads: [], notifies: [] } }),
    line: `${START}  72 bytes`,
  },
  {
    name: "Notifies alone",
    observed: but({ message: { payloads: [{ type: 41, name: "N", bytes: 8 }] } }),
    line: `${START}  72 bytes  N(IKEV2_FRAGMENTATION_SUPPORTED)`,
  },
  {
    name: "IKEv1, which knows neither request nor response",
    observed: but({ message: { header: { majorVersion: 1, exchangeType: 2 }, notifies: [] } }),
    line: `${START.replace("IKEv2 IKE_SA_INIT request", "IKEv1 Identity Protection")}  72 bytes  SA Nonce`,
  },
  {
    name: "the time to the nanosecond",
    observed: but({
      seconds: 4_294_967_295,
      nanoseconds: 12_345_678,
      message: { payloads: [], notifies: [] },
    }),
    line: `${START.replace("1767225600.000000000", "4294967295.012345678")}  72 bytes`,
  },
  {
    name: "IPv6 with its address in brackets",
    observed: but({ flow: { source: "2001:db8::1", destination: "2001:db8::2" } }),
    line: `${START.replace("192.0.2.10", "[2001:db8::1]").replace("198.51.100.1", "[2001:db8::2]")}  72 bytes  SA Nonce N(IKEV2_FRAGMENTATION_SUPPORTED)`,
  },
];
for (const { name, observed, line } of cases) {
  test(`a line tells ${name}`, () => expect(textOf(observed)).toBe(`${line}\n`));
}

test("a line says the same whatever message came before it", () => {
  const others = [
    but({ frame: 2, seconds: 1_767_225_601 }),
    but({ nanoseconds: 1 }),
    but({ flow: { source: "192.0.2.11" } }),
    but({ flow: { destination: "198.51.100.2" } }),
    but({ flow: { sourcePort: 4500 } }),
    but({ flow: { destinationPort: 4500 } }),
    but({ natTraversal: true }),
    ...[
      { initiatorSpi: "00000000000000a2" },
      { responderSpi: "00000000000000b2" },
      { majorVersion: 1 },
      { exchangeType: 35 },
      { flags: 0x20 },
      { messageId: 4_294_967_295 },
      { length: 73 },
    ].map((header) => but({ message: { header } })),
  ];
  const alone = others.map((other) => textOf(other));
  expect(new Set(alone).size).toBe(others.length);
  for (const [at, other] of others.entries()) expect(textOf(init, other)).toBe(`${textOf(init)}${alone[at]}`);
});

test("lines are given many at once, all of them and in their order", () => {
  const given: string[] = [];
  const lines = new TextLines((bytes) => given.push(new TextDecoder("ascii").decode(bytes)));
  const json: string[] = [];
  const jsonLines = new JsonLines("a.pcap", (text) => json.push(text));
  for (let frame = 1; frame <= 2000; frame++) {
    lines.add(but({ frame }));
    jsonLines.add(but({ frame }));
  }
  lines.flush();
  jsonLines.flush();
  lines.flush();
  jsonLines.flush();
  for (const pieces of [given, json]) {
    expect(pieces.length).toBeGreaterThan(2);
    expect(pieces.length).toBeLessThan(50);
    expect(pieces.every((text) => text.endsWith("\n"))).toBe(true);
  }
  const frames = Array.from({ length: 2000 }, (_, at) => at + 1);
  expect(given.join("").trimEnd().split("\n").map(Number.parseFloat)).toEqual(frames);
  expect(
    json
      .join("")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual(frames.map((frame) => toDecodeRecord("a.pcap", but({ frame }))));
});
