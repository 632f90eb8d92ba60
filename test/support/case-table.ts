/**
 * The cases of `test/cases/`, one folder a verdict: what is evidence in each, how it was made, and the near
 * misses beside them.
 */

import type { Verdict } from "../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import { Dialogue } from "./dialogue.ts";
import { type Played, playWithReflector } from "./played-reflector.ts";
import { CLEAR_PATH, playPlan, type SimulatedPath } from "./simulated-path.ts";

export interface CaseToMake {
  name: string;
  /** How it was made, for the README. */
  story: string;
  /** Another verdict than the folder's: it looks like it, and is not. */
  nearMiss?: Verdict;
  files: Record<string, Uint8Array | string>;
}

const GATEWAY = "vpn.example.com";
const capture = (name: string, d: Dialogue): Record<string, Uint8Array> => ({
  [`${name}.pcapng`]: d.bytes(),
});
const run = (
  name: string,
  path: Partial<SimulatedPath>,
  change?: (e: Evidence) => void,
): Record<string, string> => {
  const { evidence } = playPlan(GATEWAY, { ...CLEAR_PATH, ...path });
  change?.(evidence);
  return { [`${name}.json`]: JSON.stringify(evidence) };
};
const reflectedRun = (name: string, played: Played): Record<string, string> => ({
  [`${name}.json`]: JSON.stringify(playWithReflector(played).evidence),
});
const dialled = (code: number) => (evidence: Evidence) => {
  for (const measurement of evidence.measurements) {
    if (measurement.step.kind !== "vpn-profiles") continue;
    measurement.outcome = {
      status: "measured",
      profiles: [
        {
          name: "会社",
          serverAddress: GATEWAY,
          tunnelType: code === 789 ? "L2tp" : "Ikev2",
          authenticationMethods: ["MachineCertificate"],
          connected: false,
        },
      ],
      rasFailures: [{ at: "2025-12-31T23:50:00Z", connection: "会社", code }],
    } as never;
  }
};

const opened = (d = new Dialogue()) => d.saInit(0, 624).saInit(90, 420, { from: "gateway" });
const threeTimes = (d: Dialogue, send: (atMs: number) => void) => {
  for (const at of [1_000, 2_000, 3_000]) send(at);
  return d.other(40_000);
};
const silentAuth = (d: Dialogue, said = {}) => threeTimes(d, (at) => d.encrypted(at, 2_528, said));
const answered = (d = opened()) => d.encrypted(200, 2_528).encrypted(330, 1_552, { from: "gateway" });
const tunnel = (d: Dialogue, outbound: number, inbound: number) => {
  for (let i = 0; i < 8; i++) {
    d.esp(1_000 + i * 500, outbound, i + 1);
    if (inbound > 0) d.esp(1_200 + i * 500, inbound, i + 1, { from: "gateway" });
  }
  return d;
};

export const CASES: Record<Verdict, CaseToMake[]> = {
  healthy: [
    {
      name: "connects",
      story: "a capture: IKE_SA_INIT and a fragmented IKE_AUTH, each answered at once",
      files: capture("connects", answered()),
    },
    {
      name: "pings-in-pieces",
      story:
        "a run: of all that is in pieces only the gateway's pings are lost; a reflector's datagrams arrive",
      files: reflectedRun("pings-in-pieces", { losesPings: "in-pieces" }),
    },
    { name: "clear-path", story: "a run on a path with nothing in the way", files: run("clear-path", {}) },
    {
      name: "small-mtu",
      story: "a run from an interface with an MTU of 1400 on a clear path",
      files: run("small-mtu", { interfaceMtu: 1400 }),
    },
    {
      name: "eap",
      story:
        "a capture: a small IKE_AUTH of EAP is answered in pieces, and small encrypted messages follow, which are no refusals",
      files: capture(
        "eap",
        opened()
          .encrypted(200, 380)
          .encrypted(330, 2_200, { from: "gateway" })
          .encrypted(500, 96, { messageId: 2 })
          .encrypted(560, 80, { messageId: 2, from: "gateway" })
          .encrypted(700, 128, { messageId: 3 })
          .encrypted(760, 240, { messageId: 3, from: "gateway" }),
      ),
    },
    {
      name: "mute-tunnel",
      story: "a capture: IKE completes, and nothing ever comes out of the tunnel",
      nearMiss: "insufficient-evidence",
      files: capture("mute-tunnel", tunnel(answered(), 300, 0)),
    },
  ],
  "slow-gateway": [
    {
      name: "third-try",
      story: "a capture: IKE_AUTH is answered after its third sending",
      files: capture(
        "third-try",
        opened()
          .encrypted(1_000, 2_528)
          .encrypted(2_000, 2_528)
          .encrypted(3_000, 2_528)
          .encrypted(3_150, 1_552, { from: "gateway" }),
      ),
    },
    {
      name: "five-seconds",
      story: "a capture: IKE_AUTH is sent once and answered after 5 s",
      files: capture(
        "five-seconds",
        opened().encrypted(1_000, 2_528).encrypted(6_000, 1_552, { from: "gateway" }),
      ),
    },
    {
      name: "prompt",
      story: "a capture: everything is answered at once",
      nearMiss: "healthy",
      files: capture("prompt", answered()),
    },
  ],
  "gateway-unreachable": [
    {
      name: "silent",
      story: "a run: no answer on either port",
      files: run("silent", { blockedPorts: [500, 4500] }),
    },
    {
      name: "no-address",
      story: "a run: the name does not resolve",
      files: run("no-address", { resolves: false }),
    },
    {
      name: "capture",
      story: "a capture: IKE_SA_INIT three times, no answer",
      files: capture(
        "capture",
        threeTimes(new Dialogue(), () => {})
          .saInit(0, 624)
          .saInit(1_000, 624)
          .saInit(2_000, 624),
      ),
    },
    {
      name: "half-silent",
      story: "a run: port 500 silent, 4500 not",
      nearMiss: "udp-500-blocked",
      files: run("half-silent", { blockedPorts: [500] }),
    },
    {
      name: "large-init",
      story: "a capture: an IKE_SA_INIT larger than a packet, three times, no answer",
      nearMiss: "insufficient-evidence",
      files: capture(
        "large-init",
        new Dialogue().saInit(0, 1_900).saInit(1_000, 1_900).saInit(2_000, 1_900).other(9_000),
      ),
    },
  ],
  "udp-500-blocked": [
    { name: "silent", story: "a run: port 500 silent", files: run("silent", { blockedPorts: [500] }) },
    {
      name: "and-fragments",
      story: "a run: port 500 silent, and fragments would be lost as well",
      files: run("and-fragments", { blockedPorts: [500], fragmentLimit: 0 }),
    },
    {
      name: "both",
      story: "a run: both ports silent",
      nearMiss: "gateway-unreachable",
      files: run("both", { blockedPorts: [500, 4500] }),
    },
  ],
  "udp-4500-blocked": [
    { name: "silent", story: "a run: port 4500 silent", files: run("silent", { blockedPorts: [4500] }) },
    {
      name: "and-fragments",
      story: "a run: port 4500 silent, and fragments would be lost as well",
      files: run("and-fragments", { blockedPorts: [4500], fragmentLimit: 0 }),
    },
    {
      name: "small-auth",
      story:
        "a capture: an IKE_AUTH that fits one packet goes unanswered; the port was not tried with anything else",
      nearMiss: "insufficient-evidence",
      files: capture(
        "small-auth",
        threeTimes(opened(), () => {})
          .encrypted(1_000, 300)
          .encrypted(2_000, 300)
          .encrypted(3_000, 300),
      ),
    },
  ],
  "gateway-rejects": [
    {
      name: "no-proposal",
      story: "a capture: NO_PROPOSAL_CHOSEN in answer to IKE_SA_INIT",
      files: capture("no-proposal", new Dialogue().saInit(0, 624).refusal(80, 14)),
    },
    {
      name: "small-response",
      story: "a capture: a large IKE_AUTH is answered with 76 encrypted bytes",
      files: capture(
        "small-response",
        opened().encrypted(200, 2_528).encrypted(300, 76, { from: "gateway" }),
      ),
    },
    {
      name: "error-13801",
      story:
        "a run on a clear path, of a PC whose last VPN error is 13801: a hint against packet sizes, and no proof of a refusal",
      nearMiss: "healthy",
      files: run("error-13801", {}, dialled(13_801)),
    },
    {
      name: "error-809",
      story: "a run on a clear path, of a PC whose last VPN error is 809, which says nothing",
      nearMiss: "healthy",
      files: run("error-809", {}, dialled(809)),
    },
    {
      name: "invalid-ke",
      story: "a capture: INVALID_KE_PAYLOAD asks for another group, and the client goes on with it",
      nearMiss: "healthy",
      files: capture(
        "invalid-ke",
        answered(
          new Dialogue()
            .saInit(0, 624)
            .refusal(40, 17, Uint8Array.of(0, 14))
            .saInit(60, 640)
            .saInit(120, 420, { from: "gateway" }),
        ),
      ),
    },
  ],
  "outbound-fragments-too-large": [
    {
      name: "limit-1472",
      story: "a run: fragments above 1472 bytes are lost, and smaller MTUs can be tested",
      files: run("limit-1472", { fragmentLimit: 1472, canTestMtu: true }),
    },
    {
      name: "limit-1400",
      story: "a run: fragments above 1400 bytes are lost, and smaller MTUs can be tested",
      files: run("limit-1400", { fragmentLimit: 1400, canTestMtu: true }),
    },
    {
      name: "untested",
      story: "a run: fragments are lost, and no smaller MTU can be tested",
      files: run("untested", { fragmentLimit: 1472 }),
    },
    {
      name: "every-size",
      story: "a run: fragments are lost at every size",
      nearMiss: "outbound-fragments-dropped",
      files: run("every-size", { fragmentLimit: 0, canTestMtu: true }),
    },
  ],
  "outbound-fragments-dropped": [
    {
      name: "every-size",
      story: "a run: fragments are lost at every size that was tested",
      files: run("every-size", { fragmentLimit: 0, canTestMtu: true }),
    },
    {
      name: "small-interface",
      story: "the same from an interface with an MTU of 1400",
      files: run("small-interface", { interfaceMtu: 1400, fragmentLimit: 0, canTestMtu: true }),
    },
    {
      name: "whole-packets-too",
      story: "a run: everything above 1400 bytes vanishes, in pieces or not",
      nearMiss: "path-mtu-black-hole",
      files: run("whole-packets-too", { wholePacketLimit: 1400, canTestMtu: true }),
    },
  ],
  "inbound-fragments-lost": [
    {
      name: "only-last",
      story: "a capture: of the gateway's answers only the last fragment arrives",
      files: capture(
        "only-last",
        threeTimes(opened(), () => {})
          .encrypted(1_000, 2_528)
          .encrypted(1_150, 1_552, { from: "gateway", lost: [0] })
          .encrypted(2_000, 2_528)
          .encrypted(2_150, 1_552, { from: "gateway", lost: [0] })
          .encrypted(3_000, 2_528),
      ),
    },
    {
      name: "only-first",
      story: "a capture: of the gateway's answers only the first fragment arrives",
      files: capture(
        "only-first",
        threeTimes(opened(), () => {})
          .encrypted(1_000, 2_528)
          .encrypted(1_150, 1_552, { from: "gateway", lost: [1] })
          .encrypted(2_000, 2_528)
          .encrypted(3_000, 2_528),
      ),
    },
    {
      name: "by-exclusion",
      story: "a capture of an unanswered IKE_AUTH, and a run on the same network whose large messages arrive",
      files: {
        ...capture("by-exclusion", silentAuth(opened())),
        ...run("by-exclusion", { losesInboundFragments: true }),
      },
    },
    {
      name: "large-echo",
      story: "a run: a ping in pieces is lost, large IKE messages arrive",
      files: run("large-echo", { losesInboundFragments: true }),
    },
    {
      name: "reflector",
      story: "the same, and a reflector's datagrams in pieces are lost as well",
      files: reflectedRun("reflector", { path: { losesInboundFragments: true }, losesPieces: true }),
    },
    {
      name: "hotspot",
      story: "a run on an iPhone's hotspot, where a ping in pieces proves nothing",
      nearMiss: "healthy",
      files: run("hotspot", { losesInboundFragments: true, clientAddress: "172.20.10.4" }),
    },
    {
      name: "nothing-back",
      story: "a capture: a fragmented IKE_AUTH, and nothing at all comes back",
      nearMiss: "ike-auth-unanswered",
      files: capture("nothing-back", silentAuth(opened())),
    },
  ],
  "ike-auth-unanswered": [
    {
      name: "ipv4",
      story: "a capture: a fragmented IKE_AUTH three times, no answer",
      files: capture("ipv4", silentAuth(opened())),
    },
    {
      name: "ipv6",
      story: "the same over IPv6",
      files: capture(
        "ipv6",
        silentAuth(opened(new Dialogue({ client: "2001:db8::4", gateway: "2001:db8:1::1" }))),
      ),
    },
    {
      name: "mtu-1472",
      story: "the same from an interface whose MTU is 1472 already",
      files: {
        ...capture("mtu-1472", silentAuth(opened(), { mtu: 1472 })),
        "netsh.txt":
          "Idx     Met         MTU          State                Name\r\n 12          25        1472  connected     Ethernet 3\r\n",
      },
    },
    {
      name: "intermediate",
      story: "the same of an IKE_INTERMEDIATE with a large key, which comes before IKE_AUTH",
      files: capture("intermediate", silentAuth(opened(), { exchangeType: 43 })),
    },
    {
      name: "two-tries",
      story: "a capture that ends after the second try",
      nearMiss: "insufficient-evidence",
      files: capture("two-tries", opened().encrypted(1_000, 2_528).encrypted(2_000, 2_528)),
    },
  ],
  "path-mtu-black-hole": [
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
  "ike-fragments-too-large": [
    {
      name: "measured",
      story:
        "a capture: IKE fragments of 1432 bytes (as IP packets) go unanswered, and a run that measures a path MTU of 1400",
      files: {
        ...capture(
          "measured",
          threeTimes(opened(), () => {})
            .ikeFragments(1_000, 2, 1_400, 900)
            .ikeFragments(2_000, 2, 1_400, 900)
            .ikeFragments(3_000, 2, 1_400, 900),
        ),
        ...run("measured", { wholePacketLimit: 1400 }, (e) => {
          e.measurements = e.measurements.filter((m) => !m.step.id.startsWith("r2-pieces"));
        }),
      },
    },
    {
      name: "split-again",
      story: "a capture: IKE fragments larger than the interface's MTU are split again, and go unanswered",
      files: capture(
        "split-again",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 2, 1_600, 900)
          .ikeFragments(2_000, 2, 1_600, 900)
          .ikeFragments(3_000, 2, 1_600, 900),
      ),
    },
    {
      name: "only-last",
      story: "a capture: of the gateway's IKE fragments only the small last one arrives",
      files: capture(
        "only-last",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 1_240, 400, { from: "gateway", lost: [0, 1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(2_200, 3, 1_240, 400, { from: "gateway", lost: [0, 1] })
          .ikeFragments(3_000, 5, 580, 300),
      ),
    },
    {
      name: "complete",
      story: "a capture: IKE fragments both ways, all of them arrive",
      nearMiss: "healthy",
      files: capture(
        "complete",
        opened().ikeFragments(200, 5, 580, 300).ikeFragments(330, 3, 1_240, 400, { from: "gateway" }),
      ),
    },
  ],
  "ike-fragments-lost": [
    {
      name: "same-hole",
      story: "a capture: the gateway's second IKE fragment is missing each time",
      files: capture(
        "same-hole",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(2_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(3_000, 5, 580, 300)
          .ikeFragments(3_200, 3, 580, 400, { from: "gateway", lost: [1] }),
      ),
    },
    {
      name: "one-hole",
      story: "the same, seen once",
      files: capture(
        "one-hole",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(3_000, 5, 580, 300),
      ),
    },
    {
      name: "no-answer",
      story: "a capture: small IKE fragments three times, no answer",
      files: capture(
        "no-answer",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(3_000, 5, 580, 300),
      ),
    },
    {
      name: "second-time",
      story: "a capture: a fragment is missing the first time, and all arrive the second time",
      nearMiss: "slow-gateway",
      files: capture(
        "second-time",
        opened()
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(2_200, 3, 580, 400, { from: "gateway" }),
      ),
    },
  ],
  "not-ikev2": [
    {
      name: "ikev1",
      story: "a capture of IKEv1 Main Mode",
      files: capture("ikev1", new Dialogue().ikev1(0, "client").ikev1(60, "gateway")),
    },
    {
      name: "ikev1-silent",
      story: "a capture of IKEv1 Main Mode with no answer",
      files: capture(
        "ikev1-silent",
        new Dialogue().ikev1(0, "client").ikev1(1_000, "client").ikev1(3_000, "client"),
      ),
    },
    {
      name: "l2tp-profile",
      story: "a run: the profile for this gateway is L2TP, and its last error 789",
      files: run("l2tp-profile", { blockedPorts: [500, 4500] }, dialled(789)),
    },
    { name: "ikev2", story: "a capture of IKEv2", nearMiss: "healthy", files: capture("ikev2", answered()) },
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
  "insufficient-evidence": [
    {
      name: "no-ike",
      story: "a capture without IKE",
      files: capture("no-ike", new Dialogue().other(0).other(1_000)),
    },
    {
      name: "pings-elsewhere",
      story: "pings to another host than the gateway",
      files: {
        "pings.txt":
          "Pinging 203.0.113.80 with 1472 bytes of data:\r\nReply from 203.0.113.80: bytes=1472 time=9ms TTL=57\r\n",
      },
    },
    {
      name: "one-init",
      story: "a capture that ends after one IKE_SA_INIT",
      files: capture("one-init", new Dialogue().saInit(0, 624)),
    },
    {
      name: "enough",
      story: "the same capture, and what followed",
      nearMiss: "healthy",
      files: capture("enough", answered()),
    },
  ],
};

function evidenceWithPings(text: string): string {
  return JSON.stringify({
    schema: "ikefrag/evidence/1",
    gateway: "192.0.2.1",
    texts: [{ name: "ping.txt", text }],
  });
}
