/** What one capture shows beside the messages of a login. */
import { expect, test } from "vitest";
import { observeInitiations } from "../../../shared/evidence/observe-captures.ts";
import { CaptureReader } from "../../../shared/transcript/read-capture.ts";
import { playLogin, recordedAt } from "../../support/both-ends-path.ts";
import { encodePcapng } from "../../support/capture-files.ts";
import { datagramFrames } from "../../support/packet-builder.ts";

const WAY = { fragments: "pass", atMostIpBytes: 9_000, cutAtIpBytes: 1_500, lossPercent: 0 } as const;

test("what passes on port 4500 beside IKE is counted each way, from when the attempt began", () => {
  const played = playLogin(
    {
      families: [4, 4],
      nat: false,
      hops: [3, 9],
      roundTripMs: 20,
      jitterMs: 0,
      reorderPercent: 0,
      duplicatePercent: 0,
      out: WAY,
      back: WAY,
      losesBefore: "end",
      clocksMs: [0, 0, 0],
    },
    {
      spi: "df5b086e2787ad04",
      client: 77,
      requestBytes: 900,
      answerBytes: 800,
      ikeFragmentBytes: null,
      cookie: false,
      furtherRounds: 0,
      keepsSilent: false,
      startMs: 5_000,
      repeatAfterMs: [],
    },
    7,
  );
  const login = recordedAt([played], 2, 0);
  const plain = observe(login);
  const { client, gateway } = plain;
  expect([plain.esp.outbound.onNatTraversalPort, plain.esp.inbound.onNatTraversalPort]).toEqual([
    undefined,
    undefined,
  ]);
  const keepalive = (atMs: number, source: string, destination: string) =>
    datagramFrames({
      atMs,
      source,
      destination,
      sourcePort: 4_500,
      destinationPort: 4_500,
      payload: Uint8Array.of(0xff),
    });
  const { esp } = observe([...login, ...keepalive(6_000, client, gateway)]);
  expect([esp.outbound, esp.inbound]).toEqual([
    { packets: 0, largestIpBytes: 0, onNatTraversalPort: 1 },
    { packets: 0, largestIpBytes: 0 },
  ]);
  const before = observe([...keepalive(1_000, client, gateway), ...login]);
  expect(before.esp.outbound.onNatTraversalPort).toBeUndefined();
});

function observe(frames: Parameters<typeof encodePcapng>[0]) {
  const reader = new CaptureReader("capture");
  reader.push(encodePcapng(frames));
  const [initiation] = observeInitiations(reader.end());
  if (initiation === undefined) throw new Error("Cannot observe: no attempt");
  return initiation;
}
