/** What is said back of pasted texts: what each was taken for, and what was not understood. */
import { globSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { toText } from "../../../shared/text/speak.ts";
import { WINDOWS_LANGUAGES, writeWindowsPing } from "../../support/paste-writer.ts";

function saidBack(...texts: string[]) {
  const evidence = Evidence.parse({
    schema: "ikefrag/evidence/1",
    texts: texts.map((text, at) => ({ name: `text ${at + 1}`, text })),
  });
  const diagnosis = diagnose({ evidence, transcripts: [] });
  const { readings, warnings } = toText(diagnosis, "en");
  return { diagnosis, readings, warnings, japanese: toText(diagnosis, "ja").readings };
}

const windowsPing = (language: string, sizes: number[], dontFragment: boolean, showsCommands = true) => {
  const words = WINDOWS_LANGUAGES.find((w) => w.language === language);
  if (!words) throw new Error(`There are no words of ${language}`);
  return writeWindowsPing(
    {
      target: "198.51.100.53",
      name: null,
      router: "192.0.2.1",
      dontFragment,
      showsCommands,
      showsStatistics: true,
      sizes: sizes.map((pingPayloadBytes) => ({ pingPayloadBytes, echoes: ["answered", "answered"] })),
    },
    words,
  );
};

describe("a ping", () => {
  test("of a German Windows without -f, seven sizes", () => {
    const { readings, japanese } = saidBack(
      windowsPing("de", [1300, 1310, 1320, 1330, 1340, 1350, 1360], false),
    );
    expect(readings).toEqual([
      "text 1, line 3: German Windows ping to 198.51.100.53: 7 sizes (ping payload 1300, 1310, 1320, 1330, 1340, 1350, 1360), without -f",
    ]);
    expect(japanese).toEqual([
      "text 1 3行目：198.51.100.53へのドイツ語版Windowsのpingの出力（ペイロードの大きさは1300、1310、1320、1330、1340、1350、1360の7種類、-fなし）",
    ]);
  });

  test("with -f, one size; and where no command line tells", () => {
    expect(saidBack(windowsPing("ja", [1400], true)).readings[0]).toContain(
      "Japanese Windows ping to 198.51.100.53: one size (ping payload 1400), with -f",
    );
    expect(saidBack(windowsPing("fr", [1400], false, false)).readings[0]).toContain(
      "French Windows ping to 198.51.100.53: one size (ping payload 1400), whether with -f is not in the text",
    );
  });

  test("many sizes are told as the smallest and the largest", () => {
    const sizes = Array.from({ length: 40 }, (_, at) => 1300 + at);
    expect(saidBack(windowsPing("en", sizes, true)).readings).toEqual([
      "text 1, line 3: English Windows ping to 198.51.100.53: 40 sizes (ping payload 1300–1339), with -f",
    ]);
  });

  test.each(WINDOWS_LANGUAGES.map(({ language }) => language))("of a Windows in %s", (language) => {
    const [reading = ""] = saidBack(windowsPing(language, [1400], true)).readings;
    const name = new Intl.DisplayNames(["en"], { type: "language" }).of(language.split("-")[0] ?? "");
    // Danish and Norwegian answer in the same words: they are not told apart, and not named.
    const expected = ["da", "nb"].includes(language) ? "line 3: Windows ping to" : `${name}`;
    expect(reading).toContain(expected);
    expect(reading).toContain("one size (ping payload 1400), with -f");
  });

  test("words of two languages name none, and change nothing else", () => {
    const mixed = windowsPing("de", [1400], true).replaceAll("Antwort von", "Reply from");
    expect(saidBack(mixed).readings).toEqual([
      "text 1, line 3: Windows ping to 198.51.100.53: one size (ping payload 1400), with -f",
    ]);
  });

  test("of a Unix, with DF and without", () => {
    const ping = (option: string) =>
      `$ ping -c 1 ${option}-s 1400 198.51.100.1\nPING 198.51.100.1 (198.51.100.1) 1400(1428) bytes of data.\n1408 bytes from 198.51.100.1: icmp_seq=1 ttl=57 time=8.1 ms\n`;
    expect(saidBack(ping("-M do ")).readings[0]).toMatch(
      /^text 1, line 2: ping \(Linux.*\) to .*with DF set$/,
    );
    expect(saidBack(ping("-M dont ")).readings[0]).toMatch(/ping payload 1400\), without DF$/);
  });
});

test("tables of interfaces, by IP version", () => {
  const table = (version: string) =>
    `C:\\>netsh interface ${version} show interfaces\n\nIdx     Met         MTU          State                Name\n---  ----------  ----------  ------------  ---------------------------\n 19          25        1500  connected     Ethernet\n`;
  expect(saidBack(table("ipv4"), table("ipv6"), table("ipv4") + table("ipv6")).readings).toEqual([
    "text 1, line 3: network interfaces from netsh: 1 with IPv4, MTU 1500; connected: 19 Ethernet (MTU 1500)",
    "text 2, line 3: network interfaces from netsh: 1 with IPv6, MTU 1500; connected: 19 Ethernet (MTU 1500)",
    "text 3, line 3: network interfaces from netsh: 1 with IPv4, 1 with IPv6, MTU 1500; connected: 19 Ethernet (MTU 1500)",
  ]);
});

test("a tool that follows the way, with the MTU that it was told", () => {
  const tracepath =
    " 1?: [LOCALHOST]                      pmtu 1500\n 1:  192.0.2.1    1.0ms\n 2:  192.0.2.9    2.0ms pmtu 1440\n 3:  203.0.113.25  3.0ms reached\n     Resume: pmtu 1440 hops 3 back 3\n";
  expect(saidBack(tracepath).readings).toEqual([
    "text 1, line 1: tracepath to 203.0.113.25: a smaller MTU on the way, 1440",
  ]);
});

const fixtures = globSync("test/cases/formats/*/*.txt");
test("of every fixture something is said, with nothing left to fill in", () => {
  expect(fixtures.length).toBeGreaterThan(20);
  for (const file of fixtures) {
    const { readings, japanese } = saidBack(readFileSync(file, "utf8"));
    expect(readings.length, file).toBeGreaterThan(0);
    for (const said of [...readings, ...japanese]) expect(said, file).not.toMatch(/[{}]|reading\./);
    expect(japanese.length).toBe(readings.length);
  }
});

test("what was not understood is counted, and a few lines of each text are quoted", () => {
  const prose = Array.from({ length: 9 }, (_, at) => `Dear helpdesk, sentence ${at + 1}`).join("\n");
  const { readings, warnings } = saidBack(`${prose}\n\n${windowsPing("en", [1400], true)}`, prose);
  expect(readings.slice(1)).toEqual([
    "text 1, line 1: lines that were not understood: 9",
    "text 2, line 1: nothing that ikefrag knows; lines that were not understood: 9",
  ]);
  expect(warnings).toEqual(
    ["text 1", "text 2"].flatMap((name) => [
      `${name}: line 1 was not understood: "Dear helpdesk, sentence 1"`,
      `${name}: line 2 was not understood: "Dear helpdesk, sentence 2"`,
      `${name}: line 3 was not understood: "Dear helpdesk, sentence 3"`,
      `${name}: more lines that were not understood: 6`,
    ]),
  );
});

test("where a text is too long, it is said from which line on it was not read", () => {
  const text = `${windowsPing("en", [1400], true)}\n${"a line of a long log, without a number\n".repeat(20_000)}`;
  const { readings, warnings } = saidBack(text);
  expect(readings[0]).toContain("one size (ping payload 1400)");
  expect(readings.at(-1)).toMatch(/^text 1, line \d{4}: not read from here on: the text is too long/);
  expect(warnings).toHaveLength(4);
});

test("however many outputs there are, the list is bounded and tells what was not understood", () => {
  const pings = Array.from({ length: 200 }, (_, at) =>
    windowsPing("en", [1400], true).replaceAll("198.51.100.53", `198.51.100.${at + 1}`),
  );
  const { diagnosis, readings } = saidBack(`${pings.join("\n")}\n\nC:\\>cls\nDear helpdesk, see above 2\n`);
  expect(diagnosis.readings).toHaveLength(64);
  expect(readings.at(-1)).toMatch(/lines that were not understood: 1$/);
});

test("a stranger's text is never taken for a sentence of ours", () => {
  const { readings } = saidBack("{language} verdict.healthy.title reading.flag.unix.on 1");
  expect(readings).toEqual(["text 1, line 1: nothing that ikefrag knows; lines that were not understood: 1"]);
});
