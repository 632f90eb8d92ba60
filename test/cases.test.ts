import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../cli/load-evidence.ts";
import { diagnose } from "../shared/diagnose/diagnose.ts";
import { observe } from "../shared/evidence/observe.ts";
import { Diagnosis, Verdict } from "../shared/schema/diagnosis.ts";

/** `cases.json` of a folder: which of its files make one body of evidence, and what it is called. */
interface Case {
  name: string;
  verdict?: string;
  files: string[];
}

const folder = fileURLToPath(new URL("./cases/", import.meta.url));
const listing = (name: string): Case[] | null => {
  try {
    return JSON.parse(readFileSync(join(folder, name, "cases.json"), "utf8")) as Case[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
};
const cases = readdirSync(folder).flatMap((story) => (listing(story) ?? []).map((c) => ({ story, ...c })));

test("every verdict has at least three cases, among them one that looks like it and is not", () => {
  for (const verdict of Verdict.options) {
    const own = cases.filter((c) => c.story === verdict);
    expect(own.length, verdict).toBeGreaterThanOrEqual(3);
    expect(
      own.some((c) => c.verdict !== verdict),
      verdict,
    ).toBe(true);
  }
});

// Made again with `npm run cases`: then read the difference.
for (const { story, name, verdict, files } of cases) {
  test(`case ${story}/${name}: bytes to observations to diagnosis`, async () => {
    const loaded = await loadEvidence(files.map((file) => join(folder, story, file)));
    const diagnosis = Diagnosis.parse(diagnose(loaded));
    if (verdict) expect(diagnosis.verdict).toBe(verdict);
    const { initiations, echoes, probes, egress } = observe(loaded.evidence, loaded.transcripts);
    const pretty = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
    // What is only there to be compared with another place's is as long as the capture.
    const attempts = initiations.map(({ datagrams, ...initiation }) => initiation);
    await expect(pretty({ egress, echoes, probes, initiations: attempts })).toMatchFileSnapshot(
      join(folder, story, `${name}.observations.json`),
    );
    await expect(pretty(diagnosis)).toMatchFileSnapshot(join(folder, story, `${name}.diagnosis.json`));
  });
}

const seed = (...files: string[]) => loadEvidence(files.map((file) => join(folder, "seed", file)));

test("the seed story is diagnosed as its design says", async () => {
  const diagnosis = diagnose(
    await seed("wired-fail.pcapng", "netsh-ja.txt", "ping-1472-ja.txt", "ping-1473-ja.txt"),
  );
  const { verdict, confidence, direction, recommendation } = diagnosis;
  expect(verdict).toBe("ike-auth-unanswered");
  expect(["medium", "low"]).toContain(confidence);
  expect(direction).toBe("undetermined");
  expect(recommendation).toMatchObject({
    interfaceMtu: 1472,
    basis: "trial",
    interfaceIndex: 19,
    previousMtu: 1500,
    expectedFragments: [1468, 1112],
    commands: {
      apply: "netsh interface ipv4 set interface 19 mtu=1472",
      undo: "netsh interface ipv4 set interface 19 mtu=1500",
    },
  });
  expect(recommendation.arithmetic.map((a) => a.bytes)).toEqual([1500, -40, 20, -8]);
  expect(recommendation.notes).toContainEqual({
    key: "note.ping-measured",
    params: { payload: 1472, ipBytes: 1500 },
  });
  expect(recommendation.nextProbe?.command).toBe("ikefrag probe --gateway 203.0.113.25");
  const found = diagnosis.findings.filter((f) => f.status === "found").map((f) => f.phrase.key);
  expect(found).toContain("finding.ping.refused-locally");
  expect(found).toContain("finding.ping-target.found");
  // Evidence points at the packets themselves: IKE_SA_INIT and three times two fragments.
  const frames = diagnosis.findings.find((f) => f.code === "ike-auth-unanswered")?.evidence;
  expect(frames?.map((e) => (e.kind === "packet" ? e.frame : 0))).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
});

test("the seed's good capture is healthy or slow, and changes nothing", async () => {
  const { verdict, recommendation } = diagnose(await seed("wifi-ok.pcapng"));
  expect(["healthy", "slow-gateway"]).toContain(verdict);
  expect(recommendation.interfaceMtu).toBeNull();
  expect(recommendation.commands).toBeNull();
});

test("without the netsh table there is a number, but no command: which interface is not known", async () => {
  const { recommendation } = diagnose(await seed("wired-fail.pcapng"));
  expect(recommendation.interfaceMtu).toBe(1472);
  expect(recommendation.commands).toBeNull();
  expect(recommendation.notes.map((n) => n.key)).toContain("note.which-interface");
});

test("an MTU that is 1472 already is not recommended again", async () => {
  const loaded = await seed("wired-fail.pcapng", "netsh-ja.txt");
  for (const text of loaded.evidence.texts) text.text = text.text.replace(/1500(\s+connected)/, "1472$1");
  const { recommendation } = diagnose(loaded);
  expect(recommendation.interfaceMtu).toBe(1452);
});
