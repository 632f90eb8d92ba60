/**
 * What convinces those who can change something: when, between whom, which sizes were sent and how many of
 * them were answered, what stands against them as a control, how to see it oneself, and what is asked for. It
 * says nothing that the evidence does not show: above all it names no message that was not seen.
 */
import { withoutUnfit } from "../chart/markup.ts";
import type { Observations } from "../evidence/observations.ts";
import {
  pingPayloadFor,
  type TriedLogin,
  type TriedMessage,
  type TriedSize,
  triedLogin,
  triedSizes,
  wholeIpBytes,
} from "../evidence/tried-sizes.ts";
import { type Language, mannerOf } from "../language.ts";
import type { Diagnosis } from "../schema/diagnosis.ts";
import {
  type ForwardTo,
  type ForwardWords,
  forwardReaders,
  forwardWords,
  isForwardVerdict,
  lostPackets,
  type SizeEdges,
  whatIsAsked,
  whatIsWrong,
} from "../text/forward.ts";
import { say } from "../text/say.ts";
import { CLIENT, GATEWAY, withoutNames } from "./without-names.ts";

/** What a text to forward is made for. */
export interface ForwardOptions {
  to: ForwardTo;
  language: Language;
  /** With the addresses and names of both ends; without, `CLIENT` and `GATEWAY` stand for them. */
  addresses: boolean;
  /** The time zone of the reader or of the place, as IANA names it; times are told in UTC too. */
  zone?: string | null;
  reportId?: string | null;
  /** Names of the files that go with it. */
  attached?: readonly string[];
}

/** One part of the text. */
export interface ForwardSection {
  title: string;
  /** Sentences, or lines of a list; a line of a `command` is to be typed as it is. */
  lines: readonly { text: string; command?: string }[];
}

/** A text to forward. */
export interface ForwardPack {
  to: ForwardTo;
  subject: string;
  /** Whom it is for, and what is wrong. */
  lead: string;
  sections: readonly ForwardSection[];
  /** All of it as plain text. */
  text: string;
  /** The lead and what is asked for, in several lengths, the fullest first: for a link to an e-mail. */
  shorter: readonly string[];
}

/**
 * The text for a reader; `null` where nobody of that kind can do anything about the verdict, or where nothing
 * is wrong and Windows recorded no failure.
 */
export function forwardPack(
  diagnosis: Diagnosis,
  observations: Observations,
  options: ForwardOptions,
): ForwardPack | null {
  const { verdict } = diagnosis;
  const { to, language, addresses } = options;
  if (!isForwardVerdict(verdict) || !forwardReaders(verdict).includes(to)) return null;
  if (verdict === "healthy" && (observations.vpn?.rasFailures.length ?? 0) === 0) return null;
  const shown = addresses ? { diagnosis, observations } : withoutNames(diagnosis, observations);
  const view = new PackView(shown.diagnosis, shown.observations, options);
  const { words } = view;
  const level = say({ key: `confidence.${diagnosis.confidence}`, params: {} }, language);
  const wrong = whatIsWrong(diagnosis, verdict, language);
  const lead = `${words.to[to]}\n\n${wrong}\n${words.confidence({ level })}`;
  const asked = whatIsAsked(shown.diagnosis, verdict, to, language, view.edges);
  const sections = [
    section(words.headings.asked, asked),
    section(words.headings.when, view.times()),
    section(words.headings.between, view.ends()),
    section(words.headings.measured, view.measured()),
    section(words.headings.reproduce, view.reproduce()),
    section(words.headings.reference, view.reference()),
  ].filter((part) => part.lines.length > 0);
  const about = words.about[verdict];
  const subject = words[diagnosis.confidence === "high" ? "subject" : "subjectOpen"]({
    about,
    gateway: view.gatewayName,
  });
  const written = sections.map((part) =>
    textOf(part, words.colon.trimEnd(), part.title === words.headings.asked),
  );
  return {
    to,
    subject,
    lead,
    sections,
    text: `${[lead, ...written].join("\n\n")}\n`,
    shorter: shorterOf([lead, ...asked], words.fullText),
  };
}

/** Fewer and fewer paragraphs, each time with a last one that says where the rest is. */
const shorterOf = (paragraphs: readonly string[], rest: string): string[] =>
  paragraphs.map((_, at) => [...paragraphs.slice(0, paragraphs.length - at), rest].join("\n\n"));

type Line = string | { text: string; command: string };

const section = (title: string, lines: readonly Line[]): ForwardSection => ({
  title,
  lines: lines.map((line) => (typeof line === "string" ? { text: line } : line)),
});

function textOf({ title, lines }: ForwardSection, colon: string, isNumbered: boolean): string {
  const written = lines.map(({ text, command }, at) => {
    const mark = isNumbered ? `${at + 1}.` : "-";
    return command === undefined ? `${mark} ${text}` : `${mark} ${text}${colon}\n  ${command}`;
  });
  return [title, ...written].join("\n");
}

/** So many lost sizes of one way are told of, and so many controls. */
const MOST_OF_A_WAY = 3;
/** So many failures that Windows recorded. */
const MOST_FAILURES = 3;
/** What a host's name may be in a command line: an address, or a name as the DNS has them. */
const PLAIN_HOST = /^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}$/;
/** No date of a login lies before this: a log without dates counts from 0. */
const FIRST_DATE_MS = Date.UTC(1990, 0);

class PackView {
  readonly words: ForwardWords;
  readonly gatewayName: string;
  readonly edges: SizeEdges;
  readonly #diagnosis: Diagnosis;
  readonly #o: Observations;
  readonly #options: ForwardOptions;
  readonly #sizes: readonly TriedSize[];
  readonly #login: TriedLogin | null;

  constructor(diagnosis: Diagnosis, o: Observations, options: ForwardOptions) {
    this.#diagnosis = diagnosis;
    this.#o = o;
    this.#options = options;
    this.words = forwardWords(options.language);
    this.#sizes = triedSizes(o);
    this.#login = triedLogin(o);
    this.edges = edgesOf(this.#sizes, this.#login, diagnosis);
    this.gatewayName = options.addresses ? (namesOf([o.gateway, ...gatewaysOf(o)])[0] ?? GATEWAY) : GATEWAY;
  }

  /** When the test ran, and when the login was tried. */
  times(): string[] {
    const { startedAtMs } = this.#o;
    const times: string[] = [];
    const ofTest = this.#sizes.flatMap(({ firstMs, lastMs }) =>
      firstMs === null || lastMs === null || startedAtMs === null
        ? []
        : [startedAtMs + firstMs, startedAtMs + lastMs],
    );
    if (ofTest.length > 0) times.push(this.#span(Math.min(...ofTest), Math.max(...ofTest), false));
    const sent = this.#login?.messages ?? [];
    const ofLogin = sent.flatMap(({ firstMs, lastMs }) =>
      firstMs === null || lastMs === null ? [] : [firstMs, lastMs],
    );
    const byLog = sent.some((m) => m.byLog);
    if (ofLogin.length > 0) times.push(this.#span(Math.min(...ofLogin), Math.max(...ofLogin), byLog));
    return times;
  }

  /** Both ends, the protocol, and which way something is lost. */
  ends(): string[] {
    const { words } = this;
    const { addresses, language } = this.#options;
    const { listJoiner } = mannerOf(language);
    const o = this.#o;
    const clients = namesOf([...o.clientAddresses, ...o.initiations.map((i) => i.client)]);
    const gateways = namesOf([o.gateway, ...gatewaysOf(o)]);
    const ports = [
      ...new Set([...this.#sizes.flatMap((s) => s.port ?? []), ...(this.#login?.gatewayPorts ?? [])]),
    ].sort((a, b) => a - b);
    const { direction } = this.#diagnosis;
    return [
      ...(addresses && clients.length > 0 ? [words.client({ names: clients.join(listJoiner) })] : []),
      ...(addresses && gateways.length > 0 ? [words.gateway({ names: gateways.join(listJoiner) })] : []),
      ...(ports.length > 0 ? [words.ports({ ports: this.#and(ports.map(String)) })] : []),
      ...(direction === null ? [] : [words.lostOn[direction]]),
    ];
  }

  /** What was sent, what was answered, and what stands against it. */
  measured(): string[] {
    const { words } = this;
    const lines = [
      ...this.#tried(),
      ...this.#begun(),
      ...this.#messages(),
      ...lostPackets(this.#diagnosis, this.#options.language),
      ...this.#esp(),
      ...this.#routers(),
      ...this.#failures(),
    ];
    return lines.length === 0 ? [] : [words.sizes, ...lines];
  }

  /** Commands by which the reader can see it too. */
  reproduce(): Line[] {
    const { reproduce } = this.words;
    const { verdict } = this.#diagnosis;
    if (verdict === "gateway-rejects" || verdict === "slow-gateway" || verdict === "healthy") return [];
    const host = PLAIN_HOST.test(this.gatewayName) ? this.gatewayName : GATEWAY;
    const family = this.#family;
    const client = this.#options.addresses
      ? (namesOf(this.#o.clientAddresses).find((name) => PLAIN_HOST.test(name)) ?? CLIENT)
      : CLIENT;
    const lines: Line[] = [
      { text: reproduce.probe, command: `ikefrag probe --gateway ${host}` },
      ...this.#pings(host),
    ];
    const laterIpFragment = family === 4 ? "ip[6:2] & 0x1fff != 0" : "ip6[6] = 44";
    const filter = `host ${client} and (udp port 500 or udp port 4500 or ${laterIpFragment})`;
    return [...lines, { text: reproduce.watch, command: `tcpdump -ni any '${filter}'` }];
  }

  /** What a question about it can name, and what goes with it. */
  reference(): string[] {
    const { reportId = null, attached = [], language } = this.#options;
    const { words } = this;
    return [
      words.madeBy({ verdict: this.#diagnosis.verdict }),
      ...(reportId === null ? [] : [words.report({ id: reportId })]),
      ...(attached.length === 0
        ? []
        : [words.attached({ names: attached.join(mannerOf(language).listJoiner) })]),
    ];
  }

  get #family(): 4 | 6 {
    return this.#login?.messages[0]?.family ?? this.#sizes.find((s) => s.port !== null)?.family ?? 4;
  }

  #and(items: readonly string[]): string {
    const last = items.at(-1) ?? "";
    if (items.length < 2) return last;
    const first = items.slice(0, -1).join(mannerOf(this.#options.language).listJoiner);
    return this.words.and({ first, last });
  }

  /** Counts, as `3 of 3 not answered`. */
  #counts({ sent, answered, refusal }: Pick<TriedSize, "sent" | "answered" | "refusal">): string {
    const { words } = this;
    if (answered > 0) return words.answered({ answered, sent });
    if (refusal === "too-big") return words.tooBig;
    if (refusal === "unreachable") return words.unreachable;
    return words.unanswered({ sent });
  }

  #tried(): string[] {
    const { words } = this;
    const large = this.#sizes.filter((s) => s.way !== "control" && s.way !== "ping" && s.firstMs !== null);
    // A control shows that the gateway was there while the large ones were lost, where some were.
    const lost = large.filter((s) => s.answered === 0);
    const beside = (lost.length > 0 ? lost : large).map((s) => s.firstMs ?? 0);
    const [firstLarge, lastLarge] = [Math.min(...beside), Math.max(...beside)];
    const lines: string[] = [];
    let left = 0;
    for (const way of ["control", "whole", "split", "trial", "ping", "reflected"] as const) {
      const all = this.#sizes.filter((s) => s.way === way);
      // Where IKE itself was tried, pings add little: networks may treat them otherwise.
      const isLesser = way === "ping" && large.length > 0;
      const shown = isLesser
        ? []
        : way === "control"
          ? tellingControls(all, (s) => aroundOf(s) === "both")
          : telling(all);
      left += all.length - shown.length;
      for (const size of shown) {
        const { ipBytes, family } = size;
        const pieces = size.pieces.join(" + ");
        const port = size.port ?? 0;
        const payload = pingPayloadFor(ipBytes, family) ?? 0;
        const name = {
          control: () => words.tried.control({ ipBytes, port }) + words.around[aroundOf(size)],
          whole: () => words.tried[size.dontFragment ? "wholeDf" : "whole"]({ ipBytes, port }),
          split: () => words.tried.split({ ipBytes, pieces, port }),
          trial: () =>
            size.pieces.length > 1
              ? words.tried.trial({ ipBytes, pieces, port, mtu: size.mtu ?? 0 })
              : words.tried.whole({ ipBytes, port }),
          ping: () => words.tried[size.dontFragment ? "pingDf" : "ping"]({ payload, ipBytes }),
          reflected: () => words.tried.reflected({ ipBytes }),
        }[way]();
        lines.push(`${name}${words.colon}${this.#counts(size)}`);
      }
    }
    if (left > 0) lines.push(words.more({ count: left }));
    return lines;

    function aroundOf({ firstMs, lastMs, answered }: TriedSize): "both" | "before" | "after" | "none" {
      if (large.length === 0 || firstMs === null || lastMs === null || answered === 0) return "none";
      const [before, after] = [firstMs < firstLarge, lastMs > lastLarge];
      return before && after ? "both" : before ? "before" : after ? "after" : "none";
    }
  }

  /** What logins that the test began itself tell of both kinds of fragments, each way. */
  #begun(): string[] {
    const { words } = this;
    const { fourWays } = this.#diagnosis;
    if (fourWays === null) return [];
    return (["ipFragments", "ikeFragments"] as const).flatMap((kind) =>
      (["out", "back"] as const).flatMap((way) => {
        const { state, passedIkeBytes, lostIkeBytes, tries } = fourWays[kind][way];
        const bytes = state === "passed" ? passedIkeBytes : lostIkeBytes;
        if (state === "not-tested" || bytes === null) return [];
        const came = state === "passed" ? words.begun.passed : words.begun.lost({ tries });
        return [words.begun[kind][way]({ bytes }) + words.colon + came];
      }),
    );
  }

  /** The login as it was recorded: only what was seen of it is named. */
  #messages(): string[] {
    const login = this.#login;
    if (login === null) return [];
    const { words } = this;
    const { clientOffersIkeFragmentation: client, gatewayOffersIkeFragmentation: gateway } = login;
    const { listJoiner } = mannerOf(this.#options.language);
    const lines = login.messages.map((message) => this.#message(message));
    for (const { inPart } of login.messages)
      if (inPart !== null) lines.push(words.inPart({ ...inPart, missing: inPart.missing.join(listJoiner) }));
    for (const { way, pieces, count } of login.incomplete)
      lines.push(words.incomplete[way]({ pieces: pieces.join(" + "), count }));
    if (gateway === true) lines.push(words.offers.gateway);
    if (gateway === false && client === true) lines.push(words.offers.neither);
    return lines;
  }

  #message(message: TriedMessage): string {
    const { words } = this;
    const { name, ikeLength, cutAs, sent, answered, firstMs, byLog, silentMs, notifies } = message;
    const pieces = message.pieces.join(" + ");
    const kind = ikeLength === null ? "bare" : pieces === "" || cutAs === "unknown" ? "sized" : KINDS[cutAs];
    const title =
      kind === "bare"
        ? words.message.bare({ name })
        : kind === "sized"
          ? words.message.sized({ name, ikeLength: ikeLength ?? 0 })
          : words.message[kind]({ name, ikeLength: ikeLength ?? 0, pieces });
    const counts = answered ? words.answered({ answered: 1, sent }) : words.unanswered({ sent });
    const seconds = Math.floor(silentMs / 1_000);
    const facts = [
      counts,
      ...(firstMs === null || firstMs < FIRST_DATE_MS
        ? []
        : [words.sentAt({ at: this.#clock(firstMs, byLog) })]),
      ...(seconds > 0 ? [words.watched({ seconds })] : []),
      ...notifies.map((notify) => words.notify({ name: notify })),
    ];
    return `${title}${words.colon}${facts.join(mannerOf(this.#options.language).listJoiner)}`;
  }

  #esp(): string[] {
    const login = this.#login;
    if (this.#diagnosis.verdict !== "esp-mtu" || login === null) return [];
    const { esp, espIncomplete } = login;
    const lines = (["outbound", "inbound"] as const).map((way) =>
      this.words.esp[way]({ packets: esp[way].packets, bytes: esp[way].largestIpBytes }),
    );
    return espIncomplete === 0 ? lines : [...lines, this.words.espIncomplete({ count: espIncomplete })];
  }

  /** Routers that said what their next link carries. */
  #routers(): string[] {
    const o = this.#o;
    const said = [
      ...o.icmpErrors
        .filter(
          (e) => e.kind === "packet-too-big" && o.gatewayAddresses.includes(e.quoted?.destination ?? ""),
        )
        .map(({ source, nextHopMtu }) => ({ router: source, mtu: nextHopMtu })),
      ...[...o.echoes, ...o.pathReports]
        .filter((e) => e.toGateway === true)
        .map(({ router, nextHopMtu }) => ({ router, mtu: nextHopMtu })),
    ];
    const lines = said.flatMap(({ router, mtu }) =>
      router === null || mtu === null ? [] : [this.words.packetTooBig({ router: plainName(router), mtu })],
    );
    return [...new Set(lines)].slice(0, MOST_FAILURES);
  }

  /** What Windows recorded of failures; never the connection's name, which people choose. */
  #failures(): string[] {
    const failures = this.#o.vpn?.rasFailures ?? [];
    return failures.slice(-MOST_FAILURES).map(({ code, at }) => {
      const zoned = at !== null && /(?:Z|[+-]\d\d:?\d\d)$/.test(at) ? Date.parse(at) : Number.NaN;
      return Number.isNaN(zoned)
        ? this.words.ras({ code })
        : this.words.rasAt({ code, at: this.#span(zoned, zoned, false) });
    });
  }

  /** Pings of the sizes at which it fails, and of the largest that passes. */
  #pings(host: string): Line[] {
    const { reproduce } = this.words;
    const family = this.#family;
    const { passed, lost, split } = pingSizes(this.#sizes, this.#login, this.#diagnosis);
    const [win, unix] = family === 6 ? ["ping -6", "ping -6"] : ["ping", "ping"];
    const lines: Line[] = [];
    for (const ipBytes of [passed, lost]) {
      const payload = ipBytes === null ? null : pingPayloadFor(ipBytes, family);
      if (ipBytes === null || payload === null) continue;
      lines.push(
        { text: reproduce.whole({ ipBytes }), command: `${win} -f -n 3 -l ${payload} ${host}` },
        { text: reproduce.wholeUnix({ ipBytes }), command: `${unix} -M do -c 3 -s ${payload} ${host}` },
      );
    }
    const payload = split === null ? null : pingPayloadFor(split, family);
    if (split !== null && payload !== null) {
      lines.push(
        { text: reproduce.split({ ipBytes: split }), command: `${win} -n 3 -l ${payload} ${host}` },
        {
          text: reproduce.splitUnix({ ipBytes: split }),
          command: `${unix} -M dont -c 3 -s ${payload} ${host}`,
        },
      );
    }
    return lines.length === 0 ? [] : [...lines, reproduce.pings];
  }

  #span(fromMs: number, toMs: number, byLog: boolean): string {
    const { words } = this;
    if (!isCalendar(fromMs) || !isCalendar(toMs)) return "?";
    const [from, to] = [plainUtc(fromMs), plainUtc(toMs)];
    const plain = span(from, to);
    if (byLog || fromMs < FIRST_DATE_MS) return words.byLog({ at: plain });
    const zone = this.#options.zone ?? null;
    const [there, until] = [inZone(fromMs, zone), inZone(toMs, zone)];
    const utc = `${plain} UTC`;
    if (there === null || until === null) return utc;
    return words.inZone({ utc, local: `${span(there.time, until.time)} UTC${until.offset}` });
  }

  /** A moment of a line: the time alone, for the day stands above. */
  #clock(atMs: number, byLog: boolean): string {
    if (!isCalendar(atMs)) return "?";
    const time = new Date(atMs).toISOString().slice(-13, -5);
    return byLog || atMs < FIRST_DATE_MS ? this.words.byLog({ at: time }) : `${time} UTC`;
  }
}

const isCalendar = (atMs: number): boolean => Math.abs(atMs) < 8.64e15;

/** `2026-01-31 09:05:07`; without a date where a log has none. */
function plainUtc(atMs: number): string {
  const iso = new Date(atMs).toISOString();
  return atMs < FIRST_DATE_MS ? iso.slice(-13, -5) : `${iso.slice(0, -14)} ${iso.slice(-13, -5)}`;
}

/** `2026-01-31 09:05:07 – 09:05:38`: the day once, where it is one. */
function span(from: string, to: string): string {
  if (from === to) return from;
  const [day = "", time = ""] = to.split(" ");
  return `${from} – ${from.startsWith(`${day} `) ? time : to}`;
}

const KINDS = { whole: "whole", "ip-fragments": "ipFragments", "ike-fragments": "ikeFragments" } as const;

/** A moment by the clocks of a time zone, and how far these are ahead of UTC; `null`: no other than UTC. */
function inZone(atMs: number, zone: string | null): { time: string; offset: string } | null {
  if (zone === null || zone === "UTC") return null;
  try {
    const parts = new Intl.DateTimeFormat("en-CA", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName: "longOffset",
    }).formatToParts(atMs);
    const of = (type: Intl.DateTimeFormatPartTypes): string =>
      parts.find((part) => part.type === type)?.value ?? "";
    const offset = of("timeZoneName").replace("GMT", "");
    if (offset === "") return null;
    const [date, time] = [["year", "month", "day"] as const, ["hour", "minute", "second"] as const];
    return { time: `${date.map(of).join("-")} ${time.map(of).join(":")}`, offset };
  } catch {
    return null; // no such zone
  }
}

/** Letters that are written from right to left: a plain text has no other way to keep its line in order. */
const RIGHT_TO_LEFT =
  /[\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/gu;

/** A name that strangers chose, fit for one line of a text. Addresses and hosts have no such letters. */
const plainName = (name: string): string =>
  withoutUnfit(name).replace(RIGHT_TO_LEFT, "\ufffd").replace(/\s+/g, " ").trim().slice(0, 120);

const namesOf = (names: readonly (string | null)[]): string[] => [
  ...new Set(names.flatMap((name) => (name === null || name.trim() === "" ? [] : [plainName(name)]))),
];

const gatewaysOf = (o: Observations): string[] => [
  ...o.gatewayAddresses,
  ...o.initiations.map((i) => i.gateway),
];

/** Of many sizes of one way those that tell: the smallest that were lost, and the largest that passed. */
function telling(sizes: readonly TriedSize[]): TriedSize[] {
  const lost = sizes.filter((s) => s.answered === 0).slice(0, MOST_OF_A_WAY);
  const passed = sizes.filter((s) => s.answered > 0);
  const below = passed.filter((s) => lost[0] === undefined || s.ipBytes < lost[0].ipBytes).slice(-1);
  const above = passed.filter((s) => !below.includes(s)).slice(-1);
  const kept = new Set([...lost, ...below, ...above]);
  return sizes.filter((s) => kept.has(s));
}

/** The controls that were answered before and after, which prove most; else the first ones. */
function tellingControls(sizes: readonly TriedSize[], isAround: (size: TriedSize) => boolean): TriedSize[] {
  const around = sizes.filter(isAround);
  const silent = sizes.filter((s) => s.answered === 0);
  const ports = new Set([...around, ...silent].map((s) => s.port));
  const others = sizes.filter((s) => s.answered > 0 && !ports.has(s.port));
  const kept = new Set([...around, ...silent, ...others.slice(0, 1)]);
  return sizes.filter((s) => kept.has(s)).slice(0, MOST_OF_A_WAY);
}

const largest = (sizes: readonly number[]): number | null => (sizes.length === 0 ? null : Math.max(...sizes));
const smallest = (sizes: readonly number[]): number | null =>
  sizes.length === 0 ? null : Math.min(...sizes);

/** Between which sizes of packets on the wire it stops, of the kind that the verdict is about. */
function edgesOf(
  sizes: readonly TriedSize[],
  login: TriedLogin | null,
  { verdict, direction }: Pick<Diagnosis, "verdict" | "direction">,
): SizeEdges {
  const isOfIpFragments = verdict.startsWith("outbound-fragments");
  const counted = sizes.filter((s) =>
    isOfIpFragments ? s.way === "split" || s.way === "trial" : s.way === "whole" || s.way === "ping",
  );
  const onWire = ({ pieces, ipBytes }: TriedSize): number => largest(pieces) ?? ipBytes;
  const lost = counted.filter((s) => s.answered === 0).map(onWire);
  const unanswered = login?.messages.findLast((m) => !m.answered && m.cutAs === "ike-fragments");
  const inIkeFragments = largest(unanswered?.pieces ?? []);
  // Of the gateway's own packets only those are seen that came: their sizes are not those that are lost.
  const isKnown = direction === "outbound" && lost.length === 0 && inIkeFragments !== null;
  if (verdict === "ike-fragments-too-large" && isKnown)
    return { passedIpBytes: null, lostIpBytes: inIkeFragments };
  const passed = counted.filter((s) => s.answered > 0).map(onWire);
  const passedIpBytes = largest(passed);
  const lostIpBytes = smallest(lost.filter((bytes) => passedIpBytes === null || bytes > passedIpBytes));
  return { passedIpBytes, lostIpBytes };
}

/** Sizes for pings, as whole IP packets: whole ones that pass and are lost, and one that is to be split. */
function pingSizes(
  sizes: readonly TriedSize[],
  login: TriedLogin | null,
  { verdict }: Pick<Diagnosis, "verdict">,
): { passed: number | null; lost: number | null; split: number | null } {
  const whole = sizes.filter((s) => s.way === "whole" && s.pieces.length === 0);
  const passed = largest(whole.filter((s) => s.answered > 0).map((s) => s.ipBytes));
  const isBlackHole = verdict === "path-mtu-black-hole";
  const lost = isBlackHole
    ? smallest(whole.filter((s) => s.answered === 0 && s.ipBytes > (passed ?? 0)).map((s) => s.ipBytes))
    : null;
  const lostSplit = sizes.filter((s) => s.way === "split" && s.answered === 0).map((s) => s.ipBytes);
  const ofLogin = login?.messages.findLast((m) => !m.answered && m.cutAs === "ip-fragments");
  const split = largest(lostSplit) ?? (ofLogin ? wholeIpBytes(ofLogin.pieces, ofLogin.family) : null);
  const isOfSplits = /fragments|unanswered/.test(verdict) && !verdict.startsWith("ike-fragments");
  return { passed: isOfSplits || isBlackHole ? passed : null, lost, split: isOfSplits ? split : null };
}
