import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { observeCapture, useUpCapture } from "../../../shared/evidence/observe-captures.ts";
import { readCapture } from "../../../shared/transcript/read-capture.ts";

const cases = join(import.meta.dirname, "../../cases");
const captures = readdirSync(cases, { recursive: true, encoding: "utf8" })
  .filter((name) => /both-ends.*\.pcapng$/.test(name))
  .toSorted()
  .slice(0, 12);

test("what is kept of a transcript that is used up is what observing gives, and its messages are gone", async () => {
  expect(captures.length).toBeGreaterThan(4);
  for (const name of captures) {
    const read = () => readCapture(name, new Uint8Array(readFileSync(join(cases, name))));
    const transcript = await read();
    const observed = useUpCapture(transcript);
    expect(observed, name).toEqual(observeCapture(await read()));
    expect(observed.initiations.length, name).toBeGreaterThan(0);
    expect(transcript.ikeMessages, name).toEqual([]);
    expect(
      transcript.sessions.flatMap((session) => session.exchanges),
      name,
    ).toEqual([]);
    expect(observeCapture(observed), name).toBe(observed);
  }
});
