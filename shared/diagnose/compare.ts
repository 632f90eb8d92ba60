/**
 * Compares two diagnoses: of one user, whether a recommended change took effect and helped; of two clients of
 * one gateway, what tells one from the other.
 */
import { egressMtu, type Initiation, type Observations, type SentMessage } from "../evidence/observations.ts";
import type { Diagnosis, Phrase } from "../schema/diagnosis.ts";
import { VERDICTS } from "../schema/verdicts.ts";
import type { PhraseKey } from "../text/phrases.ts";
import { gatewayProfiles, profileSwitch, windowsBuild } from "./facts/client-profile.ts";
import { ipFragmentFacts } from "./facts/ip-fragment-facts.ts";
import { firstAuth } from "./facts/login-facts.ts";
import { measuredPathMtu } from "./facts/path-mtu-facts.ts";
import { predictedLogin, said } from "./facts/predicted-login.ts";
import { phrase } from "./rule.ts";

/** One of two sets of evidence of one user: over Wi-Fi and over the cable, or before and after a change. */
export interface ComparedSide {
  observations: Observations;
  diagnosis: Diagnosis;
}

/** What differs between the two, and whether a recommended change took effect and helped. */
export interface Comparison {
  differences: Phrase[];
  same: Phrase[];
  /** What came of it, in a sentence or two. */
  outcome: Phrase[];
  /**
   * `null`: the first recommends no change, the second does not show what was sent, or it is of another
   * interface or gateway, on which nobody made the change.
   */
  changeTookEffect: boolean | null;
  /**
   * The first one's problem is gone: the second shows none, or its login was answered and it has another
   * problem. `null`: the first had no problem, or one of the two proves nothing.
   */
  cured: boolean | null;
}

/** The first login message of the latest attempt that has one. */
function authRequest(o: Observations): SentMessage | null {
  return (
    o.initiations.map(firstAuth).findLast((e) => e !== undefined && e.requests.length > 0)?.requests[0] ??
    null
  );
}

/** Whether the latest login was answered; `null` if there is none. */
const authAnswered = (o: Observations): boolean | null => {
  const auth = o.initiations.map(firstAuth).findLast((e) => e !== undefined);
  return auth === undefined ? null : auth.responses.length > 0;
};

/** The IP family of the latest login, or of the first probe. */
const familyOf = (o: Observations): Initiation["family"] | null =>
  o.initiations.at(-1)?.family ?? o.probes[0]?.family ?? null;

const mtuOf = (o: Observations): number | null => egressMtu(o, familyOf(o) ?? 4);

/** What both sides are asked. `answered`, `outbound`: `✓` or `✗`. Sizes are bytes of whole IP packets. */
export type ComparedFact =
  | "gateway"
  | "family"
  | "interface"
  | "mtu"
  | "fragments"
  | "answered"
  | "path-mtu"
  | "outbound"
  | "switch"
  | "offer"
  | "login"
  | "certificates"
  | "roots"
  | "predicted"
  | "build"
  | "vpn-mtu";

/** The facts that are compared, each with the words for "the same" and "not the same". */
const FACTS: readonly { key: ComparedFact; of(side: ComparedSide): string | number | null }[] = [
  {
    key: "gateway",
    of: ({ observations: o }) => o.initiations.at(-1)?.gateway ?? o.gatewayAddresses[0] ?? null,
  },
  { key: "family", of: ({ observations: o }) => familyOf(o) },
  { key: "interface", of: ({ observations: o }) => o.egress?.name.slice(0, 64) ?? null },
  { key: "mtu", of: ({ observations: o }) => mtuOf(o) },
  { key: "fragments", of: ({ observations: o }) => authRequest(o)?.ipBytes.slice(0, 8).join(" + ") ?? null },
  { key: "answered", of: ({ observations: o }) => yesNo(authAnswered(o)) },
  { key: "path-mtu", of: ({ observations: o }) => measuredPathMtu(o).largestPassed },
  { key: "outbound", of: ({ observations: o }) => yesNo(fragmentsArrive(o)) },
  { key: "switch", of: ({ observations: o }) => yesNo(isSwitchedOn(o)) },
  { key: "offer", of: ({ observations: o }) => yesNo(clientOffers(o)) },
  { key: "login", of: ({ observations: o }) => loginMethods(o) },
  { key: "certificates", of: ({ observations: o }) => certificateSizes(o) },
  { key: "roots", of: ({ observations: o }) => o.vpn?.settings?.trustedRoots ?? null },
  { key: "predicted", of: ({ observations: o }) => predictedPackets(o) },
  { key: "build", of: ({ observations: o }) => windowsBuild(o) },
  { key: "vpn-mtu", of: ({ observations: o }) => vpnMtu(o) },
];

/** Whether the profile for the gateway leaves IKE fragmentation on; `null`: not known, or it depends. */
function isSwitchedOn(o: Observations): boolean | null {
  const state = profileSwitch(o)?.state ?? "mixed";
  return state === "mixed" ? null : state === "on";
}

const clientOffers = (o: Observations): boolean | null =>
  o.initiations.findLast((i) => !i.ownProbe && i.clientOffersIkeFragmentation !== null)
    ?.clientOffersIkeFragmentation ?? null;

/** How the profiles for the gateway log in, in Windows's words. */
function loginMethods({ vpn, gateway }: Observations): string | null {
  const methods = (vpn?.profiles ?? [])
    .filter((p) => p.serverAddress === gateway)
    .flatMap((p) => p.authenticationMethods);
  return methods.length === 0 ? null : [...new Set(methods)].sort().join(", ").slice(0, 64);
}

/** Bytes of each certificate that the client may log in with, and of those above it. */
function certificateSizes({ vpn }: Observations): string | null {
  const certificates = vpn?.settings?.loginCertificates ?? [];
  const chains = certificates.map(({ derBytes }) => derBytes.join(" + ")).sort();
  return chains.length === 0 ? null : chains.slice(0, 4).join(" / ");
}

/** In how many IP packets the login leaves by the client's settings, where no IKE fragmentation is used. */
function predictedPackets(o: Observations): string | number | null {
  const login = predictedLogin(o);
  return typeof login === "string" ? null : said(login.ipPackets);
}

/** Of the VPN's own interface. */
function vpnMtu(o: Observations): number | null {
  const names = gatewayProfiles(o)?.map((p) => p.name) ?? [];
  return o.vpn?.settings?.vpnInterfaces?.find((i) => names.includes(i.name))?.mtuV4 ?? null;
}

/** What each side tells of each fact, for a table; `null`: it does not. What neither tells is left out. */
export const comparedFacts = (before: ComparedSide, after: ComparedSide) =>
  FACTS.map(({ key, of }) => ({ fact: key, before: of(before), after: of(after) })).filter(
    (row) => row.before !== null || row.after !== null,
  );

const yesNo = (value: boolean | null): string | null => (value === null ? null : value ? "✓" : "✗");

function fragmentsArrive(o: Observations): boolean | null {
  const { passed, lost } = ipFragmentFacts(o);
  return passed.length + lost.length === 0 ? null : lost.length === 0;
}

/** Compares two sets of evidence; what only one of them shows is left out. */
export function compare(before: ComparedSide, after: ComparedSide): Comparison {
  const [was, is] = [toldAs(before, after), toldAs(after, before)];
  const differences: Phrase[] = was === is ? [] : [phrase("compare.verdict", { from: was, to: is })];
  const same: Phrase[] = was === is ? [phrase("compare.verdict.same", { value: was })] : [];
  for (const { key, of } of FACTS) {
    const [from, to] = [of(before), of(after)];
    if (from === null || to === null) continue;
    if (from === to) same.push(phrase(`compare.${key}.same`, { value: from }));
    else differences.push(phrase(`compare.${key}`, { from, to }));
  }
  const tookEffect = tookEffectHere(before, after);
  const cured = isCured(before, after);
  return {
    outcome: [...outcomeOf(before, after, tookEffect, cured), ...apart(before, after)],
    differences,
    same,
    changeTookEffect: tookEffect,
    cured,
  };
}

/**
 * What a side is told as: the key of its verdict's title. A login that was answered late is no fault beside
 * one that was not answered at all: there the news is that it connects.
 */
function toldAs({ diagnosis: { verdict }, observations }: ComparedSide, other: ComparedSide): PhraseKey {
  const isBesideFailure =
    other.diagnosis.verdict !== "healthy" &&
    other.diagnosis.verdict !== "slow-gateway" &&
    VERDICTS[other.diagnosis.verdict].isProblem;
  return verdict === "slow-gateway" && isBesideFailure && authAnswered(observations) === true
    ? "compare.connects"
    : `verdict.${verdict}.title`;
}

/** Whether both are of one interface of one computer; `null` where one of them does not name it. */
function isSameInterface({ egress: a }: Observations, { egress: b }: Observations): boolean | null {
  if (a === null || b === null) return null;
  const isSameIndex = a.index === null || b.index === null || a.index === b.index;
  return isSameIndex && a.name === b.name;
}

/** Whether both are of one gateway, as far as it is named. */
function isSameGateway(a: Observations, b: Observations): boolean {
  if (a.gateway !== null && a.gateway === b.gateway) return true;
  const addresses = new Set([...a.gatewayAddresses, ...a.initiations.map((i) => i.gateway)]);
  const others = [...b.gatewayAddresses, ...b.initiations.map((i) => i.gateway)];
  return addresses.size === 0 || others.length === 0 || others.some((address) => addresses.has(address));
}

/**
 * Whether the change shows in the second, where it is of the interface and the gateway that the change is
 * for. That it is missing is said only of an interface that both name: two captures may be of two of them.
 */
function tookEffectHere(before: ComparedSide, after: ComparedSide): boolean | null {
  const [a, b] = [before.observations, after.observations];
  const isSame = isSameInterface(a, b);
  if (isSame === false || !isSameGateway(a, b)) return null;
  const tookEffect = changeTookEffect(before, after);
  return tookEffect === false && isSame === null ? null : tookEffect;
}

/** A sentence on what became of the problem, and one on the change. */
function outcomeOf(
  before: ComparedSide,
  after: ComparedSide,
  tookEffect: boolean | null,
  cured: boolean | null,
): Phrase[] {
  if (isProfileFollowed(before, after)) {
    if (cured !== null) return [phrase(cured ? "compare.fixed-profile" : "compare.profile-no-cure")];
    return [phrase("compare.profile-untried")];
  }
  const mtu = before.diagnosis.recommendation.interfaceMtu;
  if (cured === true && tookEffect === true && mtu !== null) {
    const isAnswered = authAnswered(after.observations) === true;
    return [phrase(isAnswered ? "compare.fixed-login" : "compare.fixed", { mtu })];
  }
  const change = tookEffect === null ? [] : [phrase(`compare.${tookEffect ? "took-effect" : "no-effect"}`)];
  if (cured !== null) return [phrase(cured ? "compare.cured" : "compare.not-cured"), ...change];
  const [first, second] = [before, after].map(({ diagnosis }) => diagnosis.verdict);
  if (first === "insufficient-evidence" || second === "insufficient-evidence")
    return [phrase("compare.unproven"), ...change];
  const isWell = second !== undefined && !VERDICTS[second].isProblem;
  return [phrase(isWell ? "compare.both-well" : "compare.new-problem"), ...change];
}

/**
 * Whether the problem of the first is gone in the second. An answered login proves it, even if the second has
 * another problem, such as a gateway that answers late.
 */
function isCured(before: ComparedSide, after: ComparedSide): boolean | null {
  // The path may be as it was: what counts is that the login no longer needs IP fragments.
  if (isProfileFollowed(before, after)) return authAnswered(after.observations);
  const [first, second] = [before.diagnosis.verdict, after.diagnosis.verdict];
  if (!VERDICTS[first].isProblem) return null;
  if (first === "insufficient-evidence" || second === "insufficient-evidence") return null;
  return !VERDICTS[second].isProblem || (second !== first && authAnswered(after.observations) === true);
}

/** The first was told to switch IKE fragmentation on in its VPN profile, and in the second it is on. */
const isProfileFollowed = (before: ComparedSide, after: ComparedSide): boolean =>
  before.diagnosis.recommendation.actions.some(({ key }) => key.startsWith("action.profile-on")) &&
  isSameGateway(before.observations, after.observations) &&
  isSwitchedOn(after.observations) === true;

/** What tells two clients of one gateway from each other: how their logins leave, and why. */
function apart({ observations: a }: ComparedSide, { observations: b }: ComparedSide): Phrase[] {
  if (!isSameGateway(a, b)) return [];
  const told: Phrase[] = [];
  const [from, to] = [ipFragmentsOf(a), ipFragmentsOf(b)];
  if (from !== null && to !== null && from !== to)
    told.push(
      to === 0
        ? phrase("compare.fragments-first", { from })
        : from === 0
          ? phrase("compare.fragments-second", { to })
          : phrase("compare.fragments-both", { from, to }),
    );
  const [first, second] = [isSwitchedOn(a), isSwitchedOn(b)];
  if (first !== null && second !== null && first !== second)
    told.push(phrase(second ? "compare.switch-first" : "compare.switch-second"));
  return told;
}

/** In how many IP fragments the login left; 0: in none. */
function ipFragmentsOf(o: Observations): number | null {
  const request = authRequest(o);
  if (request === null || request.ipBytes.length === 0) return null;
  return request.ipFragmented ? request.ipBytes.length : 0;
}

/** By the IP fragments on the wire if a capture shows them, else by the interface's MTU. */
function changeTookEffect(
  { diagnosis }: ComparedSide,
  { observations: after }: ComparedSide,
): boolean | null {
  const { interfaceMtu, expectedFragments } = diagnosis.recommendation;
  if (interfaceMtu === null) return null;
  const request = authRequest(after);
  if (request?.ipFragmented && expectedFragments.length > 1) {
    // The message may have another length, so the largest IP fragment is compared, not all of them.
    return Math.max(...request.ipBytes) === Math.max(...expectedFragments);
  }
  const mtu = mtuOf(after);
  return mtu === null ? null : mtu === interfaceMtu;
}
