/**
 * What is read in the pastes of test/cases/reports, and what a diagnosis beside the seed story's capture
 * makes of them.
 */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../../cli/load-evidence.ts";
import { diagnose } from "../../../../shared/diagnose/diagnose.ts";
import { observe } from "../../../../shared/evidence/observe.ts";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";

const folder = fileURLToPath(new URL("../../../cases/reports/", import.meta.url));
const seed = fileURLToPath(new URL("../../../cases/seed/", import.meta.url));
const [names] = [readdirSync(folder).filter((name) => name.endsWith(".txt"))];
const nameOf = (id: string): string => {
  const found = names.filter((name) => name.startsWith(`${id}-`));
  expect(found, id).toHaveLength(1);
  return found[0] ?? "";
};
const read = (id: string) => {
  const name = nameOf(id);
  return readPastedText({ name, text: readFileSync(`${folder}${name}`, "utf8") });
};

/** Target, ping payload, outcome, how many, router, told MTU, DF. */
type Ping = [string, number, string, number, string | null, number | null, boolean | null];
const toLanguages: Ping[] = [
  ["203.0.113.25", 1424, "answered", 2, null, null, null],
  ["203.0.113.25", 1464, "timeout", 4, null, null, null],
  ["203.0.113.25", 1473, "too-big-locally", 2, null, null, true],
];
const withoutDf = (target: string): Ping[] => [
  [target, 32, "answered", 2, null, null, false],
  [target, 1320, "answered", 2, null, null, false],
  [target, 1330, "timeout", 4, null, null, false],
];
const beside: Ping[] = [["203.0.113.25", 1424, "answered", 2, null, null, null]];
const pings: Record<string, Ping[]> = {
  "01": [
    ["8.8.8.8", 1424, "answered", 2, null, null, true],
    ["8.8.8.8", 1426, "too-big-locally", 2, null, null, true],
  ],
  "01d": [
    ["203.0.113.25", 1426, "too-big-remotely", 1, "192.0.2.1", null, true],
    ["203.0.113.25", 1426, "too-big-locally", 2, null, null, true],
    ["203.0.113.25", 1424, "answered", 1, null, null, null],
  ],
  "02": withoutDf("198.51.100.53"),
  "02b": withoutDf("203.0.113.25"),
  "03": [
    ["192.0.2.11", 1473, "too-big-locally", 2, null, null, true],
    ["192.0.2.11", 1464, "timeout", 3, null, null, true],
    ["192.0.2.11", 1400, "answered", 2, null, null, true],
  ],
  "04": [
    ["198.51.100.1", 1472, "too-big-remotely", 1, "203.0.113.251", 1440, true],
    ["198.51.100.1", 1472, "too-big-locally", 1, null, null, true],
    ["198.51.100.1", 1412, "answered", 2, null, null, true],
  ],
  "04c": [
    ["203.0.113.25", 1472, "timeout", 3, null, null, true],
    ["203.0.113.25", 1424, "answered", 3, null, null, true],
  ],
  "05": [
    ["198.51.100.110", 1472, "answered", 2, null, null, true],
    ["198.51.100.110", 1473, "timeout", 45, null, null, true],
  ],
  "06": [
    ["198.51.100.7", 1500, "too-big-locally", 2, null, null, true],
    ["198.51.100.7", 1400, "too-big-remotely", 1, "192.0.2.1", 1390, true],
    ["198.51.100.7", 1362, "answered", 2, null, null, true],
  ],
  "10-lang-en": toLanguages,
  "10-lang-es": toLanguages,
  "10-lang-ko": toLanguages,
  "10-lang-ru": toLanguages,
  "27": beside,
  "27c": beside,
  "30": [
    ["203.0.113.5", 1465, "too-big-remotely", 1, "192.168.0.1", null, true],
    ["203.0.113.5", 1465, "too-big-locally", 1, null, null, true],
    ["203.0.113.5", 1464, "answered", 2, null, null, null],
  ],
  "32": toLanguages,
  "32b": toLanguages,
  "32c": toLanguages,
  "32e": toLanguages,
};
for (const [id, want] of Object.entries(pings)) {
  test(`report ${id}: the pings, each with its size, outcome and DF`, () => {
    const name = id.startsWith("10-") ? `${id}.txt` : nameOf(id);
    const got = readPastedText({ name, text: readFileSync(`${folder}${name}`, "utf8") });
    expect(
      got.pings.map((p) => [
        p.target,
        p.pingPayloadBytes,
        p.outcome,
        p.count,
        p.router,
        p.nextHopMtu,
        p.dontFragment,
      ]),
    ).toEqual(want);
  });
}

/** Index, IP version, MTU, connected, name. */
type Row = [number | null, 4 | 6, number | null, boolean | null, string];
const seedRows: Row[] = [
  [1, 4, null, true, "Loopback Pseudo-Interface 1"],
  [17, 4, 1500, false, "Wi-Fi"],
  [24, 4, 1500, false, "ローカル エリア接続* 3"],
  [23, 4, 1500, false, "ローカル エリア接続* 4"],
  [19, 4, 1500, true, "イーサネット 5"],
];
const interfaces: Record<string, Row[]> = {
  "06": [
    [null, 4, 1500, null, "en0"],
    [null, 6, 1500, null, "en0"],
  ],
  "08b": [
    [1, 4, null, true, "Loopback Pseudo-Interface 1"],
    [38, 4, 1500, true, "WLAN"],
    [32, 4, 1500, false, "Mobilfunk"],
  ],
  "08c": [
    [null, 6, 1280, true, "Local Area Connection"],
    [null, 6, null, true, "Loopback Pseudo-Interface 1"],
    [null, 6, 1280, false, "6TO4 Adapter"],
    [null, 4, 1500, true, "Local Area Connection"],
    [null, 4, null, true, "Loopback Pseudo-Interface 1"],
  ],
  "08d": [[2, 4, 1500, null, "Local Area Connection"]],
  "08e": [
    [1, 4, null, true, "Loopback Pseudo-Interface 1"],
    [29, 4, null, true, "RAS (Dial In) Interface"],
    [12, 4, 1500, true, "Inside"],
    [14, 4, 1350, true, "Outside"],
  ],
  "08g": seedRows,
  "09": [
    [23, 6, 1480, true, "Ethernet 5"],
    [23, 4, 1440, true, "Ethernet 5"],
    [1, 4, null, true, "Loopback Pseudo-Interface 1"],
  ],
  "33": [
    [1, 6, null, true, "Loopback Pseudo-Interface 1"],
    [19, 6, 1280, true, "Ethernet 5"],
  ],
  "34": seedRows,
};
for (const [id, want] of Object.entries(interfaces)) {
  test(`report ${id}: the interfaces, each with its IP version`, () => {
    const got = read(id);
    expect(got.interfaces.map((i) => [i.index, i.family, i.mtu, i.connected, i.name])).toEqual(want);
  });
}

/** Target, IP packet bytes, outcome, router, told MTU. */
type Path = [string, number | null, string, string | null, number | null];
const paths: Record<string, Path[]> = {
  "07a": [
    ["198.51.100.4", 1500, "not-reached", "192.0.2.31", null],
    ["198.51.100.4", 1496, "reached", null, null],
  ],
  "07b": [
    ["198.51.100.123", 1500, "too-big", "192.0.2.226", 1454],
    ["198.51.100.123", 1454, "reached", null, null],
  ],
  "07c": [
    ["198.51.100.123", 1500, "too-big", "192.0.2.1", 1440],
    ["198.51.100.123", 1440, "reached", null, null],
  ],
  "26": [["10.0.0.11", null, "too-big", "10.0.0.11", 1420]],
};
for (const [id, want] of Object.entries(paths)) {
  test(`report ${id}: which hop told or swallowed which size`, () => {
    const got = read(id);
    expect(got.paths.map((p) => [p.target, p.ipBytes, p.outcome, p.router, p.nextHopMtu])).toEqual(want);
    expect(got.notUnderstood).toEqual([]);
  });
}

test("what is known of a path knows whether it leads to the gateway", async () => {
  const { observations } = await besideSeed("07c");
  expect(observations.pathReports.map((p) => [p.toGateway, p.ref])).toEqual([
    [false, { kind: "text", source: nameOf("07c"), line: 5 }],
    [false, { kind: "text", source: nameOf("07c"), line: 8 }],
  ]);
});

test("no line of these reports makes an observation that is not above", () => {
  for (const name of names) {
    const {
      pings: found,
      interfaces: rows,
      paths: hops,
    } = readPastedText({
      name,
      text: readFileSync(`${folder}${name}`, "utf8"),
    });
    const id = name.startsWith("10-") ? name.replace(".txt", "") : (name.split("-")[0] ?? "");
    expect(found.length, name).toBe(pings[id]?.length ?? 0);
    expect(rows.length, name).toBe(interfaces[id]?.length ?? 0);
    expect(hops.length, name).toBe(paths[id]?.length ?? 0);
  }
});

const besideSeed = async (id: string) => {
  const name = id.startsWith("10-") ? `${id}.txt` : nameOf(id);
  const files = [`${seed}wired-fail.pcapng`, `${seed}netsh-ja.txt`, `${folder}${name}`];
  const loaded = await loadEvidence(files);
  return { loaded, observations: observe(loaded.evidence, loaded.transcripts), diagnosis: diagnose(loaded) };
};

for (const id of ["04c", "10-lang-en", "10-lang-es", "10-lang-ko", "10-lang-ru", "32", "32b", "32c", "32e"]) {
  test(`report ${id} beside the seed's capture: what passed whole is tried first, in every form of the same measurement`, async () => {
    const { recommendation, verdict } = (await besideSeed(id)).diagnosis;
    expect(verdict).toBe("ike-auth-unanswered");
    expect(recommendation.interfaceMtu).toBe(1400);
    expect(recommendation.commands?.apply).toBe("netsh interface ipv4 set interface 19 mtu=1400");
  });
}

for (const id of ["02b", "08g", "27", "27c", "33", "34"]) {
  test(`report ${id} beside the seed's capture leaves the recommendation as it was`, async () => {
    const { recommendation, verdict } = (await besideSeed(id)).diagnosis;
    expect(verdict).toBe("ike-auth-unanswered");
    expect(recommendation.interfaceMtu).toBe(1472);
    expect(recommendation.commands?.apply).toBe("netsh interface ipv4 set interface 19 mtu=1472");
  });
}

test("report 33: the table of IPv6 adds to the interface, and is not its MTU for IPv4", async () => {
  const { egress } = (await besideSeed("33")).observations;
  expect(egress).toMatchObject({ index: 19, mtuV4: 1500, mtuV6: 1280 });
});

test("report 09: both MTUs of one interface are one observation", async () => {
  const loaded = await loadEvidence([`${folder}${nameOf("09")}`]);
  const { egress } = observe(loaded.evidence, loaded.transcripts);
  expect(egress).toMatchObject({ index: 23, name: "Ethernet 5", mtuV4: 1440, mtuV6: 1480 });
});

test("report 01: a refusal of 1454 bytes is no refusal for this computer's own MTU", async () => {
  const loaded = await loadEvidence([`${folder}${nameOf("01")}`]);
  const keys = diagnose(loaded).findings.map((f) => f.phrase.key);
  expect(keys).not.toContain("finding.ping.refused-locally");
});

test("a file that cannot be used is named, and the others are diagnosed", async () => {
  const files = [`${seed}wired-fail.pcapng`, `${folder}README.md`];
  const { unusable, transcripts } = await loadEvidence(files);
  expect(unusable.map((e) => e.why)).toEqual([expect.stringContaining("README.md")]);
  expect(transcripts).toHaveLength(1);
});

test("every output is said back with what it was taken for", () => {
  const { readings } = read("02");
  expect(readings.map((r) => [r.line, r.format, r.targets, r.sizes, r.echoes, r.dontFragment])).toEqual([
    [3, "windows-ping", ["198.51.100.53"], 1, 2, false],
    [14, "windows-ping", ["198.51.100.53"], 1, 2, false],
    [25, "windows-ping", ["198.51.100.53"], 1, 4, false],
  ]);
});
