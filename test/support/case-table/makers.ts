/**
 * What the built cases are made with: captures frame by frame, runs on a simulated path, and moments of a
 * login.
 */

import type {
  ClientSettings,
  LoginCertificate,
  PhonebookEntry,
} from "../../../shared/schema/client-settings.ts";
import type { Verdict } from "../../../shared/schema/diagnosis.ts";
import type { Evidence } from "../../../shared/schema/evidence.ts";
import { phonebookEntry } from "../client-settings.ts";
import { Dialogue } from "../dialogue.ts";
import { type LossyPath, OPEN_PATH, OPEN_WAY, playLossyPlan } from "../lossy-path.ts";
import { type Played, playWithReflector } from "../played-reflector.ts";
import { CLEAR_PATH, playPlan, type SimulatedPath } from "../simulated-path.ts";

/** A case of a folder: what is evidence in it, and how it was made. */
export interface CaseToMake {
  name: string;
  /** How it was made, for the README. */
  story: string;
  /** Another verdict than the folder's: it looks like it, and is not. */
  nearMiss?: Verdict;
  files: Record<string, Uint8Array | string>;
}

/** The gateway of all runs. */
export const GATEWAY = "vpn.example.com";
/** A capture as the file of a case. */
export const capture = (name: string, d: Dialogue): Record<string, Uint8Array> => ({
  [`${name}.pcapng`]: d.bytes(),
});
/** A run on a simulated path as the file of a case. */
export const run = (
  name: string,
  path: Partial<SimulatedPath>,
  change?: (e: Evidence) => void,
): Record<string, string> => {
  const { evidence } = playPlan(GATEWAY, { ...CLEAR_PATH, ...path });
  change?.(evidence);
  return { [`${name}.json`]: JSON.stringify(evidence) };
};
/** A run with a reflector as the file of a case. */
export const reflectedRun = (name: string, played: Played): Record<string, string> => ({
  [`${name}.json`]: JSON.stringify(playWithReflector(played).evidence),
});
/**
 * A run in which logins are begun, as the file of a case: with a gateway that answers no ping, takes user
 * names by EAP and offers IKE fragmentation, unless told otherwise.
 */
export const rehearsedRun = (
  name: string,
  { login, ...path }: Partial<LossyPath>,
  change?: (e: Evidence) => void,
): Record<string, string> => {
  const gateway = { takes: "eap" as const, answerIkeBytes: 3_472, ikeFragmentation: true, ...login };
  const played = { ...OPEN_PATH, answersPing: false, login: gateway, ...path };
  const { evidence } = playLossyPlan(GATEWAY, played, 7_296);
  change?.(evidence);
  return { [`${name}.json`]: JSON.stringify(evidence) };
};
/** A way on which all IP fragments are dropped. */
export const NO_FRAGMENTS = { ...OPEN_WAY, fragmentLimit: 0 };
/**
 * Changes a run: Windows remembers a failed connection with this error code, ten minutes before the run
 * unless told otherwise.
 */
export const dialled =
  (code: number, { at = "2025-12-31T23:50:00Z", connection = "会社", others = [] as object[] } = {}) =>
  (evidence: Evidence) => {
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
          ...others,
        ],
        rasFailures: [{ at, connection, code }],
      } as never;
    }
  };

/**
 * Changes a run: the agent read the settings of a computer with one IKEv2 connection to the gateway.
 *
 * @param methods as Windows names how it logs in: `Eap`, `MachineCertificate`
 */
export const withSettings =
  (settings: Partial<ClientSettings>, methods: readonly string[]) =>
  (evidence: Evidence): void => {
    for (const measurement of evidence.measurements) {
      if (measurement.step.kind !== "vpn-profiles") continue;
      const profile = { name: "会社", serverAddress: GATEWAY, tunnelType: "Ikev2", connected: false };
      const nothing = { phonebook: null, vpnInterfaces: null, loginCertificates: null, trustedRoots: null };
      const entry = phonebookEntry({ name: "会社", serverAddress: GATEWAY, metricV4: 0, metricV6: 0 });
      measurement.outcome = {
        status: "measured",
        profiles: [{ ...profile, authenticationMethods: methods }],
        rasFailures: [],
        settings: { ...nothing, phonebook: [entry], ...settings },
      } as never;
    }
  };

/** A machine's certificate of the sizes that these keys and issuers make, and those above it. */
export const machineCertificate = (
  key: "rsa" | "ecdsa",
  keyBits: number,
  derBytes: number[],
): LoginCertificate => ({ store: "machine", key, keyBits, subjectBytes: 70, derBytes, isChainKnown: true });

/**
 * Changes a run: the phone book of the client's Windows has one connection to the gateway, with the switch of
 * IKE fragmentation as it is given, and others.
 */
export const withProfile = (given: Partial<PhonebookEntry>, others: Partial<PhonebookEntry>[] = []) =>
  withSettings(
    {
      phonebook: [given, ...others].map((each) =>
        phonebookEntry({ name: "会社", serverAddress: GATEWAY, ...each }),
      ),
    },
    ["Eap"],
  );

/** A login that begins well: IKE_SA_INIT and its answer. */
export const opened = (d = new Dialogue()) => d.saInit(0, 624).saInit(90, 420, { from: "gateway" });
/** Something is sent three times, and the capture goes on for a while. */
export const threeTimes = (d: Dialogue, send: (atMs: number) => void) => {
  for (const at of [1_000, 2_000, 3_000]) send(at);
  return d.other(40_000);
};
/** A large IKE_AUTH, three times, with no answer. */
export const silentAuth = (d: Dialogue, said = {}) => threeTimes(d, (at) => d.encrypted(at, 2_528, said));
/** A login whose large IKE_AUTH is answered. */
export const answered = (d = opened()) => d.encrypted(200, 2_528).encrypted(330, 1_552, { from: "gateway" });
/** ESP packets of these sizes, both ways; with 0 none comes back. */
export const tunnel = (d: Dialogue, outbound: number, inbound: number) => {
  for (let i = 0; i < 8; i++) {
    d.esp(1_000 + i * 500, outbound, i + 1);
    if (inbound > 0) d.esp(1_200 + i * 500, inbound, i + 1, { from: "gateway" });
  }
  return d;
};

/** Evidence that is pasted text of ping alone. */
export function evidenceWithPings(text: string): string {
  return JSON.stringify({
    schema: "ikefrag/evidence/1",
    gateway: "192.0.2.1",
    texts: [{ name: "ping.txt", text }],
  });
}
