/** What to do about a verdict, first, second and third. */
import type { Observations } from "../../evidence/observations.ts";
import type { Phrase, Recommendation, Verdict } from "../../schema/diagnosis.ts";
import { VERDICTS } from "../../schema/verdicts.ts";
import type { PlainPhraseKey } from "../../text/phrases.ts";
import { latestIgnoredAnswer, unreturnedCookies } from "../facts/ignored-answers.ts";
import { gatewayOffersIkeFragmentation, tooManyIkeFragments } from "../facts/ike-fragmentation.ts";
import { otherHosts } from "../facts/other-hosts.ts";
import { silentGateway } from "../facts/witness-facts.ts";
import { phrase } from "../rule.ts";
import { productsSeen, serverActions } from "./server-actions.ts";

/**
 * What the user, or the helpdesk, does in this order. An MTU is set only if there is one, and by a command if
 * there is one.
 */
export function adviseActions(
  verdict: Verdict,
  o: Observations,
  { interfaceMtu, commands }: Pick<Recommendation, "interfaceMtu" | "commands">,
): Phrase[] {
  const keys: readonly PlainPhraseKey[] = actionsOnCause(verdict, o) ?? VERDICTS[verdict].actions;
  const actions = keys
    .filter((key) => interfaceMtu !== null || key !== "action.apply-mtu")
    .map((key) => {
      if (key === "action.apply-mtu" && commands === null) return phrase("action.apply-mtu-later");
      if (key === "action.no-mtu-change" && interfaceMtu !== null)
        return phrase(commands === null ? "action.fit-the-path-later" : "action.fit-the-path");
      if (key === "action.ask-server-fragmentation" && gatewayOffersIkeFragmentation(o))
        return phrase("action.client-fragmentation");
      return phrase(key);
    });
  return [...whichGateway(o), ...actions];
}

/** Hosts that may be written into a command line: an address, or a name as the DNS has them. */
const PLAIN_HOST = /^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}$/;

/** What was measured counts for the gateway's path only if it is known to be that. */
function whichGateway(o: Observations): Phrase[] {
  const [first] = otherHosts(o);
  return first?.toGateway === null && PLAIN_HOST.test(first.host)
    ? [phrase("action.name-gateway", { host: first.host })]
    : [];
}

/** What to do where the evidence names the end that stops, though no verdict is of that; `null` elsewhere. */
function actionsOnCause(verdict: Verdict, o: Observations): readonly PlainPhraseKey[] | null {
  if (verdict === "ike-fragments-lost" && tooManyIkeFragments(o) !== null)
    return ["action.raise-client-mtu", "action.update-gateway", "action.run-again"];
  if (verdict !== "insufficient-evidence") return null;
  if (silentGateway(o) !== null) return ["action.gateway-log"];
  if (unreturnedCookies(o) !== null) return ["action.other-client"];
  if (latestIgnoredAnswer(o) !== null) return ["action.client-firewall", "action.run-probe"];
  return null;
}

/**
 * What the gateway's administrator can set, unless it is set already: only a fragment size may still be too
 * large then.
 */
export function adviseServer(verdict: Verdict, o: Observations): Recommendation["serverActions"] {
  const isOpen = verdict === "ike-fragments-too-large" || !gatewayOffersIkeFragmentation(o);
  return VERDICTS[verdict].ikeFragmentation !== "does-not-help" && isOpen
    ? serverActions(productsSeen(o))
    : [];
}
