import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../../cli/load-evidence.ts";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/rehearsal.ts";
import type { Rehearsal } from "../../../../shared/schema/rehearsal.ts";
import { toText } from "../../../../shared/text/speak.ts";
import { echo, observations } from "../../../support/observations.ts";
import { CLEAR_PATH, OPEN, probesOn, type RehearsedPath, rehearse } from "../../../support/rehearsed-path.ts";
import { ethernet, testRules } from "../../../support/rule-evidence.ts";

const on = (path: Partial<RehearsedPath>, change: (rehearsal: Rehearsal) => Rehearsal = (r) => r) => ({
  egress: ethernet(1_500),
  probes: probesOn({ ...CLEAR_PATH, ...path }),
  rehearsal: change(rehearse({ ...CLEAR_PATH, ...path })),
});
const { gateway } = CLEAR_PATH;
const DROPPED = { ...OPEN, mostFragmentBytes: 0 };
/** Its last IKE fragment is small. */
const SMALL_LAST = { ...gateway, answerIkeBytes: 2_600 };
const NO_OFFER = { ...gateway, offersIkeFragmentation: false };
const stopped = (why: Rehearsal["stopped"]) => ({ rehearsal: { logins: [], gateway: null, stopped: why } });

testRules(rules, [
  {
    name: "the gateway's answer comes back as IP fragments",
    rule: "rehearsed-way-back",
    given: on({}),
    want: "clear",
    says: "clear",
  },
  {
    name: "it never does, and nothing tells its size",
    rule: "rehearsed-way-back",
    given: on({ back: DROPPED, gateway: NO_OFFER }),
    want: "found",
    says: "lost",
  },
  {
    name: "it does in IKE fragments alone, which bounds the size that passes",
    rule: "rehearsed-way-back",
    given: on({ back: DROPPED }),
    want: "found",
    says: "bounded",
  },
  {
    name: "neither does, as the gateway offers IKE fragmentation and sends none",
    rule: "rehearsed-way-back",
    given: on({ back: DROPPED, gateway: { ...gateway, fragmentIpBytes: null } }),
    want: "found",
    says: "lost",
  },
  {
    name: "of its IKE fragments only the last arrives",
    rule: "rehearsed-way-back",
    given: on({ back: { ...OPEN, mostIpBytes: 1_000 }, gateway: SMALL_LAST }),
    want: "found",
    says: "only-last",
  },
  {
    name: "the gateway takes certificates only",
    rule: "rehearsed-way-back",
    given: on({ gateway: { ...gateway, takes: "certificates" } }),
    want: "unknown",
    says: "takes-no-eap",
  },
  {
    name: "its answer fits one packet",
    rule: "rehearsed-way-back",
    given: on({ gateway: { ...gateway, answerIkeBytes: 1_100 } }),
    want: "unknown",
    says: "fits-one-packet",
  },
  {
    name: "it was left out",
    rule: "rehearsed-way-back",
    given: stopped("left-out"),
    want: "unknown",
    says: "left-out",
  },
  { name: "nobody tried", rule: "rehearsed-way-back", given: {}, want: "unknown", says: "unknown" },
  {
    name: "IKE fragments pass where IP fragments do not",
    rule: "rehearsed-ike-fragments",
    given: on({ back: DROPPED }),
    want: "found",
    says: "both",
  },
  {
    name: "IKE fragments pass, and IP fragments as well",
    rule: "rehearsed-ike-fragments",
    given: on({}),
    want: "clear",
    says: "both",
  },
  {
    name: "the way back of IKE fragments cannot be tested",
    rule: "rehearsed-ike-fragments",
    given: on({ out: DROPPED, gateway: { ...gateway, takes: "certificates" } }),
    want: "found",
    says: "out",
  },
  {
    name: "IKE fragments do not reach the gateway",
    rule: "rehearsed-ike-fragments",
    given: on({ out: { ...OPEN, mostIpBytes: 1_200 } }),
    want: "found",
    says: "out-lost",
  },
  {
    name: "the gateway does not offer them",
    rule: "rehearsed-ike-fragments",
    given: on({ gateway: NO_OFFER }),
    want: "unknown",
    says: "no-16430",
  },
  { name: "nobody tried", rule: "rehearsed-ike-fragments", given: {}, want: "unknown", says: "unknown" },
]);

const judge = (given: Parameters<typeof observations>[0]) => diagnoseObservations(observations(given));
const says = ({ verdict, confidence, direction }: ReturnType<typeof judge>) => [
  verdict,
  confidence,
  direction,
];
const actionsOf = (given: Parameters<typeof observations>[0]) =>
  judge(given).recommendation.actions.map((a) => a.key);

test.each<[string, Partial<RehearsedPath>, unknown[]]>([
  ["nothing is wrong", {}, ["healthy", "high", null]],
  ["nothing is wrong, without IKE fragmentation", { gateway: NO_OFFER }, ["healthy", "high", null]],
  [
    "the answer fits one packet",
    { gateway: { ...gateway, answerIkeBytes: 1_100 } },
    ["healthy", "medium", null],
  ],
  [
    "the gateway takes certificates only",
    { gateway: { ...gateway, takes: "certificates" } },
    ["healthy", "low", null],
  ],
  ["the way back drops IP fragments", { back: DROPPED }, ["inbound-fragments-lost", "high", "inbound"]],
  [
    "the same without IKE fragmentation",
    { back: DROPPED, gateway: NO_OFFER },
    ["inbound-fragments-lost", "high", "inbound"],
  ],
  [
    "both ways drop IP fragments",
    { out: DROPPED, back: DROPPED },
    ["inbound-fragments-lost", "high", "both"],
  ],
  [
    "larger packets vanish on the way back",
    { back: { ...OPEN, mostIpBytes: 1_000 }, gateway: SMALL_LAST },
    ["inbound-fragments-lost", "high", "inbound"],
  ],
  [
    "larger packets vanish both ways",
    { out: { ...OPEN, mostIpBytes: 1_400 }, back: { ...OPEN, mostIpBytes: 1_400 } },
    ["path-mtu-black-hole", "high", "both"],
  ],
])("%s: the verdict, without any ping", (_title, path, want) => {
  expect(says(judge(on(path)))).toEqual(want);
});

test("where IKE fragments pass and IP fragments do not, that is the advice, and no MTU", () => {
  for (const path of [{ back: DROPPED }, { out: { ...OPEN, mostFragmentBytes: 1_400 } }]) {
    const { recommendation } = judge(on(path));
    expect(recommendation.interfaceMtu).toBeNull();
    expect(recommendation.ikeFragmentation).toEqual({ basis: "verified", passedIpBytes: 1_280 });
    expect(actionsOf(on(path))).toEqual(
      expect.arrayContaining(["action.client-fragmentation", "action.profile-switch"]),
    );
  }
});

test("without IKE fragmentation at the gateway the advice is reasoned, and says so of each product", () => {
  const { recommendation } = judge(on({ back: DROPPED, gateway: NO_OFFER }));
  const offered = on({ back: DROPPED, gateway: NO_OFFER }).probes.map((p) => ({
    ...p,
    answer: p.answer && { ...p.answer, offersIkeFragmentation: false },
  }));
  const asked = judge({ ...on({ back: DROPPED, gateway: NO_OFFER }), probes: offered }).recommendation;
  expect(recommendation.ikeFragmentation).toEqual({ basis: "reasoned", passedIpBytes: null });
  expect(new Set(asked.serverActions.map((a) => a.basis))).toEqual(new Set(["reasoned"]));
});

test("no MTU is given to the client where the way back loses", () => {
  const both = { ...OPEN, mostIpBytes: 1_400 };
  expect(judge(on({ out: both, back: OPEN, gateway: NO_OFFER })).recommendation.interfaceMtu).toBe(1_400);
  expect(judge(on({ out: both, back: both, gateway: NO_OFFER })).recommendation.interfaceMtu).toBeNull();
});

test("IKE fragments that were lost as well are not called the remedy", () => {
  const path = { back: DROPPED, gateway: { ...gateway, fragmentIpBytes: null } };
  const { recommendation } = judge(on(path));
  expect(recommendation.ikeFragmentation).toBeNull();
  expect(actionsOf(on(path))).toContain("action.server-fragment-size");
  expect(actionsOf(on(path))).not.toContain("action.client-fragmentation");
});

test("a lost ping weighs nothing against the real answer, which arrived", () => {
  const pings = [echo({}), echo({ pingPayloadBytes: 2_000, dontFragment: false, outcome: "timeout" })];
  expect(says(judge({ probes: probesOn(CLEAR_PATH), echoes: pings }))).toEqual([
    "inbound-fragments-lost",
    "low",
    "inbound",
  ]);
  expect(says(judge({ ...on({}), echoes: pings }))).toEqual(["healthy", "high", null]);
});

test("a ping that comes back as IP fragments fills the table where no login can", () => {
  const pings = [echo({ pingPayloadBytes: 2_000, dontFragment: false })];
  const given = on({ gateway: { ...gateway, takes: "certificates" } });
  expect(judge(given).fourWays?.ipFragments.back).toMatchObject({ state: "not-tested" });
  expect(judge({ ...given, echoes: pings }).fourWays?.ipFragments.back).toMatchObject({
    state: "passed",
    phrase: { key: "four-ways.by-ping" },
  });
});

test("without a rehearsal there is no table; where it stopped, the table says why", () => {
  expect(judge({ probes: probesOn(CLEAR_PATH) }).fourWays).toBeNull();
  const ways = judge({ probes: probesOn(CLEAR_PATH), ...stopped("cookie") }).fourWays;
  expect(ways?.stopped).toBe("cookie");
  expect(ways?.ipFragments.back.phrase?.key).toBe("four-ways.stopped.cookie");
  // The plan's own probes told of the way out all the same.
  expect(ways?.ipFragments.out.state).toBe("passed");
});

test("a ping that is lost is no matter where the real answer needs no IP fragments", () => {
  const pings = [echo({}), echo({ pingPayloadBytes: 2_000, dontFragment: false, outcome: "timeout" })];
  const fits = { ...gateway, answerIkeBytes: 1_100 };
  const diagnosis = judge({ ...on({ gateway: fits }), echoes: pings });
  expect(says(diagnosis)).toEqual(["healthy", "medium", null]);
  expect(diagnosis.findings.find((f) => f.code === "large-echo-lost")?.phrase.key).toBe(
    "finding.large-echo.login-fits",
  );
});

test("what is sure of the way back is said before a guess about sizes on the way out", () => {
  const path = { out: DROPPED, back: DROPPED, gateway: NO_OFFER };
  const diagnosis = judge(on(path));
  expect(says(diagnosis)).toEqual(["inbound-fragments-lost", "high", "both"]);
  expect(toText(diagnosis, "en").explanation).toContain("both ways");
  // The cause of the way out stays found, without a claim.
  expect(diagnosis.findings.find((f) => f.code === "outbound-fragments")?.status).toBe("found");
});

test("runs that are given together keep the logins of both", async () => {
  const files = ["healthy/login-begun.json", "inbound-fragments-lost/login-begun.json"].map((file) =>
    fileURLToPath(new URL(`../../../cases/${file}`, import.meta.url)),
  );
  const [first, second, both] = await Promise.all(
    [files.slice(0, 1), files.slice(1), files].map((some) => loadEvidence(some)),
  );
  const loginsOf = (loaded: typeof both) => loaded?.evidence.rehearsal?.logins.length ?? 0;
  expect(loginsOf(first)).toBeGreaterThan(0);
  expect(loginsOf(both)).toBe(loginsOf(first) + loginsOf(second));
});

test("no MTU is given where of the gateway's IKE fragments only the last arrives, whatever passes on the way out", () => {
  const path = { back: { ...OPEN, mostIpBytes: 1_000 }, gateway: SMALL_LAST };
  const given = on(path, (r) => ({ ...r, logins: r.logins.filter((login) => login.ikeFragmentation) }));
  const { verdict, direction, recommendation } = judge(given);
  expect([verdict, direction, recommendation.interfaceMtu]).toEqual([
    "inbound-fragments-lost",
    "inbound",
    null,
  ]);
});
