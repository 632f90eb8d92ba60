/**
 * What evidence of both ends says together: logins of the laboratory in `test/cases/both-ends/`, in every
 * combination that a helpdesk has, in both orders of the files. A row more is a scenario more: its files, and
 * what is true of its path.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { amongOthers, logAmongOthers, withClockAhead } from "../../support/disguise.ts";

const FOLDER = fileURLToPath(new URL("../../cases/both-ends/", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "ikefrag-pairs."));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const THREE_HOURS_MS = 3 * 60 * 60 * 1_000;
/** The gateway of all these logins, and the client as it is seen there. */
interface Addresses {
  gateway: string;
  client: string;
}
const IPV4: Addresses = { gateway: "198.51.100.2", client: "192.0.2.2" };

const file = (name: string): string => join(FOLDER, name);
function derived(name: string, bytes: Uint8Array | string): string {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  return path;
}

/** What is given together, of the files that begin with a name. */
const COMBINATIONS = {
  captures: (name) => [file(`${name}-client.pcapng`), file(`${name}-gateway.pcapng`)],
  "a clock 3 h ahead": (name) => {
    const later = withClockAhead(readFileSync(file(`${name}-gateway.pcapng`)), THREE_HOURS_MS);
    return [file(`${name}-client.pcapng`), derived(`${name}-later-gateway.pcapng`, later)];
  },
  "among 50 others": (name, { gateway }) => {
    const own = readFileSync(file(`${name}-gateway.pcapng`));
    const crowd = derived(`${name}-crowd-gateway.pcapng`, amongOthers(own, own, gateway));
    return [file(`${name}-client.pcapng`), crowd];
  },
  "a router's too": (name) => ["client", "router", "gateway"].map((end) => file(`${name}-${end}.pcapng`)),
  "two dials": (name) =>
    [name, `${name}-mtu-1472`].flatMap((dial) =>
      ["client", "gateway"].map((end) => file(`${dial}-${end}.pcapng`)),
    ),
  "capture and log": (name) => [file(`${name}-client.pcapng`), file(`${name}-gateway.log`)],
  "capture and log of many": (name, { client }) => {
    const own = readFileSync(file(`${name}-gateway.log`), "utf8");
    const crowd = derived(`${name}-crowd-gateway.log`, logAmongOthers(own, own, client));
    return [file(`${name}-client.pcapng`), crowd];
  },
  "capture and log of many whose requests arrive": (name, { client }) => {
    const own = readFileSync(file(`${name}-gateway.log`), "utf8");
    const theirs = readFileSync(file("inbound-fragments-all-gateway.log"), "utf8");
    const crowd = derived(`${name}-others-gateway.log`, logAmongOthers(own, theirs, client));
    return [file(`${name}-client.pcapng`), crowd];
  },
  "run and log": (name) => [file(`${name}-run.json`), file(`${name}-run-gateway.log`)],
  "run and a dial's log": (name) => [file(`${name}-run.json`), file(`${name}-gateway.log`)],
} satisfies Record<string, (name: string, addresses: Addresses) => string[]>;

interface Login {
  name: string;
  addresses?: Addresses;
  /** Verdict, confidence, direction, MTU. */
  says: Partial<Record<keyof typeof COMBINATIONS, string>>;
}

const LOGINS: Login[] = [
  {
    name: "outbound-fragments-1472",
    says: {
      captures: "outbound-fragments-too-large high outbound",
      "a clock 3 h ahead": "outbound-fragments-too-large high outbound",
      "among 50 others": "outbound-fragments-too-large high outbound",
      "capture and log": "outbound-fragments-too-large high outbound",
      "capture and log of many": "outbound-fragments-too-large high outbound",
      "capture and log of many whose requests arrive": "outbound-fragments-too-large high outbound",
      "run and log": "outbound-fragments-too-large high outbound 1472",
      "run and a dial's log": "outbound-fragments-too-large high outbound 1472",
    },
  },
  {
    name: "outbound-fragments-1472-ipv6",
    addresses: { gateway: "2001:db8:51::2", client: "2001:db8:2::2" },
    says: {
      captures: "outbound-fragments-too-large high outbound",
      "a clock 3 h ahead": "outbound-fragments-too-large high outbound",
      "among 50 others": "outbound-fragments-too-large high outbound",
      "capture and log": "outbound-fragments-too-large high outbound",
      "capture and log of many": "outbound-fragments-too-large high outbound",
    },
  },
  {
    name: "outbound-fragments-all-nat",
    addresses: { gateway: "198.51.100.2", client: "198.51.100.1" },
    says: {
      captures: "outbound-fragments-too-large high outbound",
      "a clock 3 h ahead": "outbound-fragments-too-large high outbound",
      "among 50 others": "outbound-fragments-too-large high outbound",
      "capture and log": "outbound-fragments-too-large high outbound",
      // Of a client behind a NAT the log has another address, and among many alike none is taken for it.
      "capture and log of many": "ike-auth-unanswered low undetermined 1472",
    },
  },
  {
    name: "outbound-fragments-non-first-ipv6",
    addresses: { gateway: "2001:db8:51::2", client: "2001:db8:2::2" },
    says: {
      captures: "outbound-fragments-dropped high outbound",
      "a clock 3 h ahead": "outbound-fragments-dropped high outbound",
      "among 50 others": "outbound-fragments-dropped high outbound",
    },
  },
  {
    name: "translator-that-does-not-cut",
    addresses: { gateway: "198.51.100.2", client: "203.0.113.64" },
    says: {
      captures: "outbound-fragments-too-large high outbound",
      "a clock 3 h ahead": "outbound-fragments-too-large high outbound",
      "among 50 others": "outbound-fragments-too-large high outbound",
      "a router's too": "outbound-fragments-too-large high outbound",
      "capture and log": "outbound-fragments-too-large high outbound",
      // Of a client behind a NAT the log has another address, and among many alike none is taken for it.
      "capture and log of many": "ike-auth-unanswered low undetermined 1472",
    },
  },
  {
    name: "link-1400-silent-rfc7383",
    says: {
      captures: "ike-fragments-too-large high outbound 1280",
      "a clock 3 h ahead": "ike-fragments-too-large high outbound 1280",
      "among 50 others": "ike-fragments-too-large high outbound 1280",
    },
  },
  {
    name: "fragments-both-ways",
    says: {
      captures: "outbound-fragments-too-large high outbound",
      "a clock 3 h ahead": "outbound-fragments-too-large high outbound",
      "among 50 others": "outbound-fragments-too-large high outbound",
      "two dials": "inbound-fragments-lost high both",
    },
  },
  {
    name: "inbound-fragments-all",
    says: {
      captures: "inbound-fragments-lost high inbound",
      "a clock 3 h ahead": "inbound-fragments-lost high inbound",
      "among 50 others": "inbound-fragments-lost high inbound",
      "capture and log": "inbound-fragments-lost high inbound",
      "capture and log of many": "inbound-fragments-lost high inbound",
      "run and log": "inbound-fragments-lost low inbound",
      "run and a dial's log": "inbound-fragments-lost high inbound",
    },
  },
  {
    name: "inbound-fragments-all-link-1400",
    says: {
      captures: "inbound-fragments-lost high inbound",
      "a clock 3 h ahead": "inbound-fragments-lost high inbound",
      "among 50 others": "inbound-fragments-lost high inbound",
      "capture and log": "inbound-fragments-lost high inbound",
      "capture and log of many": "inbound-fragments-lost high inbound",
    },
  },
  {
    name: "inbound-fragments-first",
    says: {
      captures: "inbound-fragments-lost high inbound",
      "a clock 3 h ahead": "inbound-fragments-lost high inbound",
      "among 50 others": "inbound-fragments-lost high inbound",
    },
  },
  {
    name: "libreswan-outbound-fragments-1472",
    says: {
      captures: "outbound-fragments-too-large high outbound",
      "a clock 3 h ahead": "outbound-fragments-too-large high outbound",
      "among 50 others": "outbound-fragments-too-large high outbound",
      "capture and log": "outbound-fragments-too-large high outbound",
      "capture and log of many": "outbound-fragments-too-large high outbound",
    },
  },
  {
    name: "libreswan-inbound-fragments-all",
    says: {
      captures: "inbound-fragments-lost high inbound",
      "a clock 3 h ahead": "inbound-fragments-lost high inbound",
      "among 50 others": "inbound-fragments-lost high inbound",
      "capture and log": "ike-auth-unanswered high inbound",
      "capture and log of many": "ike-auth-unanswered high inbound",
    },
  },
  {
    name: "gateway-refuses-and-is-not-heard",
    says: {
      captures: "gateway-rejects high",
      "a clock 3 h ahead": "gateway-rejects high",
      "among 50 others": "gateway-rejects high",
      "capture and log": "gateway-rejects high",
      "capture and log of many": "gateway-rejects high",
    },
  },
  {
    name: "gateway-drops-port-4500",
    says: {
      captures: "insufficient-evidence high",
      "a clock 3 h ahead": "insufficient-evidence high",
      "among 50 others": "insufficient-evidence high",
      "capture and log": "outbound-fragments-too-large high outbound",
      "capture and log of many": "outbound-fragments-too-large high outbound",
    },
  },
  {
    name: "udp-4500-blocked",
    says: {
      captures: "outbound-fragments-too-large high outbound",
      "a clock 3 h ahead": "outbound-fragments-too-large high outbound",
      "among 50 others": "outbound-fragments-too-large high outbound",
    },
  },
];

const ROWS = LOGINS.flatMap(({ name, addresses = IPV4, says }) =>
  Object.entries(says).map(([of, expected]) => ({ name, addresses, of, expected })),
);

test.each(ROWS)("$name: $of", async ({ name, addresses, of, expected }) => {
  const files = COMBINATIONS[of as keyof typeof COMBINATIONS](name, addresses);
  for (const order of [files, files.toReversed()]) {
    const { verdict, confidence, direction, recommendation } = diagnose(await loadEvidence(order));
    expect([verdict, confidence, direction, recommendation.interfaceMtu].join(" ").trim()).toBe(expected);
  }
});

const WITH_LOG = LOGINS.filter(({ says }) => "captures" in says && "capture and log" in says);

test.each(WITH_LOG)("$name: a log beside both captures takes no packet away", async ({ name }) => {
  const captures = COMBINATIONS.captures(name);
  const all = [...captures, ...COMBINATIONS["capture and log"](name).slice(1)];
  const lossIn = async (files: string[]) => {
    const { findings } = diagnose(await loadEvidence(files));
    return findings.filter((f) => f.code.startsWith("lost-on-the-way-out") || f.code === "answer-lost");
  };
  const wanted = await lossIn(captures);
  expect(await lossIn(all)).toEqual(wanted);
  expect(await lossIn(all.toReversed())).toEqual(wanted);
});

test("logins alike and at one time, to gateways of other families, are not joined by their sizes", async () => {
  // So much later the login over IPv6 began, in the same laboratory with the same certificates.
  const capture = withClockAhead(readFileSync(file("outbound-fragments-1472-client.pcapng")), 2_280_384);
  const alike = derived("at-the-time-of-the-other-client.pcapng", capture);
  const files = [alike, file("outbound-fragments-1472-ipv6-gateway.log")];
  for (const order of [files, files.toReversed()])
    expect(diagnose(await loadEvidence(order)).bothEnds?.logins ?? []).toEqual([]);
});
