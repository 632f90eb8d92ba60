import * as rules from "../../../../shared/diagnose/rules/icmp.ts";
import type { Observations } from "../../../../shared/evidence/observations.ts";
import { exchange, initiation, probe, sent } from "../../../support/observations.ts";
import {
  AUTH,
  captured,
  connected,
  opened,
  SA_INIT,
  testConfidence,
  testRules,
} from "../../../support/rule-evidence.ts";

const GATEWAY = "192.0.2.1";
const ROUTER = "203.0.113.9";
const KINDS: Record<number, "port-unreachable" | "unreachable"> = { 3: "port-unreachable" };
/** Destination Unreachable about the client's IKE, so many times. */
const refused = (code: number, port: number, source: string, times = 4): Observations["icmpErrors"] =>
  Array.from({ length: times }, (_, at) => ({
    capture: "a.pcapng",
    frame: 20 + at,
    timeMs: 1_100 + at * 1_000,
    source,
    destination: "198.51.100.4",
    kind: KINDS[code] ?? "unreachable",
    type: 3,
    code,
    nextHopMtu: null,
    quoted: {
      source: "198.51.100.4",
      destination: GATEWAY,
      protocol: 17,
      sourcePort: port,
      destinationPort: port,
      ipBytes: 432,
    },
  }));
const onlyInit = exchange({ exchangeType: SA_INIT, requests: [sent(0, 624), sent(1_000, 624)] });
const onlyAuth = exchange({ exchangeType: AUTH, requests: [0, 1, 2, 3].map((at) => sent(at * 1_000, 400)) });
const login = [initiation([opened, onlyAuth])];
const begun = [initiation([onlyInit], { answeringPorts: [] })];

testRules(rules, [
  {
    name: "a router prohibits UDP 4500",
    rule: "icmp-refused",
    given: { initiations: login, icmpErrors: refused(13, 4500, ROUTER) },
    want: "found",
    says: "prohibited-by-router",
  },
  {
    name: "the gateway itself prohibits UDP 4500",
    rule: "icmp-refused",
    given: { initiations: login, icmpErrors: refused(10, 4500, GATEWAY) },
    want: "found",
    says: "prohibited-by-gateway",
  },
  {
    name: "nothing listens on the gateway's port",
    rule: "icmp-refused",
    given: { initiations: begun, icmpErrors: refused(3, 500, GATEWAY) },
    want: "found",
    says: "port-by-gateway",
  },
  {
    name: "a firewall on the way says so in its place",
    rule: "icmp-refused",
    given: { initiations: begun, icmpErrors: refused(3, 500, ROUTER) },
    want: "found",
    says: "port-by-router",
  },
  {
    name: "a router cannot reach the gateway",
    rule: "icmp-refused",
    given: { initiations: begun, icmpErrors: refused(1, 500, ROUTER) },
    want: "found",
    says: "unreachable-by-router",
  },
  {
    name: "the gateway calls itself unreachable",
    rule: "icmp-refused",
    given: { initiations: login, icmpErrors: refused(1, 4500, GATEWAY) },
    want: "found",
    says: "unreachable-by-gateway",
  },
  {
    name: "the port answered all the same",
    rule: "icmp-refused",
    given: {
      initiations: [initiation(connected, { answeringPorts: [500, 4500] })],
      icmpErrors: refused(13, 4500, ROUTER),
      captures: captured({}),
    },
    want: "clear",
  },
  {
    name: "a probe was answered on that port",
    rule: "icmp-refused",
    given: {
      probes: [probe({ purpose: "baseline", port: 4500 })],
      icmpErrors: refused(13, 4500, ROUTER),
      captures: captured({}),
    },
    want: "clear",
  },
  {
    name: "another gateway refused, before the client came to this one",
    rule: "icmp-refused",
    given: {
      initiations: [initiation([opened], { gateway: "192.0.2.2" })],
      icmpErrors: refused(3, 500, GATEWAY),
      captures: captured({}),
    },
    want: "clear",
  },
  {
    name: "the error is about another port",
    rule: "icmp-refused",
    given: { initiations: begun, icmpErrors: refused(3, 53, ROUTER), captures: captured({}) },
    want: "clear",
  },
  { name: "no capture", rule: "icmp-refused", given: {}, want: "unknown" },
]);

testConfidence([
  {
    name: "UDP 4500 prohibited four times",
    given: { initiations: login, icmpErrors: refused(13, 4500, ROUTER) },
    want: { verdict: "udp-4500-blocked", confidence: "high", direction: "outbound" },
  },
  {
    name: "UDP 4500 prohibited once",
    given: { initiations: login, icmpErrors: refused(13, 4500, ROUTER, 1) },
    want: { verdict: "udp-4500-blocked", confidence: "medium", direction: "outbound" },
  },
  {
    name: "a host that is unreachable on one port alone is a matter of that port",
    given: { initiations: login, icmpErrors: refused(1, 4500, ROUTER) },
    want: { verdict: "udp-4500-blocked", confidence: "high", direction: "outbound" },
  },
  {
    name: "nothing listens on UDP 500, and no other port answers",
    given: { initiations: begun, icmpErrors: refused(3, 500, GATEWAY) },
    want: { verdict: "gateway-unreachable", confidence: "high", direction: null },
  },
  {
    name: "a firewall on the way refuses UDP 500",
    given: { initiations: begun, icmpErrors: refused(3, 500, ROUTER) },
    want: { verdict: "udp-500-blocked", confidence: "high", direction: "outbound" },
  },
  {
    name: "the host is unreachable",
    given: { initiations: begun, icmpErrors: refused(1, 500, ROUTER) },
    want: { verdict: "gateway-unreachable", confidence: "high", direction: "outbound" },
  },
  {
    name: "both ports are refused",
    given: { initiations: begun, icmpErrors: [...refused(3, 500, GATEWAY), ...refused(3, 4500, GATEWAY)] },
    want: { verdict: "gateway-unreachable", confidence: "high", direction: null },
  },
]);
