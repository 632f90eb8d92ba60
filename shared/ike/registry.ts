/**
 * The IANA registries of IKE: numbers by name, and names of numbers. Values that are in no registry are read
 * too.
 */

/** The registered name, or `unknown(99)`: an unknown value is worth reporting, and never an error. */
function ianaName(registry: Readonly<Record<string, number>>, value: number): string {
  return namesOf(registry).get(value) ?? `unknown(${value})`;
}

const namesByRegistry = new WeakMap<Readonly<Record<string, number>>, Map<number, string>>();
function namesOf(registry: Readonly<Record<string, number>>): Map<number, string> {
  let names = namesByRegistry.get(registry);
  if (names === undefined) {
    names = new Map();
    for (const [name, value] of Object.entries(registry)) if (!names.has(value)) names.set(value, name);
    namesByRegistry.set(registry, names);
  }
  return names;
}

/** UDP port of IKE, RFC 7296 §2. */
export const IKE_PORT = 500;
/** UDP port of IKE behind the non-ESP marker, and of ESP: RFC 3948 §2. */
export const NAT_TRAVERSAL_PORT = 4500;

/** IANA "IKEv2 Exchange Types". */
export const ExchangeType = {
  IKE_SA_INIT: 34,
  IKE_AUTH: 35,
  CREATE_CHILD_SA: 36,
  INFORMATIONAL: 37,
  IKE_SESSION_RESUME: 38,
  GSA_AUTH: 39,
  GSA_REGISTRATION: 40,
  GSA_REKEY: 41,
  GSA_INBAND_REKEY: 42,
  IKE_INTERMEDIATE: 43,
  IKE_FOLLOWUP_KE: 44,
} as const;

/** ISAKMP exchange types, RFC 2408 §3.1 and RFC 2409 appendix A; Transaction is Mode Config's. */
const Ikev1ExchangeType = {
  NONE: 0,
  Base: 1,
  "Identity Protection": 2,
  "Authentication Only": 3,
  Aggressive: 4,
  Informational: 5,
  Transaction: 6,
  "Quick Mode": 32,
  "New Group Mode": 33,
} as const;

/** IANA "IKEv2 Payload Types"; RFC 7296 §3.2 notation, SKF from RFC 7383 §2.5. */
export const PayloadType = {
  NONE: 0,
  SA: 33,
  KE: 34,
  IDi: 35,
  IDr: 36,
  CERT: 37,
  CERTREQ: 38,
  AUTH: 39,
  Nonce: 40,
  N: 41,
  D: 42,
  V: 43,
  TSi: 44,
  TSr: 45,
  SK: 46,
  CP: 47,
  EAP: 48,
  GSPM: 49,
  IDg: 50,
  GSA: 51,
  KD: 52,
  SKF: 53,
  PS: 54,
} as const;

/**
 * ISAKMP payload types, RFC 2408 §3.1 and RFC 3947 §3.2; 130 to 132 come from drafts and vendors, and are in
 * use.
 */
export const Ikev1PayloadType = {
  NONE: 0,
  SA: 1,
  P: 2,
  T: 3,
  KE: 4,
  ID: 5,
  CERT: 6,
  CR: 7,
  HASH: 8,
  SIG: 9,
  NONCE: 10,
  N: 11,
  D: 12,
  VID: 13,
  ATTR: 14,
  SAK: 15,
  SAT: 16,
  KD: 17,
  SEQ: 18,
  POP: 19,
  "NAT-D": 20,
  "NAT-OA": 21,
  GAP: 22,
  "NAT-D-DRAFT": 130,
  "NAT-OA-DRAFT": 131,
  FRAG: 132,
} as const;

/** IANA "IKEv2 Notify Message Types": errors below 16384, status from 16384 on; RFC 7296 §3.10.1. */
export const NotifyType = {
  UNSUPPORTED_CRITICAL_PAYLOAD: 1,
  INVALID_IKE_SPI: 4,
  INVALID_MAJOR_VERSION: 5,
  INVALID_SYNTAX: 7,
  INVALID_MESSAGE_ID: 9,
  INVALID_SPI: 11,
  NO_PROPOSAL_CHOSEN: 14,
  INVALID_KE_PAYLOAD: 17,
  AUTHENTICATION_FAILED: 24,
  SINGLE_PAIR_REQUIRED: 34,
  NO_ADDITIONAL_SAS: 35,
  INTERNAL_ADDRESS_FAILURE: 36,
  FAILED_CP_REQUIRED: 37,
  TS_UNACCEPTABLE: 38,
  INVALID_SELECTORS: 39,
  UNACCEPTABLE_ADDRESSES: 40,
  UNEXPECTED_NAT_DETECTED: 41,
  USE_ASSIGNED_HoA: 42,
  TEMPORARY_FAILURE: 43,
  CHILD_SA_NOT_FOUND: 44,
  INVALID_GROUP_ID: 45,
  AUTHORIZATION_FAILED: 46,
  STATE_NOT_FOUND: 47,
  TS_MAX_QUEUE: 48,
  INITIAL_CONTACT: 16384,
  SET_WINDOW_SIZE: 16385,
  ADDITIONAL_TS_POSSIBLE: 16386,
  IPCOMP_SUPPORTED: 16387,
  NAT_DETECTION_SOURCE_IP: 16388,
  NAT_DETECTION_DESTINATION_IP: 16389,
  COOKIE: 16390,
  USE_TRANSPORT_MODE: 16391,
  HTTP_CERT_LOOKUP_SUPPORTED: 16392,
  REKEY_SA: 16393,
  ESP_TFC_PADDING_NOT_SUPPORTED: 16394,
  NON_FIRST_FRAGMENTS_ALSO: 16395,
  MOBIKE_SUPPORTED: 16396,
  ADDITIONAL_IP4_ADDRESS: 16397,
  ADDITIONAL_IP6_ADDRESS: 16398,
  NO_ADDITIONAL_ADDRESSES: 16399,
  UPDATE_SA_ADDRESSES: 16400,
  COOKIE2: 16401,
  NO_NATS_ALLOWED: 16402,
  AUTH_LIFETIME: 16403,
  MULTIPLE_AUTH_SUPPORTED: 16404,
  ANOTHER_AUTH_FOLLOWS: 16405,
  REDIRECT_SUPPORTED: 16406,
  REDIRECT: 16407,
  REDIRECTED_FROM: 16408,
  TICKET_LT_OPAQUE: 16409,
  TICKET_REQUEST: 16410,
  TICKET_ACK: 16411,
  TICKET_NACK: 16412,
  TICKET_OPAQUE: 16413,
  LINK_ID: 16414,
  USE_WESP_MODE: 16415,
  ROHC_SUPPORTED: 16416,
  EAP_ONLY_AUTHENTICATION: 16417,
  CHILDLESS_IKEV2_SUPPORTED: 16418,
  QUICK_CRASH_DETECTION: 16419,
  IKEV2_MESSAGE_ID_SYNC_SUPPORTED: 16420,
  IPSEC_REPLAY_COUNTER_SYNC_SUPPORTED: 16421,
  IKEV2_MESSAGE_ID_SYNC: 16422,
  IPSEC_REPLAY_COUNTER_SYNC: 16423,
  SECURE_PASSWORD_METHODS: 16424,
  PSK_PERSIST: 16425,
  PSK_CONFIRM: 16426,
  ERX_SUPPORTED: 16427,
  IFOM_CAPABILITY: 16428,
  GROUP_SENDER: 16429,
  IKEV2_FRAGMENTATION_SUPPORTED: 16430,
  SIGNATURE_HASH_ALGORITHMS: 16431,
  CLONE_IKE_SA_SUPPORTED: 16432,
  CLONE_IKE_SA: 16433,
  PUZZLE: 16434,
  USE_PPK: 16435,
  PPK_IDENTITY: 16436,
  NO_PPK_AUTH: 16437,
  INTERMEDIATE_EXCHANGE_SUPPORTED: 16438,
  IP4_ALLOWED: 16439,
  IP6_ALLOWED: 16440,
  ADDITIONAL_KEY_EXCHANGE: 16441,
  USE_AGGFRAG: 16442,
  SUPPORTED_AUTH_METHODS: 16443,
  SA_RESOURCE_INFO: 16444,
  USE_PPK_INT: 16445,
  PPK_IDENTITY_KEY: 16446,
  // A number for private use, in which Windows sends its own error codes.
  MS_PRIVATE_ERROR: 12345,
} as const;

/** Whether a Notify refuses something, RFC 7296 §3.10.1. */
export function isErrorNotify(notifyType: number): boolean {
  return notifyType < 16384;
}

/** ISAKMP Notify types, RFC 2408 §3.14.1, RFC 2407 §4.6.3, RFC 3706 §5.2. */
const Ikev1NotifyType = {
  "INVALID-PAYLOAD-TYPE": 1,
  "DOI-NOT-SUPPORTED": 2,
  "SITUATION-NOT-SUPPORTED": 3,
  "INVALID-COOKIE": 4,
  "INVALID-MAJOR-VERSION": 5,
  "INVALID-MINOR-VERSION": 6,
  "INVALID-EXCHANGE-TYPE": 7,
  "INVALID-FLAGS": 8,
  "INVALID-MESSAGE-ID": 9,
  "INVALID-PROTOCOL-ID": 10,
  "INVALID-SPI": 11,
  "INVALID-TRANSFORM-ID": 12,
  "ATTRIBUTES-NOT-SUPPORTED": 13,
  "NO-PROPOSAL-CHOSEN": 14,
  "BAD-PROPOSAL-SYNTAX": 15,
  "PAYLOAD-MALFORMED": 16,
  "INVALID-KEY-INFORMATION": 17,
  "INVALID-ID-INFORMATION": 18,
  "INVALID-CERT-ENCODING": 19,
  "INVALID-CERTIFICATE": 20,
  "CERT-TYPE-UNSUPPORTED": 21,
  "INVALID-CERT-AUTHORITY": 22,
  "INVALID-HASH-INFORMATION": 23,
  "AUTHENTICATION-FAILED": 24,
  "INVALID-SIGNATURE": 25,
  "ADDRESS-NOTIFICATION": 26,
  "NOTIFY-SA-LIFETIME": 27,
  "CERTIFICATE-UNAVAILABLE": 28,
  "UNSUPPORTED-EXCHANGE-TYPE": 29,
  "UNEQUAL-PAYLOAD-LENGTHS": 30,
  CONNECTED: 16384,
  "RESPONDER-LIFETIME": 24576,
  "REPLAY-STATUS": 24577,
  "INITIAL-CONTACT": 24578,
  "R-U-THERE": 36136,
  "R-U-THERE-ACK": 36137,
} as const;

/** IANA "IKEv2 Security Protocol Identifiers". */
export const ProtocolId = {
  IKE: 1,
  AH: 2,
  ESP: 3,
  FC_ESP_HEADER: 4,
  FC_CT_AUTHENTICATION: 5,
  GIKE_UPDATE: 6,
} as const;

/** IANA "Transform Type Values", RFC 7296 §3.3.2; additional key exchanges from RFC 9370. */
export const TransformType = {
  ENCR: 1,
  PRF: 2,
  INTEG: 3,
  KE: 4,
  SN: 5,
  ADDKE1: 6,
  ADDKE2: 7,
  ADDKE3: 8,
  ADDKE4: 9,
  ADDKE5: 10,
  ADDKE6: 11,
  ADDKE7: 12,
} as const;

/** IANA "Encryption Algorithm Transform IDs". */
export const EncryptionId = {
  DES_IV64: 1,
  DES: 2,
  "3DES": 3,
  RC5: 4,
  IDEA: 5,
  CAST: 6,
  BLOWFISH: 7,
  "3IDEA": 8,
  DES_IV32: 9,
  NULL: 11,
  AES_CBC: 12,
  AES_CTR: 13,
  AES_CCM_8: 14,
  AES_CCM_12: 15,
  AES_CCM_16: 16,
  AES_GCM_8: 18,
  AES_GCM_12: 19,
  AES_GCM_16: 20,
  NULL_AUTH_AES_GMAC: 21,
  CAMELLIA_CBC: 23,
  CAMELLIA_CTR: 24,
  CAMELLIA_CCM_8: 25,
  CAMELLIA_CCM_12: 26,
  CAMELLIA_CCM_16: 27,
  CHACHA20_POLY1305: 28,
  AES_CCM_8_IIV: 29,
  AES_GCM_16_IIV: 30,
  CHACHA20_POLY1305_IIV: 31,
  KUZNYECHIK_MGM_KTREE: 32,
  MAGMA_MGM_KTREE: 33,
  KUZNYECHIK_MGM_MAC_KTREE: 34,
  MAGMA_MGM_MAC_KTREE: 35,
} as const;

/** IANA "Pseudorandom Function Transform IDs". */
export const PrfId = {
  HMAC_MD5: 1,
  HMAC_SHA1: 2,
  HMAC_TIGER: 3,
  AES128_XCBC: 4,
  HMAC_SHA2_256: 5,
  HMAC_SHA2_384: 6,
  HMAC_SHA2_512: 7,
  AES128_CMAC: 8,
  HMAC_STREEBOG_512: 9,
} as const;

/** IANA "Integrity Algorithm Transform IDs". */
export const IntegrityId = {
  NONE: 0,
  HMAC_MD5_96: 1,
  HMAC_SHA1_96: 2,
  DES_MAC: 3,
  KPDK_MD5: 4,
  AES_XCBC_96: 5,
  HMAC_MD5_128: 6,
  HMAC_SHA1_160: 7,
  AES_CMAC_96: 8,
  AES_128_GMAC: 9,
  AES_192_GMAC: 10,
  AES_256_GMAC: 11,
  HMAC_SHA2_256_128: 12,
  HMAC_SHA2_384_192: 13,
  HMAC_SHA2_512_256: 14,
} as const;

/** IANA "Key Exchange Method Transform IDs", formerly Diffie-Hellman groups. */
export const KeyExchangeMethod = {
  NONE: 0,
  MODP768: 1,
  MODP1024: 2,
  MODP1536: 5,
  MODP2048: 14,
  MODP3072: 15,
  MODP4096: 16,
  MODP6144: 17,
  MODP8192: 18,
  ECP256: 19,
  ECP384: 20,
  ECP521: 21,
  MODP1024_160: 22,
  MODP2048_224: 23,
  MODP2048_256: 24,
  ECP192: 25,
  ECP224: 26,
  BRAINPOOL_P224: 27,
  BRAINPOOL_P256: 28,
  BRAINPOOL_P384: 29,
  BRAINPOOL_P512: 30,
  CURVE25519: 31,
  CURVE448: 32,
  GOST3410_2012_256: 33,
  GOST3410_2012_512: 34,
  ML_KEM_512: 35,
  ML_KEM_768: 36,
  ML_KEM_1024: 37,
} as const;

/**
 * Bytes of an initiator's public value in a KE payload, by group: RFC 7296 §3.4, RFC 5903 §7, RFC 8031 §3.
 */
export const KEY_EXCHANGE_DATA_BYTES: Readonly<Record<number, number>> = {
  1: 96,
  2: 128,
  5: 192,
  14: 256,
  15: 384,
  16: 512,
  17: 768,
  18: 1024,
  19: 64,
  20: 96,
  21: 132,
  22: 128,
  23: 256,
  24: 256,
  25: 48,
  26: 56,
  31: 32,
  32: 56,
};

/** The exchange's name in the registry of its major version. */
export function exchangeName(majorVersion: number, exchangeType: number): string {
  return ianaName(majorVersion === 1 ? Ikev1ExchangeType : ExchangeType, exchangeType);
}

/** The payload's name in the registry of the message's major version. */
export function payloadName(majorVersion: number, payloadType: number): string {
  return ianaName(majorVersion === 1 ? Ikev1PayloadType : PayloadType, payloadType);
}

/** The Notify's name in the registry of the message's major version. */
export function notifyName(majorVersion: number, notifyType: number): string {
  return ianaName(majorVersion === 1 ? Ikev1NotifyType : NotifyType, notifyType);
}

/** The registries of transforms by their type, RFC 7296 §3.3.2. */
const TRANSFORM_IDS: Readonly<Record<number, Readonly<Record<string, number>>>> = {
  [TransformType.ENCR]: EncryptionId,
  [TransformType.PRF]: PrfId,
  [TransformType.INTEG]: IntegrityId,
  [TransformType.KE]: KeyExchangeMethod,
};

/** The transform's name in the registry of its type; `SN(1)` for a type whose values are not named here. */
export function transformName(transformType: number, transformId: number): string {
  const registry = TRANSFORM_IDS[transformType];
  return registry === undefined
    ? `${ianaName(TransformType, transformType)}(${transformId})`
    : ianaName(registry, transformId);
}
