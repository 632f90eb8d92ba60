/** Whole packets that are too large for the path, those of the tunnel among them. */
import { OPEN_WAY } from "../lossy-path.ts";
import {
  answered,
  type CaseToMake,
  capture,
  evidenceWithPings,
  opened,
  rehearsedRun,
  run,
  tunnel,
} from "./makers.ts";

/** By verdict. */
export const pathMtuCases = {
  "path-mtu-black-hole": [
    {
      name: "way-back",
      story:
        "a run: packets above 1000 bytes vanish on the way back; of an answer in IKE fragments only the last comes",
      nearMiss: "inbound-fragments-lost",
      files: rehearsedRun("way-back", {
        back: { ...OPEN_WAY, anyLimit: 1_000 },
        login: { answerIkeBytes: 2_600 },
      }),
    },
    {
      name: "limit-1400",
      story: "a run: everything above 1400 bytes vanishes",
      files: run("limit-1400", { wholePacketLimit: 1400 }),
    },
    {
      name: "limit-1454",
      story: "a run: everything above 1454 bytes vanishes",
      files: run("limit-1454", { wholePacketLimit: 1454 }),
    },
    {
      name: "translated",
      story:
        "a run behind a translator that does not fragment again: whole packets up to 1480 pass, fragments up to 1472",
      files: run("translated", { wholePacketLimit: 1480, fragmentLimit: 1472, clientAddress: "172.20.10.4" }),
    },
    {
      name: "only-fragments",
      story: "a run: whole packets of 1500 pass, fragments above 1472 do not",
      nearMiss: "outbound-fragments-too-large",
      files: run("only-fragments", { fragmentLimit: 1472, canTestMtu: true }),
    },
  ],
  "path-mtu-reduced": [
    {
      name: "capture",
      story: "a capture: a router says that 1400 bytes is all, about a packet that is no tunnel's",
      files: capture("capture", opened().tooBig(150, 1_400, 1_500)),
    },
    {
      name: "pings",
      story: "pings to the gateway as pasted: 1372 bytes pass, 1472 are refused by a router",
      files: {
        "pings.json": evidenceWithPings(
          "Pinging 192.0.2.1 with 1372 bytes of data:\nReply from 192.0.2.1: bytes=1372 time=9ms TTL=57\n\nPinging 192.0.2.1 with 1472 bytes of data:\nReply from 203.0.113.9: Packet needs to be fragmented but DF set.\n",
        ),
      },
    },
    {
      name: "pings-ja",
      story: "the same in Japanese",
      files: {
        "pings-ja.json": evidenceWithPings(
          "192.0.2.1 に ping を送信しています 1372 バイトのデータ:\n192.0.2.1 からの応答: バイト数 =1372 時間 =9ms TTL=57\n\n192.0.2.1 に ping を送信しています 1472 バイトのデータ:\n203.0.113.9 からの応答: パケットの断片化が必要ですが、DF が設定されています。\n",
        ),
      },
    },
    {
      name: "local-refusal",
      story:
        "pings to the gateway as pasted: 1473 bytes are refused by the PC itself, which measures nothing",
      nearMiss: "insufficient-evidence",
      files: {
        "local-refusal.json": evidenceWithPings(
          "Pinging 192.0.2.1 with 1472 bytes of data:\nReply from 192.0.2.1: bytes=1472 time=9ms TTL=57\n\nPinging 192.0.2.1 with 1473 bytes of data:\nPacket needs to be fragmented but DF set.\n",
        ),
      },
    },
  ],
  "esp-mtu": [
    {
      name: "packet-too-big",
      story: "a capture: IKE completes, and a router says that the tunnel's packets are too big",
      files: capture("packet-too-big", tunnel(answered(), 1_464, 1_464).tooBig(1_010, 1_400, 1_464)),
    },
    {
      name: "stalled",
      story: "a capture: large packets go into the tunnel, only small ones come back",
      files: capture("stalled", tunnel(answered(), 1_472, 120)),
    },
    {
      name: "pieces",
      story: "a capture: the gateway's tunnel packets come in pieces, and the last piece is missing",
      files: capture(
        "pieces",
        tunnel(answered(), 1_400, 1_400)
          .esp(6_000, 1_540, 20, { from: "gateway", lost: [1] })
          .esp(7_000, 1_540, 21, { from: "gateway", lost: [1] })
          .other(40_000),
      ),
    },
    {
      name: "both-ways",
      story: "a capture: large packets both ways",
      nearMiss: "healthy",
      files: capture("both-ways", tunnel(answered(), 1_464, 1_464)),
    },
  ],
} satisfies Record<string, CaseToMake[]>;
