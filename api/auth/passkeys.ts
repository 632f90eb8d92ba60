/**
 * Passkeys: signing in with a key pair that never leaves the member's devices (Web Authentication Level 3).
 */
import { Buffer } from "node:buffer";
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import type { Caller, Passkey } from "../store/people-port.ts";
import { memberAsCaller } from "./credentials.ts";
import { sha256Hex } from "./secrets.ts";

/** By COSE's numbers: ES256, EdDSA and RS256, which every browser and platform has one of. */
const ALGORITHMS = [-7, -8, -257];
/** How long a person may take over the browser's dialogue. */
const CHALLENGE_MINUTES = 5;

const rpIdOf = (origin: string): string => new URL(origin).hostname;
const fromBase64url = (text: string) => new Uint8Array(Buffer.from(text, "base64url"));
const toBase64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** Keeps a challenge, so that it can be answered once. */
async function keep(deps: Deps, challenge: string, memberId: string | null): Promise<void> {
  const expiresAt = new Date(deps.now().getTime() + CHALLENGE_MINUTES * 60_000).toISOString();
  await deps.people.addChallenge(sha256Hex(challenge), memberId, expiresAt);
}

/** Uses up the challenge that an answer names. @returns the challenge, `null` when it is none of ours */
async function take(deps: Deps, clientDataJson: string, memberId: string | null): Promise<string | null> {
  let challenge: unknown;
  try {
    ({ challenge } = JSON.parse(Buffer.from(clientDataJson, "base64url").toString("utf8")));
  } catch {
    return null;
  }
  if (typeof challenge !== "string") return null;
  const kept = await deps.people.takeChallenge(sha256Hex(challenge), deps.now().toISOString());
  return kept !== null && kept.memberId === memberId ? challenge : null;
}

/** What the browser needs to make a passkey for a member. */
export async function registrationOptions(deps: Deps, origin: string, { id, name }: Caller) {
  const passkeys = await deps.people.passkeysOf(id);
  const options = await generateRegistrationOptions({
    rpName: deps.config.operator,
    rpID: rpIdOf(origin),
    userID: new TextEncoder().encode(id),
    userName: name,
    userDisplayName: name,
    attestationType: "none",
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: passkeys.map((passkey) => ({ id: passkey.id })),
    // It stands alone: there is no name and no password beside it.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  });
  await keep(deps, options.challenge, id);
  return options;
}

/**
 * Adds a passkey that the browser made.
 *
 * @throws {Problem} `passkey-unusable`: it answers no challenge of ours, was made for another site, without
 *   the member being verified, or is known already
 */
export async function register(
  deps: Deps,
  origin: string,
  { id: memberId }: Caller,
  name: string,
  response: RegistrationResponseJSON,
): Promise<Passkey> {
  const challenge = await take(deps, response.response.clientDataJSON, memberId);
  if (challenge === null) throw new Problem("passkey-unusable");
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpIdOf(origin),
    requireUserVerification: true,
    supportedAlgorithmIDs: ALGORITHMS,
  }).catch(() => ({ verified: false, registrationInfo: undefined }));
  if (!verified || registrationInfo === undefined) throw new Problem("passkey-unusable");
  const { credential } = registrationInfo;
  const passkey: Passkey = {
    id: credential.id,
    memberId,
    name,
    publicKey: toBase64url(credential.publicKey),
    counter: credential.counter,
    transports: credential.transports ?? [],
    createdAt: deps.now().toISOString(),
    lastUsedOn: null,
  };
  if (!(await deps.people.addPasskey(passkey))) throw new Problem("passkey-unusable");
  return passkey;
}

/** What the browser needs to have any passkey of this service sign. */
export async function authenticationOptions(deps: Deps, origin: string) {
  const options = await generateAuthenticationOptions({
    rpID: rpIdOf(origin),
    userVerification: "required",
  });
  await keep(deps, options.challenge, null);
  return options;
}

/**
 * Finds out who signed.
 *
 * @returns `null` when the passkey is unknown or its member was removed, the signature is not good or is made
 *   for another site, or the answer was used before
 */
export async function authenticate(
  deps: Deps,
  origin: string,
  response: AuthenticationResponseJSON,
): Promise<Caller | null> {
  const challenge = await take(deps, response.response.clientDataJSON, null);
  const found = await deps.people.passkey(response.id);
  if (challenge === null || found === null) return null;
  const { passkey, member } = found;
  const { userHandle } = response.response;
  if (userHandle && Buffer.from(userHandle, "base64url").toString("utf8") !== member.id) return null;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: origin,
    expectedRPID: rpIdOf(origin),
    credential: {
      id: passkey.id,
      publicKey: fromBase64url(passkey.publicKey),
      counter: passkey.counter,
    },
    requireUserVerification: true,
  }).catch(() => ({ verified: false, authenticationInfo: null }));
  if (!verified || authenticationInfo === null) return null;
  const day = deps.now().toISOString().slice(0, 10);
  return (await deps.people.usePasskey(passkey.id, authenticationInfo.newCounter, day))
    ? memberAsCaller(member)
    : null;
}
