/** The MTU inside the tunnel that follows from the MTU outside it, for each cipher suite. */
import type { Observations } from "../../evidence/observations.ts";
import { ETHERNET_MTU, espCiphers, IPV4_PRACTICAL_MINIMUM_MTU, tunnelMtu } from "../../packet/sizes.ts";
import type { Recommendation, Verdict } from "../../schema/diagnosis.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { measuredPathMtu, tooBigForGateway } from "../facts/path-mtu-facts.ts";

/** Where an outer MTU is recommended, or at least known, for a tunnel that comes up. */
export function adviseTunnelMtu(
  verdict: Verdict,
  o: Observations,
  interfaceMtu: number | null,
  family: IpFamily,
): Recommendation["tunnelMtu"] {
  const outerMtu = interfaceMtu ?? knownOuterMtu(verdict, o);
  if (outerMtu === null) return null;
  return {
    outerMtu,
    byCipher: espCiphers.map((cipher) => ({
      cipher: cipher.name,
      tunnelMtu: tunnelMtu(outerMtu, cipher, family, true),
    })),
  };
}

/** What the path carries, as measured or as a router said, for verdicts under which the tunnel comes up. */
function knownOuterMtu(verdict: Verdict, o: Observations): number | null {
  if (verdict !== "healthy" && verdict !== "esp-mtu" && verdict !== "path-mtu-reduced") return null;
  const told = tooBigForGateway(o)
    .map((e) => e.nextHopMtu)
    .filter((mtu) => mtu !== null)
    .filter((mtu) => mtu >= IPV4_PRACTICAL_MINIMUM_MTU && mtu < ETHERNET_MTU);
  const measured = measuredPathMtu(o).largestPassed;
  const known = measured === null ? told : [...told, measured];
  return known.length > 0 ? Math.min(...known) : null;
}
