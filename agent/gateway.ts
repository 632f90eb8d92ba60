/** The hosts that a run may reach: resolved once, and no others. */
import { lookup } from "node:dns/promises";
import { isIP } from "node:net";

/** One address of a host. */
export interface GatewayAddress {
  address: string;
  family: 4 | 6;
}

/** Where a step's target leads; `foreign`: to a host that this run is not about. */
export type Target = GatewayAddress | "foreign" | "unresolved";

const RESOLVE_TIMEOUT_MS = 10_000;

/** A host of the run, resolved once, so that all steps reach the same addresses. */
export class Gateway {
  readonly name: string;
  #addresses: Promise<GatewayAddress[]> | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** In the order of the system's resolver; empty when the name has no address. */
  addresses(): Promise<GatewayAddress[]> {
    this.#addresses ??= resolve(this.name);
    return this.#addresses;
  }

  /** The address for a step's target. @param family `null`: the resolver's first choice */
  async find(target: string, family: 4 | 6 | null): Promise<Target> {
    const addresses = await this.addresses();
    const isName = target.toLowerCase() === this.name.toLowerCase();
    const own = isName ? addresses : addresses.filter((known) => known.address === canonicalAddress(target));
    if (!isName && own.length === 0) return "foreign";
    return own.find((known) => family === null || known.family === family) ?? "unresolved";
  }
}

/** One spelling for each IPv6 address, RFC 5952. */
function canonicalAddress(text: string): string {
  return isIP(text) === 6 ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text;
}

async function resolve(name: string): Promise<GatewayAddress[]> {
  const literal = isIP(name);
  if (literal === 4 || literal === 6) return [{ address: canonicalAddress(name), family: literal }];
  let timeout: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never[]>((settle) => {
    timeout = setTimeout(settle, RESOLVE_TIMEOUT_MS, []);
  });
  try {
    const found = await Promise.race([lookup(name, { all: true, verbatim: true }), tooLate]);
    const unique = new Map(found.map(({ address }) => [canonicalAddress(address), isIP(address)]));
    return [...unique].flatMap(([address, family]) =>
      family === 4 || family === 6 ? [{ address, family }] : [],
    );
  } catch {
    return []; // there is no such name or no resolver: the measurement says "unresolved"
  } finally {
    clearTimeout(timeout);
  }
}
