/** What to ask next: the one probe or file that would settle what is still open. */
import type { Observations } from "../../evidence/observations.ts";
import type { Confidence, Recommendation, Verdict } from "../../schema/diagnosis.ts";
import type { PlainPhraseKey } from "../../text/phrases.ts";
import { mustStopForGuard } from "../facts/flood-guard.ts";
import { unreturnedCookies } from "../facts/ignored-answers.ts";
import { largestPassingCap } from "../facts/ip-fragment-facts.ts";
import { lossesOfLogins } from "../facts/joined-loss.ts";
import { likelyGatewayPath } from "../facts/other-hosts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { freshFailure } from "../facts/ras-failure.ts";
import { losesSurelyOnTheWayBack } from "../facts/rehearsal-facts.ts";
import { isGatewaySilent, seenAtBothEnds } from "../facts/witness-facts.ts";
import { phrase } from "../rule.ts";
import { gatewayCapture } from "./gateway-capture.ts";

type NextProbe = Extract<PlainPhraseKey, `next.${string}`>;

/** What would decide it: for every verdict of low confidence, and for others if something is open. */
export function nextProbe(
  verdict: Verdict,
  o: Observations,
  confidence: Confidence,
): Recommendation["nextProbe"] {
  const open = openQuestion(verdict, o, confidence);
  if (open === null) return null;
  // What was not sent in order to spare the gateway can be sent later.
  const key = mustStopForGuard(o) ? "next.later" : open;
  if (key === "next.server-capture") {
    const { command, namesClient } = gatewayCapture(o);
    return { phrase: phrase(namesClient ? "next.server-capture-of-client" : key), command };
  }
  const byRun = key === "next.probe" || key === "next.probe-size" || key === "next.probe-ports";
  return {
    phrase: phrase(key),
    command: byRun && o.gateway !== null ? `ikefrag probe --gateway ${o.gateway}` : null,
  };
}

function openQuestion(verdict: Verdict, o: Observations, confidence: Confidence): NextProbe | null {
  const probed = o.probes.length > 0;
  const isLow = confidence === "low";
  if (seenAtBothEnds(o) !== null) return openAtBothEnds(verdict, o) ?? (isLow ? "next.later" : null);
  if (verdict === "insufficient-evidence" && unreturnedCookies(o) !== null) return "next.other-client";
  if (verdict === "insufficient-evidence" && isGatewaySilent(o)) return "next.gateway-log";
  switch (verdict) {
    case "ike-auth-unanswered":
    case "insufficient-evidence":
      if (!probed) return "next.probe";
      return isCapturedAtClient(o) ? "next.server-capture" : "next.capture";
    case "outbound-fragments-too-large":
      if (largestPassingCap(o) === null) return probed ? "next.what-if" : "next.probe";
      return isLow ? "next.later" : null;
    case "inbound-fragments-lost":
      // The gateway is known to have sent what did not arrive.
      return confidence === "high" && losesSurelyOnTheWayBack(o) ? null : "next.server-capture";
    case "ike-fragments-lost":
    case "ike-fragments-too-large":
      return "next.server-capture";
    case "esp-mtu":
      return "next.tunnel-ping";
    case "gateway-unreachable":
      return probed ? null : "next.probe-ports";
    case "path-mtu-reduced":
      return isLow ? (isOtherHosts(o) ? "next.name-gateway" : "next.interface-mtu") : null;
    case "path-mtu-black-hole": {
      if (!isLow) return null;
      if (isOtherHosts(o)) return "next.name-gateway";
      if (!probed) return "next.probe";
      return measuredPathMtu(o).sentWhole ? "next.server-capture" : "next.interface-mtu";
    }
    case "healthy":
      return isLow || freshFailure(o) !== null ? "next.capture-if-failing" : null;
    case "udp-500-blocked":
    case "udp-4500-blocked":
      return isLow ? "next.later" : null;
    default:
      return isLow ? "next.capture" : null;
  }
}

/** The login that fails was captured on the client's side already: the same again would say the same. */
const isCapturedAtClient = ({ initiations, captures }: Observations): boolean =>
  initiations.some(
    ({ capture, view, exchanges }) =>
      view === "client" &&
      captures.some((c) => c.capture === capture) &&
      exchanges.some(({ requests, responses }) => requests.length > 0 && responses.length === 0),
  );

/** What is left to ask where both ends show which way packets are lost. */
function openAtBothEnds(verdict: Verdict, o: Observations): NextProbe | null {
  const isOpen = lossesOfLogins(o).outbound?.why === "open" || lossesOfLogins(o).outbound?.why === "size";
  if (verdict === "insufficient-evidence") {
    const isLogged = o.joined.some(({ places }) =>
      places.some((p) => p.end === "gateway" && p.kind === "log"),
    );
    return isGatewaySilent(o) && !isLogged ? "next.gateway-log" : null;
  }
  if (!isOpen || largestPassingCap(o) !== null) return null;
  return o.probes.length > 0 ? "next.what-if" : "next.probe-size";
}

/** The verdict is about a host of which it is not known that it is the gateway. */
const isOtherHosts = (o: Observations): boolean => {
  const { largestPassed, told } = measuredPathMtu(o);
  return largestPassed === null && told === null && likelyGatewayPath(o) !== null;
};
