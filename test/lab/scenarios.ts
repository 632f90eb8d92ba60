import type { Direction, Verdict } from "../../shared/schema/diagnosis.ts";
import { CLIENT_SIDE, GATEWAY_SIDE } from "./network.ts";

/** One path and one gateway, and what ikefrag has to say about them. */
export interface Scenario {
  name: string;
  /** What is in the way, in one sentence. */
  story: string;
  /** nftables rules of the router, each with a `counter`: that it took packets shows that the scenario happened. */
  rules: string[];
  gateway: "answers" | "down";
  /** Which of the case's command lines the user runs. */
  line: "node" | "deno";
  expect: {
    /** More than one where this agent cannot tell them apart. */
    verdicts: Verdict[];
    direction: Direction | null;
  };
}

const fragmentsFromClient = `iifname ${CLIENT_SIDE} ip frag-off & 0x3fff != 0`;
const fragmentsFromGateway = `iifname ${GATEWAY_SIDE} ip frag-off & 0x3fff != 0`;

/** Only a smaller MTU tells a limit from a ban, and this agent has none to try: every first fragment has 1500 bytes. */
const OUTBOUND_FRAGMENTS: Verdict[] = ["outbound-fragments-too-large", "outbound-fragments-dropped"];

/** The laboratory's table; the first two are what a release must never get wrong. */
export const SCENARIOS: Scenario[] = [
  {
    name: "clear",
    story: "nothing is in the way",
    rules: [],
    gateway: "answers",
    line: "node",
    expect: { verdicts: ["healthy"], direction: null },
  },
  {
    name: "outbound-fragments-1472",
    story: "the client's IP fragments above 1472 bytes are dropped, whole packets of 1500 pass",
    rules: [`${fragmentsFromClient} ip length > 1472 counter drop`],
    gateway: "answers",
    line: "node",
    expect: { verdicts: OUTBOUND_FRAGMENTS, direction: "outbound" },
  },
  {
    name: "outbound-fragments-1472-deno",
    story: "the same, and the user has Deno",
    rules: [`${fragmentsFromClient} ip length > 1472 counter drop`],
    gateway: "answers",
    line: "deno",
    expect: { verdicts: OUTBOUND_FRAGMENTS, direction: "outbound" },
  },
  {
    name: "outbound-fragments-all",
    story: "the client's IP fragments are dropped at every size",
    rules: [`${fragmentsFromClient} counter drop`],
    gateway: "answers",
    line: "node",
    expect: { verdicts: OUTBOUND_FRAGMENTS, direction: "outbound" },
  },
  {
    name: "udp-500-blocked",
    story: "UDP 500 is dropped on the way to the gateway",
    rules: ["udp dport 500 counter drop"],
    gateway: "answers",
    line: "node",
    expect: { verdicts: ["udp-500-blocked"], direction: null },
  },
  {
    name: "udp-4500-blocked",
    story: "UDP 4500 is dropped on the way to the gateway",
    rules: ["udp dport 4500 counter drop"],
    gateway: "answers",
    line: "node",
    expect: { verdicts: ["udp-4500-blocked"], direction: null },
  },
  {
    name: "gateway-silent",
    story: "UDP 500 and 4500 are dropped on the way to the gateway",
    rules: ["udp dport { 500, 4500 } counter drop"],
    gateway: "answers",
    line: "node",
    expect: { verdicts: ["gateway-unreachable"], direction: null },
  },
  {
    name: "gateway-down",
    story: "the gateway's host is up, and no IKE daemon listens",
    rules: [],
    gateway: "down",
    line: "node",
    expect: { verdicts: ["gateway-unreachable"], direction: null },
  },
  {
    name: "inbound-fragments",
    story: "the gateway's IP fragments are dropped on the way to the client",
    rules: [`${fragmentsFromGateway} counter drop`],
    gateway: "answers",
    line: "node",
    expect: { verdicts: ["inbound-fragments-lost"], direction: "inbound" },
  },
];
