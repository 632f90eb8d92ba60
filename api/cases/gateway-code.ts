/**
 * The second code of a case: with it the gateway's administrator, who is no member, sends what was recorded
 * there. It looks like a case code and is another kind: its hash is made otherwise and is looked up
 * elsewhere, so that neither can be used as the other.
 */
import type { z } from "zod";
import type { GatewayLink } from "../../shared/schema/api.ts";
import { newCaseCode, parseCaseCode } from "../../shared/schema/identifier.ts";
import { hmacHex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Case } from "../store/port.ts";
import type { OpenCase } from "./case-code.ts";

const gatewayCodeHash = (deps: Deps, code: string): string => hmacHex(deps.config.pepper, `gateway ${code}`);

/** Why a case takes nothing by the gateway's link; `null` while it does, also when its runs are used up. */
function closedForGateway(deps: Deps, entry: Case): Problem | null {
  if (entry.revokedAt !== null) return new Problem("code-revoked");
  if (entry.expiresAt <= deps.now().toISOString())
    return new Problem("code-expired", { params: { at: entry.expiresAt } });
  return null;
}

/**
 * The case of a gateway's code as a person types it.
 *
 * @throws {Problem} `code-unknown`, `code-expired`, `code-revoked`
 */
export async function findCaseOfGateway(deps: Deps, text: string): Promise<OpenCase> {
  const code = parseCaseCode(text.slice(0, 64));
  const entry = code === null ? null : await deps.cases.findByGatewayCode(gatewayCodeHash(deps, code));
  if (code === null || entry === null) throw new Problem("code-unknown");
  const closed = closedForGateway(deps, entry);
  if (closed !== null) throw closed;
  return { code, entry };
}

/**
 * Makes the link for the gateway's administrator. The one before, if there was one, works no more.
 *
 * @returns the link with its code, which is nowhere else: only its hash is stored
 * @throws {Problem} `case-not-found`, `code-expired`, `code-revoked`
 */
export async function makeGatewayLink(
  deps: Deps,
  origin: string,
  caseId: string,
): Promise<z.infer<typeof GatewayLink>> {
  const entry = await deps.cases.get(caseId);
  if (entry === null) throw new Problem("case-not-found");
  const code = newCaseCode(deps.random(12));
  if (!(await deps.cases.setGatewayCode(caseId, gatewayCodeHash(deps, code), deps.now().toISOString())))
    throw closedForGateway(deps, entry) ?? new Problem("case-not-found");
  return {
    code,
    gateway: entry.gateway,
    expiresAt: entry.expiresAt,
    page: `${origin}/g/${code}`,
    command: `curl -F file=@FILE ${origin}/v1/gateway-files/${code}`,
  };
}
