/** Messages, tokens and cookies of the reflector. */
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readEndpoint } from "../../../shared/reflect/endpoint.ts";
import {
  encodeCookie,
  encodeReflection,
  encodeRequest,
  isCookie,
  isWithin,
  LEAST_REFLECTED_IP_BYTES,
  type Mac,
  MOST_REFLECTED_IP_BYTES,
  makeCookie,
  networkOf,
  readAnswer,
  readRequest,
  readToken,
  signToken,
  TOKEN_SECONDS,
} from "../../../shared/reflect/protocol.ts";

const macOf =
  (key: string): Mac =>
  (message) =>
    createHmac("sha256", key).update(message).digest();
const mac = macOf("a key of thirty-two characters..");
const RUN = "00112233445566778899aabbccddeeff";
const NOW = 1_800_000_000;
const claims = { run: RUN, endsAt: NOW + 240, replyBytes: 24_000, network: null };

test("signToken() and readToken() agree on every claim", () => {
  const networks = [null, networkOf("198.51.100.7"), networkOf("2001:db8:51::2")];
  for (const network of networks) {
    const token = signToken({ ...claims, network }, mac);
    expect(readToken(token, NOW, mac)).toEqual({ ...claims, network });
  }
});

test("readToken() refuses what is over, what is good for too long, and what another key signed", () => {
  const until = (endsAt: number) => readToken(signToken({ ...claims, endsAt }, mac), NOW, mac);
  expect(until(NOW + TOKEN_SECONDS)).not.toBeNull();
  expect(until(NOW + TOKEN_SECONDS + 1)).toBeNull();
  expect(until(NOW + 1)).not.toBeNull();
  expect(until(NOW)).toBeNull();
  expect(readToken(signToken(claims, mac), NOW, macOf("another key of thirty-two chars."))).toBeNull();
});

test("readToken() refuses a token with any bit turned, and any part of one", () => {
  const token = signToken(claims, mac);
  for (let bit = 0; bit < token.length * 8; bit++) {
    const forged = Uint8Array.from(token, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    expect(readToken(forged, NOW, mac), `bit ${bit}`).toBeNull();
  }
  for (let end = 0; end < token.length; end++)
    expect(readToken(token.subarray(0, end), NOW, mac), `${end} bytes`).toBeNull();
});

test("a cookie is good for its address, its run, and a minute or two", () => {
  const cookie = makeCookie("192.0.2.7", RUN, NOW, mac);
  expect(isCookie(cookie, "192.0.2.7", RUN, NOW, mac)).toBe(true);
  expect(isCookie(cookie, "192.0.2.7", RUN, NOW + 60, mac)).toBe(true);
  expect(isCookie(cookie, "192.0.2.7", RUN, NOW + 120, mac)).toBe(false);
  expect(isCookie(cookie, "192.0.2.7", RUN, NOW - 60, mac)).toBe(false);
  expect(isCookie(cookie, "192.0.2.8", RUN, NOW, mac)).toBe(false);
  expect(isCookie(cookie, "192.0.2.7", RUN.replace("0", "1"), NOW, mac)).toBe(false);
  for (let bit = 0; bit < cookie.length * 8; bit++) {
    const forged = Uint8Array.from(cookie, (byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    expect(isCookie(forged, "192.0.2.7", RUN, NOW, mac), `bit ${bit}`).toBe(false);
  }
});

test("readRequest() reads what encodeRequest() made, and nothing that is shorter, longer or of another size", () => {
  const token = signToken(claims, mac);
  const cookie = makeCookie("192.0.2.7", RUN, NOW, mac);
  const open = encodeRequest({ kind: "open", token });
  const send = (ipBytes: number) => encodeRequest({ kind: "send", token, cookie, ipBytes });
  expect(readRequest(open)).toEqual({ kind: "open", token });
  expect(readRequest(send(2_560))).toEqual({ kind: "send", token, cookie, ipBytes: 2_560 });
  for (const ipBytes of [0, LEAST_REFLECTED_IP_BYTES - 1, MOST_REFLECTED_IP_BYTES + 1, 65_535])
    expect(readRequest(send(ipBytes)), `${ipBytes}`).toBeNull();
  for (const whole of [open, send(2_560)]) {
    for (let end = 0; end < whole.length; end++) expect(readRequest(whole.subarray(0, end))).toBeNull();
    expect(readRequest(Uint8Array.of(...whole, 0))).toBeNull();
  }
});

test("readAnswer() reads what a reflector sends, and takes no reflection that came shorter than it was sent", () => {
  const cookie = makeCookie("192.0.2.7", RUN, NOW, mac);
  for (const kind of ["cookie", "again"] as const)
    expect(readAnswer(encodeCookie(kind, cookie), 4)).toEqual({ kind, cookie });
  for (const family of [4, 6] as const) {
    for (const ipBytes of [LEAST_REFLECTED_IP_BYTES, 1_500, MOST_REFLECTED_IP_BYTES]) {
      const reflection = encodeReflection(ipBytes, family);
      expect(reflection.length).toBe(ipBytes - (family === 4 ? 28 : 48));
      expect(readAnswer(reflection, family)).toEqual({ kind: "reflection", ipBytes });
      expect(readAnswer(reflection.subarray(1), family)).toBeNull();
      expect(readAnswer(reflection.subarray(0, -1), family)).toBeNull();
    }
  }
});

test("no bytes make a reader throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(0, 1, 2, 3, 4, 5, 6), (bytes, type) => {
      const headed = Uint8Array.of(0x49, 0x4b, 0x46, 0x52, 1, type, ...bytes);
      for (const datagram of [bytes, headed]) {
        readRequest(datagram);
        readAnswer(datagram, 4);
        readToken(datagram, NOW, mac);
        isCookie(datagram, "192.0.2.7", RUN, NOW, mac);
      }
    }),
  );
});

const NETWORKS: [address: string, same: string | null, other: string][] = [
  ["198.51.100.7", "198.51.100.250", "198.51.101.7"],
  ["::ffff:198.51.100.7", "198.51.100.7", "198.51.101.7"],
  ["2001:db8:51::2", "2001:db8:51:ffff::1", "2001:db8:52::2"],
  ["2001:DB8:51:0:1:2:3:4%eth0", "2001:db8:51::", "2001:db8::51"],
  ["2001:db8::1", "2001:db8:0:7::1", "2001:db8:1::1"],
  // No network that could be named: bound to nothing.
  ["10.1.2.3", null, "10.1.2.3"],
  ["100.64.0.1", null, "100.64.0.1"],
  ["127.0.0.1", null, "127.0.0.1"],
  ["172.31.0.1", null, "172.31.0.1"],
  ["192.168.1.1", null, "192.168.1.1"],
  ["::1", null, "::1"],
  ["fe80::1%eth0", null, "fe80::1"],
  ["fd00::1", null, "fd00::1"],
  ["", null, ""],
  ["unknown", null, "unknown"],
];
test.each(NETWORKS)("networkOf(%s) holds %s and not %s", (address, same, other) => {
  const network = networkOf(address);
  expect(network === null).toBe(same === null);
  if (same === null) return;
  expect(isWithin(same, network)).toBe(true);
  expect(isWithin(other, network)).toBe(false);
});

test("isWithin() binds a client's address in the family in which the service saw it, and none in the other", () => {
  expect(isWithin("2001:db8:1::1", networkOf("198.51.100.7"))).toBe(true);
  expect(isWithin("198.51.100.7", networkOf("2001:db8:1::1"))).toBe(true);
  expect(isWithin("203.0.113.1", null)).toBe(true);
});

test.each([
  ["reflector.example.net:4555", { host: "reflector.example.net", port: 4_555 }],
  ["192.0.2.1:1", { host: "192.0.2.1", port: 1 }],
  ["[2001:db8::1]:65535", { host: "2001:db8::1", port: 65_535 }],
  ["2001:db8::1:4555", null],
  ["[reflector]:4555", null],
  ["reflector.example.net", null],
  ["reflector.example.net:0", null],
  ["reflector.example.net:65536", null],
  ["-x:4555", null],
  ["http://reflector.example.net:4555", null],
  ["a b:4555", null],
])("readEndpoint(%s)", (text, want) => {
  expect(readEndpoint(text)).toEqual(want);
});
