/** What looks like lost IP fragments, but has another cause or one more cause. */
import type { ExchangeObservation } from "../../evidence/observations.ts";
import { ExchangeType, NotifyType } from "../../ike/registry.ts";
import { IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import { cookieProbes, mustStopForGuard } from "../facts/flood-guard.ts";
import { returnedCookie, unreturnedCookies } from "../facts/ignored-answers.ts";
import { firstAuth, isSilence, refsOf, saInit } from "../facts/login-facts.ts";
import { measuredPathMtu } from "../facts/path-mtu-facts.ts";
import { probeRefs } from "../facts/probe-tries.ts";
import { kindOfFailure, newestFailure } from "../facts/ras-failure.ts";
import { seenAtTheGateway } from "../facts/witness-facts.ts";
import { phrase, type Rule, unknown } from "../rule.ts";

/** Every path that carries IPv6 at all carries whole packets of this size. */
const ALWAYS_PASSES_IP_BYTES = IPV6_MINIMUM_MTU;

const inOnePacket = (e: ExchangeObservation): boolean =>
  // A text may not say how large a message is.
  e.requests.every((m) => m.ipBytes.length > 0 && !m.ipFragmented && m.ikeFragmentTotal === null);

/** A login that fits one packet gets no answer, so the client's IP fragments are not what is lost. */
export const smallAuthUnanswered: Rule = {
  code: "small-auth-unanswered",
  severity: "high",
  nature: "observed",
  reference: "RFC 7296 §2.23",
  judge(o) {
    const auths = o.initiations.map(firstAuth).filter((e) => e !== undefined);
    if (auths.length === 0) return unknown("finding.small-auth-unanswered.unknown");
    const silent = auths.findLast((e) => inOnePacket(e) && isSilence(e));
    if (!silent)
      return { status: "clear", phrase: phrase("finding.small-auth-unanswered.clear"), evidence: [] };
    const seen = seenAtTheGateway(o);
    if (seen !== null)
      return { status: "clear", phrase: phrase("finding.unanswered.seen-at-gateway"), evidence: seen };
    const [request] = silent.requests;
    const params = { requests: silent.requests.length, ipBytes: request?.ipBytes[0] ?? 0 };
    const { told } = measuredPathMtu(o);
    if (request?.dontFragment && told?.by === "router" && params.ipBytes > told.most) {
      return {
        status: "found",
        phrase: phrase("finding.small-auth-unanswered.told", { ...params, pathMtu: told.least }),
        evidence: refsOf(silent),
        // That the path is narrower, and says so, is the other finding's verdict.
        claim: null,
      };
    }
    return {
      status: "found",
      phrase: request?.reckoned
        ? phrase("finding.small-auth-unanswered.log", params)
        : params.ipBytes <= ALWAYS_PASSES_IP_BYTES
          ? phrase("finding.small-auth-unanswered.found", params)
          : request?.dontFragment
            ? phrase("finding.small-auth-unanswered.dont-fragment", params)
            : phrase("finding.small-auth-unanswered.large", params),
      evidence: refsOf(silent),
      // A blocked port 4500, a large answer that was lost, and a gateway that keeps silent all look like
      // this.
      claim: { verdict: "insufficient-evidence", confidence: "low", direction: null },
    };
  },
};

/**
 * The first message itself does not fit one packet. IKE fragmentation cannot help there, as IKE_SA_INIT
 * negotiates it.
 */
export const largeInitUnanswered: Rule = {
  code: "large-init-unanswered",
  severity: "high",
  nature: "observed",
  reference: "RFC 9242 §1",
  judge(o) {
    const openings = o.initiations.map(saInit).filter((e) => e !== undefined);
    if (openings.length === 0) return unknown("finding.large-init.unknown");
    const split = openings.findLast((e) => e.requests.some((m) => m.ipFragmented) && isSilence(e));
    if (!split) return { status: "clear", phrase: phrase("finding.large-init.clear"), evidence: [] };
    return {
      status: "found",
      phrase: phrase("finding.large-init.found", { fragments: split.requests[0]?.ipBytes ?? [] }),
      evidence: refsOf(split),
      claim: { verdict: "insufficient-evidence", confidence: "low", direction: "undetermined" },
    };
  },
};

/** What is said of a demand for a COOKIE, by what became of the one that was brought back. */
const COOKIE_CAME_BACK = {
  not: "finding.gateway-guarded.found",
  taken: "finding.gateway-guarded.taken",
  again: "finding.gateway-guarded.again",
  silent: "finding.gateway-guarded.silent",
} as const;

/** The gateway asks for a COOKIE: it is under load, or it has seen too many half-open attempts from here. */
export const gatewayGuarded: Rule = {
  code: "gateway-guarded",
  severity: "low",
  nature: "observed",
  reference: "RFC 7296 §2.6",
  judge(o) {
    const probes = cookieProbes(o);
    const notifies = o.initiations.flatMap((i) =>
      i.exchanges
        .filter((e) => e.exchangeType === ExchangeType.IKE_SA_INIT)
        .flatMap((e) => e.responseNotifies.filter((n) => n.type === NotifyType.COOKIE)),
    );
    if (probes.length + notifies.length > 0) {
      const key = mustStopForGuard(o)
        ? "finding.gateway-guarded.stopped"
        : probes.length > 0
          ? "finding.gateway-guarded.from-the-start"
          : unreturnedCookies(o) !== null
            ? "finding.gateway-guarded.unreturned"
            : COOKIE_CAME_BACK[returnedCookie(o)?.became ?? "not"];
      return {
        status: "found",
        phrase: phrase(key),
        evidence: [...probeRefs(probes), ...notifies.map((n) => n.ref)],
        claim: null,
      };
    }
    if (o.probes.length + o.initiations.length === 0) return unknown("finding.gateway-guarded.unknown");
    return { status: "clear", phrase: phrase("finding.gateway-guarded.clear"), evidence: [] };
  },
};

/**
 * What Windows's own error code says about packet sizes: a hint, never a verdict against what was measured.
 */
export const rasErrorCode: Rule = {
  code: "ras-error-code",
  severity: "medium",
  nature: "observed",
  reference: "docs/domain.md §1.5",
  judge(o) {
    const newest = newestFailure(o);
    if (!newest) return unknown("finding.ras-code.unknown");
    const { code, connection, at } = newest;
    const evidence = [newest.ref];
    const kind = kindOfFailure(code);
    if (kind === "refused") {
      return { status: "found", phrase: phrase("finding.ras-code.refused", { code }), evidence, claim: null };
    }
    if (kind === "otherVpn") {
      return {
        status: "found",
        phrase: phrase("finding.ras-code.other-vpn", { code }),
        evidence,
        claim: null,
      };
    }
    if (kind === "silent") {
      const said =
        connection === null || connection === ""
          ? phrase("finding.ras-code.no-answer", { code })
          : at === null
            ? phrase("finding.ras-code.no-answer-of", { code, connection })
            : phrase("finding.ras-code.no-answer-at", { code, connection, at });
      return { status: "found", phrase: said, evidence, claim: null };
    }
    return { status: "clear", phrase: phrase("finding.ras-code.neutral", { code }), evidence };
  },
};
