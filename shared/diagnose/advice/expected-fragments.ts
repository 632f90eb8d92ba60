/** How the login looks in the next capture if the change of MTU took effect. */
import type { Observations, SentMessage } from "../../evidence/observations.ts";
import { fragmentHeaderBytes, ipFragmentSizes, UDP_HEADER_BYTES } from "../../packet/sizes.ts";
import type { IpFamily } from "../../schema/plan.ts";
import { isIkeFragmented } from "../facts/ike-fragmentation.ts";
import { firstAuth } from "../facts/login-facts.ts";
import { loginPackets, predictedLogin } from "../facts/predicted-login.ts";

/** A Windows client's IKE_AUTH with a certificate (docs/domain.md §3.7), for where none was captured. */
const TYPICAL_AUTH_UDP_PAYLOAD_BYTES = 2_532;

/**
 * The latest login that was sent as IP fragments over this IP family. IKE fragments that were split again do
 * not count: they are several datagrams.
 */
export const fragmentedLogin = (o: Observations, family: IpFamily): SentMessage | undefined =>
  o.initiations
    .filter((i) => i.family === family)
    .map((i) => firstAuth(i)?.requests[0])
    // A text may not say how large its IP fragments are.
    .findLast((request) => request?.ipFragmented && request.ipBytes.length > 0 && !isIkeFragmented(request));

/**
 * Of a login that was captured; else of the largest that the computer's settings lead to; else a typical one.
 *
 * @returns bytes of each whole IP packet that the login leaves as under this MTU
 */
export function expectedFragments(
  auth: SentMessage | undefined,
  o: Observations,
  mtu: number,
  family: IpFamily,
): number[] {
  const login = predictedLogin(o);
  if (!auth && typeof login === "object") return loginPackets(login.ike.most, mtu, family);
  const ipPayloadBytes = auth
    ? auth.ipBytes.reduce((sum, ipBytes) => sum + ipBytes - fragmentHeaderBytes(family), 0)
    : UDP_HEADER_BYTES + TYPICAL_AUTH_UDP_PAYLOAD_BYTES;
  return ipFragmentSizes(ipPayloadBytes, mtu, family);
}
