/** strongSwan's log without the names of its IKE SAs: threads and ports tell its attempts apart. */
import { expect, test } from "vitest";
import { observe } from "../../../shared/evidence/observe.ts";
import { Evidence } from "../../../shared/schema/evidence.ts";

const initiationsOf = (text: string) =>
  observe(Evidence.parse({ schema: "ikefrag/evidence/1", texts: [{ name: "gateway.log", text }] }), [])
    .initiations;
/** Of each attempt its exchanges: how many requests and answers, and their sizes. */
const told = (text: string) =>
  initiationsOf(text).map((i) =>
    i.exchanges.map((e) => [
      e.messageId,
      e.requests.map((m) => m.ikeLength),
      e.responses.map((m) => m.ikeLength),
    ]),
  );

const G = "198.51.100.2";
const C = "192.0.2.2";
const took = (thread: string, port: number, bytes: number) =>
  `${thread}[NET] received packet: from ${C}[${port}] to ${G}[${port === 500 ? 500 : 4500}] (${bytes} bytes)`;
const gave = (thread: string, port: number, bytes: number) =>
  `${thread}[NET] sending packet: from ${G}[${port === 500 ? 500 : 4500}] to ${C}[${port}] (${bytes} bytes)`;
const opening = (thread: string) => `${thread}[ENC] parsed IKE_SA_INIT request 0 [ SA KE No N(FRAG_SUP) V ]`;
const openingAnswer = (thread: string) => `${thread}[ENC] generating IKE_SA_INIT response 0 [ SA KE No ]`;

test("two openings that two threads work on at once are two attempts", () => {
  const lines = [
    took("01", 35582, 608),
    opening("01"),
    took("10", 58793, 1296),
    opening("10"),
    openingAnswer("10"),
    gave("10", 58793, 493),
    openingAnswer("01"),
    gave("01", 35582, 477),
  ];
  expect(told(lines.join("\n"))).toEqual([[[0, [608], [477]]], [[0, [1296], [493]]]]);
});

/** One login whose answer does not arrive; behind it the client begins anew at the same ports. */
const login = (threads: readonly [string, string, string]) => [
  took(threads[0], 500, 1240),
  opening(threads[0]),
  openingAnswer(threads[0]),
  gave(threads[0], 500, 509),
  took(threads[1], 4500, 2064),
  `${threads[1]}[ENC] parsed IKE_AUTH request 1 [ IDi CERT AUTH ]`,
  `${threads[1]}[ENC] generating IKE_AUTH response 1 [ IDr CERT AUTH ]`,
  gave(threads[1], 4500, 1968),
  took(threads[2], 4500, 2064),
  `${threads[2]}[IKE] received retransmit of request with ID 1, retransmitting response`,
  gave(threads[2], 4500, 1968),
];

test("a client that logs in again from the same ports begins another attempt, with the sizes of all sendings", () => {
  const lines = [...login(["01", "12", "11"]), ...login(["12", "01", "12"])];
  const one = [
    [0, [1240], [509]],
    [1, [2064, 2064], [1968, 1968]],
  ];
  expect(told(lines.join("\n"))).toEqual([one, one]);
});

test("an opening that is sent anew with another key goes on with the same attempt", () => {
  const lines = [
    took("10", 500, 1240),
    opening("10"),
    "10[ENC] generating IKE_SA_INIT response 0 [ N(INVAL_KE) ]",
    gave("10", 500, 38),
    took("11", 500, 1112),
    opening("11"),
    openingAnswer("11"),
    gave("11", 500, 509),
  ];
  expect(initiationsOf(lines.join("\n"))).toHaveLength(1);
});

test("IKE fragments and the message that they make stay in their attempt", () => {
  const lines = [
    ...login(["01", "12", "11"]).slice(0, 4),
    took("10", 4500, 1236),
    "10[ENC] parsed IKE_AUTH request 1 [ EF(1/2) ]",
    "10[ENC] received fragment #1 of 2, waiting for complete IKE message",
    took("10", 4500, 900),
    "10[ENC] parsed IKE_AUTH request 1 [ EF(2/2) ]",
    "10[ENC] received fragment #2 of 2, reassembled fragmented IKE message (2064 bytes)",
    "10[ENC] parsed IKE_AUTH request 1 [ IDi CERT AUTH ]",
    "10[ENC] generating IKE_AUTH response 1 [ IDr CERT AUTH ]",
    gave("10", 4500, 1968),
  ];
  expect(told(lines.join("\n"))).toEqual([
    [
      [0, [1240], [509]],
      [1, [2136], [1968]],
    ],
  ]);
});

/** A client's login: its opening is answered, and IKE_AUTH is sent and repeated by another thread. */
const dial = (n: number) => [
  `13[IKE] initiating IKE_SA home[${n}] to ${G}`,
  "13[ENC] generating IKE_SA_INIT request 0 [ SA KE No N(FRAG_SUP) ]",
  `13[NET] sending packet: from ${C}[500] to ${G}[500] (1240 bytes)`,
  `14[NET] received packet: from ${G}[500] to ${C}[500] (509 bytes)`,
  "14[ENC] parsed IKE_SA_INIT response 0 [ SA KE No ]",
  "14[ENC] generating IKE_AUTH request 1 [ IDi CERT AUTH ]",
  `14[NET] sending packet: from ${C}[4500] to ${G}[4500] (2064 bytes)`,
  "09[IKE] retransmit 1 of request with message ID 1",
  `09[NET] sending packet: from ${C}[4500] to ${G}[4500] (2064 bytes)`,
];

test("a client that dials again gets each answer in the attempt that it is for", () => {
  const one = [
    [0, [1240], [509]],
    [1, [2064, 2064], []],
  ];
  expect(told([...dial(1), ...dial(2)].join("\n"))).toEqual([one, one]);
});
