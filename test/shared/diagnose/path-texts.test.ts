/**
 * What a diagnosis says of the pastes in test/cases/reports that tell sizes: verdict, MTU, and the words in
 * both languages.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { LANGUAGE_TAGS } from "../../../shared/language.ts";
import type { Diagnosis } from "../../../shared/schema/diagnosis.ts";
import { toText } from "../../../shared/text/speak.ts";

const folder = fileURLToPath(new URL("../../cases/reports/", import.meta.url));
const seed = fileURLToPath(new URL("../../cases/seed/", import.meta.url));
const pathOf = (id: string): string => {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${id}-`) && name.endsWith(".txt"));
  expect(names, id).toHaveLength(1);
  return folder + names[0];
};
const judged = async (id: string, gateway: string | null = null) =>
  diagnose(await loadEvidence([pathOf(id)], gateway));
const besideSeed = async (id: string) =>
  diagnose(await loadEvidence([`${seed}wired-fail.pcapng`, `${seed}netsh-ja.txt`, pathOf(id)]));
const said = (d: Diagnosis, language: "en" | "ja"): string => {
  const { sentence, observed, inferred, actions, notes, arithmetic } = toText(d, language);
  return [sentence, ...observed, ...inferred, ...actions, ...notes, arithmetic ?? ""].join("\n");
};

interface Row {
  id: string;
  verdict: string;
  mtu: [number, string] | null;
  /** Each stands in what is said, in both languages. */
  numbers: string[];
  host: string;
}
const rows: Row[] = [
  {
    id: "01",
    verdict: "path-mtu-reduced",
    mtu: [1452, "measured"],
    numbers: ["1452", "1453"],
    host: "8.8.8.8",
  },
  {
    id: "01d",
    verdict: "path-mtu-reduced",
    mtu: [1452, "measured"],
    numbers: ["192.0.2.1", "1452", "1453", "1454"],
    host: "203.0.113.25",
  },
  { id: "02", verdict: "insufficient-evidence", mtu: null, numbers: ["1348", "1358"], host: "198.51.100.53" },
  {
    id: "03",
    verdict: "path-mtu-black-hole",
    mtu: [1428, "trial"],
    numbers: ["1400", "1428", "1492"],
    host: "192.0.2.11",
  },
  {
    id: "04",
    verdict: "path-mtu-reduced",
    mtu: [1440, "measured"],
    numbers: ["203.0.113.251", "1440"],
    host: "198.51.100.1",
  },
  {
    id: "04c",
    verdict: "path-mtu-black-hole",
    mtu: [1452, "trial"],
    numbers: ["1452", "1500"],
    host: "203.0.113.25",
  },
  {
    id: "05",
    verdict: "insufficient-evidence",
    mtu: null,
    numbers: ["1500", "1501", "45"],
    host: "198.51.100.110",
  },
  {
    id: "06",
    verdict: "path-mtu-reduced",
    mtu: [1390, "measured"],
    numbers: ["192.0.2.1", "1390"],
    host: "198.51.100.7",
  },
  {
    id: "07a",
    verdict: "path-mtu-black-hole",
    mtu: [1496, "trial"],
    numbers: ["192.0.2.31", "1496", "1500"],
    host: "198.51.100.4",
  },
  {
    id: "07b",
    verdict: "path-mtu-reduced",
    mtu: [1454, "measured"],
    numbers: ["192.0.2.226", "1454"],
    host: "198.51.100.123",
  },
  {
    id: "07c",
    verdict: "path-mtu-reduced",
    mtu: [1440, "measured"],
    numbers: ["192.0.2.1", "1440"],
    host: "198.51.100.123",
  },
  {
    id: "26",
    verdict: "path-mtu-reduced",
    mtu: [1420, "measured"],
    numbers: ["10.0.0.11", "1420"],
    host: "10.0.0.11",
  },
  {
    id: "30",
    verdict: "path-mtu-reduced",
    mtu: [1492, "measured"],
    numbers: ["192.168.0.1", "1492"],
    host: "203.0.113.5",
  },
];

for (const { id, verdict, mtu, numbers, host } of rows) {
  test(`report ${id} alone: the edge is said, of low confidence, with how to name the gateway`, async () => {
    const d = await judged(id);
    const { interfaceMtu, basis, commands, actions } = d.recommendation;
    expect([d.verdict, d.confidence]).toEqual([verdict, "low"]);
    expect(interfaceMtu === null ? null : [interfaceMtu, basis]).toEqual(mtu);
    expect(commands).toBeNull();
    expect(actions[0]).toEqual({ key: "action.name-gateway", params: { host } });
    for (const language of LANGUAGE_TAGS) {
      const words = said(d, language);
      expect(words).toContain(`--gateway ${host}`);
      for (const number of numbers) expect(words).toMatch(new RegExp(`(?<![\\d.])${number}(?![\\d]|\\.\\d)`));
    }
  });
}

const NAMED: [id: string, verdict: string, confidence: string, mtu: number | null][] = [
  ["01", "path-mtu-reduced", "low", 1452],
  ["01d", "path-mtu-reduced", "medium", 1452],
  ["02", "insufficient-evidence", "low", null],
  ["04", "path-mtu-reduced", "medium", 1440],
  ["04c", "path-mtu-black-hole", "low", 1452],
  ["06", "path-mtu-reduced", "medium", 1390],
  ["07b", "path-mtu-reduced", "medium", 1454],
  ["30", "path-mtu-reduced", "medium", 1492],
];
test.each(NAMED)("report %s with the gateway named: %s, %s", async (id, verdict, confidence, mtu) => {
  const host = rows.find((r) => r.id === id)?.host ?? "";
  const d = await judged(id, host);
  expect([d.verdict, d.confidence, d.recommendation.interfaceMtu]).toEqual([verdict, confidence, mtu]);
  expect(d.recommendation.actions.map((a) => a.key)).not.toContain("action.name-gateway");
  // Another host's pings decide nothing.
  const other = await judged(id, "192.0.2.250");
  expect([other.verdict, other.recommendation.interfaceMtu]).toEqual(["insufficient-evidence", null]);
});

test("report 07b with the gateway named as in the paste's heading", async () => {
  expect((await judged("07b", "vpn.example")).confidence).toBe("medium");
});

test("report 30: PPPoE's 1492 is 1492, with no sum about translators and no word of phones", async () => {
  const { recommendation, findings } = await judged("30", "203.0.113.5");
  expect(recommendation.arithmetic.map((a) => a.bytes)).toEqual([1492]);
  const found = findings.filter((f) => f.status === "found").map((f) => f.phrase.key);
  expect(found).toContain("link.1492");
  const keys = [...found, ...recommendation.notes.map((n) => n.key)];
  expect(keys.filter((key) => /translated|1472|replug|hotspot|ipv6/.test(key))).toEqual([]);
});

test("report 07a: a hint at phones needs a phone", async () => {
  expect((await judged("07a")).findings.map((f) => f.phrase.key)).not.toContain("link.1496");
});

test("refused for its own MTU is said only where the interface's MTU is known to be smaller", async () => {
  const keysOf = (d: Diagnosis) => d.findings.map((f) => f.phrase.key);
  for (const id of ["01", "01d", "03"]) {
    expect(keysOf(await judged(id)), id).not.toContain("finding.ping.refused-locally");
  }
  expect(keysOf(await judged("03"))).toContain("finding.ping.refused-here");
  expect(keysOf(await judged("06"))).toContain("finding.ping.refused-locally");
  const withTable = diagnose(await loadEvidence([pathOf("01"), `${seed}netsh-ja.txt`]));
  expect(keysOf(withTable)).toContain("finding.path-to-host.learned");
  expect(withTable.recommendation).toMatchObject({
    interfaceMtu: 1452,
    commands: { apply: "netsh interface ipv4 set interface 19 mtu=1452" },
  });
});

test("no other system is told to run netsh", async () => {
  for (const id of ["04", "06", "07a", "07b", "07c"]) {
    const keys = (await judged(id)).recommendation.notes.map((n) => n.key);
    expect(keys, id).toContain("note.no-windows");
    expect(keys, id).not.toContain("note.which-interface");
  }
});

test("beside the seed's capture: a path MTU that was told is recommended, 8 bytes less behind a hotspot", async () => {
  const { verdict, recommendation } = await besideSeed("01d");
  expect(verdict).toBe("ike-auth-unanswered");
  expect(recommendation).toMatchObject({
    interfaceMtu: 1444,
    basis: "trial",
    commands: { apply: "netsh interface ipv4 set interface 19 mtu=1444" },
  });
  expect(recommendation.arithmetic.map((a) => a.bytes)).toEqual([1452, -8]);
});

test("beside the seed's capture: what a router named on the way to another host is tried first", async () => {
  const { verdict, recommendation } = await besideSeed("06");
  expect(verdict).toBe("ike-auth-unanswered");
  expect(recommendation).toMatchObject({ interfaceMtu: 1382, basis: "trial" });
  expect(recommendation.arithmetic.map((a) => [a.bytes, a.term.key])).toEqual([
    [1390, "term.told-elsewhere"],
    [-8, "term.ipv6-fragment-header"],
  ]);
  // What got lost there without a word from a router may lie anywhere on that host's way.
  expect((await besideSeed("02")).recommendation.interfaceMtu).toBe(1472);
  expect((await besideSeed("03")).recommendation.interfaceMtu).toBe(1472);
});

test("beside the seed's capture: a small size that passed forbids no trial below what was lost", async () => {
  const tried = async (least: number, lost: number) => {
    const loaded = await loadEvidence([`${seed}wired-fail.pcapng`, `${seed}netsh-ja.txt`]);
    const text = `Nmap scan report for 203.0.113.25\n\nHost script results:\n|_path-mtu: ${least} <= PMTU < ${lost}\n`;
    loaded.evidence.texts.push({ name: "nmap.txt", text });
    return diagnose(loaded).recommendation.interfaceMtu;
  };
  expect(await tried(1006, 1492)).toBe(1280);
  // The hotspot's IP fragments may grow by 8 bytes.
  expect(await tried(1006, 1284)).toBeNull();
  expect(await tried(576, 1006)).toBeNull();
});

test("beside the seed's capture: the same black hole in Windows's form and in Linux's gives one MTU", async () => {
  const of = async (id: string) => (await besideSeed(id)).recommendation.interfaceMtu;
  const linux = await of("04c");
  expect(linux).toBe(1400);
  for (const id of ["32", "32b", "32c", "32e"]) expect(await of(id), id).toBe(linux);
});

test("report 08c beside the seed's capture: the table without indexes gives commands by name", async () => {
  const { recommendation } = diagnose(await loadEvidence([`${seed}wired-fail.pcapng`, pathOf("08c")]));
  expect(recommendation).toMatchObject({ interfaceMtu: 1472, interfaceIndex: null, previousMtu: 1500 });
  expect(recommendation.commands?.apply).toBe(
    'netsh interface ipv4 set subinterface "Local Area Connection" mtu=1472 store=persistent',
  );
  expect(recommendation.notes.map((n) => n.key)).not.toContain("note.which-interface");
});

test("report 08d beside the seed's capture: Windows XP has no command for it", async () => {
  const { recommendation } = diagnose(await loadEvidence([`${seed}wired-fail.pcapng`, pathOf("08d")]));
  expect([recommendation.interfaceMtu, recommendation.commands]).toEqual([1472, null]);
});

test("report 09 beside the seed's capture: its own MTU of 1440 is the one that is put back", async () => {
  const { recommendation } = diagnose(await loadEvidence([`${seed}wired-fail.pcapng`, pathOf("09")]));
  expect(recommendation).toMatchObject({
    interfaceMtu: 1400,
    interfaceIndex: 23,
    previousMtu: 1440,
    commands: { undo: "netsh interface ipv4 set interface 23 mtu=1440" },
  });
});

test("a Windows table beside the log of the client's own daemon is of another computer", async () => {
  const log = pathOf("22");
  const { recommendation } = diagnose(await loadEvidence([log, `${seed}netsh-ja.txt`]));
  expect([recommendation.interfaceIndex, recommendation.commands]).toEqual([null, null]);
  const large = await loadEvidence([log, `${seed}netsh-ja.txt`]);
  for (const text of large.evidence.texts) text.text = text.text.replaceAll("(1392 bytes)", "(2392 bytes)");
  const judgedAnew = diagnose(large);
  expect(judgedAnew.recommendation).toMatchObject({
    interfaceMtu: 1472,
    interfaceIndex: null,
    commands: null,
  });
  expect(judgedAnew.recommendation.notes.map((n) => n.key)).toContain("note.no-windows");
});
