/**
 * What the gateway's answer to a begun login tells beside how it travelled: why a client may refuse the
 * gateway, which looks like an MTU fault to nobody but the user, and why the answer is large.
 */
import type { Observations } from "../../evidence/observations.ts";
import type { EvidenceRef, Phrase } from "../../schema/diagnosis.ts";
import type { GatewayCertificate } from "../../schema/rehearsal.ts";
import {
  answerSizes,
  brokenSignatures,
  chainEnd,
  type GatewayChain,
  gatewayChain,
  isAddress,
  isRefusedForCertificate,
  nameInCertificate,
  outOfDate,
  purposeOf,
} from "../facts/gateway-certificates.ts";
import { newestFailure } from "../facts/ras-failure.ts";
import { type Judgement, phrase, type Rule, unknown } from "../rule.ts";

const NOT_READ = "finding.gateway-certificate.unknown";
const REFERENCE = "docs/domain.md §4.6";

const found = (said: Phrase, evidence: EvidenceRef[]): Judgement => ({
  status: "found",
  phrase: said,
  evidence,
  claim: null,
});
const clear = (said: Phrase, evidence: EvidenceRef[]): Judgement => ({
  status: "clear",
  phrase: said,
  evidence,
});
/** A rule about certificates: unknown where none was read. */
const aboutChain =
  (judge: (chain: GatewayChain, o: Observations) => Judgement) =>
  (o: Observations): Judgement => {
    const chain = gatewayChain(o);
    return chain === null ? unknown(NOT_READ) : judge(chain, o);
  };

/** A name of a stranger's, short enough for a sentence. */
const short = (text: string): string => (text.length <= 120 ? text : `${text.slice(0, 119).toWellFormed()}…`);
const nameOf = ({ commonName, subject }: GatewayCertificate): string => short(commonName ?? subject);

/** A certificate is over, or not yet valid. */
export const certificateOutOfDate: Rule = {
  code: "gateway-certificate-expired",
  severity: "high",
  nature: "observed",
  reference: REFERENCE,
  judge: aboutChain((chain) => {
    const wrong = outOfDate(chain);
    if (wrong === null)
      return clear(
        phrase("finding.gateway-certificate-expired.clear", { until: chain.own.notAfter.slice(0, 10) }),
        chain.evidence,
      );
    const params = { name: nameOf(wrong.certificate), at: wrong.at.slice(0, 10) };
    const isOwn = wrong.certificate === chain.own;
    return found(
      wrong.is === "not-yet-valid"
        ? phrase("finding.gateway-certificate-expired.not-yet", params)
        : isOwn
          ? phrase("finding.gateway-certificate-expired.own", params)
          : phrase("finding.gateway-certificate-expired.issuer", params),
      chain.evidence,
    );
  }),
};

/** The name that is dialled is not in the gateway's certificate. */
export const certificateName: Rule = {
  code: "gateway-certificate-name",
  severity: "high",
  nature: "observed",
  reference: REFERENCE,
  judge: aboutChain((chain, o) => {
    const name = nameInCertificate(o, chain);
    if (name === null) return unknown("finding.gateway-certificate-name.no-name");
    const { own } = chain;
    const { dialled } = name;
    switch (name.is) {
      case "named":
        return clear(phrase("finding.gateway-certificate-name.clear", { dialled }), chain.evidence);
      case "in-subject":
        return clear(phrase("finding.gateway-certificate-name.in-subject", { dialled }), chain.evidence);
      case "unknown":
        return unknown("finding.gateway-certificate-name.more", { dialled });
      case "as-address":
        return found(phrase("finding.gateway-certificate-name.as-address", { dialled }), chain.evidence);
      case "missing": {
        const names = [...own.names, ...own.addresses].slice(0, 4).map(short).join(", ");
        const params = { dialled, names: names === "" ? nameOf(own) : names };
        // The case may name the gateway by an address that no VPN connection dials.
        if (!name.fromProfile && isAddress(dialled))
          return found(phrase("finding.gateway-certificate-name.address", params), chain.evidence);
        return found(phrase("finding.gateway-certificate-name.found", params), chain.evidence);
      }
    }
  }),
};

/** The gateway's certificate is not made for what Windows asks of it. */
export const certificatePurpose: Rule = {
  code: "gateway-certificate-purpose",
  severity: "high",
  nature: "observed",
  reference: REFERENCE,
  judge: aboutChain((chain) => {
    switch (purposeOf(chain)) {
      case "server":
        return clear(phrase("finding.gateway-certificate-purpose.clear"), chain.evidence);
      case "any":
        return unknown("finding.gateway-certificate-purpose.any");
      case "others":
        return found(phrase("finding.gateway-certificate-purpose.found"), chain.evidence);
      case "none":
        return found(phrase("finding.gateway-certificate-purpose.none"), chain.evidence);
    }
  }),
};

/** A signature is made with a hash that can be forged. */
export const certificateSignature: Rule = {
  code: "gateway-certificate-signature",
  severity: "medium",
  nature: "observed",
  reference: REFERENCE,
  judge: aboutChain((chain) => {
    const [broken] = brokenSignatures(chain);
    if (broken === undefined)
      return clear(phrase("finding.gateway-certificate-signature.clear"), chain.evidence);
    const params = { name: nameOf(broken), hash: broken.signature.hash ?? "" };
    return found(phrase("finding.gateway-certificate-signature.found", params), chain.evidence);
  }),
};

/** The gateway does not send a certificate that the client needs to trust its own one. */
export const certificateIssuer: Rule = {
  code: "gateway-certificate-issuer",
  severity: "high",
  nature: "inferred",
  reference: "RFC 7296 §3.6",
  judge: aboutChain((chain) => {
    const { own, issuers, unrelated } = chain;
    const issuer = short(own.issuer);
    switch (chainEnd(chain)) {
      case "missing":
        return found(
          unrelated.length > 0
            ? phrase("finding.gateway-certificate-issuer.others", { issuer, others: unrelated.length })
            : phrase("finding.gateway-certificate-issuer.found", { issuer }),
          chain.evidence,
        );
      case "self-signed":
        return found(
          phrase("finding.gateway-certificate-issuer.self-signed", { name: nameOf(own) }),
          chain.evidence,
        );
      case "alone":
        return unknown("finding.gateway-certificate-issuer.alone", { issuer });
      case "to-root": {
        const last = issuers.at(-1) ?? own;
        const root = last.isSelfSigned ? nameOf(last) : short(last.issuer);
        return clear(phrase("finding.gateway-certificate-issuer.clear", { root }), chain.evidence);
      }
    }
  }),
};

/**
 * The gateway's own certificate comes alone, and whether its issuer is a root that the client has, or a
 * certificate that is missing, does not show.
 */
export const certificateAlone: Rule = {
  code: "gateway-certificate-alone",
  severity: "low",
  nature: "observed",
  reference: "RFC 7296 §3.6",
  judge: aboutChain((chain) =>
    chainEnd(chain) === "alone"
      ? found(
          phrase("finding.gateway-certificate-alone.found", { issuer: short(chain.own.issuer) }),
          chain.evidence,
        )
      : clear(phrase("finding.gateway-certificate-alone.clear"), chain.evidence),
  ),
};

/** Windows's errors for a certificate that it does not accept, or a login that is refused. */
const CERTIFICATE_CODES: readonly number[] = [13_801, -2_146_762_487];

/** Windows reports an error of authentication: whether the gateway's certificate is the reason. */
export const certificateError: Rule = {
  code: "gateway-certificate-error",
  severity: "high",
  nature: "inferred",
  reference: "docs/domain.md §1.5",
  judge(o) {
    const failure = newestFailure(o);
    if (failure === undefined) return unknown("finding.gateway-certificate-error.no-error");
    if (!CERTIFICATE_CODES.includes(failure.code))
      return clear(phrase("finding.gateway-certificate-error.clear"), [failure.ref]);
    const { code } = failure;
    const chain = gatewayChain(o);
    if (chain === null) return unknown("finding.gateway-certificate-error.unread", { code });
    const evidence = [failure.ref, ...chain.evidence];
    const root = short((chain.issuers.at(-1) ?? chain.own).issuer);
    return found(
      isRefusedForCertificate(o) || purposeOf(chain) === "none"
        ? phrase("finding.gateway-certificate-error.found", { code })
        : chainEnd(chain) === "alone"
          ? phrase("finding.gateway-certificate-error.alone", { code, issuer: root })
          : phrase("finding.gateway-certificate-error.elsewhere", { code, root }),
      evidence,
    );
  },
};

/** Why the gateway's answer is large, and what would make it smaller. */
export const largeCertificates: Rule = {
  code: "gateway-certificate-sizes",
  severity: "info",
  nature: "inferred",
  reference: "docs/domain.md §3.7",
  judge: aboutChain((chain) => {
    const { certificateBytes, withEcdsa, withoutRoot, certificates } = answerSizes(chain);
    const params = {
      ikeBytes: chain.answerIkeBytes,
      certificates,
      fragments: certificateBytes,
      key: keyOf(chain.own),
    };
    if (withEcdsa === null)
      return clear(phrase("finding.gateway-certificate-sizes.small-keys", params), chain.evidence);
    return found(
      withoutRoot === null
        ? phrase("finding.gateway-certificate-sizes.found", { ...params, withEcdsa })
        : phrase("finding.gateway-certificate-sizes.root", { ...params, withEcdsa, withoutRoot }),
      chain.evidence,
    );
  }),
};

const keyOf = ({ key }: GatewayCertificate): string =>
  key.bits === null ? key.kind : `${key.kind} ${key.bits}`;

/** The steps of the login that was begun first. */
const loginRefs = (o: Observations): EvidenceRef[] =>
  (o.rehearsal?.logins[0]?.requests ?? [])
    .flatMap(({ stepIds }) => stepIds)
    .map((stepId) => ({ kind: "probe", stepId, bytes: null, sizeKind: null }));

/** Bytes that each certification authority takes in a CERTREQ payload, RFC 7296 §3.7. */
const AUTHORITY_BYTES = 20;

/** How many certification authorities the gateway names, which makes its messages larger. */
export const certificateRequests: Rule = {
  code: "gateway-certificate-requests",
  severity: "info",
  nature: "observed",
  reference: "RFC 7296 §3.7",
  judge(o) {
    const facts = o.rehearsal?.gateway ?? null;
    if (facts === null) return unknown("finding.gateway-certificate-requests.unknown");
    const count = facts.certificateRequests;
    const evidence = loginRefs(o);
    if (count === 0) return clear(phrase("finding.gateway-certificate-requests.clear"), evidence);
    return found(
      phrase("finding.gateway-certificate-requests.found", { count, bytes: count * AUTHORITY_BYTES }),
      evidence,
    );
  },
};
