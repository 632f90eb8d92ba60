/** Sizes of a probe whose step leaves the IP family to the system, as all steps of a first round do. */
import { expect, test } from "vitest";
import { toBase64 } from "../../../shared/bytes/base64.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const INTERFACE_MTU = { mtuV4: 1500, mtuV6: 1400 };

interface Given {
  target?: string;
  udpPayloadBytes: number;
  outcome: object;
}

function probeOf({ target = "vpn.example.com", udpPayloadBytes, outcome }: Given) {
  const about = { atMs: 0, startedAtMs: 0, sentAtMs: [] };
  const evidence = Evidence.parse({
    schema: "ikefrag/evidence/1",
    measurements: [
      {
        ...about,
        step: { id: "facts", kind: "interfaces", atMs: 0, gateway: target },
        outcome: {
          status: "measured",
          interfaces: [
            { index: 3, name: "eth0", description: null, connected: true, addresses: [], ...INTERFACE_MTU },
          ],
          gatewayAddresses: [],
          route: { address: "2001:db8::1", interfaceIndex: 3, sourceAddress: "2001:db8::2" },
        },
      },
      {
        ...about,
        step: {
          id: "r1-small-500",
          kind: "udp",
          atMs: 0,
          target,
          family: null,
          port: 500,
          purpose: "baseline",
          datagram: toBase64(new Uint8Array(udpPayloadBytes)),
          dontFragment: false,
          userMtu: null,
          tries: 3,
          waitMs: 1_050,
        },
        outcome,
      },
    ],
  });
  const [probe] = observe(evidence, []).probes;
  return probe;
}

const answeredBy = (address: string) => ({
  status: "answered",
  address,
  dontFragment: false,
  answers: [{ atMs: 20, datagram: "AAAA" }],
});
const timedOut = { status: "failed", failure: "timeout", detail: null, dontFragment: false };
const notRun = { status: "not-run", why: "the round was stopped" };

test.for([
  { name: "an IPv4 gateway answers", outcome: answeredBy("192.0.2.1"), family: 4, ipBytes: 636 },
  { name: "an IPv6 gateway answers", outcome: answeredBy("2001:db8::1"), family: 6, ipBytes: 656 },
  {
    name: "an IPv6 gateway is silent",
    outcome: { ...timedOut, address: "2001:db8::1" },
    family: 6,
    ipBytes: 656,
  },
  {
    name: "it was not run, to an IPv6 address",
    target: "2001:db8::1",
    outcome: notRun,
    family: 6,
    ipBytes: 656,
  },
  { name: "it was not run, to a name", outcome: notRun, family: 4, ipBytes: 636 },
])("608 bytes of UDP payload: $name", ({ name: _, family, ipBytes, ...given }) => {
  expect(probeOf({ udpPayloadBytes: 608, ...given })).toMatchObject({
    family,
    udpPayloadBytes: 608,
    ipBytes,
    ref: { bytes: ipBytes, sizeKind: "ip-packet" },
  });
});

test("the interface's MTU of the family that was used says into how many IP fragments a probe is cut", () => {
  const overIpv4 = probeOf({ udpPayloadBytes: 1_400, outcome: answeredBy("192.0.2.1") });
  expect(overIpv4).toMatchObject({ effectiveMtu: 1500, ipFragmentBytes: [] });
  const overIpv6 = probeOf({ udpPayloadBytes: 1_400, outcome: answeredBy("2001:db8::1") });
  // 1408 bytes behind the IPv6 header: 1352 (a multiple of 8) and 56, each behind 40 + 8 bytes.
  expect(overIpv6).toMatchObject({ effectiveMtu: 1400, ipBytes: 1448, ipFragmentBytes: [1400, 104] });
});
