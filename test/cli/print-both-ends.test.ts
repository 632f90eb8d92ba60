/** Both ends of a login in a terminal. */
import { expect, test } from "vitest";
import { printBothEnds } from "../../cli/print-both-ends.ts";
import { bothEnds, joinedLogin, opening, place } from "../support/joined.ts";

const TERMINAL = {
  wrap: (text: string) => text,
  widthOf: (text: string) => text.length,
  width: 200,
  style: { faint: (text: string) => text, bad: (text: string) => text },
};

test("ESP has a line for each way, with what each end has of it", () => {
  const packets = (outbound: number, inbound: number) => ({
    esp: {
      outbound: { packets: outbound, largestIpBytes: 1_400 },
      inbound: { packets: inbound, largestIpBytes: 1_400 },
    },
  });
  const places = [place(packets(12, 0)), place({ end: "gateway", ...packets(11, 10) })];
  const printed = printBothEnds(bothEnds([joinedLogin(opening(), { places })]), "en", TERMINAL);
  expect(printed.filter((line) => line.includes("ESP")).map((line) => line.trim())).toEqual([
    "-->               ESP, the VPN's own traffic, 12 packets, recorded where it arrives: 11 packets",
    "?--               ESP, the VPN's own traffic, 10 packets, none recorded where it arrives",
  ]);
});
