/** Captures of a gateway that a filter or a snap length kept packets out of: what they lack was not lost. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { cutFrame } from "../../../support/packet-builder.ts";
import { type Body, diagnoseBody, readBody } from "../../../support/thinned.ts";

const folder = fileURLToPath(new URL("../../../cases/both-ends/", import.meta.url));
type Frame = Body["captures"][number]["frames"][number];

/** Judges the captures of both ends, of which the gateway's is changed first. */
function judged(name: string, change: (frame: Frame) => Frame | null) {
  const body = readBody(["client", "gateway"].map((end) => join(folder, `${name}-${end}.pcapng`)));
  const captures = body.captures.map(({ name: file, frames }) => ({
    name: file,
    frames: file.endsWith("-gateway.pcapng") ? frames.flatMap((f) => change(f) ?? []) : frames,
  }));
  return diagnoseBody({ ...body, captures });
}

const ETHERNET = 14;
const isLaterFragment = ({ bytes }: Frame): boolean =>
  ((((bytes[ETHERNET + 6] ?? 0) & 0x1f) << 8) | (bytes[ETHERNET + 7] ?? 0)) > 0;
const isPort500 = ({ bytes }: Frame): boolean =>
  [20, 22].some((at) => ((bytes[ETHERNET + at] ?? 0) << 8) + (bytes[ETHERNET + at + 1] ?? 0) === 500);

const FILTERS: { of: string; name: string; change: (frame: Frame) => Frame | null }[] = [
  {
    of: "a filter for port 500, where parts of the answer came to the client",
    name: "inbound-fragments-first",
    change: (f) => (isPort500(f) && !isLaterFragment(f) ? f : null),
  },
  {
    of: "a filter for port 500 and later IP fragments, which the gateway's own answer has too",
    name: "inbound-fragments-all",
    change: (f) => (isPort500(f) || isLaterFragment(f) ? f : null),
  },
  {
    of: "a snap length that ends before the IKE header on port 4500",
    name: "outbound-fragments-non-first-ipv6",
    change: (f) => ({ ...f, ...cutFrame(f, 96) }),
  },
];

test.each(FILTERS)("$of: nothing is called lost", ({ name, change }) => {
  expect(judged(name, (f) => f).direction).not.toBe("undetermined");
  const { bothEnds, direction, confidence } = judged(name, change);
  const requests = bothEnds?.logins
    .flatMap((l) => l.datagrams)
    .filter((d) => d.exchangeType === 35 && d.fromClient);
  expect(requests?.length).toBeGreaterThan(0);
  const lost = requests
    ?.flatMap((d) => d.packets)
    .filter((p) => p.ipFragmentOffset === 0 && p.fate === "lost");
  expect(lost).toEqual([]);
  expect([direction, confidence]).not.toEqual(["outbound", "high"]);
});

test("a capture with nothing of port 4500 is warned of, for a filter makes the same", () => {
  const warnings = (change: (frame: Frame) => Frame | null): string[] =>
    judged("inbound-fragments-first", change).warnings.map((w) => `${w.source} ${w.phrase.key}`);
  const warned = "inbound-fragments-first-gateway.pcapng warning.port-500-alone";
  expect(warnings((f) => (isPort500(f) ? f : null))).toContain(warned);
  expect(warnings((f) => f)).not.toContain(warned);
});
