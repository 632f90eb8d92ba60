/**
 * Packets that the computer refused to send. Systems say the same of a packet above the interface's MTU and
 * of one above a path MTU that a router told them before (docs/evidence.md): the sizes tell the two apart.
 */
import { type EchoObservation, egressMtu, type Observations } from "../../evidence/observations.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { once } from "./once.ts";

/**
 * `own-limit`: larger than the interface's MTU, so that nothing was measured. `learned`: it fits the
 * interface, so that a router told the system of a smaller path MTU. `either`: the interface's MTU is not
 * known.
 */
export type OwnRefusal = "own-limit" | "learned" | "either";

const LOOPBACK = /loopback|^lo\d?$/i;

/**
 * The least and the greatest MTU that the interface in use may have, in bytes of a whole IP packet; `null`
 * where no interface is known. Where it is not known which one is in use, it is one of those that are not
 * disconnected.
 */
const interfaceMtus = once((o: Observations) => ({ 4: mtusOf(o, 4), 6: mtusOf(o, 6) }));

function mtusOf(o: Observations, family: IpFamily): { least: number; greatest: number } | null {
  const known = egressMtu(o, family);
  const mtus =
    known !== null
      ? [known]
      : o.interfaces
          .filter((i) => i.connected !== false && !LOOPBACK.test(i.name))
          .map((i) => (family === 4 ? i.mtuV4 : i.mtuV6))
          .filter((mtu) => mtu !== null);
  if (mtus.length === 0) return null;
  return {
    least: mtus.reduce((a, b) => Math.min(a, b)),
    greatest: mtus.reduce((a, b) => Math.max(a, b)),
  };
}

/** How the refusal of a packet of this size is to be read. */
export function readOwnRefusal(ipBytes: number, family: IpFamily, o: Observations): OwnRefusal {
  const mtus = interfaceMtus(o)[family];
  if (mtus === null) return "either";
  if (ipBytes > mtus.greatest) return "own-limit";
  return ipBytes <= mtus.least ? "learned" : "either";
}

/** The least size that a router refused, by IP version and host. */
const refusedByRouters = once((o: Observations) => {
  const least = new Map<string, number>();
  for (const { outcome, family, target, ipBytes } of o.echoes) {
    const key = `${family} ${target}`;
    if (outcome === "too-big-remotely") least.set(key, Math.min(ipBytes, least.get(key) ?? ipBytes));
  }
  return least;
});

/**
 * The same for a ping. A router that refused the same size on the way to the same host told the system, and
 * Linux names the MTU that it keeps to: one below the interface's was learned.
 */
export function readOwnEchoRefusal(e: EchoObservation, o: Observations): OwnRefusal {
  const mtus = interfaceMtus(o)[e.family];
  if (e.nextHopMtu !== null && mtus !== null && e.nextHopMtu < mtus.least) return "learned";
  const told = (refusedByRouters(o).get(`${e.family} ${e.target}`) ?? Number.POSITIVE_INFINITY) <= e.ipBytes;
  const read = readOwnRefusal(e.ipBytes, e.family, o);
  return told && read === "either" ? "learned" : read;
}
