/**
 * Captures joined with a gateway's log, on a simulated path that knows what arrived: no message has a fate
 * that is not its own, and what does not belong together is not joined. IKEFRAG_PAIRS says how many pairs.
 */
import process from "node:process";
import { expect, test } from "vitest";
import { joinLogins } from "../../../../shared/evidence/joined/join-logins.ts";
import { observeTexts } from "../../../../shared/evidence/messages/observe-texts.ts";
import type { Initiation } from "../../../../shared/evidence/observations.ts";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";
import type { JoinedLogin } from "../../../../shared/schema/joined.ts";
import {
  type Client,
  capturedAttempt,
  dial,
  type LogLine,
  type Loses,
  loggedAttempt,
  logText,
  type Random,
  randomFrom,
  type Sending,
  type Stamp,
} from "../../../support/logged-logins.ts";

const PAIRS = Number(process.env.IKEFRAG_PAIRS ?? 300);
const GATEWAY = "198.51.100.2";
const NOON = Date.UTC(2026, 10, 26, 12, 0, 0);
const MINUTE = 60_000;

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

function someClient(random: Random, n: number): Client {
  const isNatted = random() < 0.5;
  const sizes = {
    init: 240 + Math.floor(random() * 1_000),
    initAnswer: 300 + Math.floor(random() * 200),
    auth: 400 + Math.floor(random() * 2_000),
    authAnswer: 80 + Math.floor(random() * 2_000),
  };
  const fragments = random() < 0.3 ? 2 + Math.floor(random() * 2) : 1;
  return {
    address: isNatted ? `192.168.${n % 200}.10` : `192.0.2.${(n % 250) + 1}`,
    seenAs: isNatted ? `203.0.113.${(n % 250) + 1}` : `192.0.2.${(n % 250) + 1}`,
    sizes,
    fragments,
  };
}

const LOSSES: readonly ((random: Random) => Loses)[] = [
  () => () => false,
  () => (s) => s.toGateway && s.isAuth,
  () => (s) => !s.toGateway && s.isAuth,
  () => (s) => s.isAuth && s.fragment === 1,
  (random) => () => random() < 0.25,
];

const readLog = (text: string): Initiation[] =>
  observeTexts([readPastedText({ name: "gateway.log", text })], { 4: 1500, 6: 1500 }).initiations;

const join = (initiations: Initiation[]) =>
  joinLogins({ initiations, probes: [], captures: [captureOf(initiations)], startedAtMs: null });

/** The capture goes on for a while behind the last packet. */
function captureOf(initiations: readonly Initiation[]) {
  const times = initiations.flatMap((i) => (i.datagrams ?? []).map((d) => d.timeMs));
  const [first = 0] = times;
  const quality = {
    damage: [],
    snaplenCutFrames: 0,
    duplicateFrames: 0,
    clockBackwardsFrames: 0,
    droppedByCapture: null,
    nonFirstFragmentsHidden: false,
    unreadLinkTypes: [],
    evictedDatagrams: 0,
    overlappingDatagrams: 0,
  };
  return {
    capture: "client.pcapng",
    frames: times.length,
    ikeMessages: times.length,
    quality,
    firstTimeMs: first,
    lastTimeMs: Math.max(0, ...times) + 10_000,
  };
}

/** Lines of a daemon that goes on, long after. */
const later = (lines: readonly LogLine[]): LogLine => ({
  atMs: Math.max(0, ...lines.map((l) => l.atMs)) + 30_000,
  text: "01[JOB] deleting half open IKE_SA with 203.0.113.250 after timeout",
  sending: null,
});

interface World {
  client: Client;
  attempts: Sending[][];
  captured: Initiation[];
  lines: LogLine[];
  text: string;
  stamp: Stamp;
}

/** A client that dials now and then, and other clients of the same gateway. */
function world(seed: number, stamps: readonly Stamp[]): World {
  const random = randomFrom(seed);
  const client = someClient(random, seed);
  const stamp = pick(random, stamps);
  const isTagged = random() < 0.5;
  const loses = pick(random, LOSSES)(random);
  const count = 1 + Math.floor(random() * 3);
  const attempts: Sending[][] = [];
  let at = NOON + random() * 60 * MINUTE;
  for (let n = 0; n < count; n++) {
    attempts.push(dial(random, client, n, at, loses));
    at += 15_000 + random() * 4 * MINUTE;
  }
  const tag = (serial: number): string => (isTagged ? `<${serial}> ` : "");
  const lines = attempts.flatMap((a, n) => loggedAttempt(client, GATEWAY, a, `1${n}`, tag(n + 1)));
  const others = stamp === "none" ? 0 : Math.floor(random() * 10);
  for (let n = 0; n < others; n++) {
    const other = someClient(random, seed + 1 + n);
    // Another user of the same program, with the same sizes.
    if (random() < 0.3) other.sizes = client.sizes;
    // Or just then.
    const isClose = random() < 0.3;
    const begin = isClose
      ? (attempts[0]?.[0]?.leftMs ?? NOON) + (random() - 0.5) * 16_000
      : NOON + random() * 70 * MINUTE;
    if (attempts.some((a) => Math.abs((a[0]?.leftMs ?? 0) - begin) < 1_500)) continue;
    const sendings = dial(random, other, 100 + n, begin, pick(random, LOSSES)(random));
    lines.push(...loggedAttempt(other, GATEWAY, sendings, `2${n}`, tag(50 + n)));
  }
  lines.push(later(lines));
  const zone = pick(random, [0, 60, -300, 330, 540, 180]) * MINUTE;
  const drift = (random() - 0.5) * 4_000;
  const captured = attempts.map((a, n) =>
    capturedAttempt(client, GATEWAY, a, (seed * 10 + n).toString(16).padStart(16, "0")),
  );
  return { client, attempts, captured, lines, stamp, text: logText(lines, stamp, zone + drift) };
}

/** Of each joined login whose attempt is known by its SPI: what is said of its messages and is not so. */
function wrongIn({ attempts, captured, lines }: World, logins: readonly JoinedLogin[]): string[] {
  const inOrder = lines.toSorted((a, b) => a.atMs - b.atMs);
  return logins.flatMap((login) => {
    const attempt = captured.findIndex((i) => i.initiatorSpi === login.initiatorSpi);
    const wrong: string[] = [];
    for (const d of login.datagrams) {
      const which = `${attempt}: ${d.exchangeType} ${d.fromClient ? "out" : "back"} ${d.ikeFragment?.number ?? ""} #${d.sending}`;
      for (const ref of d.seen[1]?.refs ?? []) {
        const line = ref.kind === "text" ? inOrder[ref.line - 1] : undefined;
        if (login.alike === undefined && line?.sending && line.sending.attempt !== attempt)
          wrong.push(`${which} is joined with a line of attempt ${line.sending.attempt}`);
      }
      const sent = (attempts[attempt] ?? []).filter(
        (s) =>
          s.toGateway === d.fromClient &&
          s.isAuth === (d.messageId === 1) &&
          s.fragment === (d.ikeFragment?.number ?? 0),
      );
      const isLost = (s: Sending | undefined): boolean => s?.arrivedMs === null;
      if (d.fate === "lost" && !sent.some(isLost)) wrong.push(`${which} is called lost, and none is`);
      if (d.fate === "arrived" && sent.every(isLost))
        wrong.push(`${which} is said to have arrived, and none did`);
    }
    return wrong;
  });
}

test("behind a NAT an opening of the usual size alone, at about the right time, joins nothing", () => {
  // The only login is lost whole, and another user of the same program begins seconds later.
  const w = world(4748, ["milliseconds", "seconds", "none"]);
  expect(w.client.seenAs).not.toBe(w.client.address);
  expect(join([...readLog(w.text), ...w.captured]).logins).toEqual([]);
});

test(`of ${PAIRS} captures with the gateway's log, no message gets another one's fate`, () => {
  let joined = 0;
  let captured = 0;
  const wrong: string[] = [];
  for (let seed = 1; seed <= PAIRS; seed++) {
    const w = world(seed, ["milliseconds", "seconds", "none"]);
    const { logins } = join([...readLog(w.text), ...w.captured]);
    joined += logins.length;
    captured += w.attempts.filter((a) => a.some((s) => s.toGateway && s.arrivedMs !== null)).length;
    wrong.push(...wrongIn(w, logins).map((said) => `seed ${seed} ${w.stamp}: ${said}`));
  }
  expect(wrong).toEqual([]);
  expect(joined / captured).toBeGreaterThan(0.8);
});

test(`of ${PAIRS} captures with a log of other attempts, other clients or another gateway, none is joined`, () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= PAIRS; seed++) {
    const random = randomFrom(seed + 1_000_000);
    const kind = pick(random, ["other-attempts", "other-client", "other-gateway"] as const);
    const w = world(seed, ["milliseconds", "seconds"]);
    const other = kind === "other-client" ? someClient(random, seed + 77) : w.client;
    // At other times, also where the clock's zone is another one: no zone is off by these minutes.
    const apart = pick(random, [4, 7, 11, 20, 37, 52, 66]) * MINUTE;
    const begin = (w.attempts[0]?.[0]?.leftMs ?? NOON) + apart + pick(random, [0, 1, 24]) * 60 * MINUTE;
    const sendings = dial(random, other, 0, begin + random() * 20_000, () => random() < 0.1);
    const gateway = kind === "other-gateway" ? "198.51.100.99" : GATEWAY;
    const lines = loggedAttempt(other, gateway, sendings, "11", "<7> ");
    const text = logText([...lines, later(lines)], w.stamp, pick(random, [0, 60, -300]) * MINUTE);
    const captured = w.captured.slice(0, 1);
    const { logins } = join([...readLog(text), ...captured]);
    if (logins.length > 0) wrong.push(`seed ${seed} ${kind} ${w.stamp}: ${apart / MINUTE} minutes apart`);
  }
  expect(wrong).toEqual([]);
});

test("the order of files and of attempts changes nothing", () => {
  const bySpi = (logins: readonly JoinedLogin[]) =>
    logins.toSorted((a, b) => a.initiatorSpi.localeCompare(b.initiatorSpi));
  for (let seed = 1; seed <= 60; seed++) {
    const w = world(seed, ["milliseconds", "seconds"]);
    const log = readLog(w.text);
    const one = join([...log, ...w.captured]);
    const other = join([...w.captured, ...log].toReversed());
    expect(bySpi(other.logins)).toEqual(bySpi(one.logins));
  }
});

test("a login of another client with the same program, seconds before, is not this one", () => {
  const random = randomFrom(7);
  const client = someClient(() => 0.6, 2);
  const own = dial(random, client, 0, NOON, (s) => s.toGateway && s.isAuth);
  const other = { ...client, address: "192.0.2.77", seenAs: "192.0.2.77" };
  const theirs = dial(random, other, 1, NOON - 4_363, () => false);
  const lines = [
    ...loggedAttempt(client, GATEWAY, own, "11", "<1> "),
    ...loggedAttempt(other, GATEWAY, theirs, "12", "<2> "),
  ];
  const text = logText([...lines, later(lines)], "milliseconds", 0);
  const captured = capturedAttempt(client, GATEWAY, own, "00000000000000aa");
  // Its capture ends with its last sending, so that it cannot say that nothing followed.
  const ends = { ...captureOf([captured]), lastTimeMs: captured.datagrams?.at(-1)?.timeMs ?? 0 };
  const { logins } = joinLogins({
    initiations: [...readLog(text), captured],
    probes: [],
    captures: [ends],
    startedAtMs: null,
  });
  expect(logins.map((l) => l.places[1]?.client)).toEqual([client.seenAs]);
  const auth = logins[0]?.datagrams.filter((d) => d.messageId === 1).map((d) => d.fate);
  expect(auth).toEqual(["lost", "lost", "lost"]);
});
