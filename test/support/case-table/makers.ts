/**
 * What the built cases are made with: captures frame by frame, runs on a simulated path, and moments of a login.
 */

import type { Verdict } from "../../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../../shared/schema/evidence.ts";
import { Dialogue } from "../dialogue.ts";
import { type Played, playWithReflector } from "../played-reflector.ts";
import { CLEAR_PATH, playPlan, type SimulatedPath } from "../simulated-path.ts";

export interface CaseToMake {
  name: string;
  /** How it was made, for the README. */
  story: string;
  /** Another verdict than the folder's: it looks like it, and is not. */
  nearMiss?: Verdict;
  files: Record<string, Uint8Array | string>;
}

export const GATEWAY = "vpn.example.com";
export const capture = (name: string, d: Dialogue): Record<string, Uint8Array> => ({
  [`${name}.pcapng`]: d.bytes(),
});
export const run = (
  name: string,
  path: Partial<SimulatedPath>,
  change?: (e: Evidence) => void,
): Record<string, string> => {
  const { evidence } = playPlan(GATEWAY, { ...CLEAR_PATH, ...path });
  change?.(evidence);
  return { [`${name}.json`]: JSON.stringify(evidence) };
};
export const reflectedRun = (name: string, played: Played): Record<string, string> => ({
  [`${name}.json`]: JSON.stringify(playWithReflector(played).evidence),
});
export const dialled = (code: number) => (evidence: Evidence) => {
  for (const measurement of evidence.measurements) {
    if (measurement.step.kind !== "vpn-profiles") continue;
    measurement.outcome = {
      status: "measured",
      profiles: [
        {
          name: "会社",
          serverAddress: GATEWAY,
          tunnelType: code === 789 ? "L2tp" : "Ikev2",
          authenticationMethods: ["MachineCertificate"],
          connected: false,
        },
      ],
      rasFailures: [{ at: "2025-12-31T23:50:00Z", connection: "会社", code }],
    } as never;
  }
};

export const opened = (d = new Dialogue()) => d.saInit(0, 624).saInit(90, 420, { from: "gateway" });
export const threeTimes = (d: Dialogue, send: (atMs: number) => void) => {
  for (const at of [1_000, 2_000, 3_000]) send(at);
  return d.other(40_000);
};
export const silentAuth = (d: Dialogue, said = {}) => threeTimes(d, (at) => d.encrypted(at, 2_528, said));
export const answered = (d = opened()) => d.encrypted(200, 2_528).encrypted(330, 1_552, { from: "gateway" });
export const tunnel = (d: Dialogue, outbound: number, inbound: number) => {
  for (let i = 0; i < 8; i++) {
    d.esp(1_000 + i * 500, outbound, i + 1);
    if (inbound > 0) d.esp(1_200 + i * 500, inbound, i + 1, { from: "gateway" });
  }
  return d;
};

export function evidenceWithPings(text: string): string {
  return JSON.stringify({
    schema: "ikefrag/evidence/1",
    gateway: "192.0.2.1",
    texts: [{ name: "ping.txt", text }],
  });
}
