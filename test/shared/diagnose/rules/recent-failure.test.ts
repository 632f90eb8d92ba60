import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { recommend } from "../../../../shared/diagnose/advice/recommend.ts";
import { diagnose } from "../../../../shared/diagnose/diagnose.ts";
import * as rules from "../../../../shared/diagnose/rules/recent-failure.ts";
import { Evidence } from "../../../../shared/schema/evidence.ts";
import { toText } from "../../../../shared/text/speak.ts";
import { observations } from "../../../support/observations.ts";
import { dialFailed, testRules } from "../../../support/rule-evidence.ts";

const profile = (name: string, serverAddress: string, connected = false) => ({
  name,
  serverAddress,
  tunnelType: "Ikev2",
  authenticationMethods: ["Eap"],
  connected,
  ref: { kind: "probe" as const, stepId: "r1-vpn-profiles", bytes: null, sizeKind: null },
});

/** A failure of "Office" at a time, with these profiles; the evidence is of midnight, about 192.0.2.1. */
const failed = (
  code: number,
  { at = "2026-01-01T23:50:00Z" as string | null, profiles = [profile("Office", "192.0.2.1")] } = {},
) => {
  const { vpn, startedAtMs = null } = dialFailed(code, at ?? "");
  return {
    startedAtMs,
    gateway: "192.0.2.1",
    vpn: { profiles, rasFailures: (vpn?.rasFailures ?? []).map((f) => ({ ...f, at })) },
  };
};

testRules(rules, [
  { name: "809 ten minutes before", rule: "recent-failure", given: failed(809), want: "found" },
  {
    name: "no time is told, as by rasdial",
    rule: "recent-failure",
    given: failed(809, { at: null }),
    want: "found",
  },
  {
    name: "no list of profiles says whose it is",
    rule: "recent-failure",
    given: failed(809, { profiles: [] }),
    want: "found",
  },
  {
    name: "the profile names the gateway, which is known by its address alone",
    rule: "recent-failure",
    given: failed(809, { profiles: [profile("Office", "vpn.example.com")] }),
    want: "found",
  },
  {
    name: "a day and a minute before",
    rule: "recent-failure",
    given: failed(809, { at: "2025-12-31T23:59:00Z" }),
    want: "clear",
  },
  {
    name: "the profile leads to another address",
    rule: "recent-failure",
    given: failed(809, { profiles: [profile("Office", "192.0.2.99")] }),
    want: "clear",
  },
  {
    name: "the profile that failed is gone, another one leads here",
    rule: "recent-failure",
    given: failed(809, { profiles: [profile("New", "192.0.2.1")] }),
    want: "clear",
  },
  {
    name: "the profile is connected by now",
    rule: "recent-failure",
    given: failed(809, { profiles: [profile("Office", "192.0.2.1", true)] }),
    want: "clear",
  },
  { name: "nothing on record", rule: "recent-failure", given: {}, want: "unknown" },
]);

test("what to do about a failure depends on what its code says", () => {
  const keysFor = (code: number, at?: string | null) =>
    recommend("healthy", observations(failed(code, at === undefined ? {} : { at })), "high").actions.map(
      ({ key }) => key,
    );
  expect(keysFor(809)).toEqual(["action.dial-while-recording", "action.gateway-log-at"]);
  expect(keysFor(809, null)).toEqual(["action.dial-while-recording", "action.gateway-log-of-failure"]);
  expect(keysFor(13_801)).toEqual(["action.gateway-log-at", "action.dial-while-recording"]);
  expect(keysFor(789)).toEqual(["action.choose-ikev2"]);
  expect(keysFor(809, "2025-12-01T00:00:00Z")).toEqual(["action.nothing"]);
});

test("a path in order with a failure shortly before: title, sentence and advice name the failure", () => {
  const spoken = (name: string, language: "en" | "ja") => {
    const file = new URL(`../../../cases/gateway-rejects/${name}.json`, import.meta.url);
    const evidence = Evidence.parse(JSON.parse(readFileSync(file, "utf8")));
    return toText(diagnose({ evidence, transcripts: [] }), language);
  };
  const text = spoken("error-809", "en");
  expect(text.title).toBe("Error 809: the network is not the cause");
  expect(text.sentence).toContain("Windows recorded error 809, 10 minutes before the test.");
  expect(text.actions.join(" ")).toContain("2025-12-31 23:50 UTC");
  expect(text.actions.join(" ")).not.toContain("Nothing needs to be changed");
  expect(text.nextProbe).not.toBeNull();
  expect(spoken("error-809", "ja").title).toBe("エラー809：ネットワークが原因ではありません");
  for (const name of ["error-809-days-ago", "error-809-elsewhere"])
    expect(spoken(name, "en").title).toBe("No network problem found");
});
