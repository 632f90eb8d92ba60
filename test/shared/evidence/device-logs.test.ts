/** What logs of gateways that are devices show of logins: whose log, which messages, how they ended. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { observe } from "../../../shared/evidence/observe.ts";
import { readPastedText } from "../../../shared/evidence/text/read.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const formats = fileURLToPath(new URL("../../cases/formats/", import.meta.url));
const textOf = (path: string): string => readFileSync(`${formats}${path}.txt`, "utf8");

function loginsIn(text: string) {
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  evidence.texts.push({ name: "log.txt", text });
  const { initiations, crowds } = observe(evidence, []);
  // Of several clients in a gateway's log one is judged.
  return crowds?.[0]?.attempts ?? initiations;
}

/**
 * A login in one row: view, client, gateway, SPI; then for each exchange its number and Message ID, the size
 * of each request, with the IKE fragments that are missing of it, and of each answer, and what that lists.
 */
const rowsOf = (text: string) =>
  loginsIn(text).map(({ view, client, gateway, initiatorSpi, exchanges }) => [
    `${view} ${client} ${gateway} ${initiatorSpi}`,
    ...exchanges.map((e) =>
      [
        `${e.exchangeType}:${e.messageId}`,
        e.requests
          .map((r) => `${r.ikeLength ?? "?"}${r.missingIkeFragments.map((n) => ` -${n}`).join("")}`)
          .join("+"),
        e.responses.map((r) => r.ikeLength ?? "?").join("+"),
        e.responseNotifies
          .filter(({ type }) => type < 16_384)
          .map(({ name }) => name)
          .join(),
      ].join("|"),
    ),
  ]);

/** The lines that say how it ended. */
const endsIn = (text: string) =>
  readPastedText({ name: "log.txt", text })
    .messages.filter(({ kind }) => ["came-up", "refused", "dropped", "gave-up"].includes(kind))
    .map(({ kind, attempt, reason }) => [kind, attempt, ...(reason ? [reason] : [])].join(" "));

const SAMPLES: Readonly<Record<string, { logins: string[][]; ends: string[] }>> = {
  "cisco-ikev2-debug/client-refused": {
    logins: [
      ["client 2001:db8:7::2 2001:db8:25::1 1d418169b24bf95a", "34:0|?|?|", "35:1|?|?|NO_PROPOSAL_CHOSEN"],
    ],
    ends: [],
  },
  "cisco-ikev2-debug/gateway-waits": {
    logins: [["gateway 198.51.100.7 203.0.113.25 e4368647479e50ef", "34:0|?|?|"]],
    ends: ["dropped e4368647479e50ef"],
  },
  "cisco-ikev2-debug/gateway-refuses": {
    logins: [
      ["gateway 198.51.100.7 203.0.113.25 e9e4b7fd0a336c97", "34:0|?|?|", "35:1|?|?|AUTHENTICATION_FAILED"],
    ],
    ends: ["refused e9e4b7fd0a336c97 key-mismatch"],
  },
  "cisco-ikev2-debug/asa": {
    logins: [["gateway 198.51.100.7 203.0.113.25 833d2323fcb46093", "34:0|462|574|"]],
    ends: ["dropped 833d2323fcb46093"],
  },
  "cisco-ikev2-debug/asa-system-log": {
    logins: [
      ["gateway 198.51.100.7 203.0.113.25 ", "34:0|?|?|"],
      ["gateway 198.51.100.9 203.0.113.25 ", "34:0|?||"],
    ],
    ends: ["dropped 198.51.100.7:500", "refused 198.51.100.9:4500 traffic"],
  },
  "cisco-ikev2-debug/event-trace": {
    logins: [
      ["client 198.51.100.7 203.0.113.25 ", "34:0|?|?|", "35:1|?||"],
      ["client 198.51.100.8 203.0.113.25 ", "34:0|?||"],
    ],
    ends: [],
  },
  "fortios-ike-debug/fragments-missing": {
    logins: [
      ["gateway 198.51.100.7 203.0.113.25 51b2d2ebab3a0fcc", "34:0|440|440|", "35:1|540 -2 -3+540 -2 -3||"],
    ],
    ends: ["dropped 51b2d2ebab3a0fcc"],
  },
  "fortios-ike-debug/version-6": {
    logins: [["gateway 198.51.100.7 203.0.113.25 51b2d2ebab3a0fcc", "34:0|624|432|", "35:1|1248+1248|?+?|"]],
    ends: [],
  },
  "fortios-ike-debug/client-refused": {
    logins: [
      [
        "client 198.51.100.7 203.0.113.25 554498e2804b4c46",
        "34:0|496|496|",
        "35:1|?|72|AUTHENTICATION_FAILED",
      ],
    ],
    ends: [],
  },
  "routeros-log/gateway-never-hears-more": {
    logins: [["gateway 198.51.100.7 203.0.113.25 f24f2cdd171cb3d5", "34:0|624|432|"]],
    ends: ["dropped f24f2cdd171cb3d5"],
  },
  "routeros-log/gateway-refuses": {
    logins: [["gateway 198.51.100.7  a83334b3c66f871b", "34:0|?|?|", "35:1|?|?|AUTHENTICATION_FAILED"]],
    ends: ["refused a83334b3c66f871b no-connection"],
  },
  "routeros-log/client-refused": {
    logins: [["client  203.0.113.25 554498e2804b4c46", "34:0|?|?|", "35:1|?|?|AUTHENTICATION_FAILED"]],
    ends: [],
  },
  "fortios-ike-debug/no-policy": {
    logins: [["gateway 198.51.100.7 203.0.113.25 51b2d2ebab3a0fcc", "34:0|472||"]],
    ends: ["refused 51b2d2ebab3a0fcc no-connection"],
  },
};

for (const [path, { logins, ends }] of Object.entries(SAMPLES)) {
  test(`${path}: whose log it is, which messages it has, and how it ended`, () => {
    expect(rowsOf(textOf(path))).toEqual(logins);
    expect(endsIn(textOf(path))).toEqual(ends);
  });
}

test("FortiOS's dumps tell which end can do IKE fragmentation, as a capture does", () => {
  expect(loginsIn(textOf("fortios-ike-debug/fragments-missing"))).toMatchObject([
    { clientOffersIkeFragmentation: true, gatewayOffersIkeFragmentation: true },
  ]);
  // Without dumps nothing is listed, which is no "no".
  expect(loginsIn(textOf("fortios-ike-debug/version-6"))).toMatchObject([
    { clientOffersIkeFragmentation: null, gatewayOffersIkeFragmentation: null },
  ]);
});

test("a log that does not tell IKE fragments from repetitions claims neither", () => {
  const masked = textOf("fortios-ike-debug/fragments-missing").replace(/ (in|out) [0-9A-F]+/g, " $1 xxxx");
  // Without times: they may be parts of one message.
  expect(rowsOf(masked)[0]?.slice(1)).toEqual(["34:0|440|440|", "35:1|?||"]);
  // A second apart: nobody sends the parts of a message so.
  let second = 0;
  const timed = masked.replace(/^(?=.*comes )/gm, () => `2026-11-20 09:12:0${second++} `);
  expect(rowsOf(timed)[0]?.slice(1)).toEqual(["34:0|440|440|", "35:1|540+540||"]);
});

test("Cisco's list of payloads with a name that is not known is no list of what an end can do", () => {
  const unknown = textOf("cisco-ikev2-debug/gateway-waits").replaceAll(
    "IKEV2_FRAGMENTATION_SUPPORTED",
    "SOMETHING_NEW",
  );
  expect(loginsIn(unknown)).toMatchObject([
    { clientOffersIkeFragmentation: null, gatewayOffersIkeFragmentation: null },
  ]);
});
