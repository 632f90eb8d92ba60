/**
 * Exchanges with real daemons, recorded in the laboratory with the keys that they logged (charon's log of
 * level 4 for `ike`; libreswan logs none, so those with it are the client's): the keys that come out here are
 * theirs, and their messages open with them. The gateway's certificate is of P-256, its IKE fragments have
 * 576 bytes, and what ikefrag sent was made by `initRequest` and `authRequest`.
 */
import { expect, test } from "vitest";
import { fromBase64 } from "../../../../shared/bytes/base64.ts";
import { fromHex, toHex } from "../../../../shared/bytes/hex.ts";
import { IKE_HEADER_BYTES } from "../../../../shared/ike/header.ts";
import { saKeys } from "../../../../shared/ike/keys/key-material.ts";
import { type OpenLogin, takeInitAnswer } from "../../../../shared/ike/keys/login.ts";
import { payloadBodies } from "../../../../shared/ike/keys/payload-bodies.ts";
import { authAnswer, openMessage } from "../../../../shared/ike/keys/read-answer.ts";
import { chosenSuite } from "../../../../shared/ike/keys/suite.ts";
import { readIkeMessage } from "../../../../shared/ike/message.ts";
import { PayloadType, payloadName } from "../../../../shared/ike/registry.ts";
import recorded from "./recorded-exchanges.json" with { type: "json" };

/** What private numbers were made of when these were recorded. */
const SECRET = new Uint8Array(32).fill(0x5a);

const mine = recorded.filter(({ what }) => what.startsWith("ikefrag"));
const daemons = recorded.filter(({ what }) => !what.startsWith("ikefrag"));

test.each(mine)("$what: the keys are the gateway's, and its answers open", (exchange) => {
  const [request, response] = [fromBase64(exchange.initRequest), fromBase64(exchange.initResponse)];
  const outcome = takeInitAnswer(SECRET, request, response);
  if (outcome.status !== "open") throw new Error(outcome.status);
  const { login } = outcome;
  if (exchange.keys !== null) expect(keysOf(login)).toEqual(loggedKeys(exchange.keys));
  expect(login.refusesEapElsewhere).toBe(exchange.what.includes("libreswan"));
  const opened = openAll(login, exchange);
  expect(opened.requests.length).toBeGreaterThan(0);
  expect(opened.requests.every(({ status }) => status === "whole")).toBe(true);
  expect(opened.responses.every(({ status }) => status === "whole")).toBe(true);
});

test("recorded answers say what the daemons logged, whole and in IKE fragments", () => {
  const said = mine.map((exchange) => {
    const outcome = takeInitAnswer(
      SECRET,
      fromBase64(exchange.initRequest),
      fromBase64(exchange.initResponse),
    );
    if (outcome.status !== "open") throw new Error(outcome.status);
    return openAll(outcome.login, exchange).responses.map((opening) => {
      if (opening.status !== "whole") throw new Error(opening.status);
      const { ikeBytes, datagrams, payloads, inIkeFragments } = opening.message;
      return `${authAnswer(payloads).says}: ${ikeBytes} bytes ${inIkeFragments ? "as" : "="} ${datagrams.join("+")}`;
    });
  });
  expect(said).toEqual([
    ["asks-eap: 1040 bytes as 532+532+116", "refused: 80 bytes = 80"],
    ["refused: 76 bytes = 76"],
    ["refused: 65 bytes = 65"],
    ["asks-eap: 1031 bytes as 544+544+69", "refused: 65 bytes = 65"],
    ["refused: 96 bytes = 96"],
    ["refused: 65 bytes = 65"],
    ["refused: 65 bytes = 65"],
    ["refused: 65 bytes = 65"],
  ]);
});

test.each(daemons)("$what: both directions open with the keys that were logged", (exchange) => {
  const [request, response] = [fromBase64(exchange.initRequest), fromBase64(exchange.initResponse)];
  const read = readIkeMessage(response);
  if (read instanceof Error || exchange.keys === null) throw new Error("no keys");
  const suite = chosenSuite(read.proposals);
  if (suite === null) throw new Error("no suite");
  const nonceOf = (message: Uint8Array): Uint8Array => {
    const bodies = payloadBodies(message[16] ?? 0, message.subarray(IKE_HEADER_BYTES));
    return bodies?.find(({ type }) => type === PayloadType.Nonce)?.body ?? new Uint8Array();
  };
  const { initiatorSpi, responderSpi } = read.header;
  const keys = saKeys(
    suite,
    fromHex(exchange.keys.sharedSecret),
    { initiator: nonceOf(request), responder: nonceOf(response) },
    { initiator: fromHex(initiatorSpi), responder: fromHex(responderSpi) },
  );
  const login: OpenLogin = {
    initiatorSpi,
    responderSpi,
    suite,
    keys,
    ikeFragmentation: true,
    initAnswerBytes: response.length,
    refusesEapElsewhere: false,
    certificateRequests: 0,
  };
  expect(keysOf(login)).toEqual(loggedKeys(exchange.keys));
  const { requests, responses } = openAll(login, exchange);
  const names = (openings: typeof requests) =>
    openings.map((opening) =>
      opening.status === "whole"
        ? opening.message.payloads.map(({ type }) => payloadName(2, type)).join(" ")
        : opening,
    );
  expect({ requests: names(requests), responses: names(responses) }).toEqual(SAID[exchange.what]);
});

/** What the two daemons logged of their messages. */
const SAID: Record<string, { requests: string[]; responses: string[] }> = {
  "a strongSwan 5.9.8 client and a strongSwan 5.9.8 gateway, aes256-sha256-modp2048, EAP-MD5": {
    requests: ["IDi N CERTREQ IDr SA TSi TSr N N N", "EAP", "EAP"],
    responses: ["IDr CERT AUTH EAP", "EAP", "EAP"],
  },
  "a strongSwan 5.9.8 client and a libreswan 4.10 gateway, aes256-sha256-modp2048, refused PSK": {
    requests: ["IDi N IDr AUTH SA TSi TSr N N N N"],
    responses: ["N"],
  },
};

const keysOf = ({ keys }: OpenLogin) => ({
  sk_ai: toHex(keys.initiator.integrity),
  sk_ar: toHex(keys.responder.integrity),
  sk_ei: toHex(keys.initiator.encryption),
  sk_er: toHex(keys.responder.encryption),
});

/** With GCM, a daemon logs no SK_a, for there is none. */
const loggedKeys = ({
  sk_ai = "",
  sk_ar = "",
  sk_ei,
  sk_er,
}: NonNullable<(typeof recorded)[number]["keys"]>) => ({
  sk_ai,
  sk_ar,
  sk_ei,
  sk_er,
});

/** All IKE_AUTH messages of an exchange, request by request. */
function openAll(login: OpenLogin, exchange: (typeof recorded)[number]) {
  const openBy = (messages: readonly string[], fromInitiator: boolean) => {
    const all = messages.map(fromBase64).filter((bytes) => bytes[18] === 35);
    const ids = [...new Set(all.map((bytes) => bytes[23] ?? 0))];
    return ids.map((messageId) =>
      openMessage(
        login,
        { messageId, fromInitiator },
        all.filter((bytes) => bytes[23] === messageId),
      ),
    );
  };
  return { requests: openBy(exchange.requests, true), responses: openBy(exchange.responses, false) };
}
