import { expect, test } from "vitest";
import { type ComparedSide, compare } from "../../../shared/diagnose/compare.ts";
import { diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { VERDICTS } from "../../../shared/schema/verdicts.ts";
import { say } from "../../../shared/text/speak.ts";
import { clientSettings, phonebookEntry } from "../../support/client-settings.ts";
import { exchange, initiation, observations, probe, sent } from "../../support/observations.ts";
import { AUTH, both, capped, fragmented, opened, silent, skf, whole } from "../../support/rule-evidence.ts";

const auth = (ipBytes: number[], answered: boolean) =>
  exchange({
    exchangeType: AUTH,
    requests: answered
      ? [sent(1_000, 2528, ipBytes)]
      : [1_000, 2_000, 3_000].map((at) => sent(at, 2528, ipBytes)),
    responses: answered ? [sent(1_200, 1552, [1500, 104])] : [],
  });
const side = (
  exchanges: Parameters<typeof initiation>[0],
  given: Partial<Observations> = {},
): ComparedSide => {
  const all = observations({ initiations: [initiation(exchanges)], ...given });
  return { observations: all, diagnosis: diagnoseObservations(all) };
};
const failing = side([opened, auth([1500, 1080], false)]);
const keys = (phrases: { key: string }[]) => phrases.map((p) => p.key);

test("compare() sees a change that took effect and cured, by the fragments on the wire", () => {
  const comparison = compare(failing, side([opened, auth([1468, 1112], true)]));
  expect([comparison.changeTookEffect, comparison.cured]).toEqual([true, true]);
  expect(keys(comparison.differences)).toEqual(["compare.verdict", "compare.fragments", "compare.answered"]);
  expect(keys(comparison.same)).toEqual([
    "compare.gateway.same",
    "compare.family.same",
    "compare.offer.same",
  ]);
});

test("compare() sees a change that took effect and did not cure", () => {
  const { changeTookEffect, cured } = compare(failing, side([opened, auth([1468, 1112], false)]));
  expect([changeTookEffect, cured]).toEqual([true, false]);
});

const cable = {
  index: 19,
  name: "Ethernet 5",
  mtuV4: 1500,
  mtuV6: 1500,
  connected: true,
  ref: { kind: "text", source: "netsh.txt", line: 4 },
} as const;
const wifi = { ...cable, index: 7, name: "Wi-Fi" };

test("compare() sees that the change did not take effect, whatever else got better", () => {
  const before = side([opened, auth([1500, 1080], false)], { egress: cable });
  const after = side([opened, auth([1500, 1080], true)], { egress: cable });
  const { changeTookEffect, cured, outcome } = compare(before, after);
  expect([changeTookEffect, cured]).toEqual([false, true]);
  expect(keys(outcome)).toEqual(["compare.cured", "compare.no-effect"]);
});

test("a change that is missing on another interface, or towards another gateway, was never made there", () => {
  const before = side([opened, auth([1500, 1080], false)], { egress: cable });
  const works = [opened, auth([1500, 1080], true)];
  for (const after of [
    side(works, { egress: wifi }),
    side(works, {
      egress: cable,
      gateway: "other.example.com",
      gatewayAddresses: ["192.0.2.9"],
      initiations: [initiation(works, { gateway: "192.0.2.9" })],
    }),
    // Nothing says which interface this is.
    side(works),
  ]) {
    const { changeTookEffect, cured, outcome } = compare(before, after);
    expect([changeTookEffect, cured]).toEqual([null, true]);
    expect(keys(outcome)).toEqual(["compare.cured"]);
  }
});

test("compare() says in one sentence that a change is in effect and has helped", () => {
  const { outcome } = compare(failing, side([opened, auth([1468, 1112], true)]));
  expect(outcome).toEqual([{ key: "compare.fixed-login", params: { mtu: 1472 } }]);
  expect(say(outcome[0] ?? { key: "", params: {} }, "en")).toBe(
    "Fixed: with an MTU of 1472 the login is answered.",
  );
});

test("beside a failure a late answer is told as a VPN that connects, and beside a good one as late", () => {
  const [verdict] = compare(failing, slow).differences;
  expect(say(verdict ?? { key: "", params: {} }, "en")).toBe(
    "verdict: The login message gets no answer → The VPN connects",
  );
  const [late] = compare(well, slow).differences;
  expect(say(late ?? { key: "", params: {} }, "en")).toContain("→ The gateway answers late");
});

test("compare() says nothing about what one side does not show", () => {
  const { differences, changeTookEffect, cured } = compare(failing, side([opened]));
  expect(keys(differences)).toEqual(["compare.verdict"]);
  expect([changeTookEffect, cured]).toEqual([null, null]);
});

/** A login that was answered only after it was sent three times. */
const slow = side([
  opened,
  exchange({
    exchangeType: AUTH,
    requests: [1_000, 2_000, 3_000].map((at) => sent(at, 2528, [1500, 1080])),
    responses: [sent(3_200, 1552, [1500, 104])],
  }),
]);
/** A capture that ends before the login. */
const unproven = side([opened]);
const well = side([opened, auth([1500, 1080], true)]);
const blocked = (port: 500 | 4500): ComparedSide => {
  const probes = [500, 4500].map((each) => {
    const answer = each === port ? { outcome: "silent" as const } : {};
    return probe({ purpose: "baseline", port: each, ...answer });
  });
  const all = observations({ probes });
  return { observations: all, diagnosis: diagnoseObservations(all) };
};

test("a slow gateway is a problem for compare(), as it is for the exit code", () => {
  expect(slow.diagnosis.verdict).toBe("slow-gateway");
  expect(VERDICTS["slow-gateway"].isProblem).toBe(true);
});

test.each([
  { name: "a slow gateway that is slow no more", before: slow, after: well, cured: true },
  { name: "a slow gateway that is as slow as before", before: slow, after: slow, cured: false },
  { name: "a slow gateway that now answers nothing", before: slow, after: failing, cured: false },
  { name: "a login that is answered, though slowly", before: failing, after: slow, cured: true },
  { name: "a blocked port, and now another one", before: blocked(500), after: blocked(4500), cured: false },
  { name: "nothing that is proven, and now a login that works", before: unproven, after: well, cured: null },
  { name: "nothing that is proven, and now a slow login", before: unproven, after: slow, cured: null },
  { name: "nothing that is proven, and now a failure", before: unproven, after: failing, cured: null },
])("compare() says of $name whether the first problem is gone", ({ before, after, cured }) => {
  expect(compare(before, after).cured).toBe(cured);
});

test("compare() finds nothing to cure where the first was well", () => {
  expect(compare(well, failing)).toMatchObject({ changeTookEffect: null, cured: null });
});

const withProfile = (ikeFragmentation: boolean | null, given: Partial<Observations> = {}) => ({
  vpn: clientSettings({ phonebook: [phonebookEntry({ ikeFragmentation })] }),
  probes: both,
  ...given,
});
const inIkeFragments = exchange({
  exchangeType: AUTH,
  requests: [skf(1_000, 3, [], [1_280, 1_280, 300])],
  responses: [skf(1_200, 2, [], [1_280, 600])],
});

test("compare() tells two clients of one gateway apart: by their IP fragments, and by the switch", () => {
  const one = side([opened, auth([1500, 1500, 1500, 300], false)], withProfile(false));
  const other = side([opened, inIkeFragments], withProfile(true));
  const { outcome, differences } = compare(one, other);
  expect(keys(outcome).slice(-2)).toEqual(["compare.fragments-first", "compare.switch-first"]);
  expect(keys(differences)).toContain("compare.switch");
  expect(say(outcome.at(-2) ?? { key: "", params: {} }, "en")).toContain("in 4 IP fragments");
  const swapped = compare(other, one);
  expect(keys(swapped.outcome).slice(-2)).toEqual(["compare.fragments-second", "compare.switch-second"]);
  const both = compare(one, side([opened, auth([1500, 1080], true)], withProfile(false)));
  expect(keys(both.outcome).at(-1)).toBe("compare.fragments-both");
});

test("two clients of different gateways are not told apart by their logins", () => {
  const one = side([opened, auth([1500, 1080], false)], withProfile(false));
  const elsewhere = { gateway: "vpn.example.net", gatewayAddresses: ["192.0.2.77"] };
  const settings = clientSettings({ phonebook: [phonebookEntry({ serverAddress: "vpn.example.net" })] });
  const all = observations({
    initiations: [initiation([opened, inIkeFragments], { gateway: "192.0.2.77" })],
    ...elsewhere,
    vpn: settings,
  });
  const other = { observations: all, diagnosis: diagnoseObservations(all) };
  const { outcome, differences } = compare(one, other);
  expect(keys(outcome).filter((key) => /fragments-|switch-/.test(key))).toEqual([]);
  expect(keys(differences)).toContain("compare.switch");
});

test("compare() shows what else of two clients' settings differs, and leaves out what one does not tell", () => {
  const settings = (derBytes: number[], trustedRoots: number, mtuV4: number | null, build: number) => ({
    agent: {
      name: "ikefrag-powershell",
      version: "0.1.0",
      platform: "windows" as const,
      osVersion: `Windows build ${build}.1 Pro`,
      runtime: "powershell 5.1",
      language: "en" as const,
      elevated: false,
    },
    vpn: clientSettings(
      {
        phonebook: [phonebookEntry()],
        vpnInterfaces: mtuV4 === null ? null : [{ name: "Office", mtuV4, mtuV6: null }],
        loginCertificates: [
          { store: "machine", key: "rsa", keyBits: 2048, subjectBytes: 70, derBytes, isChainKnown: true },
        ],
        trustedRoots,
      },
      {
        profiles: [
          {
            name: "Office",
            serverAddress: "vpn.example.com",
            tunnelType: "Ikev2",
            authenticationMethods: ["MachineCertificate"],
            connected: false,
            ref: { kind: "probe", stepId: "r1-vpn-profiles", bytes: null, sizeKind: null },
          },
        ],
      },
    ),
  });
  const { differences, same } = compare(
    side([opened], settings([1_560, 1_400], 62, 1400, 19045)),
    side([opened], settings([900], 10, null, 26100)),
  );
  expect(keys(differences)).toEqual([
    "compare.certificates",
    "compare.roots",
    "compare.predicted",
    "compare.build",
  ]);
  expect(differences.map((p) => say(p, "en"))).toContain(
    "certificates to log in with, and those above: 1560 + 1400 → 900 bytes",
  );
  expect(keys(same)).toEqual(expect.arrayContaining(["compare.switch.same", "compare.login.same"]));
  expect(keys([...differences, ...same]).filter((key) => key.startsWith("compare.vpn-mtu"))).toEqual([]);
});

test("a profile that was switched on is the cure where the login is answered, whatever the path is like", () => {
  const lossy = { probes: [...both, whole(1400), fragmented(silent), capped(1280, silent)], egress: cable };
  const before = side([opened, auth([1500, 1080], false)], withProfile(false, lossy));
  // The capture shows a client that does not offer it, as its profile says.
  before.observations.initiations[0] = initiation([opened, auth([1500, 1080], false)], {
    clientOffersIkeFragmentation: false,
    gatewayOffersIkeFragmentation: false,
  });
  before.diagnosis = diagnoseObservations({ ...before.observations });
  expect(before.diagnosis.recommendation.actions[0]?.key).toBe("action.profile-on");
  const told = (after: ComparedSide) => {
    const { cured, outcome } = compare(before, after);
    return [cured, keys(outcome)[0]];
  };
  expect(told(side([opened, inIkeFragments], withProfile(true, lossy)))).toEqual([
    true,
    "compare.fixed-profile",
  ]);
  expect(told(side([opened, auth([1500, 1080], false)], withProfile(true, lossy)))).toEqual([
    false,
    "compare.profile-no-cure",
  ]);
  const all = observations(withProfile(true, lossy));
  expect(told({ observations: all, diagnosis: diagnoseObservations(all) })).toEqual([
    null,
    "compare.profile-untried",
  ]);
});
