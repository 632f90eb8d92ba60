/**
 * An authenticator in software: it makes a passkey and signs with it as Web Authentication Level 3 wants, for
 * runtimes that no browser is in front of.
 */
import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

const sha256 = (data: string | Uint8Array): Buffer => createHash("sha256").update(data).digest();
const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

/** CBOR (RFC 8949), as much of it as a passkey needs: heads, texts, bytes and maps. */
function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.of((major << 5) | value);
  if (value < 256) return Buffer.of((major << 5) | 24, value);
  return Buffer.of((major << 5) | 25, value >> 8, value & 255);
}
const cborInt = (value: number): Buffer => (value < 0 ? head(1, -1 - value) : head(0, value));
const cborText = (text: string): Buffer => Buffer.concat([head(3, text.length), Buffer.from(text)]);
const cborBytes = (bytes: Uint8Array): Buffer => Buffer.concat([head(2, bytes.length), bytes]);
const cborMap = (...pairs: [Buffer, Buffer][]): Buffer =>
  Buffer.concat([head(5, pairs.length), ...pairs.flat()]);

/** One passkey, on the curve P-256. */
export class SoftwareAuthenticator {
  readonly #origin: string;
  readonly #id = randomBytes(32);
  readonly #keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  #userHandle = "";
  #count = 0;

  constructor(origin: string) {
    this.#origin = origin;
  }

  #clientData(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin, crossOrigin: false }));
  }

  #data(flags: number, credential: Uint8Array = new Uint8Array(0)): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(++this.#count);
    return Buffer.concat([sha256(new URL(this.#origin).hostname), Buffer.of(flags), count, credential]);
  }

  /** What `navigator.credentials.create()` gives, in the form of its `toJSON()`. */
  create({ challenge, user }: { challenge: string; user: { id: string } }) {
    this.#userHandle = user.id;
    const { x = "", y = "" } = this.#keys.publicKey.export({ format: "jwk" });
    // A key of COSE: EC2, ES256, P-256 (RFC 9053 §7.1).
    const key = cborMap(
      [cborInt(1), cborInt(2)],
      [cborInt(3), cborInt(-7)],
      [cborInt(-1), cborInt(1)],
      [cborInt(-2), cborBytes(Buffer.from(x, "base64url"))],
      [cborInt(-3), cborBytes(Buffer.from(y, "base64url"))],
    );
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.of(0, this.#id.length), this.#id, key]);
    const attestationObject = cborMap(
      [cborText("fmt"), cborText("none")],
      [cborText("attStmt"), cborMap()],
      [cborText("authData"), cborBytes(this.#data(PRESENT | VERIFIED | HAS_CREDENTIAL, attested))],
    );
    return this.#credential({
      clientDataJSON: base64url(this.#clientData("webauthn.create", challenge)),
      attestationObject: base64url(attestationObject),
      transports: ["internal"],
    });
  }

  /** What `navigator.credentials.get()` gives, in the form of its `toJSON()`. */
  get({ challenge }: { challenge: string }) {
    const clientData = this.#clientData("webauthn.get", challenge);
    const data = this.#data(PRESENT | VERIFIED);
    const signer = createSign("sha256").update(Buffer.concat([data, sha256(clientData)]));
    return this.#credential({
      clientDataJSON: base64url(clientData),
      authenticatorData: base64url(data),
      signature: base64url(signer.sign(this.#keys.privateKey)),
      userHandle: this.#userHandle,
    });
  }

  #credential<T>(response: T) {
    const id = base64url(this.#id);
    return { id, rawId: id, type: "public-key" as const, clientExtensionResults: {}, response };
  }
}
