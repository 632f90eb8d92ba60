/** Captures of the kinds that people send, from public reports: `test/cases/reports/README.md`. */
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadEvidence } from "../../../cli/load-evidence.ts";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { toText } from "../../../shared/text/speak.ts";

const folder = fileURLToPath(new URL("../../cases/reports/", import.meta.url));
const NEAR = "29-pair-client.pcapng";
const FAR = "29-pair-gateway-first-only.pcapng";

const captures = [
  {
    name: "13: at the gateway, nothing follows three answered openings",
    files: ["13-algo305-gateway-side-no-auth.pcapng"],
    want: { verdict: "outbound-fragments-too-large", confidence: "low", direction: "outbound" },
    says: [/lost on the way out/, /never on the gateway/],
  },
  {
    name: "14: at the gateway, only first fragments arrive",
    files: ["14-gateway-side-first-fragments-only.pcapng"],
    want: { verdict: "outbound-fragments-dropped", confidence: "low", direction: "outbound" },
    says: [/first IP fragment \(1500 bytes\) and never with the others/, /never on the gateway/],
  },
  {
    name: "15: the last fragment leaves first",
    files: ["15-azure29476-fragments-out-of-order.pcapng"],
    want: { verdict: "ike-auth-unanswered", confidence: "medium", direction: "undetermined" },
    says: [/last IP fragment first, 3 times \(in this order: 652, 1500 bytes\)/, /Azure/],
  },
  {
    name: "16: twenty IKE fragments",
    files: ["16-libreswan311-twenty-ike-fragments.pcapng"],
    want: { verdict: "ike-fragments-lost", confidence: "low", direction: "undetermined" },
    says: [/20 IKE fragments/, /libreswan before 3\.31 takes at most 16/, /raise it/],
    not: [/nothing to do with it/],
  },
  {
    name: "17: a COOKIE that is never brought back",
    files: ["17-vocat62-cookie-not-returned.pcapng"],
    want: { verdict: "insufficient-evidence", confidence: "low", direction: null },
    says: [/COOKIE 5 times/, /the fault is the client's/],
    not: [/after a minute/],
  },
  {
    name: "18: the answer reaches the client's computer, which asks again",
    files: ["18-fasferraz10-answer-arrives-client-repeats.pcapng"],
    want: { verdict: "insufficient-evidence", confidence: "low", direction: null },
    says: [/reaches this computer and is not taken/, /firewall/, /second VPN or IKE service/],
    not: [/comes up/, /answers late/],
  },
  {
    name: "21: two large IKE fragments, five times",
    files: ["21-hwdsl307-ike-fragments-unanswered.pcapng"],
    want: { verdict: "insufficient-evidence", confidence: "low", direction: "undetermined" },
    says: [/sent 5 times in 2 IKE fragments \(IP packets of 1396, 1064 bytes\)/, /port 4500 is blocked/],
  },
  ...[
    { name: "29: both ends of one login, the client's first", files: [NEAR, FAR] },
    { name: "29: both ends of one login, the gateway's first", files: [FAR, NEAR] },
  ].map((pair) => ({
    ...pair,
    want: { verdict: "outbound-fragments-dropped", confidence: "high", direction: "outbound" },
    says: [/What is lost each time is IP fragment 2 of 2, with \d+ bytes/, /its size does not explain that/],
  })),
];

test.each(captures)("$name", async ({ files, want, says, ...rest }) => {
  const diagnosis = diagnose(await loadEvidence(files.map((file) => folder + file)));
  expect(diagnosis).toMatchObject(want);
  expect(diagnosis.recommendation.commands).toBeNull();
  const { title, sentence, explanation, observed, inferred, notes } = toText(diagnosis, "en");
  const all = [title, sentence, explanation, ...observed, ...inferred, ...notes].join("\n");
  for (const words of says) expect(all).toMatch(words);
  for (const words of "not" in rest ? (rest.not ?? []) : []) expect(all).not.toMatch(words);
});
