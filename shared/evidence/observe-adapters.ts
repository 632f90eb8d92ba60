/** Which of the client's interfaces leads to the gateway, from what texts tell of adapters and routes. */
import { familyOf } from "../packet/address.ts";
import type { InterfaceObservation } from "./observations.ts";
import type { ReadText } from "./text/read.ts";

type Adapter = ReadText["adapters"][number];
type Route = ReadText["routes"][number];

/** Interfaces with what lists of adapters add, and the addresses that each has there. */
export interface JoinedInterfaces {
  interfaces: InterfaceObservation[];
  adaptersOf: ReadonlyMap<InterfaceObservation, Adapter[]>;
}

/**
 * Adds what lists of adapters tell to the interfaces of other tables, which have the MTU of each IP version.
 * An adapter that is in none of them is one more interface.
 */
export function joinAdapters(
  known: readonly InterfaceObservation[],
  adapters: readonly Adapter[],
): JoinedInterfaces {
  const interfaces = known.map((i) => ({ ...i }));
  const adaptersOf = new Map<InterfaceObservation, Adapter[]>();
  for (const adapter of adapters) {
    const { source, line, index, name, description, connected, mtu } = adapter;
    let found = findInterface(interfaces, adapter);
    if (!found) {
      // A list that tells neither is about something else than what is in use.
      if (index === null && connected !== true) continue;
      const ref = { kind: "text" as const, source, line };
      found = { index, name, mtuV4: null, mtuV6: null, connected, ref };
      interfaces.push(found);
    }
    found.connected ??= connected;
    if (description !== null) found.description ??= description;
    found.mtuV4 ??= mtu;
    found.mtuV6 ??= mtu;
    adaptersOf.set(found, [...(adaptersOf.get(found) ?? []), adapter]);
  }
  return { interfaces, adaptersOf };
}

/** By the index, by the name, or, in a heading of `ipconfig`, by the name at its end. */
function findInterface(
  interfaces: readonly InterfaceObservation[],
  { index, name }: Adapter,
): InterfaceObservation | undefined {
  if (index !== null) {
    const same = interfaces.find((i) => i.index === index);
    if (same) return same;
  }
  return interfaces
    .filter((i) => i.name !== "" && (i.name === name || name.endsWith(` ${i.name}`)))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** The route that was asked for the gateway, or the only one that was asked for where no gateway is known. */
export function routeToGateway(
  routes: readonly Route[],
  gatewayAddresses: readonly string[],
): Route | undefined {
  const wanted = routes.findLast((r) => gatewayAddresses.includes(r.target.toLowerCase()));
  if (wanted || gatewayAddresses.length > 0) return wanted;
  return new Set(routes.map((r) => r.target)).size === 1 ? routes.at(-1) : undefined;
}

/** The interface of a route, with the MTU that the route itself is set to. */
export function interfaceOfRoute(
  interfaces: readonly InterfaceObservation[],
  { source, line, device, mtu, target }: Route,
): InterfaceObservation {
  const ref = { kind: "text" as const, source, line };
  const named: InterfaceObservation = interfaces.find((i) => i.name === device) ?? {
    index: null,
    name: device,
    mtuV4: null,
    mtuV6: null,
    connected: true,
    ref,
  };
  if (mtu === null) return named;
  return { ...named, [familyOf(target) === 4 ? "mtuV4" : "mtuV6"]: mtu, ref };
}

/**
 * The interface whose adapter has an address that captures show as the client's, else the only one that has a
 * default gateway.
 */
export function interfaceInUse(
  { adaptersOf }: JoinedInterfaces,
  clientAddresses: readonly string[],
): InterfaceObservation | null {
  const having = (wanted: (adapter: Adapter) => boolean): InterfaceObservation[] =>
    [...adaptersOf].filter(([, adapters]) => adapters.some(wanted)).map(([found]) => found);
  const [shown, another] = having(({ addresses }) => addresses.some((a) => clientAddresses.includes(a)));
  if (shown && !another) return shown;
  const [leading, other] = having(({ hasGateway }) => hasGateway === true);
  return leading && !other ? leading : null;
}
