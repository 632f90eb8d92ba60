/**
 * What is said of each verdict, once: by the report in all of its covers, the exit code, `compare` and the
 * agents.
 */
import type { Verdict } from "./diagnosis.ts";

/** How alarming a verdict is. It colours its mark; the words beside the mark say the same. */
export type Tone = "good" | "bad" | "note" | "open";

/** What holds for every diagnosis of one verdict. */
export interface VerdictFacts {
  /** `note`: worth knowing, seldom the reason of a failure; `open`: nothing is proven. */
  readonly tone: Tone;
  /**
   * A problem was found, or health was not proven: the program exits with 1, and `compare` looks for a cure.
   */
  readonly isProblem: boolean;
  /**
   * What IKE fragmentation (RFC 7383) does about it. `cures`: it needs no IP fragments, which are what gets
   * lost; `helps`: it, or the size of its fragments, is worth setting at the gateway.
   */
  readonly ikeFragmentation: "cures" | "helps" | "does-not-help";
  /**
   * Keys of the phrases that say what to do, in this order. Some depend on an MTU, or on what the gateway
   * offers.
   */
  readonly actions: readonly string[];
}

/** The table of verdicts. A verdict that is missing here does not compile. */
export const VERDICTS = {
  "outbound-fragments-too-large": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "cures",
    actions: ["action.apply-mtu", "action.ask-server-fragmentation", "action.run-again"],
  },
  "outbound-fragments-dropped": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "cures",
    actions: ["action.ask-server-fragmentation", "action.other-network"],
  },
  "inbound-fragments-lost": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "cures",
    actions: ["action.ask-server-fragmentation", "action.other-network"],
  },
  "ike-auth-unanswered": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "helps",
    actions: ["action.run-probe", "action.apply-mtu", "action.ask-server-fragmentation"],
  },
  "path-mtu-black-hole": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.apply-mtu", "action.run-again"],
  },
  "path-mtu-reduced": {
    tone: "note",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.no-mtu-change"],
  },
  "ike-fragments-too-large": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "helps",
    actions: ["action.server-fragment-size"],
  },
  "ike-fragments-lost": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.other-network", "action.run-again"],
  },
  "udp-500-blocked": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.open-port-500", "action.other-network"],
  },
  "udp-4500-blocked": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.open-port-4500", "action.other-network"],
  },
  "gateway-unreachable": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.check-gateway", "action.other-network"],
  },
  "gateway-rejects": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.check-credentials"],
  },
  "slow-gateway": {
    tone: "note",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.check-gateway-load"],
  },
  "not-ikev2": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.choose-ikev2"],
  },
  "esp-mtu": {
    tone: "bad",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.tunnel-mtu"],
  },
  healthy: {
    tone: "good",
    isProblem: false,
    ikeFragmentation: "does-not-help",
    actions: ["action.nothing"],
  },
  "insufficient-evidence": {
    tone: "open",
    isProblem: true,
    ikeFragmentation: "does-not-help",
    actions: ["action.run-probe"],
  },
} as const satisfies Record<Verdict, VerdictFacts>;
