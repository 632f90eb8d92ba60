/**
 * Public captures, read as TShark reads them: the small ones here, and a larger corpus where it is at hand.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compareWithTruth, type Differences, readIndex } from "../../support/corpus.ts";

const small = fileURLToPath(new URL("../../cases/corpus", import.meta.url));
const large = fileURLToPath(new URL("../../../../shared/corpus", import.meta.url));

const none: Differences = { frames: [], messages: [], fragments: [] };

/** Where we mean to differ from TShark: what differs, and why ours stays as it is. */
const accepted: Readonly<Record<string, [what: keyof Differences, why: string]>> = {
  "tcpdump_isakmp-ikev1_n_print-oobr": [
    "messages",
    "first fragments whose later ones never come: incomplete datagrams, with their IKE header",
  ],
  "tcpdump_isakmp-various-oobr": [
    "messages",
    "a first fragment whose later ones never come: an incomplete datagram",
  ],
  "tcpdump_isakmpv1-attr-oobr": [
    "messages",
    "a first fragment whose later ones never come: an incomplete datagram",
  ],
  "tcpdump_frf16_magic_ie-oobr": [
    "frames",
    "TShark refuses the whole file for its link type; the frames are counted here",
  ],
  tcpdump_juniper_es_oobr: [
    "frames",
    "TShark refuses the whole file for its link type; the frames are counted here",
  ],
  tcpdump_juniper_monitor_invalid_cookie_length: [
    "frames",
    "TShark refuses the whole file for its link type; the frames are counted here",
  ],
  tcpdump_dsa: ["frames", "TShark refuses the whole file for its link type; the frames are counted here"],
  pypcapng_test_data_test007: [
    "frames",
    "TShark refuses the whole file for its interface's link type; the frame is counted here",
  ],
  "rustpcap_test017-le": ["frames", "TShark counts custom blocks as frames; they hold no packet"],
  pcpp_solaris: ["frames", "a snoop file: refused, with the command that converts it"],
  tcpdump_ip_printroute_asan: ["fragments", "the IP header itself is cut: what it says is not taken"],
  "zeek_mpls-6in6-broken": ["fragments", "MPLS noise with more labels than any stack has"],
  flowlab_gtpu_outer_ipv4_fragmentation: [
    "fragments",
    "the last fragment ends before the first does: a contradiction, not a datagram",
  ],
  flowlab_gtpu_outer_ipv6_fragmentation: [
    "fragments",
    "the last fragment ends before the first does: a contradiction, not a datagram",
  ],
  "suricata_frag-29": ["fragments", "overlapping fragments that contradict each other: never joined"],
  "suricata_frag-15": ["fragments", "the datagram would exceed 65,535 bytes"],
  "suricata_frag-16": ["fragments", "the datagram would exceed 65,535 bytes"],
  "suricata_frag-7": ["fragments", "overlapping fragments: those that TShark finds needless are named too"],
  "suricata_frag-8": ["fragments", "overlapping fragments: those that TShark finds needless are named too"],
  suricata_test_407: ["fragments", "overlapping fragments: those that TShark finds needless are named too"],
  "zeek_fragmented-4": ["fragments", "overlapping fragments: those that TShark finds needless are named too"],
};

for (const capture of readIndex(small)) {
  test(`${capture.file} is read as TShark reads it`, async () => {
    expect(await compareWithTruth(small, ".", capture)).toEqual(none);
  });
}

if (!existsSync(large)) {
  console.warn(`skipped: the capture corpus is not at ${large}`);
} else {
  for (const capture of readIndex(large)) {
    const [what, why] = accepted[capture.name] ?? [];
    test(`corpus: ${capture.name} (${capture.category})${why ? `: ${why}` : ""}`, async () => {
      const differences = await compareWithTruth(large, "files", capture);
      if (what === undefined) expect(differences).toEqual(none);
      else {
        expect(differences[what], "it no longer differs: take it off the list").not.toEqual([]);
        expect({ ...differences, [what]: [] }).toEqual(none);
      }
    });
  }

  test("corpus: every accepted difference is of a capture that is there", () => {
    const names = new Set(readIndex(large).map(({ name }) => name));
    for (const name of Object.keys(accepted)) expect(names).toContain(name);
  });
}
