/** Signs in captures: how far the login got, what was sent, what came back, and how long anybody waited. */
import {
  type ExchangeObservation,
  type Initiation,
  type Observations,
  SILENCE_MS,
} from "../../evidence/observations.ts";
import { exchangeName } from "../../ike/registry.ts";
import { IPV6_MINIMUM_MTU } from "../../packet/sizes.ts";
import { ignoredAnswer, unreturnedCookies } from "../facts/ignored-answers.ts";
import { isIkeFragmented } from "../facts/ike-fragmentation.ts";
import { firstAuth, inboundSeen, isSilence, refsOf, saInit, waitedMs } from "../facts/login-facts.ts";
import { outboundLoss } from "../facts/witness-facts.ts";
import { phrase } from "../rule.ts";
import { each, IKE_FRAGMENTS, OUTBOUND_FRAGMENTS, RULED_OUT, type Sign } from "./sign.ts";

/** A gateway that asks other servers may well take so long to answer. */
const LONG_ENOUGH_MS = 5_000;
/** Most gateways have answered by then. */
const USUAL_ANSWER_MS = 1_000;
/** So many packets in one direction show what a tunnel carries. */
const BUSY_TUNNEL_PACKETS = 5;
/** A packet that fills Windows's tunnel (1400 bytes) makes a larger one of ESP (docs/domain.md §2.4). */
const FULL_ESP_IP_BYTES = 1_440;

const NOTHING_LARGE_YET = [
  ...OUTBOUND_FRAGMENTS,
  ...IKE_FRAGMENTS,
  "ike-auth-unanswered",
  "inbound-fragments-lost",
  "esp-mtu",
] as const;
/** Of these a capture of the failing login would have IKE in it. */
const A_LOGIN_SHOWS = [
  ...OUTBOUND_FRAGMENTS,
  "inbound-fragments-lost",
  "ike-auth-unanswered",
  "udp-4500-blocked",
  "path-mtu-black-hole",
] as const;
const ONLY_AFTER_AN_ANSWER = ["healthy", "slow-gateway"] as const;

/**
 * The attempt that is to be explained: the last whose login was not answered, else the last that did not come
 * so far, else the last.
 */
function attemptOf(o: Observations): Initiation | undefined {
  const attempts = o.initiations.filter((i) => saInit(i) !== undefined || firstAuth(i) !== undefined);
  return (
    attempts.findLast((i) => firstAuth(i)?.responses.length === 0) ??
    attempts.findLast((i) => firstAuth(i) === undefined) ??
    attempts.at(-1)
  );
}

/** What the captures say of verdicts. */
export function loginSigns(o: Observations): Sign[] {
  const attempt = attemptOf(o);
  if (attempt === undefined) return [...noLogin(o), ...answersAlone(o)];
  const auth = firstAuth(attempt);
  const opening = saInit(attempt);
  // A client that goes on asking has not taken the answer: the finding of that says what it leaves.
  if (ignoredAnswer(attempt) !== null) return [];
  if (auth !== undefined && auth.responses.length > 0) return answeredSigns(attempt, auth);
  if (attempt.inboundIncomplete.length > 0) return answeredInPart(attempt);
  if (auth !== undefined) return [...unansweredAuth(attempt, auth), ...waitSigns(auth)];
  // What is lost on its way to where the capture was taken, or what the client stops at, a finding says.
  if (attempt.outboundIncomplete.length > 0 || outboundLoss(o) !== null || unreturnedCookies(o) !== null) {
    return [];
  }
  if (opening === undefined) return [];
  if (opening.responses.length === 0) return [...unansweredInit(opening), ...waitSigns(opening)];
  return notGoneOn(attempt, opening);
}

const isLongEnough = (waitedMs: number): boolean => waitedMs >= LONG_ENOUGH_MS;

function noLogin(o: Observations): Sign[] {
  const without = o.captures.filter((c) => c.frames > 0 && c.ikeMessages === 0);
  if (without.length === 0) return [];
  const frames = without.reduce((sum, c) => sum + c.frames, 0);
  const weights = {
    "not-ikev2": 30,
    "gateway-unreachable": 10,
    healthy: 20,
    "esp-mtu": 30,
    ...each(A_LOGIN_SHOWS, -25),
  };
  return [{ phrase: phrase("sign.no-ike", { frames }), evidence: [], weights }];
}

/** Answers of the gateway without the requests: the capture shows one direction. */
function answersAlone(o: Observations): Sign[] {
  const answers = o.initiations.flatMap((i) =>
    i.exchanges.flatMap((e) => e.responses.flatMap((m) => m.refs)),
  );
  if (answers.length === 0) return [];
  const ports = [...new Set(o.initiations.flatMap((i) => i.answeringPorts))];
  const blocked = (["udp-500-blocked", "udp-4500-blocked"] as const).filter((v) =>
    ports.includes(v === "udp-500-blocked" ? 500 : 4500),
  );
  const weights = each(["gateway-unreachable", ...blocked], RULED_OUT);
  return [{ phrase: phrase("sign.answers-alone"), evidence: answers, weights }];
}

/** Whether a late answer would have been seen. */
function waitSigns(e: ExchangeObservation): Sign[] {
  if (e.requests.length === 0) return [];
  if (e.gaveUp) {
    return [
      {
        phrase: phrase("sign.gave-up", { requests: e.requests.length }),
        evidence: [e.gaveUp],
        weights: { ...each(ONLY_AFTER_AN_ANSWER, -30), "gateway-rejects": -30 },
      },
    ];
  }
  // A text without times says nothing of how long.
  if (e.untimed) return [];
  const seconds = Math.round(waitedMs(e) / 1_000);
  if (!isLongEnough(waitedMs(e)) || !isSilence(e)) {
    return [
      {
        phrase: phrase("sign.short-wait", { seconds: Math.max(1, Math.ceil(waitedMs(e) / 1_000)) }),
        evidence: [],
        weights: { healthy: 30, "slow-gateway": 40, "gateway-rejects": 10 },
      },
    ];
  }
  return [
    {
      phrase: phrase("sign.long-wait", { seconds }),
      evidence: [],
      weights: { ...each(ONLY_AFTER_AN_ANSWER, -30), "gateway-rejects": -30 },
    },
  ];
}

function unansweredInit(opening: ExchangeObservation): Sign[] {
  if (opening.requests.some((m) => m.ipFragmented)) return [];
  if (isSilence(opening)) {
    // That it is silence the finding of its rule says.
    const weights = {
      ...each([...NOTHING_LARGE_YET, "path-mtu-black-hole", "path-mtu-reduced"], RULED_OUT),
      "udp-4500-blocked": -30,
    };
    return [
      { phrase: phrase("sign.nothing-large-yet"), evidence: refsOf(opening), weights },
      { phrase: phrase("sign.silent-refusal"), evidence: [], weights: { "gateway-rejects": 22 } },
    ];
  }
  return [
    {
      phrase: phrase("sign.init-unanswered", { requests: opening.requests.length }),
      evidence: refsOf(opening),
      weights: {
        "gateway-unreachable": 20,
        "udp-500-blocked": 20,
        ...(waitedMs(opening) >= USUAL_ANSWER_MS ? each(NOTHING_LARGE_YET, -15) : {}),
      },
    },
  ];
}

/** The gateway answered IKE_SA_INIT, and no IKE_AUTH is in the capture. */
function notGoneOn({ view }: Initiation, opening: ExchangeObservation): Sign[] {
  const seconds = Math.round(opening.observedAfterMs / 1_000);
  // A client goes on at once when it gets the answer.
  if (view === "gateway" && opening.observedAfterMs >= SILENCE_MS) {
    return [
      {
        phrase: phrase("sign.nothing-more-arrives", { seconds }),
        evidence: refsOf(opening),
        weights: {
          ...each([...OUTBOUND_FRAGMENTS, "udp-4500-blocked", "path-mtu-black-hole"], 20),
          "inbound-fragments-lost": -25,
          "ike-auth-unanswered": -10,
        },
      },
    ];
  }
  if (!isLongEnough(opening.observedAfterMs)) {
    return [
      {
        phrase: opening.untimed
          ? phrase("sign.ends-after-init-untimed")
          : phrase("sign.ends-after-init", { seconds }),
        evidence: refsOf(opening),
        weights: {
          "ike-auth-unanswered": 20,
          healthy: 20,
          "gateway-rejects": 8,
          "slow-gateway": 26,
          ...each(IKE_FRAGMENTS, 10),
          // A file ends with its last packet: at the gateway that may be because nothing more arrived.
          ...(view === "gateway" ? { "path-mtu-black-hole": 10, "inbound-fragments-lost": -15 } : {}),
        },
      },
    ];
  }
  return [
    {
      phrase: phrase("sign.no-auth-follows", { seconds }),
      evidence: refsOf(opening),
      weights: { ...each(OUTBOUND_FRAGMENTS, 15), "udp-4500-blocked": 15, "ike-auth-unanswered": 10 },
    },
  ];
}

function unansweredAuth(attempt: Initiation, auth: ExchangeObservation): Sign[] {
  const [request] = auth.requests;
  if (request === undefined) return [];
  const requests = auth.requests.length;
  const ipBytes = Math.max(0, ...request.ipBytes);
  const exchange = exchangeName(attempt.majorVersion, auth.exchangeType);
  const signs: Sign[] = [
    {
      phrase: phrase("sign.opening-was-answered", { exchange }),
      evidence: refsOf(auth),
      weights: each(["gateway-unreachable", "udp-500-blocked"], RULED_OUT),
    },
  ];
  if (!inboundSeen(attempt)) {
    signs.push({
      phrase: phrase("finding.capture.one-way"),
      evidence: [],
      weights: { healthy: 25, "slow-gateway": 10 },
    });
  }
  if (request.ipBytes.length === 0 && !isIkeFragmented(request)) {
    if (!isSilence(auth))
      signs.push({
        phrase: phrase("sign.auth-of-unknown-size", { exchange, requests }),
        evidence: refsOf(auth),
        weights: {
          "ike-auth-unanswered": 20,
          ...each([...OUTBOUND_FRAGMENTS, "inbound-fragments-lost", "udp-4500-blocked"], 10),
        },
      });
    return signs;
  }
  if (isIkeFragmented(request)) {
    const total = request.ikeFragmentTotal ?? 0;
    // Where some did not arrive, these may have been the large ones.
    const isLarge =
      ipBytes > IPV6_MINIMUM_MTU || request.ipFragmented || request.missingIkeFragments.length > 0;
    // Of silence the finding of a rule tells.
    if (!isSilence(auth) || !inboundSeen(attempt)) {
      signs.push({
        phrase: phrase("sign.ike-fragments-unanswered", { exchange, requests, total, ipBytes }),
        evidence: refsOf(auth),
        weights: isLarge
          ? { "ike-fragments-too-large": 30, "path-mtu-black-hole": 15, "udp-4500-blocked": 10 }
          : { "ike-fragments-lost": 20, "udp-4500-blocked": 20, "ike-fragments-too-large": 12 },
      });
    }
    if (!isLarge) {
      if (isSilence(auth))
        signs.push({
          phrase: phrase("sign.larger-answer-fragments"),
          evidence: [],
          weights: { "ike-fragments-too-large": 12 },
        });
      signs.push({
        phrase: phrase("sign.small-enough", { ipBytes }),
        evidence: [],
        weights: { "path-mtu-black-hole": RULED_OUT },
      });
    }
    if (!request.ipFragmented) {
      signs.push({
        phrase: phrase("sign.sent-in-ike-fragments", { exchange }),
        evidence: [],
        weights: { ...each(OUTBOUND_FRAGMENTS, RULED_OUT), "ike-auth-unanswered": -25 },
      });
    }
    signs.push({
      phrase: phrase("sign.answers-in-ike-fragments"),
      evidence: [],
      weights: { "inbound-fragments-lost": -25 },
    });
    return signs;
  }
  signs.push({
    phrase: phrase("sign.no-ike-fragments", { exchange }),
    evidence: [],
    weights: each(IKE_FRAGMENTS, RULED_OUT),
  });
  if (request.ipFragmented) {
    // With a verdict of its own its finding says so.
    if (!isSilence(auth) || !inboundSeen(attempt)) {
      signs.push({
        phrase: phrase("sign.auth-fragments-unanswered", { exchange, requests, fragments: request.ipBytes }),
        evidence: refsOf(auth),
        weights: {
          "ike-auth-unanswered": 25,
          ...each(OUTBOUND_FRAGMENTS, 20),
          "inbound-fragments-lost": 15,
        },
      });
    }
    if (ipBytes <= IPV6_MINIMUM_MTU) {
      signs.push({
        phrase: phrase("sign.small-enough", { ipBytes }),
        evidence: [],
        weights: { "outbound-fragments-too-large": -60, "path-mtu-black-hole": RULED_OUT },
      });
    } else {
      signs.push({
        phrase: phrase("sign.large-fragments", { ipBytes }),
        evidence: [],
        weights: { "outbound-fragments-too-large": 8, "path-mtu-black-hole": isSilence(auth) ? 14 : 8 },
      });
    }
  } else {
    const isLarge = ipBytes > IPV6_MINIMUM_MTU;
    if (!isSilence(auth)) {
      signs.push({
        phrase: phrase("sign.small-auth-unanswered", { exchange, requests, ipBytes }),
        evidence: refsOf(auth),
        weights: {
          "udp-4500-blocked": 20,
          "inbound-fragments-lost": 15,
          ...each([...OUTBOUND_FRAGMENTS, "ike-auth-unanswered"], RULED_OUT),
        },
      });
    }
    signs.push(
      isLarge
        ? {
            phrase: phrase("sign.large-packet", { ipBytes }),
            evidence: [],
            // Of silence in a capture the finding of a rule tells.
            weights: { "path-mtu-black-hole": isSilence(auth) && !request.reckoned ? 8 : 45 },
          }
        : {
            phrase: phrase("sign.small-enough", { ipBytes }),
            evidence: [],
            weights: { "path-mtu-black-hole": RULED_OUT },
          },
    );
    signs.push({
      phrase: phrase("sign.large-answer"),
      evidence: [],
      weights: { "inbound-fragments-lost": 8 },
    });
  }
  if (attempt.answeringPorts.length > 0 && !attempt.answeringPorts.includes(4500)) {
    signs.push({
      phrase: phrase("sign.nothing-from-4500"),
      evidence: [],
      weights: { "udp-4500-blocked": 5 },
    });
  }
  return signs;
}

/** Part of an answer arrived: then the request had arrived. */
function answeredInPart({ inboundIncomplete }: Initiation): Sign[] {
  const signs: Sign[] = [
    {
      phrase: phrase("sign.answer-in-part", { datagrams: inboundIncomplete.length }),
      evidence: inboundIncomplete.flatMap((d) => d.refs),
      weights: {
        "inbound-fragments-lost": 30,
        // What needs IP fragments is larger than any refusal.
        ...each(["gateway-rejects", "ike-auth-unanswered", "path-mtu-black-hole"], -40),
        ...each([...OUTBOUND_FRAGMENTS, "udp-4500-blocked", "gateway-unreachable"], RULED_OUT),
      },
    },
  ];
  if (inboundIncomplete.length === 1) {
    signs.push({
      phrase: phrase("sign.lost-once"),
      evidence: [],
      weights: { healthy: 10, "slow-gateway": 10 },
    });
  }
  return signs;
}

/** The login was answered: what may be wrong lies behind it. */
function answeredSigns(attempt: Initiation, auth: ExchangeObservation): Sign[] {
  const signs: Sign[] = [
    {
      phrase: phrase("sign.login-answered"),
      evidence: refsOf(auth),
      weights: {
        healthy: auth.asksMore ? 0 : 30,
        ...each(["gateway-unreachable", "udp-4500-blocked", "udp-500-blocked"], RULED_OUT),
        ...each(["ike-auth-unanswered", ...IKE_FRAGMENTS], RULED_OUT),
        "path-mtu-black-hole": -60,
        "path-mtu-reduced": -20,
        ...each(
          OUTBOUND_FRAGMENTS,
          // Where it was one packet, and answered, the login needs no IP fragments.
          auth.requests.every((m) => m.ipFragmented || m.ipBytes.length > 0) ? RULED_OUT : -25,
        ),
        "slow-gateway": auth.requests.length === 0 ? 15 : 0,
        ...(auth.responses.some((m) => m.ipFragmented) &&
        auth.requests.length > 0 &&
        attempt.view !== "gateway"
          ? { "inbound-fragments-lost": RULED_OUT }
          : {}),
      },
    },
  ];
  if (auth.responses.every((m) => m.missingIkeFragments.length > 0)) {
    return [
      {
        phrase: phrase("sign.answer-in-part", { datagrams: auth.responses.length }),
        evidence: refsOf(auth),
        weights: {
          ...each(["path-mtu-black-hole", "path-mtu-reduced", "ike-auth-unanswered", "gateway-rejects"], -30),
          ...each([...OUTBOUND_FRAGMENTS, "udp-4500-blocked", "gateway-unreachable"], RULED_OUT),
        },
      },
      ...(auth.responses.length === 1
        ? [{ phrase: phrase("sign.lost-once"), evidence: [], weights: { healthy: 15 } }]
        : []),
      ...(isLongEnough(waitedMs(auth)) ? [] : waitSigns(auth)),
    ];
  }
  if (auth.requests.length === 0 && auth.responses.length > 1) {
    signs.push({
      phrase: phrase("sign.answered-again", { answers: auth.responses.length }),
      evidence: [],
      weights: { "inbound-fragments-lost": 25, "ike-fragments-lost": 5, healthy: -20 },
    });
  } else if (auth.requests.length > 1) {
    signs.push({
      phrase: phrase("sign.answered-late", { requests: auth.requests.length }),
      evidence: [],
      weights: { "slow-gateway": 20, "inbound-fragments-lost": 5 },
    });
  }
  const { outbound, inbound } = attempt.esp;
  if (
    Math.min(outbound.packets, inbound.packets) >= BUSY_TUNNEL_PACKETS &&
    Math.min(outbound.largestIpBytes, inbound.largestIpBytes) >= FULL_ESP_IP_BYTES &&
    attempt.espIncomplete.length === 0
  ) {
    signs.push({
      phrase: phrase("sign.tunnel-carries", {
        outbound: outbound.largestIpBytes,
        inbound: inbound.largestIpBytes,
      }),
      evidence: [],
      weights: { "esp-mtu": -5, "gateway-rejects": RULED_OUT },
    });
  } else {
    signs.push({
      phrase: phrase("sign.tunnel-not-seen"),
      evidence: [],
      weights: { "esp-mtu": 25 },
    });
    signs.push(
      inbound.packets > 0
        ? { phrase: phrase("sign.tunnel-answers"), evidence: [], weights: { "gateway-rejects": RULED_OUT } }
        : { phrase: phrase("sign.refusal-inside"), evidence: [], weights: { "gateway-rejects": 5 } },
    );
  }
  return signs;
}
