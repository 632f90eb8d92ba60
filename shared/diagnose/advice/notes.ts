/** What the reader should know besides what to do. */
import type { Observations } from "../../evidence/observations.ts";
import { IPV6_MINIMUM_MTU, TRANSLATION_SAFE_MTU } from "../../packet/sizes.ts";
import type { Phrase, Recommendation, Verdict } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { VERDICTS } from "../../schema/verdicts.ts";
import { isBehindPhone, isNoWindows } from "../facts/client-machine.ts";
import { switchCures } from "../facts/client-profile.ts";
import { mayBeWhole } from "../facts/echo-facts.ts";
import { clientLacksIkeFragmentation } from "../facts/ike-fragmentation.ts";
import { ipFragmentFacts } from "../facts/ip-fragment-facts.ts";
import { packetsAt, predictedLogin, said } from "../facts/predicted-login.ts";
import { isGatewaysView } from "../facts/witness-facts.ts";
import { phrase } from "../rule.ts";

/** The notes on a recommendation, in the order in which they are read. */
export function adviseNotes(
  verdict: Verdict,
  o: Observations,
  recommended: Omit<Recommendation, "notes">,
  family: IpFamily,
): Phrase[] {
  const { interfaceMtu, basis, tunnelMtu } = recommended;
  const found: Phrase[] = [...pastedPing(o)];
  if (isPingsAlone(o)) found.push(phrase("note.pings-alone"));
  if (isGatewaysView(o)) found.push(phrase("note.view-gateway"));
  if (interfaceMtu === TRANSLATION_SAFE_MTU && basis === "trial") found.push(phrase("note.1472-is-no-cure"));
  if (interfaceMtu !== null) found.push(...aboutTheChange(verdict, o, recommended, family));
  if (
    VERDICTS[verdict].ikeFragmentation !== "does-not-help" &&
    clientLacksIkeFragmentation(o) &&
    switchCures(o) === null
  )
    found.push(phrase("note.client-fragmentation"));
  if (recommended.actions.some(({ key }) => key.startsWith("action.profile-on")))
    found.push(phrase("note.profile-managed"));
  if (recommended.ikeFragmentation?.basis === "verified")
    found.push(
      phrase("note.ike-fragments-verified", { ipBytes: recommended.ikeFragmentation.passedIpBytes ?? 0 }),
    );
  if (tunnelMtu?.byCipher.some((c) => c.tunnelMtu < IPV6_MINIMUM_MTU)) found.push(phrase("note.tunnel-ipv6"));
  if (verdict === "inbound-fragments-lost" || verdict === "outbound-fragments-dropped")
    found.push(phrase("note.mtu-will-not-help"));
  return found;
}

/**
 * What the largest pasted ping measured. People conclude an MTU from those; the agent's own pings are in the
 * findings.
 */
function pastedPing(o: Observations): Phrase[] {
  const echo = o.echoes
    .filter((e) => e.ref.kind === "text" && mayBeWhole(e, o) && e.outcome === "answered" && e.family === 4)
    .toSorted((a, b) => b.ipBytes - a.ipBytes)[0];
  return echo
    ? [phrase("note.ping-measured", { payload: echo.pingPayloadBytes, ipBytes: echo.ipBytes })]
    : [];
}

/** Somebody pinged by hand, and nothing shows an IKE message on that path. */
const isPingsAlone = (o: Observations): boolean =>
  o.echoes.some((e) => e.ref.kind === "text" && e.toGateway !== false) &&
  o.probes.length + o.initiations.length === 0;

/** What is missing for the commands, what was not tested, and how long the change lasts. */
function aboutTheChange(
  verdict: Verdict,
  o: Observations,
  { interfaceMtu: mtu, interfaceIndex, previousMtu, basis, commands }: Omit<Recommendation, "notes">,
  family: IpFamily,
): Phrase[] {
  const found: Phrase[] = [];
  if (isGatewaysView(o)) found.push(phrase("note.commands-need-client"));
  else if (isNoWindows(o)) found.push(phrase("note.no-windows"));
  else if (interfaceIndex === null && commands === null)
    found.push(phrase("note.which-interface", { family }));
  else if (previousMtu === null) found.push(phrase("note.which-mtu", { family }));
  if (verdict === "path-mtu-black-hole" && basis === "measured" && ipFragmentFacts(o).lost.length > 0)
    found.push(phrase("note.fragments-untested"));
  found.push(phrase("note.durable-fix"));
  const login = predictedLogin(o);
  if (mtu !== null && typeof login === "object") {
    const packets = said(packetsAt(login.ike, mtu, family));
    found.push(phrase("note.predicted-packets", { ike: said(login.ike), mtu, packets }));
  }
  if (commands !== null && !isNoWindows(o)) {
    if (interfaceIndex !== null && isBehindPhone(o)) found.push(phrase("note.replug"));
    found.push(phrase("note.persistent"));
  }
  return found;
}
