/** ASCII text as bytes: numbers, room, and the buffer that is given away. */
import { expect, test } from "vitest";
import { AsciiWriter } from "../../../shared/bytes/ascii-writer.ts";

const textOf = (bytes: Uint8Array): string => new TextDecoder("ascii").decode(bytes);

test.each([
  [0, 1, "0"],
  [9, 1, "9"],
  [10, 1, "10"],
  [65_535, 1, "65535"],
  [4_294_967_295, 1, "4294967295"],
  [999_999_999_999, 1, "999999999999"],
  [0, 9, "000000000"],
  [123, 9, "000000123"],
  [999_999_999, 9, "999999999"],
  [1_000_000_000, 9, "1000000000"],
])("%d with at least %d digits", (value, digits, text) => {
  const out = new AsciiWriter(1);
  out.number(value, digits);
  expect(textOf(out.take())).toBe(text);
});

test("what was written stays as it grows, is said again, and begins anew once it is taken", () => {
  const out = new AsciiWriter(4);
  out.text("one, ");
  const start = out.length;
  out.text("two, ");
  out.again(start, out.length);
  out.again(0, start);
  expect(out.length).toBe(20);
  const first = out.take();
  expect(out.length).toBe(0);
  out.text("three");
  expect(textOf(first)).toBe("one, two, two, one, ");
  expect(textOf(out.take())).toBe("three");
});
