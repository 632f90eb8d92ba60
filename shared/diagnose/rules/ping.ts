/** Pings: what they measured, and of which path. */
import {
  ASSUMED_INTERFACE_MTU,
  type EchoObservation,
  type Observations,
} from "../../evidence/observations.ts";
import { mayBeWhole } from "../facts/echo-facts.ts";
import { readOwnEchoRefusal } from "../facts/own-refusals.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

const isWhole = (e: EchoObservation, o: Observations): boolean => mayBeWhole(e, o) && e.family === 4;

/**
 * The usual mistakes: a ping payload is taken for an MTU, and a refusal by this computer for a measurement.
 */
export const pingPayloadIsNoMtu: Rule = {
  code: "ping-payload-is-no-mtu",
  severity: "info",
  nature: "observed",
  reference: "docs/domain.md §2.1",
  judge(o) {
    const answered = o.echoes.filter((e) => isWhole(e, o) && e.outcome === "answered");
    const best = answered.toSorted((a, b) => b.pingPayloadBytes - a.pingPayloadBytes)[0];
    if (!best) return refusedAlone(o);
    const larger = o.echoes.filter(
      (e) => e.outcome === "too-big-locally" && e.pingPayloadBytes > best.pingPayloadBytes,
    );
    const refused = larger.find((e) => readOwnEchoRefusal(e, o) === "own-limit");
    // Windows says the same of a size that fits its interface, once a router told it a smaller path MTU.
    const unclear = larger.find(
      (e) => readOwnEchoRefusal(e, o) === "either" && e.ipBytes > ASSUMED_INTERFACE_MTU,
    );
    const params = { payload: best.pingPayloadBytes, ipBytes: best.ipBytes };
    if (refused) {
      return {
        status: "found",
        phrase: phrase("finding.ping.refused-locally", {
          ...params,
          refused: refused.pingPayloadBytes,
          refusedIpBytes: refused.ipBytes,
        }),
        evidence: [best.ref, refused.ref],
        claim: null,
      };
    }
    if (unclear) {
      return {
        status: "found",
        phrase: phrase("finding.ping.refused-here", {
          ...params,
          refused: unclear.pingPayloadBytes,
          refusedIpBytes: unclear.ipBytes,
        }),
        evidence: [best.ref, unclear.ref],
        claim: null,
      };
    }
    return {
      status: "found",
      phrase: phrase("finding.ping.passed", params),
      evidence: [best.ref],
      claim: null,
    };
  },
};

/** Nothing was answered, but this computer refused what does not fit its interface. */
function refusedAlone(o: Observations): Judgement {
  const refused = o.echoes
    .filter((e) => e.outcome === "too-big-locally")
    .toSorted((a, b) => a.ipBytes - b.ipBytes)
    .find((e) => readOwnEchoRefusal(e, o) === "own-limit");
  if (refused === undefined) return unknown("finding.ping.unknown");
  return {
    status: "found",
    phrase: phrase("finding.ping.refused-alone", {
      refused: refused.pingPayloadBytes,
      refusedIpBytes: refused.ipBytes,
    }),
    evidence: [refused.ref],
    claim: null,
  };
}

/** A ping to another host measures another path. */
export const pingOfAnotherHost: Rule = {
  code: "ping-of-another-host",
  severity: "info",
  nature: "observed",
  reference: "docs/domain.md §1.3",
  judge(o) {
    const known = o.echoes.filter((e) => e.toGateway !== null);
    if (known.length === 0) return unknown("finding.ping-target.unknown");
    const elsewhere = known.filter((e) => e.toGateway === false);
    const [first] = elsewhere;
    if (!first) {
      return {
        status: "clear",
        phrase: phrase("finding.ping-target.clear"),
        evidence: known.map((e) => e.ref),
      };
    }
    return {
      status: "found",
      phrase: phrase("finding.ping-target.found", { target: first.target ?? "?" }),
      evidence: elsewhere.map((e) => e.ref),
      claim: null,
    };
  },
};
