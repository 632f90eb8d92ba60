/** An identity provider as tests need one: it signs whatever they ask for, and serves its keys over HTTP. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from "jose";
import type { IdentityProvider } from "../../api/deps.ts";

const ISSUER = "https://idp.example.com";
const AUDIENCE = "ikefrag";

/** The provider while it runs. */
export interface IdentityProviderOfTests {
  /** As the service is configured for it. */
  settings: IdentityProvider;
  /** How often its keys were fetched. */
  fetched(): number;
  /** Whether it answers; else it says 500. */
  answers: boolean;
  /** A token for `admin@example.com`, as of the tests' clock, but for what is given. */
  token(claims?: Record<string, unknown>, header?: Partial<JWTHeaderParameters>): Promise<string>;
  /** From now on it signs with a new key and serves that one alone. */
  rotate(): Promise<void>;
  close(): Promise<void>;
}

export async function openIdentityProvider(): Promise<IdentityProviderOfTests> {
  let number = 0;
  const newKey = async () => ({ kid: `key ${number++}`, ...(await generateKeyPair("ES256")) });
  let key = await newKey();
  let fetched = 0;
  const server = createServer(async (_, response) => {
    fetched++;
    response.writeHead(provider.answers ? 200 : 500, { "content-type": "application/json" });
    const jwk = { ...(await exportJWK(key.publicKey)), kid: key.kid, alg: "ES256", use: "sig" };
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const provider: IdentityProviderOfTests = {
    settings: {
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
      header: "cf-access-jwt-assertion",
      nameClaim: "email",
      roleClaim: "groups",
      admins: ["vpn-admins"],
      staff: ["helpdesk"],
    },
    fetched: () => fetched,
    answers: true,
    token: (claims = {}, header = {}) =>
      new SignJWT({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: "1234",
        email: "admin@example.com",
        groups: ["vpn-admins"],
        iat: Date.parse("2026-11-23T05:59:00Z") / 1000,
        exp: Date.parse("2026-11-23T07:00:00Z") / 1000,
        ...claims,
      })
        .setProtectedHeader({ alg: "ES256", kid: key.kid, ...header })
        .sign(key.privateKey),
    async rotate() {
      key = await newKey();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return provider;
}
