/**
 * How large a login of this computer is by its own settings, how it will leave, and what makes it large: its
 * certificate, or its list of trusted roots.
 */
import type { Observations } from "../../evidence/observations.ts";
import type { EvidenceRef, Phrase } from "../../schema/diagnosis.ts";
import {
  capturedLogin,
  loginPackets,
  type PredictedLogin,
  predictedLogin,
  rootsForOnePacketLess,
  said,
} from "../facts/predicted-login.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

const REFERENCE = "docs/domain.md §3.7";
/** What a certificate or a list that is not the one reckoned with cannot explain. */
const CLOSE_BYTES = 32;

const MISSING = {
  settings: "finding.predicted-login.no-settings",
  profile: "finding.predicted-login.no-profile",
  certificate: "finding.predicted-login.no-certificate",
  roots: "finding.predicted-login.no-roots",
  sizes: "finding.predicted-login.no-sizes",
} as const;

/** A rule about the login that is expected: unknown where something is missing. */
const aboutLogin =
  (judge: (login: PredictedLogin, o: Observations) => Judgement) =>
  (o: Observations): Judgement => {
    const login = predictedLogin(o);
    return typeof login === "string" ? unknown(MISSING[login]) : judge(login, o);
  };

const found = (words: Phrase, evidence: EvidenceRef[]): Judgement => ({
  status: "found",
  phrase: words,
  evidence,
  claim: null,
});
const clear = (words: Phrase, { evidence }: PredictedLogin): Judgement => ({
  status: "clear",
  phrase: words,
  evidence,
});

/** How large the login will be, term by term, and how a capture agrees with that. */
export const loginSize: Rule = {
  code: "predicted-login",
  severity: "info",
  nature: "inferred",
  reference: REFERENCE,
  judge: aboutLogin((login, o) => {
    const { ike, payloads, mtu } = login;
    const captured = capturedLogin(o);
    const params = {
      ike: said(ike),
      mtu,
      packets: said(login.ipPackets),
      ikeFragments: said(login.ikeFragments),
      which:
        payloads.auth.most === 0
          ? "login.parts.eap"
          : login.choices > 1
            ? "login.parts.choices"
            : "login.parts.certificate",
      choices: login.choices,
      identity: said(payloads.identity),
      certificates: said(payloads.certificates),
      requests: said(payloads.requests),
      roots: login.roots,
      auth: said(payloads.auth),
      rest: said(payloads.rest),
      frame: said(login.frame),
    };
    if (captured === null) return found(phrase("finding.predicted-login.found", params), login.evidence);
    const { ikeBytes } = captured;
    const isClose = ikeBytes >= ike.least - CLOSE_BYTES && ikeBytes <= ike.most + CLOSE_BYTES;
    const compared = { ...params, captured: ikeBytes };
    return found(
      isClose
        ? phrase("finding.predicted-login.agrees", compared)
        : phrase("finding.predicted-login.differs", compared),
      [...login.evidence, ...captured.refs],
    );
  }),
};

/** The computer's certificate, or those above it, make the login leave in more packets than it has to. */
export const loginCertificate: Rule = {
  code: "login-certificate-large",
  severity: "low",
  nature: "inferred",
  reference: REFERENCE,
  judge: aboutLogin((login) => {
    const { ike, ipPackets, mtu, family, payloads, evidence } = login;
    const packets = ipPackets.most;
    if (payloads.certificates.most === 0) return clear(phrase("finding.login-certificate-large.eap"), login);
    /** What a smaller login would change; `null`: it would leave in as many packets. */
    const change = (smaller: number | null) => {
      const fewer = smaller === null ? packets : loginPackets(smaller, mtu, family).length;
      return smaller !== null && fewer < packets ? { bytes: ike.most, packets, smaller, fewer } : null;
    };
    const byKey = change(login.mostWithEcdsa);
    if (byKey !== null) return found(phrase("finding.login-certificate-large.found", byKey), evidence);
    const byChain = change(login.mostWithOwnCertificate);
    if (byChain !== null) return found(phrase("finding.login-certificate-large.chain", byChain), evidence);
    return clear(phrase("finding.login-certificate-large.clear", { packets }), login);
  }),
};

/** The list of trusted roots makes the login leave in one packet more. */
export const loginRoots: Rule = {
  code: "login-roots-many",
  severity: "low",
  nature: "inferred",
  reference: REFERENCE,
  judge: aboutLogin((login) => {
    const { roots, payloads, ipPackets } = login;
    const params = { roots, bytes: payloads.requests.most, packets: ipPackets.most };
    const kept = rootsForOnePacketLess(login);
    return kept === null
      ? clear(phrase("finding.login-roots-many.clear", params), login)
      : found(
          phrase("finding.login-roots-many.found", { ...params, kept, fewer: ipPackets.most - 1 }),
          login.evidence,
        );
  }),
};
