/** Where webhooks may lead. */
import { isPublicAddress } from "../../shared/packet/address.ts";

/** A host of a URL that is an address: IPv4, which a URL writes with dots whatever was given, or IPv6. */
const LITERAL = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))$/;
/** Names that lead to this host or network by themselves: RFC 6761 §6.3, RFC 6762 §3, RFC 8375. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|home\.arpa|internal)\.?$/i;

/** @returns the address that a URL names without a name; `null` where it has a name */
export function literalOf({ hostname }: URL): string | null {
  const [, ipv6, ipv4] = LITERAL.exec(hostname) ?? [];
  return ipv6 ?? ipv4 ?? null;
}

/**
 * Why nothing is sent to a URL; `null`: it may be. What a name leads to is seen when it is resolved.
 *
 * @param isPrivateAllowed whether the operator allows private addresses, and http without TLS
 */
export function whyNotSend(url: URL, isPrivateAllowed: boolean): string | null {
  if (url.username !== "" || url.password !== "") return "must not have a name and password in it";
  if (isPrivateAllowed) return null;
  if (url.protocol !== "https:") return "must be https";
  const literal = literalOf(url);
  if (literal === null ? LOCAL_NAME.test(url.hostname) : !isPublicAddress(literal)) return NOT_PUBLIC;
  return null;
}

/** Said of an address, and of a name that leads to one. */
export const NOT_PUBLIC = "must not lead to a private, local or reserved address";
