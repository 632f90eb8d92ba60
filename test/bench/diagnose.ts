/**
 * `node test/bench/diagnose.ts`: how long a diagnosis of 10,000 observations takes, beside writing them as
 * JSON.
 */
import { diagnoseObservations } from "../../shared/diagnose/diagnose.ts";
import { echo, exchange, initiation, observations, probe, sent } from "../support/observations.ts";

const EACH = 2_500;
const RUNS = 15;
const indexes = Array.from({ length: EACH }, (_, at) => at);
const ref = { kind: "text" as const, source: "netsh.txt", line: 1 };
const many = observations({
  interfaces: indexes.map((at) => ({
    index: at + 1,
    name: `Ethernet ${at}`,
    mtuV4: 1500,
    mtuV6: null,
    connected: at === 0,
    ref,
  })),
  probes: indexes.map((at) =>
    probe({
      purpose: at % 3 ? "whole-packet" : "ip-fragments",
      ipBytes: 600 + (at % 2_400),
      outcome: at % 5 ? "answered" : "silent",
      stepId: `p${at}`,
    }),
  ),
  echoes: indexes.map((at) => echo({ pingPayloadBytes: 500 + (at % 1_400) })),
  initiations: indexes.map((at) =>
    initiation(
      [
        exchange({ exchangeType: 34, requests: [sent(at, 600)], responses: [sent(at + 1, 300)] }),
        exchange({
          exchangeType: 35,
          requests: [0, 1_000, 2_000].map((ms) => sent(at + ms, 2528, [1500, 1080])),
        }),
      ],
      { capture: `${at % 3}.pcapng` },
    ),
  ),
});

const medianMs = (work: () => void): number => {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
};
const diagnosing = medianMs(() => diagnoseObservations({ ...many }));
const writing = medianMs(() => JSON.stringify(many));
console.log(`diagnosing ${4 * EACH} observations: ${diagnosing.toFixed(1)} ms (median of ${RUNS})`);
console.log(`writing them as JSON: ${writing.toFixed(1)} ms; ratio ${(diagnosing / writing).toFixed(2)}`);
