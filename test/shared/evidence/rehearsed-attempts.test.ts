import { expect, test } from "vitest";
import { diagnoseObservations } from "../../../shared/diagnose/diagnose.ts";
import { withoutRehearsed } from "../../../shared/evidence/rehearsed-attempts.ts";
import { exchange, initiation, observations, sent } from "../../support/observations.ts";
import { CLEAR_PATH, rehearse } from "../../support/rehearsed-path.ts";
import { AUTH, opened } from "../../support/rule-evidence.ts";

const rehearsal = rehearse(CLEAR_PATH);
const [login] = rehearsal.logins;
/** A login that the gateway answers with nothing but a refusal. */
const refused = exchange({ exchangeType: AUTH, requests: [sent(1_000, 272)], responses: [sent(1_050, 80)] });
const attempt = (initiatorSpi: string) => initiation([opened, refused], { initiatorSpi });

test("a begun login in a capture keeps its opening alone: that it was refused says nothing of the user", () => {
  const own = attempt(login?.initiatorSpi ?? "");
  const user = attempt("0123456789abcdef");
  const seen = withoutRehearsed([own, user], rehearsal);
  expect(seen.map((i) => i.exchanges.length)).toEqual([1, 2]);
  expect(seen.map((i) => i.ownProbe)).toEqual([true, undefined]);
  const verdictOf = (initiations: typeof seen) => diagnoseObservations(observations({ initiations })).verdict;
  expect(verdictOf([own])).toBe("gateway-rejects");
  expect(verdictOf(withoutRehearsed([own], rehearsal))).not.toBe("gateway-rejects");
  expect(verdictOf(withoutRehearsed([user], rehearsal))).toBe("gateway-rejects");
});

test("without the run, its Vendor ID tells a begun login", () => {
  const own = { ...attempt("fedcba9876543210"), ownProbe: true as const };
  expect(withoutRehearsed([own], null).map((i) => i.exchanges.length)).toEqual([1]);
});
