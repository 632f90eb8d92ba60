/**
 * What to do about a verdict: an MTU with its commands, actions, settings of the gateway, the next question,
 * and notes.
 */
import { egressMtu, type Observations } from "../../evidence/observations.ts";
import type { Confidence, Recommendation, Verdict } from "../../schema/diagnosis.ts";
import { isDaemonsLogin } from "../facts/client-machine.ts";
import { familyInQuestion } from "../facts/family.ts";
import { isGatewaysView } from "../facts/witness-facts.ts";
import { adviseActions, adviseIkeFragmentation, adviseServer } from "./actions.ts";
import { expectedFragments, fragmentedLogin } from "./expected-fragments.ts";
import { adviseMtu } from "./interface-mtu.ts";
import { canCommand, type InterfaceId, isSafeName, mtuCommands } from "./netsh-commands.ts";
import { nextProbe } from "./next-probe.ts";
import { adviseNotes } from "./notes.ts";
import { adviseProfileCommands } from "./profile-commands.ts";
import { adviseTunnelMtu } from "./tunnel-mtu.ts";

/**
 * Advice on a verdict. It has an MTU only if the client's MTU can help, and never one that the evidence
 * speaks against.
 */
export function recommend(verdict: Verdict, seen: Observations, confidence: Confidence): Recommendation {
  // Beside a gateway's capture a pasted table may be the gateway's, and beside a daemon's log it is of some
  // other computer: no command for the wrong machine.
  const o = isGatewaysView(seen) || isDaemonsLogin(seen) ? { ...seen, interfaces: [], egress: null } : seen;
  const family = familyInQuestion(o);
  const auth = fragmentedLogin(o, family);
  const currentMtu = egressMtu(o, family);
  const advice = adviseMtu(verdict, o, { family, currentMtu, auth });
  const { interfaceMtu } = advice;
  const interfaceIndex = o.egress?.index ?? null;
  const previousMtu = canCommand(currentMtu, family) ? currentMtu : null;
  const which = interfaceId(o);
  const commands =
    canCommand(interfaceMtu, family) && which !== null && previousMtu !== null
      ? mtuCommands(which, interfaceMtu, previousMtu, family)
      : null;
  const profileCommands = adviseProfileCommands(verdict, o);
  const recommended = {
    ...advice,
    interfaceIndex,
    previousMtu,
    expectedFragments: interfaceMtu === null ? [] : expectedFragments(auth, seen, interfaceMtu, family),
    tunnelMtu: adviseTunnelMtu(verdict, o, interfaceMtu, family),
    commands,
    profileCommands,
    actions: adviseActions(verdict, o, { interfaceMtu, commands, profileCommands }),
    serverActions: adviseServer(verdict, o),
    ikeFragmentation: adviseIkeFragmentation(verdict, o),
    nextProbe: nextProbe(verdict, o, confidence),
  };
  return { ...recommended, notes: adviseNotes(verdict, o, recommended, family) };
}

/** How a command calls the interface that leads to the gateway; `null`: it cannot. */
function interfaceId({ egress, interfaces }: Observations): InterfaceId | null {
  if (egress === null) return null;
  if (egress.index !== null) return { index: egress.index };
  const name = egress.netshName;
  // A name that two rows have does not say which one is meant.
  const isUnique = interfaces.filter((i) => i.name === name).length === 1;
  return name !== undefined && isUnique && isSafeName(name) ? { name } : null;
}
