/** Where a request came from, when the operator's own proxies stand in front of the service. */
import { isIP } from "node:net";

/**
 * The client's address. Each of the operator's proxies adds the address that it saw at the right end of
 * X-Forwarded-For; what is further to the left may have been written by anybody.
 *
 * @param proxyHops how many proxies of the operator there are; with 0 the header is ignored
 */
export function forwardedAddress(
  header: string | undefined,
  proxyHops: number,
  socketAddress: string,
): string {
  if (proxyHops === 0 || header === undefined) return socketAddress;
  const seen = header.split(",").at(-proxyHops)?.trim() ?? "";
  // Some proxies add the port, which is another one for each connection: with it nobody would be counted.
  const address = /^\[(.*)\](?::\d+)?$/.exec(seen)?.[1] ?? seen.replace(/^([\d.]+):\d+$/, "$1");
  return isIP(address) === 0 ? socketAddress : address;
}
