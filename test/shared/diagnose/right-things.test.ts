/** The 25 things that a diagnosis has to get right (docs/domain.md §9), each by its number. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { toBase64 } from "../../../shared/bytes/base64.ts";
import { mtuCommands } from "../../../shared/diagnose/advice/netsh-commands.ts";
import { diagnose, diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import { readPastedText } from "../../../shared/evidence/text/read.ts";
import { encodeIkeMessage, notifyBody } from "../../../shared/ike/encode.ts";
import { NotifyType, PayloadType } from "../../../shared/ike/registry.ts";
import { ipFragmentSizes, translationSafeMtu } from "../../../shared/packet/sizes.ts";
import { nextRound } from "../../../shared/plan/plan.ts";
import type { Diagnosis } from "../../../shared/schema/diagnosis.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import type { UdpStep } from "../../../shared/schema/plan.ts";
import { toText } from "../../../shared/text/speak.ts";
import { Minimizer } from "../../../shared/transcript/minimize.ts";
import { CaptureReader } from "../../../shared/transcript/read-capture.ts";
import { Dialogue } from "../../support/dialogue.ts";
import { exchange, initiation, observations, probe, sent } from "../../support/observations.ts";
import { CLEAR_PATH, playPlan } from "../../support/simulated-path.ts";

const folder = fileURLToPath(new URL("../../cases/", import.meta.url));
const of = async (story: string, name: string): Promise<Diagnosis> => {
  const cases = JSON.parse(readFileSync(join(folder, story, "cases.json"), "utf8")) as {
    name: string;
    files: string[];
  }[];
  const files = cases.find((c) => c.name === name)?.files ?? [];
  return diagnose(await loadEvidence(files.map((file) => join(folder, story, file))));
};
const statusOf = (d: Diagnosis, code: string) => d.findings.find((f) => f.code === code)?.status;
const keysOf = (d: Diagnosis) => d.findings.filter((f) => f.status === "found").map((f) => f.phrase.key);
const both = [probe({ purpose: "baseline" }), probe({ purpose: "baseline", port: 4500 })];

test("§9.1 payload is not MTU: every ping is given with both numbers", async () => {
  const d = await of("seed", "wired-fail");
  expect(d.recommendation.notes).toContainEqual({
    key: "note.ping-measured",
    params: { payload: 1472, ipBytes: 1500 },
  });
});

test("§9.2 a local refusal is no result; a router's is", async () => {
  expect((await of("path-mtu-reduced", "local-refusal")).verdict).toBe("insufficient-evidence");
  expect((await of("path-mtu-reduced", "pings-ja")).verdict).toBe("path-mtu-reduced");
});

test("§9.3 no MTU verdict without a passing baseline on both ports", async () => {
  for (const name of ["silent", "and-fragments"]) {
    const d = await of("udp-4500-blocked", name);
    expect([d.verdict, d.recommendation.interfaceMtu]).toEqual(["udp-4500-blocked", null]);
  }
});

test("§9.4 direction: where the way back loses packets, the report says that an MTU will not help", async () => {
  const d = await of("inbound-fragments-lost", "only-last");
  expect([d.direction, d.recommendation.interfaceMtu]).toEqual(["inbound", null]);
  expect(d.recommendation.notes.map((n) => n.key)).toContain("note.mtu-will-not-help");
});

test("§9.5 no response may be a lost request: the direction stays open, and the first trial is the client's MTU", async () => {
  const d = await of("ike-auth-unanswered", "ipv4");
  expect([d.direction, d.recommendation.basis]).toEqual(["undetermined", "trial"]);
  expect(toText(d, "en").explanation).toContain("the request itself may never have arrived");
});

test("§9.6 a small encrypted IKE_AUTH response is the gateway's error, and so are clear Notifies", async () => {
  expect((await of("gateway-rejects", "small-response")).verdict).toBe("gateway-rejects");
  expect((await of("gateway-rejects", "no-proposal")).verdict).toBe("gateway-rejects");
});

test("§9.7 a blocked port 4500 is not lost fragments: a small probe on it decides", async () => {
  const d = await of("udp-4500-blocked", "and-fragments");
  expect([statusOf(d, "udp-4500-blocked"), statusOf(d, "outbound-fragments")]).toEqual(["found", "unknown"]);
});

test("§9.8 probes go to the gateway, by IKE, and pings of another host are named as such", async () => {
  const { rounds } = playPlan("vpn.example.com", CLEAR_PATH);
  const targets = rounds.flatMap((r) => r.steps.flatMap((s) => ("target" in s ? [s.target] : [])));
  expect(new Set(targets)).toEqual(new Set(["vpn.example.com", "192.0.2.1"]));
  expect(keysOf(await of("seed", "wired-fail"))).toContain("finding.ping-target.found");
});

test("§9.9 verified means that this very cap passed; all else is a trial", async () => {
  const verified = await of("outbound-fragments-too-large", "limit-1472");
  const passed = verified.findings.find((f) => f.code === "outbound-fragments")?.evidence ?? [];
  expect([verified.recommendation.interfaceMtu, verified.recommendation.basis]).toEqual([1472, "verified"]);
  expect(passed.some((e) => e.kind === "probe" && e.stepId === "r3-mtu-1472")).toBe(true);
  expect((await of("outbound-fragments-too-large", "untested")).recommendation.basis).toBe("trial");
});

test("§9.10 a large ping is no evidence behind a translator", async () => {
  expect((await of("inbound-fragments-lost", "large-echo")).verdict).toBe("inbound-fragments-lost");
  expect((await of("inbound-fragments-lost", "hotspot")).verdict).toBe("healthy");
});

test("§9.11 behind a translator fragments must be 8 bytes smaller than whole packets", async () => {
  const d = await of("path-mtu-black-hole", "translated");
  expect(d.recommendation.interfaceMtu).toBe(1472);
  expect(d.recommendation.arithmetic.map((a) => a.bytes)).toEqual([1480, -8]);
});

test("§9.12 1472 is the fragment bound of a 1500-byte IPv6 link, the same for 1468 to 1475, and no universal one", async () => {
  expect(translationSafeMtu(1500)).toBe(1472);
  for (let mtu = 1468; mtu <= 1475; mtu++) expect(ipFragmentSizes(2540, mtu, 4)).toEqual([1468, 1112]);
  expect((ipFragmentSizes(2540, 1476, 4)[0] ?? 0) + 20 + 8).toBe(1504);
  expect(translationSafeMtu(1492)).toBeLessThan(1472);
  expect((await of("seed", "wired-fail")).recommendation.notes.map((n) => n.key)).toContain(
    "note.1472-is-no-cure",
  );
});

test("§9.13 which side lacks IKE fragmentation is reported", () => {
  const opened = exchange({ exchangeType: 34, requests: [sent(0, 624)], responses: [sent(90, 301)] });
  const lacking = (given: object) =>
    keysOf(diagnoseObservations(observations({ initiations: [initiation([opened], given)] })));
  expect(lacking({ clientOffersIkeFragmentation: false, gatewayOffersIkeFragmentation: false })).toContain(
    "finding.ike-fragmentation.client",
  );
  expect(lacking({ gatewayOffersIkeFragmentation: false })).toContain("finding.ike-fragmentation.gateway");
});

test("§9.14 the durable fix is the gateway's, with its product's own setting", async () => {
  const { serverActions } = (await of("seed", "wired-fail")).recommendation;
  const rras = serverActions.find((a) => a.product === "Windows Server RRAS");
  expect(rras?.commands.join("\n")).toMatch(/EnableServerFragmentation[\s\S]*Restart-Service/);
});

test("§9.15 fragments are joined by source, destination, protocol and identification, partial sets reported", () => {
  const reader = new CaptureReader("a.pcapng");
  reader.push(
    new Dialogue()
      .encrypted(0, 2_528, { lost: [1] })
      .other(90_000)
      .bytes(),
  );
  const [partial] = reader.end().incompleteDatagrams;
  expect(partial?.ikeHeader?.length).toBe(2_528);
  expect(partial?.missing).toEqual([{ from: 1_480, to: null }]);
});

test("§9.16 a capture that cannot show fragments says so instead of judging", () => {
  // Beside a public gateway, a private address is the client's own: what it sent, its capture would have.
  const d = new Dialogue({ client: "192.168.1.4" }).saInit(0, 624).saInit(90, 420, { from: "gateway" });
  for (const at of [1_000, 2_000, 3_000]) d.encrypted(at, 2_528, { lost: [1] });
  const reader = new CaptureReader("filtered.pcapng");
  reader.push(d.other(90_000).bytes());
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  const diagnosis = diagnose({ evidence, transcripts: [reader.end()] });
  expect(diagnosis.verdict).toBe("insufficient-evidence");
  expect(diagnosis.warnings.map((w) => w.phrase.key)).toContain("warning.port-filter");
});

test("§9.17 silence takes three sendings; a late answer is a slow gateway", async () => {
  expect((await of("ike-auth-unanswered", "two-tries")).verdict).toBe("insufficient-evidence");
  expect((await of("slow-gateway", "third-try")).verdict).toBe("slow-gateway");
});

test("§9.18 the tunnel's MTU follows from the outer one, by cipher", async () => {
  const { tunnelMtu } = (await of("seed", "wired-fail")).recommendation;
  const by = Object.fromEntries((tunnelMtu?.byCipher ?? []).map((c) => [c.cipher, c.tunnelMtu]));
  expect(tunnelMtu?.outerMtu).toBe(1472);
  expect(Object.values(by)).toContain(1406); // AES-CBC with SHA1-96
  expect(Object.values(by)).toContain(1390); // AES-CBC with SHA2-256: below Windows's 1400
});

test("§9.19 IKE fragments are compared with the measured path MTU, and missing ones listed", async () => {
  expect((await of("ike-fragments-too-large", "measured")).verdict).toBe("ike-fragments-too-large");
  const lost = (await of("ike-fragments-lost", "same-hole")).findings.find(
    (f) => f.code === "ike-fragments-lost",
  );
  expect(lost?.phrase.params.missing).toEqual([2]);
});

test("§9.20 error codes are priors: neither 809 nor 13801 is a verdict", async () => {
  expect((await of("gateway-rejects", "error-809")).verdict).toBe("healthy");
  const refused = await of("gateway-rejects", "error-13801");
  expect(refused.verdict).toBe("healthy");
  expect(keysOf(refused)).toContain("finding.ras-code.refused");
});

test("§9.21 text is read by TTL= and DF in any language, with Default and 4294967295 for no MTU", () => {
  const { interfaces, pings } = readPastedText({
    name: "a.txt",
    text: "  1   75  4294967295  connected     Loopback\n 35   55     Default  connected     RAS (Dial In) Interface\nПинг 192.0.2.1 с 1472 байтами данных:\nОтвет от 192.0.2.1: число байт=1472 время=1мс TTL=64",
  });
  expect(interfaces.map((i) => i.mtu)).toEqual([null, null]);
  expect(pings.map((p) => [p.outcome, p.pingPayloadBytes])).toEqual([["answered", 1472]]);
});

test("§9.22 commands hold integers only, and undo what they do: a million hostile names change nothing", () => {
  const wanted = mtuCommands({ index: 19 }, 1472, 1500, 4);
  const nasty = ["'; rm -rf /", "$(calc)", "‘;calc;’", "`n", "\u202e", "%PATH%", '" & calc & "', "19 mtu=0"];
  const hostile = fc.array(
    fc.oneof(fc.string({ unit: "binary", maxLength: 40 }), fc.constantFrom(...nasty)),
    {
      minLength: 1_000,
      maxLength: 1_000,
    },
  );
  const facts = { index: 19, mtuV4: 1500, mtuV6: null, connected: true };
  const ref = { kind: "text" as const, source: "a", line: 1 };
  const silent = { outcome: "silent" as const, answer: null, answeredAtMs: null };
  const probes = [...both, probe({ purpose: "ip-fragments", ipBytes: 2560, ...silent })];
  let names = 0;
  fc.assert(
    fc.property(hostile, (list) => {
      names += list.length;
      const interfaces = list.map((name) => ({ ...facts, name, ref }));
      const egress = interfaces[names % list.length] ?? null;
      expect(
        diagnoseObservations(observations({ interfaces, egress, probes })).recommendation.commands,
      ).toEqual(wanted);
    }),
    { numRuns: 1_000, seed: 20261123 },
  );
  expect(names).toBe(1_000_000);
  for (const command of [wanted.apply, wanted.undo, wanted.verify, ...Object.values(wanted.powershell)]) {
    expect(command).toMatch(/^[A-Za-z0-9 =|'-]+$/);
  }
});

test("§9.23 probing is polite: a Vendor ID that names it, sizes up to 3000 bytes, no COOKIE echoed", () => {
  const { rounds, evidence } = playPlan("vpn.example.com", {
    ...CLEAR_PATH,
    fragmentLimit: 0,
    canTestMtu: true,
  });
  const udp = rounds.flatMap((r) => r.steps.filter((s): s is UdpStep => s.kind === "udp"));
  for (const step of udp) {
    const bytes = atob(step.datagram);
    expect(bytes).toContain("ikefrag probe v1");
    expect(bytes.length).toBeLessThanOrEqual(3_000);
  }
  const secret = new TextEncoder().encode("a cookie that nobody may bring back");
  const cookie = encodeIkeMessage({
    initiatorSpi: "00000000000000aa",
    exchangeType: 34,
    initiator: false,
    response: true,
    payloads: [{ type: PayloadType.N, body: notifyBody(NotifyType.COOKIE, secret) }],
  });
  const measurements = evidence.measurements.filter((m) => m.step.id.startsWith("r1-"));
  for (const { outcome } of measurements) {
    if (outcome.status === "answered" && "answers" in outcome)
      outcome.answers = [{ atMs: 10, datagram: toBase64(cookie) }];
  }
  const next = nextRound({ gateway: "vpn.example.com", measurements, seed: new Uint8Array(32) });
  for (const step of next?.steps ?? []) {
    if (step.kind === "udp") expect(atob(step.datagram)).not.toContain("a cookie that nobody");
  }
});

test("§9.24 each diagnosis has a confidence, keeps observed and inferred apart, and names the next probe where one is open", async () => {
  for (const story of readdirSync(folder)) {
    if (!readdirSync(join(folder, story)).includes("cases.json")) continue;
    for (const { name } of JSON.parse(readFileSync(join(folder, story, "cases.json"), "utf8"))) {
      const d = await of(story, name);
      if (d.verdict === "insufficient-evidence" || d.direction === "undetermined") {
        expect(d.recommendation.nextProbe, `${story}/${name}`).not.toBeNull();
      }
    }
  }
});

test("§9.25 a capture is minimised: IKE stays, other traffic is gone", () => {
  const kept: Uint8Array[] = [];
  const minimizer = new Minimizer((bytes) => kept.push(bytes.slice()));
  const reader = new CaptureReader("a.pcapng", { onPacket: minimizer.onPacket });
  reader.push(
    new Dialogue().saInit(0, 624).other(10).saInit(90, 420, { from: "gateway" }).other(100).bytes(),
  );
  reader.end();
  minimizer.end();
  const again = new CaptureReader("minimised.pcapng");
  for (const bytes of kept) again.push(bytes);
  const transcript = again.end();
  expect([transcript.frames, transcript.ikeMessages.length]).toEqual([2, 2]);
});
