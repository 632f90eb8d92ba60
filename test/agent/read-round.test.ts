/** The agent's check of a round against the schema that it must agree with. */
import { expect, test } from "vitest";
import { readRound } from "../../agent/read-round.ts";
import { Round, type Step } from "../../shared/schema/plan.ts";
import { AGREED_STEPS, DISAGREED_STEPS } from "../support/agreed-steps.ts";
import { ikeDatagram } from "../support/ike-gateway.ts";
import { udp } from "../support/windows-run.ts";

const agreed = () => ({ gateway: "127.0.0.1", reflector: "reflector.example", reflectorPort: null });

const steps: Step[] = [
  { id: "i", kind: "interfaces", atMs: 0, gateway: "vpn.example.com" },
  { id: "v", kind: "vpn-profiles", atMs: 0 },
  {
    id: "e",
    kind: "echo",
    atMs: 30_000,
    target: "2001:db8::1",
    family: 6,
    pingPayloadBytes: 9_000,
    dontFragment: true,
    tries: 5,
    waitMs: 10_000,
  },
  {
    id: "u",
    kind: "udp",
    atMs: 0,
    target: "192.0.2.1",
    family: null,
    port: 500,
    purpose: "baseline",
    datagram: ikeDatagram(500),
    dontFragment: false,
    userMtu: 576,
    tries: 1,
    waitMs: 100,
  },
  { id: "c", kind: "capture", atMs: 0, target: "192.0.2.1", seconds: 60, maxBytes: 5_000_000 },
  { id: "a", kind: "apply", atMs: 0, interfaceIndex: 19, family: 4, interfaceMtu: 1_472 },
];

test("readRound() takes what the schema takes", () => {
  const round = { number: 20, steps };
  expect(Round.safeParse(round).success).toBe(true);
  expect(readRound(structuredClone(round), agreed())).toEqual(round);
});

/** Each breaks one field; the schema and the agent have to agree that it is broken. */
const wrong: [index: number, field: string, value: unknown][] = [
  [0, "gateway", "-oProxyCommand=x"],
  [0, "gateway", "a b"],
  [0, "id", "A"],
  [0, "atMs", -1],
  [0, "kind", "shell"],
  [0, "kind", "constructor"],
  [2, "target", "192.0.2.1; reboot"],
  [2, "family", 5],
  [2, "pingPayloadBytes", 9_001],
  [2, "pingPayloadBytes", "1472"],
  [2, "dontFragment", "yes"],
  [2, "tries", 6],
  [2, "waitMs", 99],
  [3, "port", 0],
  [3, "port", 65_536],
  [3, "datagram", "not base64!"],
  [3, "datagram", "A".repeat(12_004)],
  [3, "userMtu", 575],
  [3, "target", null],
  [4, "seconds", 61],
  [5, "interfaceIndex", 0],
  [5, "interfaceMtu", 68],
];

for (const [index, field, value] of wrong) {
  test(`readRound() names ${field} when it is ${JSON.stringify(value).slice(0, 30)}, as the schema does`, () => {
    const round = structuredClone({ number: 1, steps });
    Object.assign(round.steps[index] ?? {}, { [field]: value });
    expect(Round.safeParse(round).success).toBe(false);
    expect(readRound(round, agreed())).toBe(`round.steps.${index}.${field}`);
  });
}

test.each([null, [], "x", {}, { number: 0, steps: [] }, { number: 1, steps: Array(65).fill(steps[1]) }])(
  "readRound() refuses %j",
  (value) => {
    expect(typeof readRound(value, agreed())).toBe("string");
  },
);

test("readRound() takes what a plan sends, and remembers the reflector's port", () => {
  const known = agreed();
  expect(readRound({ number: 1, steps: AGREED_STEPS }, known)).toMatchObject({ number: 1 });
  expect(known.reflectorPort).toBe(4000);
  // A reflector on a port of IKE's is the gateway's own host, and gets what the gateway gets.
  const same = { gateway: "a.example", reflector: "a.example", reflectorPort: null };
  const step = { ...udp("a", 500), target: "a.example" };
  expect(readRound({ number: 1, steps: [step] }, same)).toMatchObject({ number: 1 });
});

test.each(DISAGREED_STEPS)("readRound() refuses $name", ({ step, field }) => {
  const round = { number: 1, steps: [udp("right", 500), step] };
  expect(readRound(round, { ...agreed(), reflectorPort: 4000 })).toBe(`round.steps.1.${field}`);
});
