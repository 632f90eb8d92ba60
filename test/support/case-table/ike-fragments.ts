/** IKE fragments that are too large for the path, or lost. */
import { type CaseToMake, capture, opened, run, threeTimes } from "./makers.ts";

/** By verdict. */
export const ikeFragmentsCases = {
  "ike-fragments-too-large": [
    {
      name: "measured",
      story:
        "a capture: IKE fragments of 1432 bytes (as IP packets) go unanswered, and a run that measures a path MTU of 1400",
      files: {
        ...capture(
          "measured",
          threeTimes(opened(), () => {})
            .ikeFragments(1_000, 2, 1_400, 900)
            .ikeFragments(2_000, 2, 1_400, 900)
            .ikeFragments(3_000, 2, 1_400, 900),
        ),
        ...run("measured", { wholePacketLimit: 1400 }, (e) => {
          e.measurements = e.measurements.filter((m) => !m.step.id.startsWith("r2-pieces"));
        }),
      },
    },
    {
      name: "split-again",
      story: "a capture: IKE fragments larger than the interface's MTU are split again, and go unanswered",
      files: capture(
        "split-again",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 2, 1_600, 900)
          .ikeFragments(2_000, 2, 1_600, 900)
          .ikeFragments(3_000, 2, 1_600, 900),
      ),
    },
    {
      name: "only-last",
      story: "a capture: of the gateway's IKE fragments only the small last one arrives",
      files: capture(
        "only-last",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 1_240, 400, { from: "gateway", lost: [0, 1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(2_200, 3, 1_240, 400, { from: "gateway", lost: [0, 1] })
          .ikeFragments(3_000, 5, 580, 300),
      ),
    },
    {
      name: "complete",
      story: "a capture: IKE fragments both ways, all of them arrive",
      nearMiss: "healthy",
      files: capture(
        "complete",
        opened().ikeFragments(200, 5, 580, 300).ikeFragments(330, 3, 1_240, 400, { from: "gateway" }),
      ),
    },
  ],
  "ike-fragments-lost": [
    {
      name: "same-hole",
      story: "a capture: the gateway's second IKE fragment is missing each time",
      files: capture(
        "same-hole",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(2_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(3_000, 5, 580, 300)
          .ikeFragments(3_200, 3, 580, 400, { from: "gateway", lost: [1] }),
      ),
    },
    {
      name: "one-hole",
      story: "the same, seen once",
      files: capture(
        "one-hole",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(3_000, 5, 580, 300),
      ),
    },
    {
      name: "no-answer",
      story: "a capture: small IKE fragments three times, no answer",
      files: capture(
        "no-answer",
        threeTimes(opened(), () => {})
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(3_000, 5, 580, 300),
      ),
    },
    {
      name: "second-time",
      story: "a capture: a fragment is missing the first time, and all arrive the second time",
      nearMiss: "slow-gateway",
      files: capture(
        "second-time",
        opened()
          .ikeFragments(1_000, 5, 580, 300)
          .ikeFragments(1_200, 3, 580, 400, { from: "gateway", lost: [1] })
          .ikeFragments(2_000, 5, 580, 300)
          .ikeFragments(2_200, 3, 580, 400, { from: "gateway" }),
      ),
    },
  ],
} satisfies Record<string, CaseToMake[]>;
