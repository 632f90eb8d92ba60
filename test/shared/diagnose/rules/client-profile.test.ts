import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/client-profile.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import type { PhonebookEntry } from "../../../../shared/schema/client-settings.ts";
import type { AgentInfo } from "../../../../shared/schema/measurement.ts";
import { toText } from "../../../../shared/text/speak.ts";
import { clientSettings, phonebookEntry } from "../../../support/client-settings.ts";
import { initiation, observations } from "../../../support/observations.ts";
import {
  both,
  capped,
  ethernet,
  fragmented,
  opened,
  silent,
  silentAuth,
  testRules,
  whole,
} from "../../../support/rule-evidence.ts";

const withBook = (...entries: Partial<PhonebookEntry>[]) => ({
  vpn: clientSettings({ phonebook: entries.map(phonebookEntry) }),
});
const off = { ikeFragmentation: false };
const on = { ikeFragmentation: true };
const failedAt = (connection: string) => ({
  startedAtMs: Date.parse("2026-01-02T00:00:00Z"),
  rasFailures: [
    {
      at: "2026-01-01T23:50:00Z",
      connection,
      code: 809,
      ref: { kind: "probe" as const, stepId: "r1-vpn-profiles", bytes: null, sizeKind: null },
    },
  ],
});
const failedBook = (connection: string, ...entries: Partial<PhonebookEntry>[]): Partial<Observations> => {
  const { startedAtMs, rasFailures } = failedAt(connection);
  return { startedAtMs, vpn: clientSettings({ phonebook: entries.map(phonebookEntry) }, { rasFailures }) };
};
const login = (clientOffersIkeFragmentation: boolean) => ({
  initiations: [
    initiation([opened, silentAuth], {
      clientOffersIkeFragmentation,
      gatewayOffersIkeFragmentation: clientOffersIkeFragmentation,
    }),
  ],
});
const withoutOffer = both.map((p) => ({
  ...p,
  answer: p.answer && { ...p.answer, offersIkeFragmentation: false },
}));
const agent = (osVersion: string): { agent: AgentInfo } => ({
  agent: {
    name: "ikefrag-powershell",
    version: "0.1.0",
    platform: "windows",
    osVersion,
    runtime: "powershell 5.1",
    language: "en",
    elevated: false,
  },
});
const vpnMtu = (mtuV4: number | null, mtuV6: number | null = null, name = "Office") => ({
  egress: ethernet(1500),
  vpn: clientSettings({ phonebook: [phonebookEntry()], vpnInterfaces: [{ name, mtuV4, mtuV6 }] }),
});

testRules(rules, [
  { rule: "profile-switch-off", name: "it is 1", given: withBook(off), want: "found", says: "off" },
  {
    rule: "profile-switch-off",
    name: "it is 1, and a captured login does not offer it",
    given: { ...withBook(off), ...login(false) },
    want: "found",
    says: "agrees",
  },
  {
    rule: "profile-switch-off",
    name: "the server is the gateway's address",
    given: withBook({ ...off, serverAddress: "192.0.2.1" }),
    want: "found",
  },
  {
    rule: "profile-switch-off",
    name: "the server is written in another case",
    given: withBook({ ...off, serverAddress: "VPN.Example.com." }),
    want: "found",
  },
  { rule: "profile-switch-off", name: "it is 0", given: withBook(on), want: "clear" },
  { rule: "profile-switch-off", name: "there is no such line", given: withBook({}), want: "clear" },
  {
    rule: "profile-switch-off",
    name: "it is 1 in the profile of another server",
    given: withBook({ ...off, serverAddress: "other.example.net" }),
    want: "unknown",
  },
  {
    rule: "profile-switch-off",
    name: "it is 1 in a profile of L2TP",
    given: withBook({ ...off, vpnStrategy: 3 }),
    want: "unknown",
  },
  {
    rule: "profile-switch-off",
    name: "it is 1 in a dial-up connection",
    given: withBook({ ...off, deviceType: "modem" }),
    want: "unknown",
  },
  {
    rule: "profile-switch-off",
    name: "the phone book could not be read",
    given: { vpn: clientSettings() },
    want: "unknown",
  },
  {
    rule: "profile-switch-off",
    name: "two profiles, and only one of them has it off",
    given: withBook(off, { name: "Office 2" }),
    want: "unknown",
    says: "mixed",
  },
  {
    rule: "profile-switch-off",
    name: "of the two the one that failed has it off",
    given: failedBook("Office", off, { name: "Office 2" }),
    want: "found",
  },
  {
    rule: "profile-switch-off",
    name: "of the two the one that failed has it on",
    given: failedBook("Office 2", off, { name: "Office 2" }),
    want: "clear",
  },
  {
    rule: "profile-switch-off",
    name: "the profile that failed has an address, which may be the gateway's",
    given: { ...failedBook("Office", { ...off, serverAddress: "203.0.113.7" }), gatewayAddresses: [] },
    want: "found",
  },
  {
    rule: "profile-switch-off",
    name: "the profile that failed leads to another server",
    given: failedBook("Office", { ...off, serverAddress: "other.example.net" }),
    want: "unknown",
  },
  {
    rule: "profile-switch-contradicted",
    name: "a captured login offers it",
    given: { ...withBook(off), ...login(true) },
    want: "found",
  },
  {
    rule: "profile-switch-contradicted",
    name: "a captured login does not offer it",
    given: { ...withBook(off), ...login(false) },
    want: "clear",
  },
  {
    rule: "profile-switch-contradicted",
    name: "the profile has it on",
    given: { ...withBook(on), ...login(true) },
    want: "unknown",
  },
  {
    rule: "profile-keeps-ip-fragments",
    name: "the gateway offers it",
    given: { ...withBook(off), probes: both },
    want: "found",
  },
  {
    rule: "profile-keeps-ip-fragments",
    name: "the gateway does not offer it either",
    given: { ...withBook(off), probes: withoutOffer },
    want: "clear",
    says: "with-gateway",
  },
  {
    rule: "profile-keeps-ip-fragments",
    name: "a captured login offers it",
    given: { ...withBook(off), probes: both, ...login(true) },
    want: "clear",
  },
  {
    rule: "profile-keeps-ip-fragments",
    name: "the profile has it on",
    given: { ...withBook(on), probes: both },
    want: "clear",
  },
  {
    rule: "profile-keeps-ip-fragments",
    name: "what the gateway offers is not known",
    given: withBook(off),
    want: "unknown",
    says: "unknown-gateway",
  },
  {
    rule: "client-too-old",
    name: "version 1709",
    given: { ...agent("Windows build 16299.15 Pro"), ...withBook() },
    want: "found",
  },
  {
    rule: "client-too-old",
    name: "version 1803",
    given: agent("Windows build 17134.1 Pro"),
    want: "clear",
  },
  {
    rule: "client-too-old",
    name: "a version that is written otherwise",
    given: agent("10.0.10240"),
    want: "unknown",
  },
  { rule: "client-too-old", name: "no agent", given: {}, want: "unknown" },
  {
    rule: "profiles-differ",
    name: "by the switch",
    given: withBook(off, { name: "Office 2" }),
    want: "found",
    says: "switch",
  },
  {
    rule: "profiles-differ",
    name: "by their cipher suites",
    given: withBook({}, { name: "Office 2", hasCustomIpsecPolicies: true }),
    want: "found",
    says: "login",
  },
  {
    rule: "profiles-differ",
    name: "they are alike but for their metrics",
    given: withBook({}, { name: "Office 2", metricV4: 5 }),
    want: "clear",
  },
  {
    rule: "profiles-differ",
    name: "the other one leads elsewhere",
    given: withBook(off, { name: "Home", serverAddress: "home.example.net" }),
    want: "clear",
  },
  { rule: "profiles-differ", name: "no profile is the gateway's", given: withBook(), want: "unknown" },
  { rule: "vpn-interface-mtu", name: "0", given: vpnMtu(0), want: "found", says: "zero" },
  { rule: "vpn-interface-mtu", name: "0 for IPv6", given: vpnMtu(1400, 0), want: "found", says: "zero" },
  { rule: "vpn-interface-mtu", name: "575", given: vpnMtu(575), want: "found", says: "small" },
  { rule: "vpn-interface-mtu", name: "576", given: vpnMtu(576), want: "clear" },
  {
    rule: "vpn-interface-mtu",
    name: "1279 for IPv6",
    given: vpnMtu(1279, 1279),
    want: "found",
    says: "no-ipv6",
  },
  { rule: "vpn-interface-mtu", name: "1279 without IPv6", given: vpnMtu(1279), want: "clear" },
  { rule: "vpn-interface-mtu", name: "Windows's own 1400", given: vpnMtu(1400, 1400), want: "clear" },
  {
    rule: "vpn-interface-mtu",
    name: "1400 over a link of 1400",
    given: { ...vpnMtu(1400), egress: ethernet(1400) },
    want: "found",
    says: "large",
  },
  { rule: "vpn-interface-mtu", name: "no limit", given: vpnMtu(4_294_967_295), want: "clear" },
  {
    rule: "vpn-interface-mtu",
    name: "0 of another VPN",
    given: vpnMtu(0, null, "Home"),
    want: "unknown",
  },
  { rule: "vpn-interface-mtu", name: "nobody read it", given: { vpn: clientSettings() }, want: "unknown" },
]);

/** A path that drops IP fragments of every size, tested with smaller MTUs too. */
const dropsAll = {
  egress: ethernet(1500),
  probes: [...both, whole(1400), fragmented(silent), ...[1472, 1400, 1280].map((mtu) => capped(mtu, silent))],
};
/** A path that loses large IP fragments. */
const losesLarge = {
  egress: ethernet(1500),
  probes: [...both, whole(1400), fragmented(silent), capped(1472)],
};
const judged = (given: Partial<Observations>) => diagnoseObservations(observations(given));
const actionsOf = (given: Partial<Observations>) => judged(given).recommendation.actions.map((a) => a.key);

test("the verdict stays that of the path, and the profile is named as the cause in all of its words", () => {
  for (const [path, verdict] of [
    [dropsAll, "outbound-fragments-dropped"],
    [losesLarge, "outbound-fragments-too-large"],
  ] as const) {
    const usual = judged({ ...path, ...withBook(on) });
    const diagnosis = judged({ ...path, ...withBook(off) });
    expect([usual.verdict, diagnosis.verdict]).toEqual([verdict, verdict]);
    expect([diagnosis.confidence, diagnosis.direction]).toEqual([usual.confidence, usual.direction]);
    const text = toText(diagnosis, "en");
    expect(text.title).toMatch(/^The VPN profile switches IKE fragmentation off/);
    expect(text.explanation).toContain("One line of the profile is to be changed");
    expect(toText(usual, "en").title).not.toContain("profile");
    expect(toText(diagnosis, "ja").title).toMatch(/^VPNプロファイルで/);
  }
});

test("the line for the profile comes before an MTU and before the gateway", () => {
  expect(actionsOf({ ...losesLarge, ...withBook(off) })).toEqual([
    "action.profile-on",
    "action.apply-mtu",
    "action.run-again",
  ]);
  const home = { ...on, name: "Home", serverAddress: "home.example.net" };
  const { profileCommands, serverActions, notes } = judged({
    ...dropsAll,
    ...withBook(off, home),
  }).recommendation;
  expect(profileCommands?.apply).toContain("\\[Office\\]");
  expect(judged({ ...dropsAll, ...withBook(off) }).recommendation.profileCommands?.isNamed).toBe(false);
  expect(serverActions).toEqual([]);
  expect(notes.map((n) => n.key)).toContain("note.profile-managed");
});

test("where the gateway does not offer it either, both ends have to change", () => {
  const probes = dropsAll.probes.map((p) => ({
    ...p,
    answer: p.answer && { ...p.answer, offersIkeFragmentation: false },
  }));
  const given = { ...dropsAll, probes, ...withBook(off) };
  expect(actionsOf(given)).toEqual([
    "action.profile-on.both",
    "action.ask-server-fragmentation",
    "action.other-network",
  ]);
  const diagnosis = judged(given);
  expect(diagnosis.recommendation.serverActions.length).toBeGreaterThan(0);
  const text = toText(diagnosis, "en");
  expect(text.title).toBe("The path to the gateway drops all IP fragments");
  expect(text.explanation).toContain("it takes both ends");
});

test("a captured login that offers it, another profile, or one of several: no word and no line of it", () => {
  for (const given of [
    { ...dropsAll, ...withBook(off), ...login(true) },
    { ...dropsAll, ...withBook({ ...off, serverAddress: "other.example.net" }) },
    { ...dropsAll, ...withBook(off, { name: "Office 2" }) },
    { ...dropsAll, ...withBook(on) },
    { ...dropsAll, vpn: clientSettings() },
  ]) {
    const diagnosis = judged(given);
    expect(diagnosis.recommendation.profileCommands).toBeNull();
    expect(actionsOf(given).filter((key) => key.startsWith("action.profile-on"))).toEqual([]);
    expect(toText(diagnosis, "en").title).not.toContain("profile");
  }
});

test("on a path in order the switch is a finding, and nothing is to be done", () => {
  const diagnosis = judged({
    egress: ethernet(1500),
    probes: [...both, whole(1400), fragmented()],
    ...withBook(off),
  });
  expect([diagnosis.verdict, diagnosis.recommendation.profileCommands]).toEqual(["healthy", null]);
  expect(diagnosis.recommendation.actions.map((a) => a.key)).toEqual(["action.nothing"]);
});

test("a Windows of before 1803 is updated first, whatever else helps", () => {
  expect(actionsOf({ ...losesLarge, ...agent("Windows build 16299.15 Pro") })).toEqual([
    "action.update-windows",
    "action.apply-mtu",
    "action.run-again",
  ]);
  expect(actionsOf({ ...losesLarge, ...agent("Windows build 19045.1 Pro") })).toEqual([
    "action.apply-mtu",
    "action.client-fragmentation",
    "action.run-again",
  ]);
});

test("two connections that are off are two lines to change, so that none is given", () => {
  const { profileCommands, actions } = judged({
    ...dropsAll,
    ...withBook(off, { ...off, name: "Office", ofAllUsers: true }),
  }).recommendation;
  expect(profileCommands).toBeNull();
  expect(actions[0]?.key).toBe("action.profile-on.by-hand");
});
