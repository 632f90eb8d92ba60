/**
 * A target for each reader of pasted text: its own outputs, broken by lines and by bytes, mixed with lines of
 * the others, decorated and damaged as people do it.
 */
import { findAddresses } from "../../shared/evidence/text/format.ts";
import { readPastedText } from "../../shared/evidence/text/read.ts";
import { FORMATS } from "../../shared/evidence/text/registry.ts";
import { undecorate } from "../../shared/evidence/text/undecorate.ts";
import { DAMAGES, DECORATIONS } from "../support/paste-writer.ts";
import { fixturesOf } from "../support/text-fixtures.ts";
import { Find, MAX_MS, type Target } from "./find.ts";
import { Chance, mutate } from "./mutate.ts";

const CHANGES = Object.values({ ...DECORATIONS, ...DAMAGES });
/** A twentieth each: there are many, and they share most of what they run. */
const SHARE = 0.05;

/**
 * A size is printed as it is, or as what is in the packet or around it: without the headers of IP, UDP or
 * ICMP and the marker of UDP 4500, or with that of Ethernet or Linux's cooked one.
 */
const PRINTED = [0, 8, -20, -28, -32, -40, -48, -52, 14, 16];
const SIZES = ["pingPayloadBytes", "replyPingPayloadBytes", "mtu", "nextHopMtu", "ipBytes", "index", "code"];

/** What an observation says that does not stand in the paste, or `null`. */
function invented(told: Readonly<Record<string, unknown>>, text: string): string | null {
  for (const field of SIZES) {
    const size = told[field];
    if (typeof size === "number" && !PRINTED.some((more) => text.includes(String(size + more)))) {
      return `${field} ${size}`;
    }
  }
  for (const value of Object.values(told)) {
    if (typeof value !== "string" || text.includes(value)) continue;
    if (findAddresses(value)[0]?.address === value) return `address ${value}`;
  }
  return null;
}

function textTarget(id: string): Target {
  const own = fixturesOf(id).fixtures.map(({ text }) => text.split("\n"));
  const others = FORMATS.flatMap((f) => fixturesOf(f.id).fixtures).flatMap(({ text }) => text.split("\n"));
  return {
    name: `text-${id}`,
    share: SHARE,
    run(seed) {
      const chance = new Chance(seed);
      const pick = <T>(list: readonly T[], otherwise: T): T => list[chance.below(list.length)] ?? otherwise;
      const lines = [...pick(own, [])];
      for (let changes = chance.below(5); changes > 0; changes--) {
        const at = chance.below(lines.length + 1);
        switch (chance.below(4)) {
          case 0:
            lines.splice(at, 1 + chance.below(3));
            break;
          case 1:
            lines.splice(at, 0, pick(others, ""));
            break;
          case 2:
            lines.splice(at, 0, ...pick(own, []).slice(chance.below(8), 8 + chance.below(8)));
            break;
          default:
            lines.splice(at, 2, `${lines[at] ?? ""} ${lines[at + 1] ?? ""}`);
        }
      }
      let text = lines.join("\n");
      if (chance.below(2) === 0) {
        const bytes = mutate(
          new TextEncoder().encode(text),
          new TextEncoder().encode(pick(others, "")),
          chance,
        );
        text = new TextDecoder().decode(bytes);
      }
      for (let layers = chance.below(3); layers > 0; layers--) text = pick(CHANGES, String)(text);
      try {
        const began = process.cpuUsage();
        const { readings, notUnderstood: _, ...kinds } = readPastedText({ name: "fuzz", text });
        const ms = process.cpuUsage(began).user / 1_000;
        if (ms > MAX_MS) throw new Error(`took ${Math.round(ms)} ms`);
        const plain = undecorate(text)
          .lines.map((line) => line.text)
          .join(" ");
        for (const told of Object.values(kinds).flat()) {
          const what = invented(told as unknown as Record<string, unknown>, plain);
          if (what !== null)
            throw new Error(`${what} is not in the paste (${readings.map((r) => r.format)})`);
        }
      } catch (error) {
        const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
        throw new Find(message, new TextEncoder().encode(text), error);
      }
    },
  };
}

/** One target for each format of the registry. */
export const textTargets: readonly Target[] = FORMATS.map(({ id }) => textTarget(id));
