/** What only the machine itself reaches. */

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\]|::ffff:127(?:\.\d{1,3}){3})$/i;

/** Whether a host name or an address, an IPv6 one with or without brackets, is this machine's own. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Whether what goes to an origin is not encrypted on its way over a network. */
export const isPlainHttp = (origin: string): boolean => {
  const { protocol, hostname } = new URL(origin);
  return protocol === "http:" && !isLoopback(hostname);
};
