/** The permission to use the deployment's reflector, as a signed token for one run. */
import { createHmac } from "node:crypto";
import { REFLECTION_BUDGET_BYTES, type Reflector } from "../../shared/plan/reflection.ts";
import { networkOf, signToken } from "../../shared/reflect/protocol.ts";
import { sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";

/** Shorter than the reflector allows, because its clock may be behind ours. */
const TOKEN_SECONDS = 240;

/**
 * The deployment's reflector with a signed token for this run; `null` where there is no reflector.
 *
 * The token is bound to the network of the client's address, so that nobody else can have packets sent to it.
 * Where that is not an address of the internet, the token is bound to no network, and where the VPN gateway
 * is asked over the other IP family, the reflector cannot compare. Then only its cookie exchange protects
 * others.
 *
 * @param clientAddress where the run's request came from
 */
export function reflectorFor({ config, now }: Deps, clientAddress: string, runId: string): Reflector | null {
  if (config.reflector === null) return null;
  const { host, port, key } = config.reflector;
  const claims = {
    // The reflector can tell one run from another by it, and learns nothing else.
    run: sha256Hex(`reflector ${runId}`).slice(0, 32),
    endsAt: Math.floor(now().getTime() / 1_000) + TOKEN_SECONDS,
    replyBytes: REFLECTION_BUDGET_BYTES,
    network: networkOf(clientAddress),
  };
  const token = signToken(claims, (message) => createHmac("sha256", key).update(message).digest());
  return { host, port, token };
}
