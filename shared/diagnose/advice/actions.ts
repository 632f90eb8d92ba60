/** What to do about a verdict, first, second and third. */
import type { Observations } from "../../evidence/observations.ts";
import { IPV4_PRACTICAL_MINIMUM_MTU } from "../../packet/sizes.ts";
import type { Phrase, Recommendation, RemedyBasis, Verdict } from "../../schema/diagnosis.ts";
import { VERDICTS } from "../../schema/verdicts.ts";
import type { PlainPhraseKey } from "../../text/phrases.ts";
import {
  FIRST_BUILD_WITH_IKE_FRAGMENTATION,
  profileSwitch,
  switchCures,
  windowsBuild,
} from "../facts/client-profile.ts";
import { isRefusedForCertificate } from "../facts/gateway-certificates.ts";
import { latestIgnoredAnswer, unreturnedCookies } from "../facts/ignored-answers.ts";
import { gatewayOffersIkeFragmentation, tooManyIkeFragments } from "../facts/ike-fragmentation.ts";
import { areIkeFragmentsLost, provenIkeFragments } from "../facts/ike-remedy.ts";
import { lossesOfLogins } from "../facts/joined-loss.ts";
import { otherHosts } from "../facts/other-hosts.ts";
import { freshFailure, kindOfFailure } from "../facts/ras-failure.ts";
import { isLostOnTheWayBack } from "../facts/rehearsal-facts.ts";
import { areIkeFragmentsAboveLimit, isGatewaySilent } from "../facts/witness-facts.ts";
import { phrase } from "../rule.ts";
import { productsSeen, serverActions } from "./server-actions.ts";

/**
 * What the user, or the helpdesk, does in this order. An MTU is set only if there is one, and by a command if
 * there is one.
 */
export function adviseActions(
  verdict: Verdict,
  o: Observations,
  {
    interfaceMtu,
    commands,
    profileCommands,
  }: Pick<Recommendation, "interfaceMtu" | "commands" | "profileCommands">,
): Phrase[] {
  if (verdict === "healthy" && freshFailure(o) !== null) return actionsOnFailure(o);
  const isProven = provenIkeFragments(o) !== null;
  const keys: readonly PlainPhraseKey[] = actionsOnCause(verdict, o) ?? VERDICTS[verdict].actions;
  const actions = keys
    .filter((key) => interfaceMtu !== null || key !== "action.apply-mtu")
    .flatMap((key) => {
      if (key === "action.ask-server-fragmentation" && isProven)
        return profileSwitch(o)?.state === "on"
          ? [phrase("action.client-fragmentation")]
          : [phrase("action.client-fragmentation"), phrase("action.profile-switch")];
      // It was tried, and did not get through either.
      if (key === "action.ask-server-fragmentation" && areIkeFragmentsLost(o))
        return phrase("action.server-fragment-size");
      if (key === "action.apply-mtu" && commands === null) return phrase("action.apply-mtu-later");
      if (key === "action.no-mtu-change" && interfaceMtu !== null)
        return phrase(commands === null ? "action.fit-the-path-later" : "action.fit-the-path");
      if (key === "action.ask-server-fragmentation" && gatewayOffersIkeFragmentation(o))
        return phrase("action.client-fragmentation");
      return phrase(key);
    });
  const own = clientFirst(verdict, o, profileCommands !== null);
  const others = own.length === 0 ? actions : actions.filter(({ key }) => !BY_CLIENT.includes(key));
  return [...whichGateway(o), ...certificate(o), ...own, ...others, ...fragmentSize(verdict, o)];
}

/** What the first step at the client says more exactly. */
const BY_CLIENT: readonly string[] = ["action.client-fragmentation", "action.profile-switch"];

/** By what the switch cures, and whether there is a line for it. */
const BY_PROFILE = {
  alone: ["action.profile-on", "action.profile-on.by-hand"],
  "with-gateway": ["action.profile-on.both", "action.profile-on.both-by-hand"],
  perhaps: ["action.profile-on.perhaps", "action.profile-on.perhaps-by-hand"],
} as const;

/** What keeps this very client from IKE fragmentation comes before anything at the gateway, and an MTU. */
function clientFirst(verdict: Verdict, o: Observations, hasCommands: boolean): Phrase[] {
  const cures = switchCures(o);
  if (VERDICTS[verdict].ikeFragmentation === "does-not-help" || areIkeFragmentsLost(o)) return [];
  if (cures !== null) return [phrase(BY_PROFILE[cures][hasCommands ? 0 : 1])];
  const build = windowsBuild(o);
  const isOld = build !== null && build < FIRST_BUILD_WITH_IKE_FRAGMENTATION;
  return isOld ? [phrase("action.update-windows")] : [];
}

/** What to do about a failure of which the network is not the cause. */
function actionsOnFailure(o: Observations): Phrase[] {
  const fresh = freshFailure(o);
  if (fresh === null) return [];
  const kind = kindOfFailure(fresh.failure.code);
  if (kind === "otherVpn") return [phrase("action.choose-ikev2")];
  const log =
    fresh.atMs === null
      ? phrase("action.gateway-log-of-failure")
      : phrase("action.gateway-log-at", { at: toMinute(fresh.atMs) });
  // A recording of this very login is there already.
  const isRecorded = o.initiations.some((i) => !i.ownProbe);
  const record = isRecorded ? [] : [phrase("action.dial-while-recording")];
  return kind === "refused" ? [...certificate(o), log, ...record] : [...certificate(o), ...record, log];
}

/** `2026-01-31 23:50 UTC`: to find a line in a log, in whatever language. */
const toMinute = (ms: number): string => `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/**
 * Whether IKE fragmentation is to be advised, for it cures the verdict or its fragments' size does; and what
 * that rests on.
 */
export function adviseIkeFragmentation(
  verdict: Verdict,
  o: Observations,
): Recommendation["ikeFragmentation"] {
  // Where its fragments are what is too large it is in use.
  if (verdict === "ike-fragments-too-large" || areIkeFragmentsLost(o)) return null;
  if (VERDICTS[verdict].ikeFragmentation === "does-not-help") return null;
  return { basis: remedyBasis(o), passedIpBytes: provenIkeFragments(o)?.passedIpBytes ?? null };
}

const remedyBasis = (o: Observations): RemedyBasis =>
  provenIkeFragments(o) === null ? "reasoned" : "verified";

/** No IKE fragment need be smaller, RFC 7383 §2.5.1: where nothing as large was sent, no size is known. */
const LEAST_FRAGMENT_BYTES = IPV4_PRACTICAL_MINIMUM_MTU;

/** A gateway that Windows refuses stays refused, whatever is done about packets. */
const certificate = (o: Observations): Phrase[] =>
  isRefusedForCertificate(o) ? [phrase("action.gateway-certificate")] : [];

/** How large the gateway's packets may be, where both ends show which of them arrive. */
function fragmentSize(verdict: Verdict, o: Observations): Phrase[] {
  const { inbound } = lossesOfLogins(o);
  if (inbound === null || inbound.why === "chance" || inbound.mostPassed < LEAST_FRAGMENT_BYTES) return [];
  const isOfSize = BY_SIZE.includes(verdict) || verdict === "inbound-fragments-lost";
  return isOfSize ? [phrase("action.gateway-packet-size", { ipBytes: inbound.mostPassed })] : [];
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
  const { outbound, inbound } = lossesOfLogins(o);
  if (inbound === null && verdict === "path-mtu-black-hole" && isLostOnTheWayBack(o))
    return ["action.ask-server-fragmentation", "action.other-network", "action.no-mtu-change"];
  if (inbound !== null) {
    if (verdict === "path-mtu-black-hole")
      return ["action.ask-server-fragmentation", "action.other-network", "action.no-mtu-change"];
    if (verdict === "ike-auth-unanswered" || verdict === "insufficient-evidence")
      return ["action.other-network", "action.gateway-firewall", "action.no-mtu-change"];
  }
  if (outbound?.why === "open" && verdict === "outbound-fragments-too-large")
    return ["action.run-probe", "action.ask-server-fragmentation", "action.other-network"];
  if ((outbound !== null || areIkeFragmentsAboveLimit(o)) && verdict === "ike-fragments-too-large")
    return ["action.apply-mtu", "action.client-fragment-size", "action.run-again"];
  if (outbound?.why === "chance" && verdict === "ike-auth-unanswered")
    return ["action.other-network", "action.run-again"];
  if (verdict === "ike-fragments-lost" && tooManyIkeFragments(o) !== null)
    return ["action.raise-client-mtu", "action.update-gateway", "action.run-again"];
  if (verdict !== "insufficient-evidence") return null;
  if (isGatewaySilent(o)) return ["action.gateway-log"];
  if (unreturnedCookies(o) !== null) return ["action.other-client"];
  if (latestIgnoredAnswer(o) !== null) return ["action.client-firewall", "action.run-probe"];
  return null;
}

/** Verdicts of the way back for which the size of what the gateway sends is what can be set. */
const BY_SIZE: readonly Verdict[] = ["path-mtu-black-hole", "ike-fragments-too-large"];

/**
 * What the gateway's administrator can set, unless it is set already: only a fragment size may still be too
 * large then.
 */
export function adviseServer(verdict: Verdict, o: Observations): Recommendation["serverActions"] {
  const { outbound, inbound } = lossesOfLogins(o);
  // The client's own fragments are what is too large: nothing at the gateway changes them.
  if (verdict === "ike-fragments-too-large" && (outbound !== null || areIkeFragmentsAboveLimit(o))) return [];
  const isBySize = verdict === "ike-fragments-too-large" || (inbound !== null && BY_SIZE.includes(verdict));
  const isOpen = isBySize || areIkeFragmentsLost(o) || !gatewayOffersIkeFragmentation(o);
  return (VERDICTS[verdict].ikeFragmentation !== "does-not-help" || isBySize) && isOpen
    ? serverActions(productsSeen(o), remedyBasis(o))
    : [];
}
