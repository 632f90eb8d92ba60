/**
 * The IANA registries of IKE: numbers by name, and names of numbers. Values that are in no registry are read
 * too.
 */
import {
  EncryptionId,
  ExchangeType,
  Ikev1ExchangeType,
  Ikev1NotifyType,
  Ikev1PayloadType,
  IntegrityId,
  KeyExchangeMethod,
  NotifyType,
  PayloadType,
  PrfId,
  TransformType,
} from "./numbers.ts";

export * from "./numbers.ts";

/** UDP port of IKE, RFC 7296 §2. */
export const IKE_PORT = 500;
/** UDP port of IKE behind the non-ESP marker, and of ESP: RFC 3948 §2. */
export const NAT_TRAVERSAL_PORT = 4500;

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

/** Whether a Notify refuses something, RFC 7296 §3.10.1. */
export function isErrorNotify(notifyType: number): boolean {
  return notifyType < 16384;
}

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
