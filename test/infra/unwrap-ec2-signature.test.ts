/** What a Worker reads an ECDSA signature with, held against the file of the library that it replaces. */
import { createSign, generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { unwrapEC2Signature } from "../../infra/unwrap-ec2-signature.ts";

const CURVES = { 1: "P-256", 2: "P-384", 3: "P-521" } as const;
const library = fileURLToPath(new URL("../../node_modules/@simplewebauthn/server", import.meta.url));
const replaced: { unwrapEC2Signature: typeof unwrapEC2Signature } = await import(
  pathToFileURL(join(library, "esm/helpers/iso/isoCrypto/unwrapEC2Signature.js")).href
);

test.each(Object.entries(CURVES))(
  "COSE's curve %s, %s: as the library reads it, and as Node writes it",
  (number, name) => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: name });
    for (let n = 0; n < 200; n++) {
      const der = createSign("sha256").update(String(n)).sign(privateKey);
      const read = unwrapEC2Signature(der, Number(number));
      expect(read).toEqual(new Uint8Array(replaced.unwrapEC2Signature(der, Number(number))));
      expect(read).toHaveLength(2 * { 1: 32, 2: 48, 3: 66 }[number as "1" | "2" | "3"]);
    }
  },
);

test("what is no signature is refused", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const der = createSign("sha256").update("x").sign(privateKey);
  const { privateKey: larger } = generateKeyPairSync("ec", { namedCurve: "P-521" });
  const hostile = [
    new Uint8Array(0),
    der.subarray(0, -1),
    Buffer.concat([der, Buffer.of(0)]),
    createSign("sha256").update("x").sign(larger),
    Buffer.from("30", "hex"),
    Buffer.alloc(5000, 0x30),
  ];
  for (const bytes of hostile) expect(() => unwrapEC2Signature(bytes, 1)).toThrow();
  expect(() => unwrapEC2Signature(der, 9)).toThrow("unknown curve 9");
});
