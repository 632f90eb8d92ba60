/** What a text is that somebody gives as evidence: its first character does not decide. */
import { expect, test } from "vitest";
import { sortText } from "../../../shared/evidence/sort-text.ts";
import { MOST_TEXT_CHARACTERS } from "../../../shared/schema/evidence.ts";

const PING =
  "Pinging 198.51.100.1 with 32 bytes of data:\nReply from 198.51.100.1: bytes=32 time=8ms TTL=57\n";
const EVIDENCE = '{"schema":"ikefrag/evidence/1","gateway":"vpn.example.com"}';
const LONG = "word ".repeat(MOST_TEXT_CHARACTERS / 5 + 1);

const cases: [name: string, text: string, kind: string][] = [
  ["output", PING, "outputs"],
  ["output below a prompt that begins like JSON", `[root@gw ~]# ping 198.51.100.1\n${PING}`, "outputs"],
  ["output in braces", `{noformat}\n${PING}{noformat}`, "outputs"],
  ["prose", "It does not work.", "no-output"],
  ["prose in brackets", "[urgent] It does not work", "no-output"],
  ["prose in braces", "{{ticket}} It does not work", "malformed-json"],
  ["nothing", "", "no-output"],
  ["evidence", EVIDENCE, "evidence"],
  ["evidence behind a byte order mark", `\ufeff \n${EVIDENCE}`, "evidence"],
  ["a report that holds its evidence", `{"reportId":"x","evidence":${EVIDENCE}}`, "evidence"],
  [
    "a report as the service gives it, whose lines look like a report's text",
    JSON.stringify({ reportId: "IKF-F92SG-CR6H9-Y", evidence: JSON.parse(EVIDENCE) }, null, 2),
    "evidence",
  ],
  ["evidence that is cut", EVIDENCE.slice(0, -3), "malformed-json"],
  ["JSON of something else", '{"a":1}', "foreign-json"],
  ["a list", "[1,2]", "foreign-json"],
  ["a text that is too long", LONG, "too-long"],
  ["a bracket before a text that is too long", `[x] ${LONG}`, "too-long"],
];
test.each(cases)("%s", (_name, text, kind) => {
  expect(sortText("a", text).kind).toBe(kind);
});

test("JSON may be longer than a text, for it holds captures", () => {
  const base64 = "AAAA".repeat(200_000);
  const captures = [1, 2].map((n) => ({ name: `${n}`, base64 }));
  const text = JSON.stringify({ schema: "ikefrag/evidence/1", captures });
  expect(text.length).toBeGreaterThan(MOST_TEXT_CHARACTERS);
  expect(sortText("a", text)).toMatchObject({
    kind: "evidence",
    evidence: { captures: [{ name: "1" }, { name: "2" }] },
  });
});

test("where foreign JSON differs is told", () => {
  expect(sortText("a", '{"schema":"ikefrag/evidence/1","texts":[{"name":"x"}]}')).toMatchObject({
    kind: "foreign-json",
    where: "/texts/0/text",
  });
});
