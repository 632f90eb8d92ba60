/** A minimised capture is diagnosed like the whole one: what it leaves out decides nothing. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { concatBytes } from "../../../shared/bytes/concat.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";
import { Minimizer } from "../../../shared/transcript/minimize.ts";
import { CaptureReader, type ReadOptions } from "../../../shared/transcript/read-capture.ts";

const captures = globSync("test/cases/*/**/*.{pcap,pcapng}").filter((file) => !file.includes("/corpus/"));

function read(bytes: Uint8Array, options: ReadOptions = {}) {
  const reader = new CaptureReader("capture", options);
  reader.push(bytes);
  return reader.end();
}

test("every capture of the cases gives the same verdict and the same confidence once it is minimised", () => {
  expect(captures.length).toBeGreaterThan(30);
  const evidence = Evidence.parse({ schema: "ikefrag/evidence/1" });
  for (const file of captures) {
    const chunks: Uint8Array[] = [];
    const minimizer = new Minimizer((bytes) => chunks.push(bytes.slice()));
    const whole = read(readFileSync(file), { onPacket: minimizer.onPacket });
    minimizer.end(whole.lastTimeMs === null ? null : { endedAtMs: whole.lastTimeMs, frames: whole.frames });
    const minimised = read(concatBytes(chunks));
    const judge = (transcript: typeof whole) => {
      const { verdict, confidence, direction } = diagnose({ evidence, transcripts: [transcript] });
      return { verdict, confidence, direction };
    };
    expect(judge(minimised), file).toEqual(judge(whole));
  }
});
