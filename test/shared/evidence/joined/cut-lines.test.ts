/** A gateway's log whose lines end where the terminal did: what is cut off was not lost. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type Body, diagnoseBody, readBody } from "../../../support/thinned.ts";

const folder = fileURLToPath(new URL("../../../cases/both-ends/", import.meta.url));
const NAME = "inbound-fragments-all";

function cutAt(width: number, mark: string) {
  const text = readFileSync(join(folder, `${NAME}-gateway.log`), "utf8");
  const lines = text.split("\n").map((l) => (l.length > width ? l.slice(0, width - mark.length) + mark : l));
  const body: Body = readBody([join(folder, `${NAME}-client.pcapng`)]);
  body.evidence.texts.push({ name: "gateway.log", text: lines.join("\n") });
  return diagnoseBody(body);
}

const WIDTHS = [100, 101, 103, 104, 106, 110, 120].flatMap((width) => [
  { width, mark: "" },
  { width, mark: ">" },
]);

test.each(WIDTHS)("cut at $width columns, with '$mark': the way back", ({ width, mark }) => {
  const { direction, confidence } = cutAt(width, mark);
  expect([direction, confidence]).toEqual(["inbound", "high"]);
});

test.each([76, 79, 80, 85, 90, 92, 94, 95, 96, 98])(
  "cut at %i columns: no request is called lost",
  (width) => {
    const { bothEnds, direction, confidence } = cutAt(width, "");
    const requests = bothEnds?.logins.flatMap((l) => l.datagrams).filter((d) => d.fromClient) ?? [];
    expect(requests.filter((d) => d.fate === "lost")).toEqual([]);
    expect([direction, confidence]).not.toEqual(["outbound", "high"]);
  },
);
