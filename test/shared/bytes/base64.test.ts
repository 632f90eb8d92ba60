/** Base64 and how many bytes a text of it stands for, by every way that a runtime has. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BASE64_CODECS, base64Bytes, fromBase64, toBase64 } from "../../../shared/bytes/base64.ts";

const root = join(import.meta.dirname, "../../..");

test("base64Bytes() counts what fromBase64() gives, whatever the padding", () => {
  for (const length of [0, 1, 2, 3, 4, 5, 6, 607, 608, 609]) {
    const text = toBase64(new Uint8Array(length));
    expect({ text: base64Bytes(text), bytes: fromBase64(text).length }).toEqual({
      text: length,
      bytes: length,
    });
  }
});

test("bytes come back from toBase64() as they went in, also more than one slice of them", () => {
  const bytes = Uint8Array.from({ length: 20_000 }, (_, at) => (at * 31) & 0xff);
  expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  // A part of a larger memory, as readers cut it.
  expect(fromBase64(toBase64(bytes.subarray(7, 9_000)))).toEqual(bytes.slice(7, 9_000));
});

/** Base64 as it should be, bits that stand for nothing, spaces, missing padding, and what is no base64. */
const TEXTS = [
  ...["", "AA==", "AAE=", "AAEC", "/+8A", "QUJD", "QUJDRA==", "QUJDREU="],
  ...["AB==", "AAF=", "//==", "AA", "AAE", "A A = =", "QUJD\n", "\tQUJD", "QU JD\r\nRA=="],
  ...["A", "AAAAA", "AA=", "A===", "====", "=", "AAE==", "AA=A", "A=AA", "AAEC=", "AA==AA==", "QUJDRA=="],
  ...["-_8A", "_w==", "QU.JD", "QUJ%", "\u0141AAA", "AAA\u013d", "\u00c1AAA", "\u{1f600}", "QUJD\u0000"],
];

/** What comes of each text: its bytes in hex, or that it is refused. */
const READ_ALL = `(codec) => TEXTS.map((text) => {
  try {
    return [...codec.decode(text)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return "refused";
  }
})`;

test("every way to read base64 gives the same bytes, and refuses the same texts, on Node and Deno", () => {
  const readAll = new Function("TEXTS", `return ${READ_ALL}`)(TEXTS) as (codec: unknown) => string[];
  const expected = TEXTS.map((text) => {
    try {
      return Buffer.from(atob(text), "latin1").toString("hex");
    } catch {
      return "refused";
    }
  });
  expect(expected.filter((read) => read === "refused").length).toBeGreaterThan(15);
  expect(BASE64_CODECS.length).toBeGreaterThan(1);
  for (const codec of BASE64_CODECS) expect(readAll(codec)).toEqual(expected);

  const script = `import { BASE64_CODECS } from ${JSON.stringify(join(root, "shared/bytes/base64.ts"))};
    const TEXTS = ${JSON.stringify(TEXTS)};
    console.log(JSON.stringify(BASE64_CODECS.map(${READ_ALL})));`;
  const printed = execFileSync(join(root, "node_modules/.bin/deno"), ["run", "--ext=ts", "-"], {
    input: script,
    encoding: "utf8",
  });
  const onDeno = JSON.parse(printed) as string[][];
  // Deno has the standard methods, which this Node may lack.
  expect(onDeno.length).toBeGreaterThan(2);
  for (const read of onDeno) expect(read).toEqual(expected);
});

test("every way to write base64 gives the same text", () => {
  for (const length of [0, 1, 2, 3, 100, 9_001]) {
    const bytes = Uint8Array.from({ length: length + 3 }, (_, at) => (at * 89) & 0xff).subarray(3);
    const [first, ...others] = BASE64_CODECS.map((codec) => codec.encode(bytes));
    for (const other of others) expect(other).toBe(first);
  }
});
