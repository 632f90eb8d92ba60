/** Real logins and runs of the laboratory, with the gateway's log: what became of each message. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { diagnoseLoaded, loadEvidence } from "../../../../cli/load-evidence.ts";
import type { JoinedLogin } from "../../../../shared/schema/joined.ts";

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
