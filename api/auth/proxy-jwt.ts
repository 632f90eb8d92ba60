/**
 * People whom an identity provider vouches for: a proxy in front (Cloudflare Access, oauth2-proxy and the
 * like) puts the provider's JSON Web Token, RFC 7519, into each request.
 */
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from "jose";
import type { Deps, IdentityProvider } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Caller, Role } from "../store/people-port.ts";
import { memberAsCaller } from "./credentials.ts";
import { newKey } from "./secrets.ts";

/** Signatures with a key pair: with a shared secret, whoever can check a token could make one. */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
/** Clocks differ. */
const TOLERANCE_SECONDS = 30;
const MOST_NAME = 80;

type KeySet = ReturnType<typeof createRemoteJWKSet>;
/** The provider's keys, kept for ten minutes and fetched anew when a token names another one. */
const keySets = new WeakMap<IdentityProvider, KeySet>();
function keysOf(provider: IdentityProvider): KeySet {
  const known = keySets.get(provider);
  if (known !== undefined) return known;
  const keys = createRemoteJWKSet(new URL(provider.jwksUrl), { cooldownDuration: 5_000 });
  keySets.set(provider, keys);
  return keys;
}

/** What stands at a path of claims, such as `realm_access.roles`: its texts. */
function textsAt(payload: JWTPayload, path: string): string[] {
  let value: unknown = payload[path];
  if (value === undefined) {
    value = payload;
    for (const name of path.split("."))
      value =
        typeof value === "object" && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined;
  }
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === "string");
}

function roleOf(provider: IdentityProvider, payload: JWTPayload): Role | null {
  // Whoever may claim any address at the provider would be whoever they like here.
  if (provider.roleClaim === "email" && payload.email_verified === false) return null;
  const values = textsAt(payload, provider.roleClaim);
  if (values.some((value) => provider.admins.includes(value))) return "admin";
  if (provider.staff.includes("*") || values.some((value) => provider.staff.includes(value))) return "staff";
  return null;
}

function nameOf({ nameClaim }: IdentityProvider, payload: JWTPayload): string {
  const names = [nameClaim, "name", "email", "sub"].flatMap((claim) => textsAt(payload, claim));
  const [name = ""] = names.map((each) => each.replace(/\p{C}/gu, "").trim()).filter((each) => each !== "");
  return name.slice(0, MOST_NAME);
}

/**
 * Checks a token and finds its member, who is made at first sight.
 *
 * @returns `null` when the token is good and gives no role here, or the member was removed here
 * @throws {Problem} `token-refused` where the token is not good, `identity-provider-unreachable`
 */
export async function vouchedCaller(
  deps: Deps,
  provider: IdentityProvider,
  token: string,
): Promise<Caller | null> {
  const payload = await verified(deps, provider, token);
  const role = roleOf(provider, payload);
  if (role === null) return null;
  const member = await deps.people.vouchedMember({
    id: newKey(deps.random),
    name: nameOf(provider, payload),
    role,
    subject: `${provider.issuer} ${payload.sub}`,
    createdAt: deps.now().toISOString(),
    createdBy: provider.issuer,
  });
  return member && memberAsCaller(member);
}

async function verified(deps: Deps, provider: IdentityProvider, token: string): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keysOf(provider), {
      issuer: provider.issuer,
      audience: provider.audience,
      algorithms: ALGORITHMS,
      requiredClaims: ["sub", "exp"],
      currentDate: deps.now(),
      clockTolerance: TOLERANCE_SECONDS,
    });
    return payload;
  } catch (error) {
    if (isUnreachable(error)) {
      deps.log({
        level: "error",
        message: `Cannot fetch the identity provider's keys from ${provider.jwksUrl}: ${String(error)}`,
      });
      throw new Problem("identity-provider-unreachable", { headers: { "Retry-After": "10" } });
    }
    throw new Problem("token-refused");
  }
}

/** Whether nothing was found out about the token, because its keys could not be had. */
const isUnreachable = (error: unknown): boolean =>
  !(error instanceof errors.JOSEError) ||
  error instanceof errors.JWKSTimeout ||
  error instanceof errors.JWKSInvalid ||
  error.code === "ERR_JOSE_GENERIC";
