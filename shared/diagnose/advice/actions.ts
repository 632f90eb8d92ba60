/** What to do about a verdict, first, second and third. */
import type { Observations } from "../../evidence/observations.ts";
import type { Phrase, Recommendation, Verdict } from "../../schema/diagnosis.ts";
import { gatewayOffersIkeFragmentation } from "../facts/ike-fragmentation.ts";
import { phrase } from "../rule.ts";
import { productsSeen, serverActions } from "./server-actions.ts";

/** Verdicts under which IKE fragmentation (RFC 7383) makes the login independent of IP fragments. */
export const HELPED_BY_IKE_FRAGMENTATION: ReadonlySet<Verdict> = new Set([
  "outbound-fragments-too-large",
  "outbound-fragments-dropped",
  "inbound-fragments-lost",
  "ike-auth-unanswered",
  "ike-fragments-too-large",
]);

const ACTIONS = {
  "outbound-fragments-too-large": ["action.apply-mtu", "action.ask-server-fragmentation", "action.run-again"],
  "outbound-fragments-dropped": ["action.ask-server-fragmentation", "action.other-network"],
  "inbound-fragments-lost": ["action.ask-server-fragmentation", "action.other-network"],
  "ike-auth-unanswered": ["action.run-probe", "action.apply-mtu", "action.ask-server-fragmentation"],
  "path-mtu-black-hole": ["action.apply-mtu", "action.run-again"],
  "path-mtu-reduced": ["action.no-mtu-change"],
  "ike-fragments-too-large": ["action.server-fragment-size"],
  "ike-fragments-lost": ["action.other-network", "action.run-again"],
  "udp-500-blocked": ["action.open-port-500", "action.other-network"],
  "udp-4500-blocked": ["action.open-port-4500", "action.other-network"],
  "gateway-unreachable": ["action.check-gateway", "action.other-network"],
  "gateway-rejects": ["action.check-credentials"],
  "slow-gateway": ["action.check-gateway-load"],
  "not-ikev2": ["action.choose-ikev2"],
  "esp-mtu": ["action.tunnel-mtu"],
  healthy: ["action.nothing"],
  "insufficient-evidence": ["action.run-probe"],
} as const satisfies Record<Verdict, readonly Phrase["key"][]>;

/**
 * What the user, or the helpdesk, does in this order. An MTU is set only if there is one, and by a command if
 * there is one.
 */
export function adviseActions(
  verdict: Verdict,
  o: Observations,
  { interfaceMtu, commands }: Pick<Recommendation, "interfaceMtu" | "commands">,
): Phrase[] {
  return ACTIONS[verdict]
    .filter((key) => interfaceMtu !== null || key !== "action.apply-mtu")
    .map((key) => {
      if (key === "action.apply-mtu" && commands === null) return phrase("action.apply-mtu-later");
      if (key === "action.ask-server-fragmentation" && gatewayOffersIkeFragmentation(o))
        return phrase("action.client-fragmentation");
      return phrase(key);
    });
}

/**
 * What the gateway's administrator can set, unless it is set already: only a fragment size may still be too
 * large then.
 */
export function adviseServer(verdict: Verdict, o: Observations): Recommendation["serverActions"] {
  const isOpen = verdict === "ike-fragments-too-large" || !gatewayOffersIkeFragmentation(o);
  return HELPED_BY_IKE_FRAGMENTATION.has(verdict) && isOpen ? serverActions(productsSeen(o)) : [];
}
