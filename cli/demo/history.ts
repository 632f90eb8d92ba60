/** Twelve weeks at a helpdesk: which gateway had which trouble, and how often. */
import type { Recorded } from "./evidence.ts";

/** A gateway of the demonstration, with the address that runs resolved it to. */
export interface DemoGateway {
  name: string;
  address: string;
}

/** All of them. */
export const GATEWAYS = {
  main: { name: "vpn.example.com", address: "203.0.113.25" },
  branch: { name: "vpn-branch.example.net", address: "203.0.113.80" },
  partner: { name: "remote.example.org", address: "192.0.2.44" },
} as const satisfies Record<string, DemoGateway>;

/** So many reports of one kind, spread evenly from `fromWeek` weeks ago to `toWeek` weeks ago. */
interface Stretch {
  gateway: keyof typeof GATEWAYS;
  evidence: Recorded;
  adapter: "tether" | "wifi" | "cable" | "modem";
  count: number;
  fromWeek: number;
  toWeek: number;
}

/** The reports of twelve weeks but the last days, row by row of a kind. */
export const HISTORY: readonly Stretch[] = [
  { gateway: "main", evidence: "inboundLost", adapter: "wifi", count: 9, fromWeek: 11, toWeek: 1 },
  { gateway: "main", evidence: "inboundLost", adapter: "cable", count: 5, fromWeek: 9, toWeek: 1 },
  { gateway: "main", evidence: "healthy", adapter: "wifi", count: 3, fromWeek: 10, toWeek: 2 },
  { gateway: "branch", evidence: "outboundLimit", adapter: "tether", count: 6, fromWeek: 6, toWeek: 1 },
  { gateway: "branch", evidence: "outboundRehearsed", adapter: "tether", count: 3, fromWeek: 4, toWeek: 1 },
  { gateway: "branch", evidence: "outboundDropped", adapter: "modem", count: 4, fromWeek: 5, toWeek: 1 },
  { gateway: "branch", evidence: "blackHole", adapter: "cable", count: 4, fromWeek: 11, toWeek: 6 },
  { gateway: "branch", evidence: "healthy", adapter: "wifi", count: 3, fromWeek: 8, toWeek: 1 },
  { gateway: "partner", evidence: "natTraversalBlocked", adapter: "wifi", count: 5, fromWeek: 10, toWeek: 1 },
  {
    gateway: "partner",
    evidence: "ikeFragmentsTooLarge",
    adapter: "cable",
    count: 3,
    fromWeek: 7,
    toWeek: 2,
  },
  { gateway: "partner", evidence: "refused", adapter: "wifi", count: 2, fromWeek: 4, toWeek: 2 },
  { gateway: "partner", evidence: "unreachable", adapter: "modem", count: 2, fromWeek: 9, toWeek: 3 },
];
