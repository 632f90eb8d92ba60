/**
 * A target for joining captures with logs: the log of a simulated path, broken by lines and by bytes.
 * Whatever becomes of it, what is joined has its form, points at lines that are there, and comes soon.
 */
import { joinLogins } from "../../shared/evidence/joined/join-logins.ts";
import { observeTexts } from "../../shared/evidence/messages/observe-texts.ts";
import { readPastedText } from "../../shared/evidence/text/read.ts";
import { JoinedLogin } from "../../shared/schema/joined.ts";
import {
  capturedAttempt,
  dial,
  loggedAttempt,
  logText,
  randomFrom,
  type Stamp,
} from "../support/logged-logins.ts";
import { Find, MAX_MS, type Target } from "./find.ts";
import { Chance, mutate } from "./mutate.ts";

const GATEWAY = "198.51.100.2";
const STAMPS: readonly Stamp[] = ["milliseconds", "seconds", "none"];

function damagedLog(seed: number) {
  const chance = new Chance(seed);
  const random = randomFrom(seed);
  const client = {
    address: "192.0.2.1",
    seenAs: chance.below(2) === 0 ? "192.0.2.1" : "203.0.113.1",
    sizes: {
      init: 300 + chance.below(900),
      initAnswer: 400,
      auth: 500 + chance.below(2_000),
      authAnswer: 900,
    },
    fragments: 1 + chance.below(3),
  };
  const attempts = Array.from({ length: 1 + chance.below(6) }, (_, n) =>
    dial(random, client, n, 1_795_720_000_000 + n * 20_000, () => random() < 0.3),
  );
  const lines = attempts.flatMap((a, n) => loggedAttempt(client, GATEWAY, a, `1${n}`, ""));
  const rows = logText(lines, STAMPS[chance.below(3)] ?? "none", chance.below(3) * 3_600_000).split("\n");
  for (let changes = chance.below(6); changes > 0; changes--) {
    const at = chance.below(rows.length + 1);
    const again = rows.slice(chance.below(rows.length + 1)).slice(0, 5);
    if (chance.below(2) === 0) rows.splice(at, chance.below(4));
    else rows.splice(at, 0, ...again);
  }
  let text = rows.join("\n");
  if (chance.below(2) === 0) {
    const bytes = new TextEncoder().encode(text);
    text = new TextDecoder().decode(mutate(bytes, bytes, chance));
  }
  const captured = attempts.map((a, n) =>
    capturedAttempt(client, GATEWAY, a, (seed * 16 + n).toString(16).padStart(16, "0").slice(-16)),
  );
  return { text, captured };
}

/** Captures with a damaged log of the same logins. */
export const logJoining: Target = {
  name: "join-logs",
  share: 0.2,
  run(seed) {
    const { text, captured } = damagedLog(seed);
    try {
      const began = process.cpuUsage();
      const log = observeTexts([readPastedText({ name: "gateway.log", text })], { 4: 1500, 6: 1500 });
      const initiations = [...log.initiations, ...captured];
      const { logins } = joinLogins({ initiations, probes: [], captures: [], startedAtMs: null });
      const ms = process.cpuUsage(began).user / 1_000;
      if (ms > MAX_MS) throw new Error(`took ${Math.round(ms)} ms`);
      const lines = text.split(/\r\n|[\r\n]/).length;
      for (const login of logins) {
        for (const { seen } of JoinedLogin.parse(login).datagrams) {
          for (const ref of seen.flatMap((s) => s?.refs ?? []))
            if (ref.kind === "text" && ref.line > lines) throw new Error(`line ${ref.line} of ${lines}`);
        }
      }
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      throw new Find(message, new TextEncoder().encode(text), error);
    }
  },
};
