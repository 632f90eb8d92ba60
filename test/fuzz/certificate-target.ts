/** Certificates that are broken byte by byte: they are read or refused, in bounded time, and never throw. */
import { readFileSync } from "node:fs";
import { readCertificate } from "../../shared/ike/certificates/certificate.ts";
import { GatewayCertificate } from "../../shared/schema/rehearsal.ts";
import { Find, MAX_MS, type Target } from "./find.ts";
import { Chance, mutate } from "./mutate.ts";

const made = JSON.parse(
  readFileSync(new URL("../shared/ike/certificates/certificates.json", import.meta.url), "utf8"),
) as Readonly<Record<string, string>>;
const certificates = Object.values(made).map((base64) => new Uint8Array(Buffer.from(base64, "base64")));

/** What is read of any bytes is what a report can keep. */
export const certificateTarget: Target = {
  name: "certificates",
  run(seed) {
    const chance = new Chance(seed);
    const one = () => certificates[chance.below(certificates.length)] ?? new Uint8Array();
    const bytes = mutate(one(), one(), chance);
    try {
      const began = process.cpuUsage();
      const { certificate, why } = readCertificate(bytes);
      const ms = process.cpuUsage(began).user / 1_000;
      if (ms > MAX_MS) throw new Error(`took ${Math.round(ms)} ms`);
      if (certificate !== null) GatewayCertificate.parse(certificate);
      else if (!why.startsWith("Cannot ") || why.length > 256) throw new Error(`does not say why: ${why}`);
    } catch (error) {
      throw new Find(error instanceof Error ? (error.stack ?? error.message) : String(error), bytes, error);
    }
  },
};
