import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/both-ends.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import { ExchangeType } from "../../../../shared/ike/registry.ts";
import type { Diagnosis } from "../../../../shared/schema/diagnosis.ts";
import type { JoinedDatagram, JoinedLogin, JoinedPacket } from "../../../../shared/schema/joined.ts";
import { toText } from "../../../../shared/text/speak.ts";
import { datagram, joinedLogin, opening, packets, place, twoPlaces } from "../../../support/joined.ts";
import { exchange, initiation, observations, probe, sent } from "../../../support/observations.ts";
import {
  AUTH,
  both as baselines,
  ethernet,
  fragmented,
  opened,
  SA_INIT,
  silentAuth,
  testRules,
} from "../../../support/rule-evidence.ts";

type Fate = JoinedPacket["fate"];
const PORT = { gatewayPort: 4500 };
/** IKE_AUTH, sent three times as these packets, each with its fate. */
const thrice = (
  each: [number, Fate, number[]?][],
  given: Partial<JoinedDatagram> & { atMs?: number } = {},
): JoinedDatagram[] =>
  [1, 2, 3].map((sending) =>
    datagram({
      ...PORT,
      ...given,
      packets: packets(...each),
      sending,
      atMs: (given.atMs ?? 0) + sending * 1_000,
      frames: [sending * 2 + 1, sending * 2 + 1],
    }),
  );
/** The same as one message in IKE fragments, each in a packet of its own. */
const inIkeFragments = (each: [number, Fate][], given: Partial<JoinedDatagram> = {}): JoinedDatagram[] =>
  [1, 2, 3].flatMap((sending) =>
    each.map(([ipBytes, fate], at) =>
      datagram({
        ...PORT,
        ...given,
        packets: packets([ipBytes, fate]),
        ikeFragment: { number: at + 1, total: each.length },
        sending,
        atMs: sending * 1_000 + at,
      }),
    ),
  );
const answer = { fromClient: false };
const noNat = () => twoPlaces().map((p) => ({ ...p, client: "198.51.100.4" }));
const SPI = "0123456789abcdef";
datagram({
  ...PORT,
  exchangeType: ExchangeType.INFORMATIONAL,
  messageId: 9,
  packets: packets([120, "arrived"]),
});
const both = (datagrams: JoinedDatagram[], given: Partial<JoinedLogin> = {}): Partial<Observations> => ({
  joined: [joinedLogin([...opening(), ...datagrams], given)],
});
const judge = (given: Partial<Observations>): Diagnosis => diagnoseObservations(observations(given));
const brief = ({ verdict, confidence, direction, recommendation: r }: Diagnosis): string =>
  [verdict, confidence, String(direction), r.interfaceMtu === null ? "" : `${r.interfaceMtu} ${r.basis}`]
    .join(" ")
    .trim();

const lostFirst = thrice([
  [1500, "lost"],
  [1080, "arrived"],
]);
const lostLater = thrice([
  [1500, "arrived"],
  [652, "lost"],
]);
const lostAll = thrice([
  [1500, "lost"],
  [652, "lost"],
]);
const whole = (ipBytes: number, fate: Fate, given: Partial<JoinedDatagram> = {}) =>
  datagram({
    ...PORT,
    exchangeType: ExchangeType.INFORMATIONAL,
    messageId: 9,
    packets: packets([ipBytes, fate]),
    ...given,
  });
const atGateway = thrice([
  [1500, "arrived"],
  [1080, "arrived"],
]);
/** The gateway's answer as these packets, three times. */
const answers = (...each: [number, Fate][]) => [...atGateway, ...thrice(each, answer)];
const logged = [place(), place({ end: "gateway", kind: "log", source: "charon.log" })];
/** As a log shows it: whether all of it came. */
const inLog = (fate: "arrived" | "lost", ...sizes: number[]) =>
  thrice(
    sizes.map((ipBytes) => [ipBytes, "not-covered"]),
    { fate },
  );

/** The login as a capture has it that shows keepalives of one way, too. */
const keptAlive = (capture: string, way: "outbound" | "inbound") => {
  const none = { packets: 0, largestIpBytes: 0 };
  const esp = { outbound: none, inbound: none, [way]: { ...none, onNatTraversalPort: 2 } };
  return initiation([opened], { capture, initiatorSpi: SPI, esp });
};

const CASES: { name: string; given: Partial<Observations>; want: string }[] = [
  {
    name: "large first fragments are lost, and what else has the port arrives",
    given: both([...lostFirst, whole(120, "arrived")]),
    want: "outbound-fragments-too-large high outbound 1280 trial",
  },
  {
    name: "the same, and nothing else has the port: the direction is certain, and no MTU is given",
    given: both(lostFirst),
    want: "outbound-fragments-too-large high outbound",
  },
  {
    name: "the same, and NAT-keepalives arrive at the gateway's port 4500: it is the size",
    given: { ...both(lostFirst), initiations: [keptAlive("gateway.pcapng", "outbound")] },
    want: "outbound-fragments-too-large high outbound 1280 trial",
  },
  {
    name: "keepalives that were only seen where they were sent prove no port",
    given: { ...both(lostFirst), initiations: [keptAlive("client.pcapng", "outbound")] },
    want: "outbound-fragments-too-large high outbound",
  },
  {
    name: "a small login in one packet is lost on port 4500, on which keepalives arrive",
    given: { ...both(thrice([[272, "lost"]])), initiations: [keptAlive("gateway.pcapng", "outbound")] },
    want: "ike-auth-unanswered high outbound",
  },
  {
    name: "the gateway's keepalives arrive at the client, and say nothing of the way out",
    given: { ...both(thrice([[272, "lost"]])), initiations: [keptAlive("client.pcapng", "inbound")] },
    want: "udp-4500-blocked high outbound",
  },
  {
    name: "smaller fragments of another login arrive: exact within 8 bytes",
    given: {
      joined: [
        joinedLogin(
          [
            ...opening(),
            ...thrice([
              [1468, "arrived"],
              [1112, "arrived"],
            ]),
          ],
          { initiatorSpi: "00" },
        ),
        joinedLogin([
          ...opening(),
          ...thrice(
            [
              [1476, "lost"],
              [1104, "arrived"],
            ],
            { atMs: 90_000 },
          ),
        ]),
      ],
    },
    want: "outbound-fragments-too-large high outbound 1468 measured",
  },
  {
    name: "later fragments alone are lost",
    given: both(lostLater),
    want: "outbound-fragments-dropped high outbound",
  },
  {
    name: "all fragments are lost",
    given: both(lostAll, { places: noNat() }),
    want: "outbound-fragments-dropped high outbound",
  },
  {
    name: "all are lost, and a NAT keeps later ones back for want of the first",
    given: both(lostAll),
    want: "outbound-fragments-too-large high outbound",
  },
  {
    name: "all are lost, and a whole packet as large as the first one arrives",
    given: both([...lostAll, whole(1500, "arrived")]),
    want: "outbound-fragments-dropped high outbound",
  },
  {
    name: "all are lost, and those of another login, smaller ones, arrive through the NAT",
    given: {
      joined: [
        joinedLogin(
          [
            ...opening(),
            ...thrice([
              [1396, "arrived"],
              [1184, "arrived"],
            ]),
          ],
          { initiatorSpi: "00" },
        ),
        joinedLogin([...opening(), ...lostAll.map((d) => ({ ...d }))]),
      ],
    },
    want: "outbound-fragments-too-large high outbound 1396 trial",
  },
  {
    name: "an IKE fragment of 1500 bytes is lost, the last one arrives",
    given: both(
      inIkeFragments([
        [1500, "lost"],
        [224, "arrived"],
      ]),
    ),
    want: "ike-fragments-too-large high outbound 1280 trial",
  },
  {
    name: "a router cut another packet to 1396 bytes: that is how much the link carries",
    given: both([
      ...inIkeFragments([
        [1500, "lost"],
        [224, "arrived"],
      ]),
      datagram({
        ...PORT,
        exchangeType: ExchangeType.INFORMATIONAL,
        messageId: 9,
        packets: packets([1500, "recut", [1396, 124]]).map((p) => ({ ...p, ipBytes: 1_480 })),
      }),
    ]),
    want: "ike-fragments-too-large high outbound 1396 measured",
  },
  {
    name: "one small IKE fragment is lost each time, and others as small arrive",
    given: both(
      inIkeFragments([
        [612, "lost"],
        [612, "arrived"],
        [300, "arrived"],
      ]),
    ),
    want: "ike-fragments-lost high outbound",
  },
  {
    name: "small IKE fragments are all lost on port 4500, and the opening passes on 500",
    given: both(
      inIkeFragments([
        [612, "lost"],
        [300, "lost"],
      ]),
    ),
    want: "udp-4500-blocked high outbound",
  },
  {
    name: "a small login in one packet is lost on port 4500",
    given: both(thrice([[272, "lost"]])),
    want: "udp-4500-blocked high outbound",
  },
  {
    name: "a large login in one packet is lost, and nothing else has the port",
    given: both(thrice([[1450, "lost"]])),
    want: "ike-auth-unanswered high outbound",
  },
  {
    name: "a large login in one packet is lost, and a small one has the port",
    given: both([...thrice([[1450, "lost"]]), whole(120, "arrived")]),
    want: "path-mtu-black-hole high outbound 1280 trial",
  },
  {
    name: "a login that was sent once and lost",
    given: both(lostFirst.slice(0, 1)),
    want: "outbound-fragments-too-large low outbound",
  },
  {
    name: "a login of which each sending lost another fragment",
    given: both([
      ...lostFirst.slice(0, 1),
      ...thrice([
        [1500, "arrived"],
        [1080, "lost"],
      ]).slice(1),
    ]),
    want: "ike-auth-unanswered medium outbound",
  },
  {
    name: "the answer's first fragments are lost",
    given: both(answers([1500, "lost"], [520, "arrived"])),
    want: "inbound-fragments-lost high inbound",
  },
  {
    name: "all fragments of the answer are lost",
    given: both(answers([1500, "lost"], [520, "lost"])),
    want: "inbound-fragments-lost high inbound",
  },
  {
    name: "the answer's large IKE fragments are lost, the last one arrives",
    given: both([
      ...atGateway,
      ...inIkeFragments(
        [
          [1500, "lost"],
          [224, "arrived"],
        ],
        answer,
      ),
    ]),
    want: "ike-fragments-too-large high inbound",
  },
  {
    name: "an answer of one large packet is lost, small ones arrive",
    given: both([...answers([1440, "lost"]), whole(120, "arrived", answer)]),
    want: "path-mtu-black-hole high inbound",
  },
  {
    name: "a small answer is lost, and what comes from port 500 arrives",
    given: both(answers([272, "lost"])),
    want: "udp-4500-blocked high inbound",
  },
  {
    name: "it arrives whole, and the gateway sends nothing",
    given: both(atGateway),
    want: "insufficient-evidence high null",
  },
  {
    name: "the log of the gateway never has all of it",
    given: both(inLog("lost", 1500, 1080), { places: logged }),
    want: "outbound-fragments-too-large high outbound",
  },
  {
    name: "the log has it, and the answer of 1552 bytes that it sent never comes",
    given: both(
      [...inLog("arrived", 1500, 1080), ...thrice([], { ...answer, fate: "lost", ikeLength: 1_552 })],
      { places: logged },
    ),
    want: "inbound-fragments-lost high inbound",
  },
  {
    name: "one login loses on the way out, an earlier one on the way back",
    given: {
      joined: [
        joinedLogin([...opening(), ...answers([1500, "lost"], [520, "lost"])], { initiatorSpi: "00" }),
        joinedLogin([...opening(), ...lostLater], { initiatorSpi: "01" }),
      ],
    },
    want: "outbound-fragments-dropped high both",
  },
  {
    name: "it arrives whole, and what the gateway sends is not recorded there: no MTU is tried",
    given: {
      joined: [
        joinedLogin([
          ...opening().map((d) => (d.fromClient ? d : { ...d, seen: [d.seen[0] ?? null, null] })),
          ...atGateway,
        ]),
      ],
      initiations: [initiation([opened, silentAuth], { capture: "client.pcapng" })],
    },
    want: "ike-auth-unanswered medium undetermined",
  },
  {
    name: "it arrives whole twice, and the recordings end: no MTU is tried",
    given: {
      ...both(atGateway.slice(0, 2)),
      initiations: [initiation([opened, silentAuth], { capture: "client.pcapng" })],
    },
    want: "ike-auth-unanswered medium undetermined",
  },
  {
    name: "lost at first, and arrived when it was sent again",
    given: both([...lostFirst.slice(0, 2), ...atGateway.slice(2), ...thrice([[520, "arrived"]], answer)]),
    want: "insufficient-evidence low null",
  },
];
test.each(CASES)("$name", ({ given, want }) => {
  expect(brief(judge(given))).toBe(want);
});

testRules(rules, [
  {
    name: "first fragments are lost",
    rule: "lost-on-the-way-out",
    given: both(lostFirst),
    want: "found",
    says: "open",
  },
  {
    name: "what was lost came when it was sent again",
    rule: "lost-on-the-way-out",
    given: both(atGateway),
    want: "clear",
  },
  { name: "no login at both ends", rule: "lost-on-the-way-out", given: {}, want: "unknown" },
  {
    name: "the answer is lost",
    rule: "answer-lost",
    given: both(answers([1500, "lost"], [520, "lost"])),
    want: "found",
    says: "open",
  },
  { name: "the answer arrives", rule: "answer-lost", given: both(answers([520, "arrived"])), want: "clear" },
  { name: "no answer to compare", rule: "answer-lost", given: {}, want: "unknown" },
  {
    name: "each time another fragment is lost",
    rule: "lost-by-chance",
    given: both([
      ...lostFirst.slice(0, 1),
      ...thrice([
        [1500, "arrived"],
        [1080, "lost"],
      ]).slice(1),
    ]),
    want: "found",
    says: "login",
  },
  { name: "always the same is lost", rule: "lost-by-chance", given: both(lostFirst), want: "clear" },
  { name: "one end alone", rule: "lost-by-chance", given: {}, want: "unknown" },
  {
    name: "one login at both ends",
    rule: "both-ends-joined",
    given: both(lostFirst),
    want: "found",
    says: "spi-clock",
  },
  { name: "nothing joined", rule: "both-ends-joined", given: {}, want: "unknown" },
  { name: "files that fit", rule: "ends-not-joined", given: both(lostFirst), want: "clear" },
  { name: "no files", rule: "ends-not-joined", given: {}, want: "unknown" },
]);

test("two files that were not joined are named, with the reason; of two networks nobody expects it", () => {
  const files = (
    why: "same-end" | "nothing-in-common",
    view: "client" | "gateway",
  ): Partial<Observations> => ({
    notJoined: [{ sources: ["a.pcapng", "b.pcapng"], why }],
    initiations: [initiation([opened]), initiation([opened], { capture: "b.pcapng", view })],
  });
  const found = (given: Partial<Observations>) =>
    judge(given).findings.find((f) => f.code === "ends-not-joined" && f.status === "found");
  expect(found(files("same-end", "client"))?.phrase).toEqual({
    key: "finding.ends-not-joined.same-end",
    params: { near: "a.pcapng", far: "b.pcapng" },
  });
  expect(found(files("nothing-in-common", "gateway"))).toBeDefined();
  expect(found(files("nothing-in-common", "client"))).toBeUndefined();
});

test("the finding names the packet: when, which fragment, its size, how often, and what passed", () => {
  const { findings } = judge(both([...lostFirst, whole(120, "arrived")]));
  const { phrase } = findings.find((f) => f.code === "lost-on-the-way-out") ?? {};
  expect(phrase).toEqual({
    key: "finding.lost-out.size",
    params: {
      exchange: "IKE_AUTH",
      sendings: 3,
      which: "part.ip-fragment",
      number: 1,
      of: 2,
      ipBytes: 1500,
      times: 3,
      passed: 0,
      most: 1080,
      near: "client.pcapng",
      far: "gateway.pcapng",
      at: "2026-01-12 13:05:05.117 UTC",
      nearId: "0x1234",
      farId: "0x1235",
    },
  });
});

test("the text to forward names the packet, in each language, and no address", () => {
  const diagnosis = judge(both([...answers([1500, "lost"], [520, "arrived"])]));
  for (const language of ["en", "ja"] as const) {
    const forward = toText(diagnosis, language).forward ?? "";
    for (const part of ["2026-01-12 16:05:05.367 UTC", "1500", "0x1235", "RFC 7383"])
      expect(forward).toContain(part);
    expect(forward).not.toMatch(/\d+\.\d+\.\d+\.\d+|pcapng/);
    expect(forward).not.toMatch(/part\.|\{/);
  }
});

test("where nothing can be set at the gateway, there is a text to forward about the packet all the same", () => {
  const { forward, serverActions } = toText(
    judge(
      both(
        inIkeFragments([
          [1500, "lost"],
          [224, "arrived"],
        ]),
      ),
    ),
    "en",
  );
  expect(serverActions).toEqual([]);
  expect(forward).toMatch(/IKE fragment 1 of 2 of the message IKE_AUTH, 1500 bytes/);
});

test("a refusal explains the failure, also where the answer did not arrive", () => {
  const refused = exchange({
    exchangeType: AUTH,
    requests: silentAuth.requests,
    responses: [sent(1_100, 80)],
  });
  const given = {
    ...both(answers([112, "lost"])),
    initiations: [
      initiation([opened, silentAuth], { capture: "client.pcapng", view: "client", initiatorSpi: SPI }),
      initiation([opened, refused], { capture: "gateway.pcapng", view: "gateway", initiatorSpi: SPI }),
    ],
  };
  expect(brief(judge(given))).toBe("gateway-rejects high null");
});

test("beside both ends no rule for one end says that the direction is not known", () => {
  const given = {
    ...both(lostLater),
    initiations: [
      initiation([opened, silentAuth], { capture: "client.pcapng", view: "client", initiatorSpi: SPI }),
      initiation([opened], { capture: "gateway.pcapng", view: "gateway", initiatorSpi: SPI }),
    ],
    egress: ethernet(1500),
    interfaces: [ethernet(1500)].filter((i) => i !== null),
  };
  const { findings, recommendation } = judge(given);
  const statusOf = (code: string) => findings.find((f) => f.code === code)?.status;
  expect(statusOf("ike-auth-unanswered")).toBe("clear");
  expect(statusOf("request-lost")).not.toBe("found");
  expect(recommendation).toMatchObject({ nextProbe: null, interfaceIndex: 19 });
});

test("an MTU that the interface has already is no advice", () => {
  const given = { ...both([...lostFirst, whole(120, "arrived")]), egress: ethernet(1280) };
  expect(judge(given).recommendation.interfaceMtu).toBeNull();
});

test("where more than one cause is left, candidates name them, and a run is what tells", () => {
  const { candidates, recommendation } = judge(both(lostFirst));
  expect(candidates.map((c) => c.verdict)).toEqual(
    expect.arrayContaining(["outbound-fragments-dropped", "udp-4500-blocked"]),
  );
  expect(candidates.map((c) => c.verdict)).not.toContain("inbound-fragments-lost");
  expect(recommendation.nextProbe?.phrase.key).toBe("next.probe-size");
});

test("the order of logins in the evidence changes nothing", () => {
  const joined = [0, 1, 2].map((n) =>
    joinedLogin([...opening(), ...(n === 1 ? lostLater : lostFirst)], { initiatorSpi: `0${n}` }),
  );
  const orders = [
    joined,
    joined.toReversed(),
    [joined[1], joined[2], joined[0]].filter((l) => l !== undefined),
  ];
  const [first, ...others] = orders.map((o) => judge({ joined: o }));
  for (const other of others) expect({ ...other, bothEnds: null }).toEqual({ ...first, bothEnds: null });
});

test("another client's refusal in the gateway's capture changes nothing, in any order", () => {
  const user = [
    initiation([opened, silentAuth], { capture: "client.pcapng", view: "client", initiatorSpi: SPI }),
    initiation([opened], { capture: "gateway.pcapng", view: "gateway", initiatorSpi: SPI }),
  ];
  const refused = exchange({
    exchangeType: AUTH,
    requests: silentAuth.requests,
    responses: [sent(1_100, 80)],
  });
  const other = initiation([opened, refused], {
    capture: "gateway.pcapng",
    view: "gateway",
    initiatorSpi: "ffff",
    client: "198.51.100.99",
  });
  for (const initiations of [
    [...user, other],
    [other, ...user],
  ]) {
    const { findings, ...diagnosis } = judge({ ...both(lostLater), initiations });
    expect(brief({ findings, ...diagnosis })).toBe("outbound-fragments-dropped high outbound");
    expect(findings.find((f) => f.code === "gateway-rejects")?.status).not.toBe("found");
  }
});

/** A run of an agent whose probes the gateway's log has: refused, as they are meant to be. */
const LOGGED_PROBE = { kind: "text", source: "charon.log", line: 7 } as const;
const run = (): Partial<Observations> => ({
  joined: [
    joinedLogin(opening().slice(0, 1), {
      places: [
        place({ source: "run", kind: "run" }),
        place({ end: "gateway", kind: "log", source: "charon.log", client: "198.51.100.4" }),
      ],
    }),
  ],
  probes: [
    ...baselines,
    fragmented({ udpPayloadBytes: 2_532, port: 500 }),
    probe({ purpose: "baseline", udpPayloadBytes: 296 }),
  ],
});
const inTheLog = (ikeLength: number, client = "198.51.100.4") =>
  initiation(
    [
      exchange({
        exchangeType: SA_INIT,
        requests: [{ ...sent(0, ikeLength), refs: [LOGGED_PROBE] }],
        responses: [sent(10, 36)],
        responseNotifies: [{ type: 14, name: "NO_PROPOSAL_CHOSEN", ref: LOGGED_PROBE }],
      }),
    ],
    { capture: "charon.log", view: "gateway", client, initiatorSpi: "" },
  );

test("a probe in the gateway's log is no refused login; an attempt of another length is one", () => {
  const refusalOf = (ikeLength: number): string | undefined =>
    judge({ ...run(), initiations: [inTheLog(ikeLength)] }).findings.find((f) => f.code === "gateway-rejects")
      ?.status;
  expect(refusalOf(296)).not.toBe("found");
  expect(refusalOf(616)).toBe("found");
});

test("a run shows the way out open, and the log large answers sent again: lost on the way back", () => {
  const repeated = (client: string) =>
    initiation(
      [
        exchange({
          exchangeType: AUTH,
          requests: [0, 2_000, 4_000].map((ms) => ({
            ...sent(ms, 2_084, [1_500, 612]),
            refs: [LOGGED_PROBE],
          })),
          responses: [10, 2_010, 4_010].map((ms) => sent(ms, 1_968, [1_500, 520])),
        }),
      ],
      { capture: "charon.log", view: "gateway", client, initiatorSpi: "" },
    );
  const given = (...clients: string[]): Partial<Observations> => ({
    probes: [...baselines, fragmented()],
    initiations: clients.map(repeated),
    texts: [],
  });
  expect(brief(judge(given("198.51.100.4")))).toBe("inbound-fragments-lost high inbound");
  // Of two clients in the log nobody knows which one ran the test.
  expect(brief(judge(given("198.51.100.4", "198.51.100.9")))).toBe("inbound-fragments-lost low inbound");
});

test("an answer of unknown size that a log sent and that never comes: no MTU for the client", () => {
  const given = {
    ...both([...inLog("arrived", 1500, 1080), ...thrice([], { ...answer, fate: "lost", ikeLength: null })], {
      places: logged,
    }),
    initiations: [
      initiation([opened, silentAuth], { capture: "client.pcapng", view: "client", initiatorSpi: SPI }),
    ],
    egress: ethernet(1500),
  };
  expect(brief(judge(given))).toBe("ike-auth-unanswered high inbound");
});
