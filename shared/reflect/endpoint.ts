/** Where a reflector listens, as operators write it. */
import { familyOf } from "../packet/address.ts";

/**
 * Reads `HOST:PORT` as an operator writes it, with an IPv6 address in brackets.
 *
 * @param leastPort 0 where the system may choose a free port
 * @returns `null` for anything else
 */
export function readEndpoint(text: string, leastPort = 1): { host: string; port: number } | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9][A-Za-z0-9._-]{0,252})):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port < leastPort || port > 65_535) return null;
  if (match?.[1] !== undefined && familyOf(host) === 4) return null;
  return { host, port };
}
