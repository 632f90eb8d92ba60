/** Fields of network byte order, and what is said where the bytes end too early. */
import { expect, test } from "vitest";
import { Cursor, isWireError, MalformedError, TruncatedError } from "../../../shared/bytes/cursor.ts";
import { fromHex, toHex } from "../../../shared/bytes/hex.ts";

test("a cursor reads network byte order, also within a part of something", () => {
  const bytes = fromHex("ee 01 0203 fffffffe 0a0b ee");
  for (const cursor of [new Cursor(bytes.subarray(1, 10)), new Cursor(bytes, 1, 10)]) {
    expect([cursor.u8("a"), cursor.u16("b"), cursor.u32("c")]).toEqual([1, 0x0203, 0xfffffffe]);
    expect([cursor.offset, cursor.left]).toEqual([7, 2]);
    const inside = cursor.inside(2, "d");
    expect([inside.offset, inside.left, inside.hex(2, "e")]).toEqual([0, 2, "0a0b"]);
    expect(cursor.left).toBe(0);
    expect(() => cursor.skip(1, "f")).toThrow(TruncatedError);
  }
});

test("lacks() says what a read would throw, and nothing when the bytes are there", () => {
  const cursor = new Cursor(new Uint8Array(9), 2, 6);
  cursor.skip(1, "head");
  expect(cursor.lacks(3, "body")).toBeNull();
  expect(cursor.lacks(4, "body")).toBe("Cannot read body at byte 1: 4 bytes are needed and 3 are left");
});

test("every cut names its field, where it is and what is missing", () => {
  for (let have = 0; have < 4; have++) {
    const cursor = new Cursor(new Uint8Array(have + 2));
    cursor.u16("head");
    try {
      cursor.u32("IKE Length");
      expect.unreachable();
    } catch (error) {
      expect(isWireError(error)).toBe(true);
      if (!(error instanceof TruncatedError)) throw error;
      expect(error.at).toEqual({ field: "IKE Length", offset: 2, need: 4, have });
      expect(error.message).toBe(`Cannot read IKE Length at byte 2: 4 bytes are needed and ${have} are left`);
    }
    expect(cursor.offset).toBe(2);
  }
});

test("only the two wire errors blame the bytes", () => {
  expect(isWireError(new MalformedError("x"))).toBe(true);
  expect(isWireError(new RangeError("x"))).toBe(false);
});

test("hex goes both ways and refuses what is no hex", () => {
  expect(toHex(fromHex("00 ff\n7F"))).toBe("00ff7f");
  for (const text of ["0", "0g", "0x00"]) expect(() => fromHex(text)).toThrow(SyntaxError);
});
