/** Which pings are asked for of who runs no script, held against paths whose MTU is known. */
import { expect, test } from "vitest";
import { observe } from "../../../shared/evidence/observe.ts";
import { EDGE_BYTES, LAST_HAND_ROUND, planByHand } from "../../../shared/plan/by-hand.ts";
import { type HandSystem, handCommands } from "../../../shared/plan/hand-commands.ts";
import { evidenceOf } from "../../../shared/schema/evidence.ts";
import { PLAIN_PATH, type Printed, type TypedPath, typeByHand } from "../../support/hand-typed.ts";

const GATEWAY = "vpn.example.com";
const planOf = (texts: readonly string[], gateway = GATEWAY) =>
  planByHand(
    observe(evidenceOf({ gateway, texts: texts.map((text, at) => ({ name: `paste ${at + 1}`, text })) }), []),
    texts.length,
  );

/** Types what is asked for until nothing more is. */
function typeAll(given: Partial<TypedPath>, printed: Printed) {
  const path = { ...PLAIN_PATH, ...given };
  const system: HandSystem = printed === "mac" || printed === "linux" ? printed : "windows";
  const texts: string[] = [];
  const commands: string[][] = [];
  for (;;) {
    const plan = planOf(texts);
    if (plan.state !== "asking") return { plan, texts, commands };
    commands.push(handCommands(system, GATEWAY, plan.ask));
    expect(commands.at(-1)?.length, "nothing is asked for").toBeGreaterThan(0);
    texts.push(typeByHand(commands.at(-1) ?? [], path, printed));
    expect(texts.length).toBeLessThanOrEqual(LAST_HAND_ROUND);
  }
}

const PRINTED: readonly Printed[] = ["en", "de", "ja", "mac", "linux"];

test.each(PRINTED)("finds the edge of any path within 4 rounds and 8 bytes: %s", (printed) => {
  for (let pathMtu = 1500; pathMtu >= 68; pathMtu -= printed === "de" ? 3 : 17) {
    const { plan, texts } = typeAll({ pathMtu, losesIpFragments: pathMtu % 2 === 0 }, printed);
    const at = `path MTU ${pathMtu}, ${texts.length} rounds`;
    expect(plan.state, at).toBe("known");
    expect(plan.passed, at).toBeLessThanOrEqual(pathMtu);
    expect(plan.split, at).toBe(pathMtu % 2 === 0 ? "lost" : "answered");
    if (pathMtu === 1500) expect([plan.passed, plan.tooLarge]).toEqual([1500, null]);
    else {
      expect(plan.tooLarge, at).toBeGreaterThan(pathMtu);
      expect((plan.tooLarge ?? 0) - (plan.passed ?? 0), at).toBeLessThanOrEqual(EDGE_BYTES);
    }
  }
});

test.each(PRINTED)("an interface with a smaller MTU than an Ethernet's is the edge itself: %s", (printed) => {
  for (let interfaceMtu = 1280; interfaceMtu < 1500; interfaceMtu += 11) {
    const { plan, texts } = typeAll({ interfaceMtu, pathMtu: 1500 }, printed);
    const at = `${interfaceMtu}, ${texts.length} rounds`;
    expect(plan.state, at).toBe("known");
    // Which of a Mac's interfaces is in use, its table does not tell.
    if (printed !== "mac") expect(texts.length, at).toBeLessThanOrEqual(2);
    expect(plan.tooLarge, at).toBeGreaterThan(interfaceMtu);
    expect(interfaceMtu - (plan.passed ?? 0), at).toBeLessThan(EDGE_BYTES);
    const narrow = typeAll({ interfaceMtu, pathMtu: interfaceMtu - 33 }, printed).plan;
    expect(narrow.state).toBe("known");
    expect((narrow.tooLarge ?? 0) - (narrow.passed ?? 0)).toBeLessThanOrEqual(EDGE_BYTES);
  }
});

test("what a router names is tried next, and is exact", () => {
  for (const printed of ["mac", "linux"] as const) {
    const { plan, commands } = typeAll({ pathMtu: 1391, tellsMtu: true }, printed);
    expect([plan.passed, plan.tooLarge, commands.length]).toEqual([1391, 1392, 2]);
    expect(commands[1]?.join("\n")).toContain(`-s ${1391 - 28} `);
  }
});

test("a path that carries everything is asked for once", () => {
  const { plan, commands } = typeAll({}, "ja");
  expect(plan).toMatchObject({ state: "known", passed: 1500, tooLarge: null, split: "answered" });
  expect(commands).toEqual([
    [
      "netsh interface ipv4 show interfaces",
      "ping -4 -n 3 -l 32 vpn.example.com",
      "ping -4 -n 3 -f -l 1472 vpn.example.com",
      "ping -4 -n 3 -f -l 1392 vpn.example.com",
      "ping -4 -n 3 -f -l 1252 vpn.example.com",
      "ping -4 -n 3 -l 2000 vpn.example.com",
    ],
  ]);
});

test("lost IP fragments are asked for once more with another size, and nothing else is", () => {
  const { plan, commands } = typeAll({ losesIpFragments: true }, "de");
  expect(commands[1]).toEqual(["ping -4 -n 3 -l 1600 vpn.example.com"]);
  expect(plan).toMatchObject({ state: "known", split: "lost", passed: 1500 });
});

test.each(PRINTED)("a gateway that answers no ping is told after the first paste: %s", (printed) => {
  const { plan, texts } = typeAll({ answersPings: false }, printed);
  expect(texts).toHaveLength(1);
  expect(plan).toMatchObject({ state: "no-ping", passed: null, tooLarge: null, split: null });
});

test("what is missing in a paste is asked for again, and not for ever", () => {
  const first = planOf([]).ask;
  const some = handCommands("windows", GATEWAY, { ...first, wholePayloads: [1472], splitPayloads: [] });
  const plan = planOf([typeByHand(some, { ...PLAIN_PATH, pathMtu: 1400 }, "en")]);
  expect(plan.ask).toMatchObject({ smallPayloads: [], wholePayloads: [1392, 1252], splitPayloads: [2000] });
  const table = typeByHand(["netsh interface ipv4 show interfaces"], PLAIN_PATH, "en");
  expect(planOf([table])).toMatchObject({ state: "asking", ask: first });
  expect(planOf([table, table, table, table]).state).toBe("open");
});

test("pings without their command lines are those that were asked for", () => {
  const typed = typeByHand(handCommands("windows", GATEWAY, planOf([]).ask), PLAIN_PATH, "en");
  const bare = typed.replace(/^C:.*$/gm, "");
  expect(planOf([bare])).toMatchObject({ state: "known", passed: 1500, split: "answered" });
});

test("pings of another host tell nothing, and are named", () => {
  const typed = typeByHand(handCommands("windows", "www.example.net", planOf([]).ask), PLAIN_PATH, "en");
  const plan = planOf([typed]);
  expect(plan).toMatchObject({ state: "asking", passed: null, otherHosts: ["192.0.2.1"] });
  expect(planOf([typed], "192.0.2.1").state).toBe("known");
});
