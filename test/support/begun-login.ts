/** Logins that were begun, and answered, with certificates of test/shared/ike/certificates or others. */
import { readFileSync } from "node:fs";
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { readCertificate } from "../../shared/ike/certificates/certificate.ts";
import { Measurement } from "../../shared/schema/measurement.ts";
import type { Round } from "../../shared/schema/plan.ts";
import type { GatewayCertificate, Rehearsal } from "../../shared/schema/rehearsal.ts";
import type { LoginResponder } from "./login-responder.ts";
import { CLEAR_PATH, measure } from "./simulated-path.ts";

const MADE = JSON.parse(
  readFileSync(new URL("../shared/ike/certificates/certificates.json", import.meta.url), "utf8"),
) as Readonly<Record<string, string>>;

/** One of the certificates that `make-certificates.ts` made, in DER. */
export const certificateBytes = (name: string): Uint8Array => {
  const made = MADE[name];
  if (made === undefined) throw new Error(`Cannot find a certificate "${name}"`);
  return new Uint8Array(Buffer.from(made, "base64"));
};

/** The same, read. */
export function certificate(name: string): GatewayCertificate {
  const read = readCertificate(certificateBytes(name));
  if (read.certificate === null) throw new Error(read.why);
  return read.certificate;
}

/** A gateway that answered a begun login with these certificates: those made, by name, or others. */
export function answeredBegunLogin(
  certificates: readonly (string | GatewayCertificate)[],
  given: Partial<NonNullable<Rehearsal["gateway"]>> = {},
): Rehearsal {
  return {
    logins: [
      {
        initiatorSpi: "00000000000000aa",
        responderSpi: "00000000000000bb",
        family: 4,
        address: "192.0.2.1",
        suite: { encryption: "ENCR_AES_GCM_16", integrity: null, prf: "PRF_HMAC_SHA2_256", group: 19 },
        ikeFragmentation: false,
        announcedIkeFragmentation: false,
        begunOnPort: 4500,
        initAnswerBytes: 300,
        requests: [
          {
            asks: "eap",
            messageId: 1,
            carriage: "whole-packet",
            ikeBytes: 224,
            datagrams: [224],
            userMtu: null,
            stepIds: ["r2-eap"],
            tries: 1,
            answer: { status: "asks-eap", eapType: 1, ikeBytes: 3_472, datagrams: [3_472] },
          },
        ],
      },
    ],
    gateway: {
      certificates: certificates.map((c) => (typeof c === "string" ? certificate(c) : c)),
      unreadableCertificates: [],
      certificateRequests: 0,
      readAt: "2026-11-26T22:00:00.000Z",
      ...given,
    },
    stopped: null,
  };
}

/** What is measured where this gateway answers everything, and nothing is in the way. */
export function measuredWithLogins(round: Round, gateway: LoginResponder): Measurement[] {
  return measure(CLEAR_PATH, round).map((measurement) => {
    const { step, startedAtMs } = measurement;
    if (step.kind !== "udp") return measurement;
    const answers = gateway.answer(fromBase64(step.datagram), step.port);
    if (answers.length === 0) return measurement;
    const atMs = startedAtMs + 20;
    return Measurement.parse({
      step,
      startedAtMs,
      sentAtMs: [startedAtMs],
      outcome: {
        ...{ status: "answered", address: "192.0.2.1", dontFragment: step.dontFragment },
        answers: answers.map((bytes) => ({ atMs, datagram: toBase64(bytes) })),
      },
    });
  });
}
