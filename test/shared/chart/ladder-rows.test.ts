/** The columns and rungs of an MTU ladder, read without a drawing. */
import { expect, test } from "vitest";
import { type LadderBlock, ladderBlocks } from "../../../shared/chart/ladder-rows.ts";
import type { Observations } from "../../../shared/evidence/observations.ts";
import { echo, exchange, initiation, observations, probe, sent } from "../../support/observations.ts";

const NONE = { interfaceMtu: null, basis: null };
const blocksOf = (o: Partial<Observations>, advice: Parameters<typeof ladderBlocks>[1] = NONE) =>
  ladderBlocks(observations(o), advice);

/** `1500 echo-gateway passed`, from the top rung downwards; a number of rungs left out stays a number. */
const told = (block: LadderBlock | undefined): (string | number)[] =>
  (block?.rungs ?? []).flatMap((rung): (string | number)[] =>
    typeof rung === "number"
      ? [rung]
      : [...rung.cells].flatMap(([column, cell]) =>
          [...cell].map(([mark, refs]) =>
            [rung.bytes, column, mark, refs.length > 1 && `×${refs.length}`].filter(Boolean).join(" "),
          ),
        ),
  );

test("IP fragments stand at the largest of them, and a trial MTU stands at that MTU", () => {
  const [block] = blocksOf({
    echoes: [echo({ pingPayloadBytes: 1472 })],
    probes: [
      probe({ purpose: "whole-packet", ipBytes: 1400 }),
      ...[1600, 2560].map((ipBytes) => probe({ purpose: "ip-fragments", ipBytes, outcome: "silent" })),
      probe({ purpose: "what-if", ipBytes: 2560, userMtu: 1472 }),
    ],
  });
  expect(block?.columns).toEqual(["echo-gateway", "ike-whole", "ike-fragments", "what-if"]);
  expect(told(block)).toEqual([
    "1500 echo-gateway passed",
    "1500 ike-fragments silent ×2",
    "1472 what-if passed",
    "1400 ike-whole passed",
  ]);
});

test("a probe to an IPv6 gateway stands in the IPv6 ladder, with the recommendation", () => {
  const blocks = blocksOf(
    {
      echoes: [echo({})],
      probes: [probe({ purpose: "whole-packet", family: 6, target: "2001:db8::1", ipBytes: 1500 })],
    },
    { interfaceMtu: 1400, basis: "verified" },
  );
  expect(blocks.map(({ family, recommended }) => ({ family, recommended }))).toEqual([
    { family: 4, recommended: null },
    { family: 6, recommended: { mtu: 1400, basis: "verified" } },
  ]);
});

const captured = (observedAfterMs: number, answered: boolean) =>
  initiation([
    exchange({
      exchangeType: 35,
      requests: [1, 2].map((n) => sent(n * 1_000, 2_528, [1500, 1080])),
      responses: answered ? [sent(2_090, 80)] : [],
      observedAfterMs,
    }),
  ]);
const captures = [
  {
    name: "an answer proves one request",
    initiation: captured(0, true),
    want: ["1500 ike-captured passed"],
  },
  {
    name: "a silence counts each request",
    initiation: captured(9_000, false),
    want: ["1500 ike-captured silent ×2"],
  },
  { name: "a capture that ended too soon says nothing", initiation: captured(900, false), want: [] },
];
for (const { name, initiation: attempt, want } of captures) {
  test(`messages of a capture join the sizes that were tried: ${name}`, () => {
    const [block] = blocksOf({ initiations: [attempt], echoes: [echo({ pingPayloadBytes: 1200 })] });
    expect(told(block).filter((line) => String(line).includes("ike-captured"))).toEqual(want);
    expect(blocksOf({ initiations: [attempt] })).toEqual([]);
  });
}

test("rungs left out are counted, and those where an answer changes stay", () => {
  const echoes = Array.from({ length: 200 }, (_, n) =>
    echo({ pingPayloadBytes: 1_000 + n, outcome: n === 100 ? "timeout" : "answered" }),
  );
  const rungs = blocksOf({ echoes })[0]?.rungs ?? [];
  const drawn = rungs.flatMap((rung) => (typeof rung === "number" ? [] : [rung.bytes]));
  const leftOut = rungs.flatMap((rung) => (typeof rung === "number" ? [rung] : []));
  expect(drawn.length).toBeLessThanOrEqual(36);
  expect(drawn).toEqual(expect.arrayContaining([1129, 1128, 1127]));
  expect(drawn.length + leftOut.reduce((sum, n) => sum + n, 0)).toBe(200);
});

test("a ping that is known to go without DF never stands under DF, whatever its size", () => {
  const sizes = { pingPayloadBytes: 1300, ipBytes: 1328 };
  const [block] = blocksOf({
    echoes: [
      echo({ ...sizes, dontFragment: false, toGateway: null }),
      echo({ ...sizes, dontFragment: true, toGateway: true }),
    ],
  });
  expect(told(block)).toEqual(["1328 echo-fragments passed", "1328 echo-gateway passed"]);
});
