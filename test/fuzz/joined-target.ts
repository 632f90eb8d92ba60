/** A target for joining: both ends of a login, each file broken byte by byte, or one file as both. */
import { deepStrictEqual } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { observe } from "../../shared/evidence/observe.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { JoinedLogin, NotJoined } from "../../shared/schema/joined.ts";
import { CaptureReader } from "../../shared/transcript/read-capture.ts";
import type { Transcript } from "../../shared/transcript/transcript.ts";
import { Find, MAX_MS, type Target } from "./find.ts";
import { Chance, mutate } from "./mutate.ts";

const LOGINS = [
  "inbound-fragments-first",
  "link-1400-silent-rfc7383",
  "outbound-fragments-non-first-ipv6",
  "udp-4500-blocked",
];
let read: Uint8Array[][] | null = null;
/** The laboratory's logins, each at both ends. */
const bothEnds = (): Uint8Array[][] =>
  LOGINS.map((name) =>
    ["client", "gateway"].map((end) =>
      readFileSync(fileURLToPath(new URL(`../cases/both-ends/${name}-${end}.pcapng`, import.meta.url))),
    ),
  );

function transcriptOf(name: string, file: Uint8Array): Transcript | null {
  try {
    const reader = new CaptureReader(name);
    reader.push(file);
    return reader.end();
  } catch {
    // Files that are no captures any more are the subject of another target.
    return null;
  }
}

const Joined = z.object({ joined: z.array(JoinedLogin), notJoined: z.array(NotJoined) });
const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });

function join(transcripts: readonly Transcript[]) {
  const { joined, notJoined } = observe(evidence, transcripts);
  return Joined.parse({ joined, notJoined });
}

/** Joins two broken captures: what comes of it has its shape, in time, and in any order of the files. */
export const joinedTarget: Target = {
  name: "joined",
  run(seed) {
    const chance = new Chance(seed);
    read ??= bothEnds();
    const [client = new Uint8Array(0), gateway = client] = read[chance.below(read.length)] ?? [];
    const files = [
      mutate(client, gateway, chance),
      chance.below(4) === 0 ? gateway : mutate(gateway, client, chance),
    ];
    try {
      const transcripts = files
        .map((file, at) => transcriptOf(at === 0 ? "a.pcapng" : "b.pcapng", file))
        .filter((t) => t !== null);
      const before = process.cpuUsage();
      const one = join(transcripts);
      const tookMs = process.cpuUsage(before).user / 1000;
      if (tookMs > MAX_MS) throw new Error(`Cannot take ${tookMs} ms: ${MAX_MS} are allowed`);
      deepStrictEqual(join(transcripts.toReversed()).joined, one.joined);
    } catch (error) {
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Find(why, files[0] ?? new Uint8Array(0), error);
    }
  },
};
