/** IKE gets nowhere for another reason than sizes: no answer, a blocked port, a refusal, or no IKEv2. */
import { Dialogue } from "../dialogue.ts";
import { answered, type CaseToMake, capture, dialled, opened, run, threeTimes } from "./makers.ts";

/** By verdict. */
export const reachabilityCases = {
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
      story: "a run on a clear path, ten minutes after Windows's error 809: the title says what it is not",
      nearMiss: "healthy",
      files: run("error-809", {}, dialled(809)),
    },
    {
      name: "error-809-days-ago",
      story: "the same two days after the error: it is not what anyone asks about",
      nearMiss: "healthy",
      files: run("error-809-days-ago", {}, dialled(809, { at: "2025-12-29T23:50:00Z" })),
    },
    {
      name: "error-809-elsewhere",
      story: "the same with an error of another profile, which leads to another gateway",
      nearMiss: "healthy",
      files: run(
        "error-809-elsewhere",
        {},
        dialled(809, {
          connection: "自宅",
          others: [
            {
              name: "自宅",
              serverAddress: "home.example.net",
              tunnelType: "Ikev2",
              authenticationMethods: ["Eap"],
              connected: false,
            },
          ],
        }),
      ),
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
} satisfies Record<string, CaseToMake[]>;
