/** Puts everything that the evidence says side by side: one value for rules, plans and drawings. */
import { ExchangeType } from "../ike/registry.ts";
import { familyOf } from "../packet/address.ts";
import { pingIpBytes } from "../packet/sizes.ts";
import { type Evidence, endSaid } from "../schema/evidence.ts";
import type { Measurement } from "../schema/measurement.ts";
import { focusOnClient } from "./focus-client.ts";
import { joinLogins } from "./joined/join-logins.ts";
import type { Joined } from "./joined/joinable.ts";
import { withoutOtherClients } from "./joined/other-clients.ts";
import { type SaidEnds, settleSaidEnds } from "./joined/said-ends.ts";
import { observeTexts } from "./messages/observe-texts.ts";
import {
  ASSUMED_INTERFACE_MTU,
  type EchoObservation,
  egressMtu,
  type InterfaceObservation,
  type MisnamedFile,
  type Observations,
  type ProbeObservation,
} from "./observations.ts";
import { interfaceInUse, interfaceOfRoute, joinAdapters, routeToGateway } from "./observe-adapters.ts";
import { type CaptureRead, observeCapture } from "./observe-captures.ts";
import { gatewayOfProfile, observeVpn } from "./observe-client.ts";
import { observeEcho, observeProbe, observeReflection } from "./observe-probes.ts";
import { observeServerEvents } from "./observe-server-events.ts";
import { withoutRehearsed } from "./rehearsed-attempts.ts";
import { type SettledText, settleFamilies } from "./settle-families.ts";
import { type ReadText, readPastedText } from "./text/read.ts";

const isAddress = (host: string): boolean => familyOf(host) === 6 || /^(\d{1,3}\.){3}\d{1,3}$/.test(host);
const isLoopback = (i: InterfaceObservation): boolean => /loopback|^lo\d?$/i.test(i.name);

function measured<S extends Measurement["step"]["kind"]>(measurements: readonly Measurement[], kind: S) {
  return measurements.filter((m): m is Extract<Measurement, { step: { kind: S } }> => m.step.kind === kind);
}

const ASSUMED_MTUS = { 4: ASSUMED_INTERFACE_MTU, 6: ASSUMED_INTERFACE_MTU };

/** Puts everything that the evidence says side by side, and judges nothing. */
export function observe(evidence: Evidence, transcripts: readonly CaptureRead[]): Observations {
  const capturesSeen = transcripts.map(observeCapture);
  const asPasted = evidence.texts.map(readPastedText);
  const inCaptures = capturesSeen.flatMap((c) => c.initiations);
  const captured = capturesSeen.map((t) => ({
    capture: t.capture,
    frames: t.frames,
    ikeMessages: t.ikeMessages,
    quality: t.quality,
    ...(t.firstTimeMs !== null && { firstTimeMs: t.firstTimeMs }),
    ...(t.lastTimeMs !== null && { lastTimeMs: t.lastTimeMs }),
  }));
  // Who the two ends are does not depend on the MTU of the interface between them.
  const attempts = [...observeTexts(asPasted, ASSUMED_MTUS).initiations, ...inCaptures];
  const { recordedAt, misnamed } = settleSaidEnds({
    initiations: attempts,
    captures: captured,
    recordedAt: evidence.recordedAt,
  });
  // Whose machine it is that a text with a wrong word is of, its messages tell, and nothing else in it.
  const isMisnamed = (name: string): boolean => misnamed.some((m) => m.source === name && m.isProven);
  const pasted = asPasted.map((read, at) => {
    const { name = "" } = evidence.texts[at] ?? {};
    const end = endSaid({ recordedAt }, name);
    return (end === null || end === "client") && !isMisnamed(name) ? read : messagesAlone(read);
  });
  const texts = settleFamilies(pasted);
  const asked = measured(evidence.measurements, "interfaces");
  // The last one that was measured: an agent asks again when the network has changed during a run.
  const facts = asked.findLast((m) => m.outcome.status === "measured");
  const known = facts?.outcome.status === "measured" ? facts.outcome : null;
  const unresolved =
    known === null
      ? asked.find((m) => m.outcome.status === "failed" && m.outcome.failure === "unresolved")
      : known.gatewayAddresses.length === 0
        ? facts
        : undefined;

  const listed: InterfaceObservation[] = [
    ...(known?.interfaces ?? []).map((i) => ({
      index: i.index,
      name: i.name,
      ...(i.description !== null && { description: i.description }),
      mtuV4: i.mtuV4,
      mtuV6: i.mtuV6,
      connected: i.connected,
      ref: { kind: "probe" as const, stepId: facts?.step.id ?? "interfaces", bytes: null, sizeKind: null },
    })),
    ...observeInterfaces(texts),
  ];
  // What an agent measured of this computer is not mixed with lists that somebody pasted.
  const joined = joinAdapters(listed, known === null ? texts.flatMap((t) => t.adapters) : []);
  const { interfaces } = joined;

  const endsOf = (end: "client" | "gateway") => attempts.map((i) => i[end]).filter((a) => a !== "");
  const vpn = observeVpn(measured(evidence.measurements, "vpn-profiles"), texts);
  const gateway = evidence.gateway ?? endsOf("gateway").at(-1) ?? gatewayOfProfile(vpn);
  const named = (evidence.gateway ?? gatewayOfProfile(vpn))?.toLowerCase() ?? null;
  const gatewayAddresses = [
    ...new Set([
      ...(named !== null && isAddress(named) ? [named] : []),
      // Who names the gateway as in a paste has said which address it had there.
      ...texts
        .flatMap((t) => t.readings)
        .filter((r) => named !== null && r.names?.includes(named))
        .flatMap((r) => r.targets.map((target) => target.toLowerCase())),
      ...(known?.gatewayAddresses.map((a) => a.address) ?? []),
      ...endsOf("gateway"),
    ]),
  ];
  const clients = endsOf("client");
  const asks =
    known === null
      ? routeToGateway(
          texts.flatMap((t) => t.routes),
          gatewayAddresses,
        )
      : undefined;
  const used = interfaceInUse(joined, clients);
  const egress = asks
    ? interfaceOfRoute(interfaces, asks)
    : (findEgress(interfaces, known?.route?.interfaceIndex ?? null) ?? used);
  const ownAddresses = [
    ...(known?.route ? [known.route.sourceAddress] : []),
    ...(asks?.sourceAddress ? [asks.sourceAddress] : []),
    ...(egress ? (joined.adaptersOf.get(egress) ?? []) : []).flatMap((a) => a.addresses),
  ];
  const interfaceMtu = {
    4: egressMtu({ egress }, 4) ?? ASSUMED_INTERFACE_MTU,
    6: egressMtu({ egress }, 6) ?? ASSUMED_INTERFACE_MTU,
  };
  const inTexts = observeTexts(pasted, interfaceMtu);
  const toGateway = (target: string | null): boolean | null => {
    if (target === null) return null;
    if (target.toLowerCase() === named) return true;
    return gatewayAddresses.length === 0 ? null : gatewayAddresses.includes(target.toLowerCase());
  };
  const datagrams = measured(evidence.measurements, "udp");
  const sent = datagrams
    .filter((m) => m.step.purpose !== "reflection")
    .map((m) => observeProbe(m, interfaceMtu));
  const [rehearsed, probes] = [sent.filter(isOfBegunLogin), sent.filter((p) => !isOfBegunLogin(p))];
  const startedAtMs = evidence.startedAt === null ? null : Date.parse(evidence.startedAt);
  const captures = [...inTexts.captures, ...captured];
  // A capture stands behind a text: it shows more, and the last attempt counts.
  const asGiven = withoutRehearsed([...inTexts.initiations, ...inCaptures], evidence.rehearsal).map(
    (initiation) => {
      const view = endSaid({ recordedAt }, initiation.capture);
      return view === null ? initiation : { ...initiation, view };
    },
  );
  const bothEnds = joinLogins({
    initiations: asGiven,
    probes,
    captures,
    startedAtMs,
    recordedAt,
  });

  const focused = focusOnClient({
    initiations: bothEnds.initiations,
    joined: bothEnds.logins,
    ownAddresses,
    isMeasured: probes.length > 0,
  });

  const serverEvents = observeServerEvents(pasted.flatMap((t) => t.serverEvents));

  return {
    agent: evidence.agent,
    startedAtMs,
    gateway,
    gatewayAddresses,
    clientAddresses: [...new Set([...ownAddresses, ...clients])],
    gatewayUnresolved: unresolved
      ? { kind: "probe", stepId: unresolved.step.id, bytes: null, sizeKind: null }
      : null,
    interfaces,
    egress,
    echoes: [
      ...measured(evidence.measurements, "echo").map(observeEcho),
      ...texts.flatMap((t) => t.pings.flatMap((p) => observePing(p, toGateway(p.target)))),
    ],
    probes,
    rehearsal: evidence.rehearsal,
    rehearsed,
    reflections: datagrams.filter((m) => m.step.purpose === "reflection").map(observeReflection),
    vpn,
    ...(serverEvents.length > 0 && { serverEvents }),
    initiations: withoutOtherClients(focused.initiations, bothEnds.logins, probes.length > 0),
    ...(focused.crowds.length > 0 && { crowds: focused.crowds }),
    joined: bothEnds.logins,
    notJoined: bothEnds.notJoined,
    ...(misnamed.length > 0 && { misnamed: misnamed.map((m) => shownEnd(m, bothEnds)) }),
    icmpErrors: [
      ...inTexts.icmpErrors,
      ...capturesSeen.flatMap((t) => t.icmpErrors.map((e) => ({ ...e, capture: t.capture }))),
    ],
    captures,
    pathReports: texts.flatMap((t) =>
      t.paths.map(({ source, line, ...path }) => ({
        ...path,
        toGateway: toGateway(path.target),
        ref: { kind: "text" as const, source, line },
      })),
    ),
    texts: texts.flatMap((t) => t.readings),
    notUnderstood: texts.flatMap((t) => t.notUnderstood),
  };
}

/** A file with a word that what is in it speaks against, and the end that it was read as. */
function shownEnd(
  { source, said, isProven }: SaidEnds["misnamed"][number],
  { logins, initiations }: Joined,
): MisnamedFile {
  if (!isProven) return { source, said, shown: null };
  const place = logins.flatMap(({ places }) => places).find((p) => p.source === source);
  const own = initiations.find((i) => i.capture === source && i.view !== null && i.view !== said);
  return { source, said, shown: place?.end ?? own?.view ?? said };
}

/** A message of a rehearsed login that is no opening: its answer can be read with keys alone. */
const isOfBegunLogin = ({ purpose, ike }: ProbeObservation): boolean =>
  purpose === "rehearsal" && ike?.exchangeType !== ExchangeType.IKE_SA_INIT;

/**
 * What a text from the gateway's side, or from between, says of a login. Interfaces, routes and pings in it
 * are those of another machine than the client.
 */
const messagesAlone = (read: ReadText): ReadText => ({
  ...read,
  interfaces: [],
  pings: [],
  paths: [],
  vpnProfiles: [],
  rasFailures: [],
  adapters: [],
  routes: [],
});

/**
 * The interface of the route, when that was measured; else the only connected interface that is no loopback.
 * Interfaces of other systems than Windows have neither an index nor a name here that a command could take.
 */
function findEgress(
  interfaces: readonly InterfaceObservation[],
  index: number | null,
): InterfaceObservation | null {
  if (index !== null) return interfaces.find((i) => i.index === index) ?? null;
  const usable = interfaces.filter((i) => i.connected === true && !isLoopback(i));
  // Tables without indexes name the interfaces again that others have given with them.
  const isIndexed = interfaces.some((i) => i.index !== null);
  const candidates = usable.filter((i) => (isIndexed ? i.index !== null : i.netshName !== undefined));
  return candidates.length === 1 ? (candidates[0] ?? null) : null;
}

/**
 * The tables of both IP versions name one interface: they are one observation, unless they contradict each
 * other.
 */
function observeInterfaces(texts: readonly SettledText[]): InterfaceObservation[] {
  const interfaces: InterfaceObservation[] = [];
  const newest = new Map<string, InterfaceObservation>();
  const all = texts.flatMap((text) => [...rowsOf(text)]);
  // What is not known to be of either IP version names an interface, and sets nothing.
  const rows = [...all.filter((r) => r.family !== null), ...all.filter((r) => r.family === null)];
  for (const { source, line, index, family, mtu: set, connected, name, isOfWindows } of rows) {
    const mtu = family === null ? null : set;
    const mtuOf = family === 6 ? "mtuV6" : "mtuV4";
    const which = index === null ? `name ${name}` : `index ${index}`;
    const other = newest.get(which);
    if (other && family === null) continue;
    // Pasted twice.
    if (other && other[mtuOf] === mtu && other.connected === connected) continue;
    if (other && mtu !== null && other[mtuOf] === null) {
      other[mtuOf] = mtu;
      other.connected = connected === other.connected ? connected : (other.connected ?? connected);
      continue;
    }
    const ref = { kind: "text" as const, source, line };
    const found: InterfaceObservation = {
      index,
      name,
      mtuV4: null,
      mtuV6: null,
      connected,
      ref,
      [mtuOf]: mtu,
    };
    if (index === null && isOfWindows) found.netshName = name;
    newest.set(which, found);
    interfaces.push(found);
  }
  return interfaces;
}

/** The rows of a paste, each with whether it is of a Windows that has the commands of today. */
function* rowsOf({ interfaces, readings }: SettledText) {
  let at = -1;
  // Both are in the order of the paste.
  for (const row of interfaces) {
    while ((readings[at + 1]?.line ?? Number.POSITIVE_INFINITY) <= row.line) at++;
    yield { ...row, isOfWindows: /^Windows(?! XP)/.test(readings[at]?.system ?? "") };
  }
}

function observePing(ping: SettledText["pings"][number], toGateway: boolean | null): EchoObservation[] {
  if (ping.pingPayloadBytes === null) return [];
  const family = ping.target === null ? 4 : familyOf(ping.target);
  const ipBytes = pingIpBytes(ping.pingPayloadBytes, family);
  return [
    {
      target: ping.target,
      toGateway,
      family,
      pingPayloadBytes: ping.pingPayloadBytes,
      ipBytes,
      dontFragment: ping.dontFragment,
      count: ping.count,
      outcome: ping.outcome,
      replyCut: ping.replyPingPayloadBytes !== null && ping.replyPingPayloadBytes < ping.pingPayloadBytes,
      nextHopMtu: ping.nextHopMtu,
      router: ping.router,
      ref: { kind: "text", source: ping.source, line: ping.line },
    },
  ];
}
