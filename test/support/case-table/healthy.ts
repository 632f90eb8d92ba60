/** The path is fine, the gateway is slow, or the evidence is too little. */
import { Dialogue } from "../dialogue.ts";
import {
  answered,
  type CaseToMake,
  capture,
  opened,
  reflectedRun,
  rehearsedRun,
  run,
  tunnel,
} from "./makers.ts";

/** By verdict. */
export const healthyCases = {
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
      name: "login-begun",
      story:
        "a run without any ping: a login is begun, and the gateway's real answer comes back as IP fragments",
      files: rehearsedRun("login-begun", {}),
    },
    {
      name: "certificates-only",
      story: "the same with a gateway that takes certificates only: the way back stays untested",
      files: rehearsedRun("certificates-only", { login: { takes: "certificate" } }),
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
} satisfies Record<string, CaseToMake[]>;
