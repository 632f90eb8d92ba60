import { expect, test } from "vitest";
import { mtuCommands } from "../../../../shared/diagnose/advice/netsh-commands.ts";
import { serverActions } from "../../../../shared/diagnose/advice/server-actions.ts";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import type { Recommendation } from "../../../../shared/schema/diagnosis.ts";
import { echo, exchange, initiation, observations, sent } from "../../../support/observations.ts";
import { both, capped, fragmented, opened, silent, whole } from "../../../support/rule-evidence.ts";

/** As often as an edge is asked. */
const often = { ...silent, tries: 6 };
const ethernet = (mtu: { v4?: number | null; v6?: number | null } = {}, index: number | null = 19) => ({
  egress: {
    index,
    name: "Ethernet",
    mtuV4: mtu.v4 === undefined ? 1500 : mtu.v4,
    mtuV6: mtu.v6 === undefined ? 1500 : mtu.v6,
    connected: true,
    ref: { kind: "probe" as const, stepId: "r1-interfaces", bytes: null, sizeKind: null },
  },
});
/** An unanswered login in packets of these sizes. */
const login = (
  ipBytes: number[],
  given: Parameters<typeof initiation>[1] = {},
  ikeFragmentTotal: number | null = null,
) => {
  const requests = [1_000, 2_000, 3_000].map((at) => ({ ...sent(at, 2528, ipBytes), ikeFragmentTotal }));
  return initiation([opened, exchange({ exchangeType: 35, requests })], given);
};
/** A ping without fragmentation over a path that says how large packets may be. */
const pingOver = (pathMtu: number) => (ipBytes: number) =>
  ipBytes <= pathMtu
    ? echo({ pingPayloadBytes: ipBytes - 28 })
    : echo({ pingPayloadBytes: ipBytes - 28, outcome: "too-big-remotely", nextHopMtu: pathMtu });

const recommended = (given: Partial<Observations>): Recommendation =>
  diagnoseObservations(observations(given)).recommendation;
const keys = (phrases: { key: string }[]) => phrases.map((p) => p.key);

const numbers: {
  name: string;
  given: Partial<Observations>;
  interfaceMtu: number | null;
  basis: string | null;
}[] = [
  {
    name: "what was measured",
    given: { probes: [...both, whole(1400), whole(1500, often)] },
    interfaceMtu: 1400,
    basis: "measured",
  },
  {
    name: "a trial where the next size was asked only three times",
    given: { probes: [...both, whole(1400), whole(1500, silent)] },
    interfaceMtu: 1400,
    basis: "trial",
  },
  {
    name: "no better founded by an MTU that passed, where the size above it was asked only three times",
    given: { probes: [...both, whole(1400), whole(1500, silent), fragmented(silent), capped(1400)] },
    interfaceMtu: 1400,
    basis: "trial",
  },
  {
    name: "less than 1280 where that was measured",
    given: { probes: [...both, whole(1240), whole(1280, often)] },
    interfaceMtu: 1240,
    basis: "measured",
  },
  {
    name: "not less than 1280 where only pings say so",
    given: { echoes: [echo({ pingPayloadBytes: 1172 }), echo({ outcome: "timeout" })] },
    interfaceMtu: null,
    basis: null,
  },
  {
    name: "a trial where only pings say so",
    given: { echoes: [echo({ pingPayloadBytes: 1372 }), echo({ outcome: "timeout" })] },
    interfaceMtu: 1400,
    basis: "trial",
  },
  {
    name: "the MTU under which IP fragments pass, where they do not under the measured one",
    given: {
      probes: [
        ...both,
        whole(1454),
        whole(1500, often),
        fragmented(silent),
        capped(1454, silent),
        capped(1280),
      ],
    },
    interfaceMtu: 1280,
    basis: "verified",
  },
  {
    name: "something smaller than every MTU that was lost",
    given: { probes: [...both, whole(1454), whole(1500, often), fragmented(silent), capped(1454, silent)] },
    interfaceMtu: 1452,
    basis: "trial",
  },
  {
    name: "never an MTU under which another message was lost",
    given: {
      probes: [
        ...both,
        fragmented(silent),
        capped(1472),
        capped(1472, { ...silent, ipBytes: 2920 }),
        capped(1400),
      ],
    },
    interfaceMtu: 1400,
    basis: "verified",
  },
  {
    name: "no MTU above what a router said, as no such packet was sent",
    given: {
      probes: [...both, fragmented(silent), capped(1480), capped(1400)],
      echoes: [pingOver(1407)(1500)],
    },
    interfaceMtu: 1400,
    basis: "verified",
  },
  {
    name: "the path MTU that a router told, before any trial",
    given: { initiations: [login([1500, 1080])], echoes: [1420, 1500].map(pingOver(1420)) },
    interfaceMtu: 1420,
    basis: "measured",
  },
  {
    name: "not what a router told, where smaller packets are lost",
    given: {
      initiations: [login([1500, 1080])],
      echoes: [
        echo({ pingPayloadBytes: 1272 }),
        echo({ pingPayloadBytes: 1372, outcome: "timeout", count: 4 }),
        echo({ pingPayloadBytes: 1472, outcome: "too-big-remotely", nextHopMtu: 1492 }),
      ],
    },
    interfaceMtu: 1280,
    basis: "trial",
  },
  {
    name: "no trial above what whole packets may be",
    given: {
      initiations: [login([1500, 1080])],
      echoes: [
        echo({ pingPayloadBytes: 1392 }),
        echo({ pingPayloadBytes: 1472, outcome: "timeout", count: 4 }),
      ],
    },
    interfaceMtu: 1400,
    basis: "trial",
  },
  {
    name: "8 bytes less than that behind a translator",
    given: {
      clientAddresses: ["192.0.0.2"],
      initiations: [login([1500, 1080])],
      echoes: [1472, 1500].map(pingOver(1472)),
    },
    interfaceMtu: 1464,
    basis: "trial",
  },
  {
    name: "only a trial that changes what is sent",
    given: { ...ethernet({ v4: 1475 }), initiations: [login([1468, 1112])] },
    interfaceMtu: 1452,
    basis: "trial",
  },
  {
    name: "only a trial below the present MTU",
    given: { ...ethernet({ v4: 1400 }), initiations: [login([1500, 1080])] },
    interfaceMtu: 1280,
    basis: "trial",
  },
];
for (const { name, given, interfaceMtu, basis } of numbers) {
  test(`the MTU that is recommended is ${name}`, () => {
    expect(recommended({ ...ethernet(), ...given })).toMatchObject({ interfaceMtu, basis });
  });
}

test("IPv6 has MTUs, fragments, tunnels and commands of its own", () => {
  const v6 = { family: 6 as const, gateway: "2001:db8:1::1", client: "2001:db8::4" };
  const given = { ...ethernet({ v4: 1400, v6: 1480 }), initiations: [login([1448, 1188], v6)] };
  const advice = recommended(given);
  expect(advice).toMatchObject({
    interfaceMtu: 1400,
    previousMtu: 1480,
    expectedFragments: [1400, 1236],
  });
  // 1400 - 40 (IPv6) - 8 (UDP) - 8 (ESP) - 8 (IV) - 16 (ICV) = 1320, less the 2 bytes of the trailer.
  expect(advice.tunnelMtu?.byCipher[0]).toEqual({ cipher: "AES-GCM-16", tunnelMtu: 1318 });
  expect(advice.commands?.undo).toBe("netsh interface ipv6 set interface 19 mtu=1480");
  expect(() => mtuCommands({ index: 19 }, 1279, 1500, 6)).toThrow(RangeError);
});

test("fragments to expect are those of a login of the same IP family, sent as one datagram", () => {
  const expected = (...initiations: ReturnType<typeof login>[]) =>
    recommended({ ...ethernet(), probes: [...both, fragmented(silent), capped(1472)], initiations })
      .expectedFragments;
  expect(expected()).toEqual([1468, 1112]);
  expect(expected(login([1500, 80]))).toEqual([1468, 112]);
  expect(expected(login([1448, 400], { family: 6 }), login([1500, 136, 900], {}, 2))).toEqual([1468, 1112]);
});

const facts: { name: string; given: Partial<Observations>; note: string | null }[] = [
  { name: "all that a command needs", given: ethernet(), note: null },
  { name: "no interface", given: {}, note: "note.which-interface" },
  { name: "an interface without index", given: ethernet({}, null), note: "note.which-interface" },
  { name: "an interface of unknown MTU", given: ethernet({ v4: null }), note: "note.which-mtu" },
];
for (const { name, given, note } of facts) {
  test(`commands, and what is said where there are none, given ${name}`, () => {
    const { commands, actions, notes } = recommended({ ...given, initiations: [login([1500, 1080])] });
    expect(commands === null).toBe(note !== null);
    expect(keys(actions)).toContain(note === null ? "action.apply-mtu" : "action.apply-mtu-later");
    expect(keys(notes).filter((key) => key.startsWith("note.which"))).toEqual(note === null ? [] : [note]);
    expect(keys(notes).includes("note.persistent")).toBe(note === null);
  });
}

test("that fragments were not tested is said where they are lost with whole packets, and there alone", () => {
  const notes = (...more: typeof both) =>
    keys(recommended({ ...ethernet(), probes: [...both, whole(1400), whole(1500, often), ...more] }).notes);
  expect(notes(fragmented(silent))).toContain("note.fragments-untested");
  expect(notes(fragmented())).not.toContain("note.fragments-untested");
  expect(notes(fragmented(silent), capped(1400))).not.toContain("note.fragments-untested");
});

test("nobody is asked to switch on what the gateway offers; a client that does not offer it is named", () => {
  const offered = recommended({ initiations: [login([1500, 1080])] });
  expect([keys(offered.actions).at(-1), offered.serverActions]).toEqual(["action.client-fragmentation", []]);
  const neither = { gatewayOffersIkeFragmentation: false, clientOffersIkeFragmentation: false };
  const lacking = recommended({ initiations: [login([1500, 1080], neither)] });
  expect(keys(lacking.actions)).toContain("action.ask-server-fragmentation");
  expect(keys(lacking.notes)).toContain("note.client-fragmentation");
  expect(lacking.serverActions.length).toBeGreaterThan(5);
});

test("what is recognised as strongSwan may be OPNsense or pfSense", () => {
  expect(serverActions(["strongswan"]).map((a) => a.product)).toEqual(["strongSwan", "OPNsense, pfSense"]);
});

test("a tunnel too narrow for IPv6 is said", () => {
  const notes = (passed: number) =>
    keys(recommended({ ...ethernet(), probes: [...both, whole(passed), whole(1500, silent)] }).notes);
  expect(notes(1300)).toContain("note.tunnel-ipv6");
  expect(notes(1472)).not.toContain("note.tunnel-ipv6");
});

test("what was measured bounds the tunnel, and a next-hop MTU that is none does not", () => {
  const auth = exchange({ exchangeType: 35, requests: [sent(1_000, 300)], responses: [sent(1_100, 300)] });
  const told = (nextHopMtu: number, destination: string) => ({
    capture: "a.pcapng",
    frame: 9,
    timeMs: 5_000,
    source: "203.0.113.9",
    destination: "198.51.100.4",
    kind: "packet-too-big" as const,
    type: 3,
    code: 4,
    nextHopMtu,
    quoted: {
      source: "198.51.100.4",
      destination,
      protocol: 17,
      sourcePort: 500,
      destinationPort: 500,
      ipBytes: 1500,
    },
  });
  const outerMtu = (nextHopMtu: number, destination = "192.0.2.1") =>
    recommended({
      initiations: [initiation([opened, auth])],
      icmpErrors: [told(nextHopMtu, destination)],
    }).tunnelMtu?.outerMtu;
  expect([outerMtu(1400), outerMtu(9_000), outerMtu(68)]).toEqual([1400, undefined, undefined]);
  expect(outerMtu(1400, "203.0.113.80")).toBeUndefined();
});

const DRIVERS: [name: string, description: string | undefined, isPhone: boolean][] = [
  ["Ethernet 5", "Remote NDIS based Internet Sharing Device", true],
  ["Ethernet 5", "Apple Mobile Device Ethernet", true],
  ["Ethernet 5", "Intel(R) Ethernet Connection (7) I219-V", false],
  ["Ethernet 5", undefined, false],
  ["Wi-Fi", "Intel(R) Wi-Fi 6 AX201 160MHz", false],
];
test.each(DRIVERS)(
  "plugging the phone in again is spoken of where a phone is: %s, %s",
  (name, description, isPhone) => {
    const { egress } = ethernet();
    if (!egress) throw new Error("no interface");
    const named = { ...egress, name, ...(description !== undefined && { description }) };
    const { notes } = recommended({ egress: named, probes: [...both, fragmented(silent), capped(1472)] });
    expect(notes.some((n) => n.key === "note.replug")).toBe(isPhone);
  },
);
