/** Expectations that several scenarios share. */
import { dropsFragments, type Scenario, type Which } from "../scenario.ts";

export const HEALTHY = {
  verdicts: ["healthy"],
  direction: null,
  interfaceMtu: null,
} satisfies Scenario["expect"];
export const CONNECTS = { connects: true, capture: ["healthy"] } satisfies Partial<Scenario["expect"]>;
export const tooLarge = (interfaceMtu: number) =>
  ({
    verdicts: ["outbound-fragments-too-large"],
    direction: "outbound",
    interfaceMtu,
    connects: false,
    capture: ["ike-auth-unanswered"],
  }) satisfies Scenario["expect"];
export const DROPPED = {
  verdicts: ["outbound-fragments-dropped"],
  direction: "outbound",
  interfaceMtu: null,
  connects: false,
  capture: ["ike-auth-unanswered"],
} satisfies Scenario["expect"];
export const INBOUND = {
  // With low confidence: a firewall that drops fragmented ICMP alone looks the same to an agent without a
  // reflector.
  verdicts: ["inbound-fragments-lost"],
  direction: "inbound",
  interfaceMtu: null,
  connects: false,
} satisfies Scenario["expect"];
export const blackHole = (interfaceMtu: number) =>
  ({
    verdicts: ["path-mtu-black-hole"],
    direction: "outbound",
    interfaceMtu,
  }) satisfies Scenario["expect"];
export const NO_MTU = { direction: null, interfaceMtu: null } satisfies Partial<Scenario["expect"]>;

export const BOTH = { ikeFragmentation: { client: true, gateway: true } };
/** Five fragments each way and three tries do not always suffice where packets are lost now and then. */
export const PATIENT = { patient: true } as const;
export const EAP = { authentication: "eap" } as const;
export const PSK = { authentication: "psk" } as const;
export const LIMIT_1472 = dropsFragments("client", { above: 1472 });
export const LIMIT_1472_IPV6 = dropsFragments("client", { family: 6, above: 1472 });

/** As a story says it. */
export const OTHERWISE: Record<Exclude<Which, "any">, string> = {
  first: "first",
  "non-first": "second and further",
  last: "last",
};
