/** Base64 and how many bytes a text of it stands for. */
import { expect, test } from "vitest";
import { base64Bytes, fromBase64, toBase64 } from "../../../shared/bytes/base64.ts";

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
});
