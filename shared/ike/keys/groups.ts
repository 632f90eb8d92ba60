/**
 * Diffie-Hellman for logins that are begun and not finished. The values protect nothing: no login is ever
 * completed with them, so what counts is that they are right, small and quick, and not that they take the
 * same time for every number. The curves stand here as numbers, on the library's arithmetic: its ready-made
 * ones bring signatures and hashing to curves with them, 7 KiB more of a Worker that has little room.
 */
import { montgomery } from "@noble/curves/abstract/montgomery.js";
import { type WeierstrassOpts, weierstrass } from "@noble/curves/abstract/weierstrass.js";
import { concatBytes } from "../../bytes/concat.ts";
import { toHex } from "../../bytes/hex.ts";
import { KeyExchangeMethod } from "../registry.ts";

/** One group: how a public value and a shared secret come from a private number. */
interface Group {
  /** How long a private number is. */
  privateBits: number;
  publicValue(x: bigint): Uint8Array;
  /** `null`: the peer's value is none that the group has, or one that gives the secret away. */
  sharedSecret(x: bigint, peer: Uint8Array): Uint8Array | null;
}

/** The groups of which an initiator can go on to IKE_AUTH. */
export const SPOKEN_GROUPS: readonly number[] = [
  KeyExchangeMethod.MODP2048,
  KeyExchangeMethod.ECP256,
  KeyExchangeMethod.ECP384,
  KeyExchangeMethod.CURVE25519,
  KeyExchangeMethod.MODP1024,
  KeyExchangeMethod.MODP1536,
  KeyExchangeMethod.MODP3072,
  KeyExchangeMethod.MODP4096,
];

/**
 * A private number of the group.
 *
 * @param seed random bytes, 64 of them
 */
export function privateNumber(group: number, seed: Uint8Array): bigint {
  return BigInt.asUintN(groupOf(group).privateBits, toBigInt(seed)) | 1n;
}

/**
 * The initiator's or the responder's public value, as a KE payload carries it: RFC 7296 §3.4, RFC 5903 §7,
 * RFC 8031 §3.
 *
 * @param x the private number
 * @throws {RangeError} the group is not spoken
 */
export function publicValue(group: number, x: bigint): Uint8Array {
  return groupOf(group).publicValue(x);
}

/**
 * The shared secret g^ir, as it goes into SKEYSEED: RFC 7296 §2.14, RFC 5903 §7, RFC 8031 §3.
 *
 * @param x the private number of this end
 * @param peer the other end's public value: a stranger's bytes
 * @returns `null` where the value is none of the group's, or one that gives the secret away (RFC 6989)
 * @throws {RangeError} the group is not spoken
 */
export function sharedSecret(group: number, x: bigint, peer: Uint8Array): Uint8Array | null {
  return groupOf(group).sharedSecret(x, peer);
}

/**
 * How long a shared secret takes, in those of the usual groups: at most about a millisecond and a half. For
 * whoever computes with a stranger's bytes, and has to end.
 */
export const workOf = (group: number): number =>
  group === KeyExchangeMethod.MODP4096 ? 4 : group === KeyExchangeMethod.MODP3072 ? 3 : 1;

const made = new Map<number, Group>();
function groupOf(id: number): Group {
  let group = made.get(id);
  if (group === undefined) {
    group = makeGroup(id);
    made.set(id, group);
  }
  return group;
}

function makeGroup(id: number): Group {
  switch (id) {
    case KeyExchangeMethod.MODP1024:
      return modp(1024, 129_093, 160); // RFC 7296 appendix B.2
    case KeyExchangeMethod.MODP1536:
      return modp(1536, 741_804, 180); // RFC 3526 §2
    case KeyExchangeMethod.MODP2048:
      return modp(2048, 124_476, 220); // RFC 3526 §3
    case KeyExchangeMethod.MODP3072:
      return modp(3072, 1_690_314, 260); // RFC 3526 §4
    case KeyExchangeMethod.MODP4096:
      return modp(4096, 240_904, 300); // RFC 3526 §5
    case KeyExchangeMethod.ECP256:
      return ecp(P256, 32);
    case KeyExchangeMethod.ECP384:
      return ecp(P384, 48);
    case KeyExchangeMethod.CURVE25519:
      return curve25519();
    default:
      throw new RangeError(`Cannot compute keys of Diffie-Hellman group ${id}`);
  }
}

/**
 * A MODP group. Its prime is 2^n - 2^(n-64) - 1 + 2^64 · (⌊2^(n-130)·π⌋ + c), as RFC 2409 and RFC 3526 write
 * it.
 *
 * @param privateBits what RFC 3526 §8 finds the group's strength to need
 */
function modp(bits: number, c: number, privateBits: number): Group {
  const n = BigInt(bits);
  const pi = floorOfPi(bits - 130);
  const prime = (1n << n) - (1n << (n - 64n)) - 1n + ((pi + BigInt(c)) << 64n);
  const bytes = bits / 8;
  return {
    privateBits,
    publicValue: (x) => fromBigInt(power(2n, x, prime), bytes),
    sharedSecret(x, peer) {
      const y = toBigInt(peer);
      // RFC 6989 §2.1: 1 < y < p - 1.
      if (peer.length !== bytes || y <= 1n || y >= prime - 1n) return null;
      return fromBigInt(power(y, x, prime), bytes);
    },
  };
}

/** ⌊2^bits · π⌋, by Machin: π = 16 arctan 1/5 - 4 arctan 1/239. */
function floorOfPi(bits: number): bigint {
  const GUARD_BITS = 64;
  const one = 1n << BigInt(bits + GUARD_BITS);
  const arctanOfOneBy = (x: bigint): bigint => {
    let term = one / x;
    let sum = 0n;
    for (let k = 1n; term !== 0n; k += 2n, term /= x * x) sum += k % 4n === 1n ? term / k : -(term / k);
    return sum;
  };
  return (16n * arctanOfOneBy(5n) - 4n * arctanOfOneBy(239n)) >> BigInt(GUARD_BITS);
}

/** base^exponent mod modulus, four bits at a time. */
function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  const powers = [1n];
  for (let i = 1; i < 16; i++) powers.push(((powers[i - 1] ?? 1n) * base) % modulus);
  let result = 1n;
  for (const digit of exponent.toString(16)) {
    for (let i = 0; i < 4; i++) result = (result * result) % modulus;
    if (digit !== "0") result = (result * (powers[Number.parseInt(digit, 16)] ?? 1n)) % modulus;
  }
  return result;
}

/** NIST P-256, RFC 5903 §3.1. */
const P256: WeierstrassOpts<bigint> = {
  p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
  a: 0xffffffff00000001000000000000000000000000fffffffffffffffffffffffcn,
  b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
  n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  h: 1n,
  Gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  Gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

/** NIST P-384, RFC 5903 §3.2. */
const P384: WeierstrassOpts<bigint> = {
  p: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn,
  a: 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffcn,
  b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
  n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  h: 1n,
  Gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  Gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
};

/**
 * Half of what the curves could have, and half of the work: a number of this length is found in 2^64
 * steps, and the login that it was made for has ended after seconds and carried nothing.
 */
const ECP_PRIVATE_BITS = 128;

/**
 * A group of a curve over a prime field: both coordinates are sent, and x alone is the secret (RFC 5903 §7).
 */
function ecp(curve: WeierstrassOpts<bigint>, bytes: number): Group {
  const Point = weierstrass<bigint>(curve);
  // Made anew, so that the library keeps no tables of its multiples: a run has too few values to repay them.
  const base = Point.fromAffine(Point.BASE.toAffine());
  return {
    privateBits: ECP_PRIVATE_BITS,
    publicValue(k) {
      const { x, y } = base.multiplyUnsafe(k).toAffine();
      return concatBytes([fromBigInt(x, bytes), fromBigInt(y, bytes)]);
    },
    sharedSecret(k, peer) {
      if (peer.length !== 2 * bytes) return null;
      const [x, y] = [toBigInt(peer.subarray(0, bytes)), toBigInt(peer.subarray(bytes))];
      // On the curve, or a stranger chooses the group (RFC 6989 §2.3).
      if (x >= curve.p || y >= curve.p || !isOnCurve(curve, x, y)) return null;
      return fromBigInt(Point.fromAffine({ x, y }).multiplyUnsafe(k).toAffine().x, bytes);
    },
  };
}

const isOnCurve = ({ p, a, b }: WeierstrassOpts<bigint>, x: bigint, y: bigint): boolean =>
  (y * y - (x * x * x + a * x + b)) % p === 0n;

/** Curve25519, RFC 7748 §5 and RFC 8031 §2. */
function curve25519(): Group {
  const P = (1n << 255n) - 19n;
  const x25519 = montgomery({
    P,
    type: "x25519",
    powPminus2: (x: bigint) => power(x, P - 2n, P),
    adjustScalarBytes(bytes: Uint8Array) {
      const [first = 0, last = 0] = [bytes[0], bytes[31]];
      bytes[0] = first & 248;
      bytes[31] = (last & 127) | 64;
      return bytes;
    },
  });
  // Curve25519's numbers have their least byte first (RFC 7748 §5).
  const scalar = (x: bigint): Uint8Array => fromBigInt(x, 32).reverse();
  return {
    privateBits: 256,
    publicValue: (x) => x25519.getPublicKey(scalar(x)),
    sharedSecret(x, peer) {
      if (peer.length !== 32) return null;
      try {
        return x25519.getSharedSecret(scalar(x), peer);
      } catch {
        return null; // all zeros: RFC 8031 §2 has it refused
      }
    },
  };
}

function toBigInt(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${toHex(bytes)}`);
}

function fromBigInt(value: bigint, bytes: number): Uint8Array {
  const digits = value.toString(16).padStart(bytes * 2, "0");
  return Uint8Array.from({ length: bytes }, (_, at) => Number.parseInt(digits.slice(at * 2, at * 2 + 2), 16));
}
