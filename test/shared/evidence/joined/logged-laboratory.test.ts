/** Real logins and runs of the laboratory, with the gateway's log: what became of each message. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diagnoseLoaded, loadEvidence } from "../../../../cli/load-evidence.ts";
import { observe } from "../../../../shared/evidence/observe.ts";
import type { JoinedLogin } from "../../../../shared/schema/joined.ts";
import { randomFrom } from "../../../support/logged-logins.ts";

const folder = fileURLToPath(new URL("../../../cases/both-ends/", import.meta.url));

async function judged(files: readonly string[]) {
  return diagnoseLoaded(await loadEvidence(files.map((file) => join(folder, file))));
}

/** What became of each message of IKE_AUTH, one line for a datagram. */
const fates = ({ datagrams }: JoinedLogin): string[] =>
  datagrams
    .filter(({ exchangeType }) => exchangeType === 35)
    .map(({ fromClient, sending, ikeFragment, ikeLength, fate, packets }) => {
      const part = ikeFragment ? ` ${ikeFragment.number}/${ikeFragment.total}` : "";
      const each = packets.map((p) => ` ${p.ipBytes} ${p.fate}`).join();
      return `${fromClient ? "out" : "back"} ${sending}${part} ${ikeLength} ${fate}:${each}`;
    });

const PAIRS = [
  {
    name: "logged-inbound-fragments-all",
    is: [
      "out 1 2064 arrived: 1500 arrived, 616 arrived",
      "back 1 1968 lost:",
      "out 2 2064 arrived: 1500 arrived, 616 arrived",
      "back 2 1968 lost:",
      "out 3 2064 arrived: 1500 arrived, 616 arrived",
      // The client's capture ends with its last sending.
      "back 3 1968 not-covered:",
    ],
    diagnosis: { verdict: "inbound-fragments-lost", direction: "inbound", confidence: "high" },
    mtu: null,
  },
  {
    name: "logged-outbound-fragments-non-first",
    is: [1, 2, 3].map((n) => `out ${n} 2064 lost: 1500 not-covered, 616 not-covered`),
    diagnosis: { verdict: "outbound-fragments-too-large", direction: "outbound", confidence: "high" },
  },
  {
    name: "logged-link-1400-silent-rfc7383",
    is: [1, 2, 3].flatMap((n) => [
      `out ${n} 1/2 1460 lost: 1492 lost`,
      `out ${n} 2/2 676 arrived: 708 arrived`,
    ]),
    diagnosis: { verdict: "ike-fragments-too-large", direction: "outbound", confidence: "high" },
  },
];

for (const { name, is, diagnosis: expected, mtu } of PAIRS) {
  const files = [`${name}-client.pcapng`, `${name}-gateway.txt`];
  for (const order of [files, files.toReversed()]) {
    test(`${name}, ${order[0]} first: each message has its fate`, async () => {
      const { observations, diagnosis } = await judged(order);
      const [login] = observations.joined;
      expect(observations.joined).toHaveLength(1);
      expect(login?.places.map(({ kind, end }) => [kind, end])).toEqual([
        ["capture", "client"],
        ["log", "gateway"],
      ]);
      expect(login && fates(login)).toEqual(is);
      expect(diagnosis).toMatchObject(expected);
      if (mtu === null) expect(diagnosis.recommendation.interfaceMtu).toBeNull();
    });
  }
}

test("an agent's probes in the gateway's log: what was answered arrived, and large ones are lost", async () => {
  const { observations, diagnosis } = await judged([
    "logged-run-outbound-fragments-1472.json",
    "logged-run-outbound-fragments-1472-gateway.txt",
  ]);
  expect(observations.joined).toHaveLength(observations.probes.length);
  for (const probe of observations.probes) {
    const login = observations.joined.find((j) => j.initiatorSpi === probe.ike?.initiatorSpi);
    const out = login?.datagrams.filter((d) => d.fromClient).map((d) => d.fate);
    if (probe.outcome === "answered") expect(out).toContain("arrived");
    else expect(out).not.toContain("arrived");
  }
  expect(diagnosis).toMatchObject({ direction: "outbound", confidence: "high" });
});

/** The gateway's log of a run as another gateway had it: its clock, delays of each line, the client's NAT. */
function retimed(text: string, random: () => number): string {
  const offMs = (random() - 0.5) * 180_000 + (random() < 0.3 ? 3_600_000 * Math.round(random() * 6) : 0);
  const client = random() < 0.5 ? "192.0.2.2" : `203.0.113.${64 + Math.floor(random() * 8)}`;
  const lines = text.split("\n").filter((line) => line !== "");
  // A second's lines are spread over it again, in their order.
  const spread = Map.groupBy(lines, (line) => line.slice(0, 15));
  let before = 0;
  return [...spread]
    .flatMap(([second, own]) =>
      own.map((line, at) => ({
        line,
        atMs: Date.parse(`2000 ${second} UTC`) + (1_000 * (at + random())) / own.length,
      })),
    )
    .map(({ line, atMs }) => {
      before = Math.max(before, atMs + offMs + random() * 60);
      const at = new Date(before).toISOString().replace("2000-", "2026-");
      return `${at.slice(0, 10)}T${at.slice(11, 19)} ${line.slice(16).replaceAll("192.0.2.2", client)}`;
    })
    .join("\n");
}

test("a run is found in its log whatever its clock, delays and addresses, and no probe gets another's fate", async () => {
  const name = join(folder, "logged-run-outbound-fragments-1472");
  const loaded = await loadEvidence([`${name}.json`, `${name}-gateway.txt`]);
  const [given] = loaded.evidence.texts;
  const random = randomFrom(15);
  let joined = 0;
  for (let round = 0; round < 60; round++) {
    const text = retimed(given?.text ?? "", random);
    const evidence = { ...loaded.evidence, texts: [{ name: "gateway.log", text }] };
    const { joined: logins, probes } = observe(evidence, []);
    for (const login of logins) {
      const probe = probes.find((p) => p.ike?.initiatorSpi === login.initiatorSpi);
      const out = login.datagrams.filter((d) => d.fromClient).map((d) => d.fate);
      if (probe?.outcome === "answered") expect(out).toContain("arrived");
      else expect(out).not.toContain("arrived");
    }
    if (logins.length === probes.length) joined++;
  }
  expect(joined).toBeGreaterThan(54);
});

test("a run, and a log without sizes in which the answer is repeated in vain: it is lost on its way back", async () => {
  const loaded = await loadEvidence([
    join(folder, "inbound-fragments-all-run.json"),
    join(folder, "libreswan-inbound-fragments-all-gateway.log"),
  ]);
  const judgedWith = (more: string, client = "192.0.2.2") => {
    const texts = loaded.evidence.texts.map((t) => ({
      ...t,
      text: `${t.text.replaceAll("192.0.2.2 ", `${client} `)}\n${more}`,
    }));
    return diagnoseLoaded({ ...loaded, evidence: { ...loaded.evidence, texts } }).diagnosis;
  };
  const lost = { verdict: "inbound-fragments-lost", direction: "inbound" };
  expect(judgedWith("")).toMatchObject({ ...lost, confidence: "high" });
  // A probe of another computer's is no client.
  const reply = (n: number, more = "") =>
    `Nov 26 20:02:41.3${n}: "any"[${n}] 198.51.100.77 #${n}: ${more}sent IKE_SA_INIT reply {cipher=AES_GCM_16_256}`;
  const vendor = reply(91).replace(
    /sent .*/,
    "ignoring unknown Vendor ID payload [69 6b 65 66  72 61 67 20  70 72 6f 62  65 20 76 31]",
  );
  expect(judgedWith(`${vendor}\n${reply(91)}`)).toMatchObject({ ...lost, confidence: "high" });
  // Of two clients behind a NAT nobody knows which one measured.
  expect(judgedWith(reply(92), "203.0.113.7").confidence).not.toBe("high");
  expect(judgedWith("", "203.0.113.7").confidence).toBe("high");
});
