/** Real logins, recorded at both ends: each IP packet has its fate, whichever file comes first. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../../cli/load-evidence.ts";
import { observe } from "../../../../shared/evidence/observe.ts";
import type { JoinedLogin } from "../../../../shared/schema/joined.ts";

const folder = fileURLToPath(new URL("../../../cases/", import.meta.url));

async function joined(files: readonly string[]) {
  const { evidence, transcripts } = await loadEvidence(files.map((file) => join(folder, file)));
  const observed = observe(evidence, transcripts);
  return { logins: observed.joined, notJoined: observed.notJoined };
}

/** What became of each packet of IKE_AUTH, one line for a datagram. */
const fates = ({ datagrams }: JoinedLogin): string[] =>
  datagrams
    .filter(({ exchangeType }) => exchangeType === 35)
    .map(({ fromClient, sending, ikeFragment, fate, packets }) => {
      const part = ikeFragment ? ` ${ikeFragment.number}/${ikeFragment.total}` : "";
      const each = packets.map((p) => `${p.ipBytes} ${p.fate}`).join(", ");
      return `${fromClient ? "out" : "back"} ${sending}${part} ${fate}: ${each}`;
    });

const PAIRS = [
  {
    name: "inbound-fragments-first",
    files: [
      "both-ends/inbound-fragments-first-client.pcapng",
      "both-ends/inbound-fragments-first-gateway.pcapng",
    ],
    is: [
      "out 1 arrived: 1500 arrived, 616 arrived",
      "back 1 partly-lost: 1500 lost, 520 arrived",
      "out 2 arrived: 1500 arrived, 616 arrived",
      "back 2 partly-lost: 1500 lost, 520 arrived",
      "out 3 arrived: 1500 arrived, 616 arrived",
      // The client's capture ends with it.
      "back 3 not-covered: 1500 not-covered, 520 arrived",
    ],
  },
  {
    name: "link-1400-silent-rfc7383",
    files: [
      "both-ends/link-1400-silent-rfc7383-client.pcapng",
      "both-ends/link-1400-silent-rfc7383-gateway.pcapng",
    ],
    is: [1, 2, 3].flatMap((n) => [`out ${n} 1/2 lost: 1492 lost`, `out ${n} 2/2 arrived: 708 arrived`]),
  },
  {
    name: "outbound-fragments-non-first-ipv6",
    files: [
      "both-ends/outbound-fragments-non-first-ipv6-client.pcapng",
      "both-ends/outbound-fragments-non-first-ipv6-gateway.pcapng",
    ],
    is: [1, 2, 3].map((n) => `out ${n} partly-lost: 1496 arrived, 676 lost`),
  },
  {
    name: "udp-4500-blocked",
    files: ["both-ends/udp-4500-blocked-client.pcapng", "both-ends/udp-4500-blocked-gateway.pcapng"],
    is: [
      "out 1 partly-lost: 1500 lost, 616 arrived",
      "out 2 partly-lost: 1500 lost, 616 arrived",
      "out 3 not-covered: 1500 not-covered, 616 arrived",
    ],
  },
  {
    name: "29-pair",
    files: ["reports/29-pair-client.pcapng", "reports/29-pair-gateway-first-only.pcapng"],
    is: [1, 2, 3].map((n) => `out ${n} partly-lost: 1500 arrived, 652 lost`),
  },
];

test.each(PAIRS)("$name: each packet's fate, in both orders of the files", async ({ files, is }) => {
  const [one, other] = await Promise.all([joined(files), joined(files.toReversed())]);
  expect(one.notJoined).toEqual([]);
  expect(one.logins.map(({ places }) => places.map(({ end }) => end))).toEqual([["client", "gateway"]]);
  expect(one.logins.flatMap(fates)).toEqual(is);
  expect(other).toEqual(one);
});

test("captures of other logins have nothing in common with them", async () => {
  const files = PAIRS.flatMap(({ files: [client = ""] }) => client);
  const { logins, notJoined } = await joined(files);
  expect(logins).toEqual([]);
  expect(notJoined).toHaveLength(10);
  // The laboratory's IPv4 logins are of one client, at other times.
  expect(notJoined.filter(({ why }) => why === "other-attempts")).toHaveLength(3);
});
