/**
 * `HOST:PORT` as an operator writes it, an IPv6 address in brackets; `null` for anything else.
 *
 * @param leastPort 0 where a free one may be asked for
 */
export function readEndpoint(text: string, leastPort = 1): { host: string; port: number } | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9][A-Za-z0-9._-]{0,252})):(\d{1,5})$/.exec(text.trim());
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host === undefined || port < leastPort || port > 65_535) return null;
  if (match?.[1] !== undefined && !host.includes(":")) return null;
  return { host, port };
}
