/** Of a log that is too large, the newest lines count: they are read, under their own numbers. */
import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { decodeText } from "../../../shared/evidence/character-sets.ts";
import { linesLeftOut, NewestLines, newestLines } from "../../../shared/evidence/newest-lines.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { sortText } from "../../../shared/evidence/sort-text.ts";
import { isLongLog, readPastedText } from "../../../shared/evidence/text/read.ts";
import { Evidence, MOST_TEXT_CHARACTERS } from "../../../shared/schema/evidence.ts";
import { speak } from "../../../shared/text/speak.ts";

/** A client's request as a gateway's charon writes it, two lines. */
const request = (client: number): string =>
  `Nov 23 06:00:01 gw charon: 05[NET] received packet: from 10.${(client >> 16) & 255}.${(client >> 8) & 255}.${client & 255}[500] to 203.0.113.25[500] (408 bytes)
Nov 23 06:00:01 gw charon: 05[ENC] parsed IKE_SA_INIT request 0 [ SA KE No ]
`;
const logOf = (clients: number): string =>
  Array.from({ length: clients }, (_, client) => request(client)).join("");
const take = (bytes: Uint8Array, chunkBytes: number): string | null => {
  const newest = new NewestLines();
  for (let at = 0; at < bytes.length; at += chunkBytes) newest.push(bytes.subarray(at, at + chunkBytes));
  return newest.end(decodeText);
};
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const evidenceOf = (text: string): Evidence =>
  Evidence.parse({
    schema: "ikefrag/evidence/1",
    texts: [{ name: "gw.log", text }],
    recordedAt: { "gw.log": "gateway" },
  });

const LARGE = logOf(8_000);

test.each([1_000, 65_536, 1 << 20, 1 << 24])(
  "the end of a log in chunks of %i bytes is that of its text",
  (bytes) => {
    const kept = take(encode(LARGE), bytes) ?? "";
    expect(kept).toBe(newestLines(LARGE));
    expect(kept.length).toBeLessThanOrEqual(MOST_TEXT_CHARACTERS);
    expect(kept.length).toBeGreaterThan(MOST_TEXT_CHARACTERS - 400);
    // Each line that is kept has the number that it has in the file.
    const lines = LARGE.split("\n");
    const left = linesLeftOut(kept);
    expect(kept.split("\n").slice(1)).toEqual(lines.slice(left));
    const { messages, notUnderstood } = readPastedText({ name: "gw.log", text: kept });
    expect(messages[0]?.line).toBeGreaterThan(left);
    expect(messages.at(-1)?.line).toBe(lines.length - 1);
    expect(notUnderstood).toEqual([{ source: "gw.log", line: left + 1, text: "", isBeginning: true }]);
  },
);

test("what is no larger than a text may be stays as it is", () => {
  const text = logOf(4_000);
  expect(take(encode(text), 1_000)).toBe(text);
  expect(newestLines(text)).toBe(text);
});

test("UTF-16 is cut between two characters, with and without its mark", () => {
  for (const mark of ["\ufeff", ""]) {
    const bytes = new Uint8Array(Buffer.from(mark + LARGE, "utf16le"));
    for (const chunkBytes of [999, 65_536]) {
      const kept = take(bytes, chunkBytes) ?? "";
      expect(kept.split("\n").slice(1)).toEqual(LARGE.split("\n").slice(linesLeftOut(kept)));
    }
  }
});

test("what was left out twice is counted once", () => {
  const once = newestLines(LARGE);
  const twice = newestLines(`${once}${LARGE}`);
  expect(linesLeftOut(twice)).toBe(
    LARGE.split("\n").length - 1 + (LARGE.split("\n").length - 1) - (twice.split("\n").length - 2),
  );
});

test("a log of a mebibyte is read from its first line to its last", () => {
  const text = logOf(5_000);
  expect(text.length).toBeGreaterThan(850_000);
  const { initiations, crowds } = observe(evidenceOf(text), []);
  const attempts = crowds?.[0]?.attempts ?? initiations;
  expect(attempts).toHaveLength(5_000);
  expect(readPastedText({ name: "gw.log", text }).notUnderstood).toEqual([]);
});

test("a log of more clients than are read gives the newest of them, and says so", () => {
  const sorted = sortText("gw.log", LARGE);
  if (sorted.kind !== "outputs") throw new Error(sorted.kind);
  const evidence = evidenceOf(sorted.pasted.text);
  const said = speak(diagnose({ evidence, transcripts: [] }), "en").text.readings.join("\n");
  expect(said).toMatch(/line \d{4}: not read up to here: the log is too large, and its newest lines count/);
  expect(speak(diagnose({ evidence, transcripts: [] }), "ja").text.readings.join("\n")).toContain(
    "新しい行だけ",
  );
});

test.each<[name: string, text: string, kind: string]>([
  ["one line", "x".repeat(1_100_000), "too-long"],
  ["one line of a log", `${request(1).slice(0, 60)}${"x".repeat(1_100_000)}`, "too-long"],
  ["lines of one byte", "1\n".repeat(800_000), "too-long"],
  ["lines of eight bytes, and a log", `${"abc def\n".repeat(200_000)}${request(1)}`, "outputs"],
  ["a log, and lines of one byte", `${request(1)}${"1\n".repeat(800_000)}`, "too-long"],
  ["one line, and a log", `${"x".repeat(1_100_000)}\n${request(1)}`, "outputs"],
  ["a mark alone", "[ikefrag: 999999999 lines before this one were left out]", "too-long"],
  ["a mark and a log", `[ikefrag: 999999999 lines before this one were left out]\n${request(1)}`, "outputs"],
  ["a mark and a ping", "[ikefrag: 1 lines before this one were left out]\nC:\\>ping 192.0.2.1", "too-long"],
])("a large text of %s is sorted, and nothing is made up", (_name, text, kind) => {
  expect(sortText("gw.log", text).kind).toBe(kind);
  expect(isLongLog(newestLines(text))).toBe(kind === "outputs");
});
