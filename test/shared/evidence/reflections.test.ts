/** What a message to a reflector was, by its own bytes, and what the answer is worth. */
import { expect, test } from "vitest";
import { toBase64 } from "../../../shared/bytes/base64.ts";
import { toHex } from "../../../shared/bytes/hex.ts";
import { observeReflection } from "../../../shared/evidence/observe-probes.ts";
import {
  encodeCookie,
  encodeReflection,
  encodeRequest,
  type ReflectorRequest,
  TOKEN_BYTES,
} from "../../../shared/reflect/protocol.ts";
import { UdpMeasurement } from "../../../shared/schema/measurement.ts";

const token = new Uint8Array(TOKEN_BYTES);
const cookie = Uint8Array.from({ length: 20 }, (_, at) => at);
const OPEN: ReflectorRequest = { kind: "open", token };
const send = (ipBytes: number): ReflectorRequest => ({ kind: "send", token, cookie, ipBytes });

function observed(request: ReflectorRequest | null, answer: Uint8Array | null, family: 4 | 6 = 4) {
  const about = { address: family === 4 ? "203.0.113.2" : "2001:db8::2", dontFragment: null };
  const datagram = request === null ? "AAAA" : toBase64(encodeRequest(request));
  return observeReflection(
    UdpMeasurement.parse({
      step: {
        id: "r4-reflect-2560",
        kind: "udp",
        atMs: 0,
        target: "reflector.example.net",
        family,
        port: 4_555,
        purpose: "reflection",
        datagram,
        dontFragment: false,
        userMtu: null,
        tries: 3,
        waitMs: 1_050,
      },
      startedAtMs: 0,
      sentAtMs: [10],
      outcome: answer
        ? {
            status: "answered",
            ...about,
            answers: [{ atMs: 40, datagram: toBase64(Uint8Array.from(answer)) }],
          }
        : { status: "failed", failure: "timeout", detail: null, ...about },
    }),
  );
}

const CASES: [
  name: string,
  request: ReflectorRequest | null,
  answer: Uint8Array | null,
  outcome: string,
  ipBytes: number | null,
][] = [
  ["leave to ask, and a cookie", OPEN, encodeCookie("cookie", cookie), "answered", null],
  ["leave to ask, and silence", OPEN, null, "silent", null],
  ["a size, and a datagram of that size", send(2_560), encodeReflection(2_560, 4), "answered", 2_560],
  ["a size, and silence", send(2_560), null, "silent", 2_560],
  ["a size, and only another cookie", send(2_560), encodeCookie("again", cookie), "again", 2_560],
  ["a size, and a datagram of another size", send(2_560), encodeReflection(1_500, 4), "strange", 2_560],
  ["a size, and a part of it", send(2_560), encodeReflection(2_560, 4).subarray(0, 1_472), "strange", 2_560],
  [
    "a size, and a cookie as if leave had been asked",
    send(2_560),
    encodeCookie("cookie", cookie),
    "strange",
    2_560,
  ],
  ["leave to ask, and a datagram nobody asked for", OPEN, encodeReflection(2_560, 4), "strange", null],
  ["a size, and noise", send(2_560), Uint8Array.of(1, 2, 3), "strange", 2_560],
  ["nothing that the service built, and a cookie", null, encodeCookie("cookie", cookie), "answered", null],
];
test.each(CASES)("observeReflection() reads %s", (_name, request, answer, outcome, ipBytes) => {
  expect(observed(request, answer)).toMatchObject({ outcome, ipBytes, host: "reflector.example.net" });
});

test("observeReflection() keeps a cookie for what is asked next, and reckons with IPv6's header", () => {
  expect(observed(OPEN, encodeCookie("cookie", cookie)).cookie).toBe(toHex(cookie));
  expect(observed(send(1_500), encodeReflection(1_500, 6), 6).outcome).toBe("answered");
  expect(observed(send(1_500), encodeReflection(1_500, 4), 6).outcome).toBe("strange");
});
