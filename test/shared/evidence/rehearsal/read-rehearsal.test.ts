import { expect, test } from "vitest";
import { toBase64 } from "../../../../shared/bytes/base64.ts";
import { readLogins } from "../../../../shared/evidence/rehearsal/read-rehearsal.ts";
import { authRequest } from "../../../../shared/ike/keys/auth-request.ts";
import { initRequest } from "../../../../shared/ike/keys/login.ts";
import { byteSource } from "../../../../shared/plan/probe-datagram.ts";
import { Measurement } from "../../../../shared/schema/measurement.ts";
import type { UdpPurpose } from "../../../../shared/schema/plan.ts";
import { Rehearsal } from "../../../../shared/schema/rehearsal.ts";
import { LoginResponder, type ResponderOptions } from "../../../support/login-responder.ts";

const READ_AT = "2026-01-01T00:00:00.000Z";
const secret = new Uint8Array(32).fill(7);

/** A run against a responder, step by step; the path between them is a test's own. */
class Played {
  readonly measurements: Measurement[] = [];
  readonly random = byteSource(Uint8Array.of(3));
  readonly responder: LoginResponder;
  constructor(options: ResponderOptions) {
    this.responder = new LoginResponder(options, byteSource(Uint8Array.of(4)));
  }
  send(datagram: Uint8Array, back: (answer: Uint8Array[]) => Uint8Array[] = (a) => a, port = 4500): void {
    const answers = back(this.responder.answer(datagram, port));
    const at = this.measurements.length;
    const purpose: UdpPurpose = "rehearsal";
    const about = { address: "192.0.2.1", dontFragment: false };
    this.measurements.push(
      Measurement.parse({
        step: {
          id: `r1-step-${at}`,
          kind: "udp",
          atMs: 0,
          target: "192.0.2.1",
          family: 4,
          port,
          purpose,
          datagram: toBase64(datagram),
          dontFragment: false,
          userMtu: null,
          tries: 3,
          waitMs: 1050,
        },
        startedAtMs: at * 100,
        sentAtMs: answers.length > 0 ? [at * 100] : [at * 100, at * 100 + 1050, at * 100 + 2100],
        outcome:
          answers.length > 0
            ? {
                status: "answered",
                ...about,
                answers: answers.map((a, i) => ({ atMs: at * 100 + 30 + i, datagram: toBase64(a) })),
              }
            : { status: "failed", failure: "timeout", detail: null, ...about },
      }),
    );
  }
  init(ikeFragmentation = true, group = 14): void {
    this.send(initRequest({ secret, random: this.random, port: 4500, group, ikeFragmentation }));
  }
  read() {
    const reading = readLogins(this.measurements, secret, READ_AT);
    expect(Rehearsal.parse(reading.rehearsal)).toEqual(reading.rehearsal);
    return reading;
  }
  login() {
    const login = this.read().logins.at(-1);
    if (login === undefined) throw new Error("no login");
    return login;
  }
}

test("readLogins() reads a login whose large answer comes, and its end", () => {
  const run = new Played({});
  run.init(false);
  const ask = { messageId: 1, ikeBytes: null, fragmentIkeBytes: null, random: run.random };
  for (const datagram of authRequest(run.login(), { asks: "eap", ...ask })) run.send(datagram);
  expect(run.responder.halfOpen).toBe(1);
  for (const datagram of authRequest(run.login(), { asks: "refusal", ...ask, messageId: 2 }))
    run.send(datagram);
  expect(run.responder.halfOpen).toBe(0);
  const { rehearsal } = run.read();
  expect(rehearsal.logins[0]?.requests.map(({ answer }) => answer)).toMatchObject([
    { status: "asks-eap", eapType: 1, ikeBytes: 3472, datagrams: [3472] },
    { status: "refused", notify: 24, datagrams: [80] },
  ]);
});
