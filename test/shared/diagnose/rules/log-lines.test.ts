import * as rules from "../../../../shared/diagnose/rules/log-lines.ts";
import type { SentMessage } from "../../../../shared/evidence/observations.ts";
import { exchange, initiation, sent } from "../../../support/observations.ts";
import { AUTH, testRules } from "../../../support/rule-evidence.ts";

/** A message as a line of a text has it. */
const listed = (timeMs: number, given: Partial<SentMessage> = {}): SentMessage => ({
  ...sent(timeMs, 1_392),
  refs: [{ kind: "text", source: "a.txt", line: timeMs / 100 + 1 }],
  ...given,
});
/** A message of which a text does not say how large it was. */
const unsized = (timeMs: number): SentMessage => listed(timeMs, { ikeLength: null, ipBytes: [] });
const asked = [0, 1_000, 2_000];
const begun = (given: object) => ({
  timeMs: 500,
  ipBytes: [1_500],
  firstSeen: true,
  lastSeen: false,
  ikeLength: 2_908,
  refs: [{ kind: "text" as const, source: "a.txt", line: 4 }],
  ...given,
});

testRules(rules, [
  {
    name: "a login of unknown size is sent four times and not answered",
    rule: "unsized-login-unanswered",
    given: {
      initiations: [
        initiation([
          exchange({ exchangeType: AUTH, requests: [0, 1_000, 2_000, 3_000].map(unsized), untimed: true }),
        ]),
      ],
    },
    want: "found",
  },
  {
    name: "the same three times, and no times tell how long",
    rule: "unsized-login-unanswered",
    given: {
      initiations: [
        initiation([exchange({ exchangeType: AUTH, requests: asked.map(unsized), untimed: true })]),
      ],
    },
    want: "clear",
  },
  {
    name: "the size is known",
    rule: "unsized-login-unanswered",
    given: {
      initiations: [initiation([exchange({ exchangeType: AUTH, requests: asked.map((at) => listed(at)) })])],
    },
    want: "unknown",
  },
  {
    name: "the first IP fragment of an answer is listed, and its size is",
    rule: "answer-began",
    given: {
      initiations: [
        initiation([exchange({ exchangeType: AUTH, requests: [listed(0)] })], {
          inboundIncomplete: [begun({})],
        }),
      ],
    },
    want: "found",
  },
  {
    name: "the whole answer is listed",
    rule: "answer-began",
    given: {
      initiations: [
        initiation([exchange({ exchangeType: AUTH, requests: [listed(0)], responses: [listed(90)] })]),
      ],
    },
    want: "clear",
  },
  { name: "no text was given", rule: "answer-began", given: {}, want: "unknown" },
]);
