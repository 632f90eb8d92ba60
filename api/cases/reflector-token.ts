import { createHmac } from "node:crypto";
import { REFLECTION_BUDGET_BYTES, type Reflector } from "../../shared/plan/reflection.ts";
import { networkOf, signToken } from "../../shared/reflect/protocol.ts";
import { sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";

/** Less than a token's most: the reflector's clock may be behind. */
const TOKEN_SECONDS = 240;

/**
 * The deployment's reflector with leave to ask it, for one run; `null` where there is none.
 *
 * The leave is bound to the network that the run's request came from. Where that is no address of the internet's, it is bound to none, and
 * where the VPN gateway is asked over the other IP family, it does not bind: the cookie exchange has to do.
 */
export function reflectorFor({ config, now, clientAddress }: Deps, c: AppContext, runId: string) {
  if (config.reflector === null) return null;
  const { host, port, key } = config.reflector;
  const claims = {
    // Tells the reflector one run from another, and nothing else.
    run: sha256Hex(`reflector ${runId}`).slice(0, 32),
    endsAt: Math.floor(now().getTime() / 1_000) + TOKEN_SECONDS,
    replyBytes: REFLECTION_BUDGET_BYTES,
    network: networkOf(clientAddress(c)),
  };
  const token = signToken(claims, (message) => createHmac("sha256", key).update(message).digest());
  return { host, port, token } satisfies Reflector;
}
