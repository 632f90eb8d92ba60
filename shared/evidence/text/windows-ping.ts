/**
 * `ping` of Windows, in any language. Windows translates all but addresses, `TTL=`, in most languages `DF`,
 * and the form: a heading that ends in a colon, one line an echo, statistics. A reply is known by `TTL=`; a
 * refusal for size by `DF` without it, and by an address in front when a router refused. A lost echo has
 * neither an address nor a number, so it is known by its place: between heading and statistics, and as often
 * as the statistics count.
 */

import {
  type Block,
  emptyReading,
  type Format,
  findAddresses,
  type PingLine,
  PingLines,
  type Reading,
  type TextLine,
} from "./format.ts";
import { nameLanguage } from "./windows-words.ts";

const LARGEST_PING_PAYLOAD_BYTES = 65_500; // what `-l` accepts
/** In 1500 bytes of IP packet. */
const LARGEST_ON_ETHERNET = 1_472;
const DEFAULT_PING_PAYLOAD_BYTES = 32;

interface Heading {
  target: string;
  pingPayloadBytes: number;
}

const endsInColon = (text: string): boolean => /[:：]\s{0,8}$/.test(text.slice(-9));

/** An address, exactly one number that stands alone, and a colon at the end. */
function readHeading(text: string): Heading | null {
  if (text.length > 400 || !endsInColon(text) || text.includes("=")) return null;
  const bracketed = /\[([0-9A-Fa-f.:%]{2,60})\]/.exec(text);
  const addresses = findAddresses(text);
  const inBrackets = bracketed && findAddresses(` ${bracketed[1]} `)[0]?.address;
  const target = inBrackets || addresses[0]?.address;
  if (!target) return null;
  let rest = text.replace(/\[[^\]]*\]/g, " [] ");
  for (const { address } of addresses) rest = rest.replaceAll(address, " [] ");
  // A number in a name (`gw2.example.com`) does not stand alone; one before Hangul or Kana does.
  const numbers = [...rest.matchAll(/(?<![\w.:/-])(\d{1,6})(?![\w:/-]|\.\w)/g)].map((m) => Number(m[1]));
  const [pingPayloadBytes] = numbers;
  if (numbers.length !== 1 || pingPayloadBytes === undefined) return null;
  return pingPayloadBytes <= LARGEST_PING_PAYLOAD_BYTES ? { target, pingPayloadBytes } : null;
}

const HAS_TTL = /TTL\s?=\s?\d{1,3}(?!\d)/;
/** A reply over IPv6 has neither bytes nor `TTL=`, only the time. */
const ONLY_TIME = /^[^=<]*[=<]\s?\d{1,6}\s?\p{L}{1,6}\.?\s*$/u;
const isUnixReply = (text: string): boolean => /\b(?:icmp_)?seq[= ]\d/.test(text);

function isReply(text: string): boolean {
  if (text.length > 400 || isUnixReply(text)) return false;
  if (HAS_TTL.test(text)) return /=\s?\d+/.test(text) && findAddresses(text).length === 1;
  const [from] = findAddresses(text);
  return from?.address.includes(":") === true && ONLY_TIME.test(text.slice(from.end));
}

/**
 * The word for what Windows translates everywhere else: the header's flag, or, in some languages, a form of
 * "fragment".
 */
const DF = /(?<![\p{L}\p{N}_])DF(?![A-Za-z0-9_])/u;
const FORM_OF_FRAGMENT = /fragment|фрагмент|断片化|分段|拆分|조각화/i;
const namesFragmentation = (text: string): boolean => DF.test(text) || FORM_OF_FRAGMENT.test(text);

/**
 * Sentences with an address in front that are neither a reply nor a refusal for size. Without these words
 * they are not understood.
 */
const NO_WAY_THERE =
  /unreachable|expired|到達|期限|nicht erreichbar|überschritten|inaccessible|inaccesible|недоступ|превышен|无法访问|过期|연결할 수 없/i;
/** Known words for a lost echo. Other words are one as well where the form proves it. */
const KNOWN_LOST =
  /^\s*(?:Request timed out|要求がタイムアウトしました|Zeit[üu]berschreitung der Anforderung|请求超时|Délai d['’]attente de la demande dépassé|Tiempo de espera agotado|Превышен интервал ожидания|요청 시간이 만료|Esgotado o tempo limite|Richiesta scaduta)/i;

type Told =
  | { kind: "reply"; reply: number | null; sent: number | null; from: string; isCrowded: boolean }
  | { kind: "refused"; router: string | null }
  | { kind: "no-way"; router: string }
  | { kind: "mute"; sentence: string }
  | { kind: "counts"; sent: number; received: number; lost: number }
  | { kind: "statistics" }
  | { kind: "strange" };

/**
 * `Packets: Sent = 4, Received = 4, Lost = 0 (0% loss),` in this order in every language; the times have
 * units.
 */
function readCounts(text: string): Extract<Told, { kind: "counts" }> | null {
  if (!text.includes("=")) return null;
  const numbers = [...text.matchAll(/=\s?(\d{1,9})(?!\d|\s?[\p{L}.])/gu)].map((m) => Number(m[1]));
  const [sent = 0, received = 0, lost = 0] = numbers;
  if (numbers.length !== 3 || HAS_TTL.test(text) || findAddresses(text).length > 0) return null;
  return /^\D/.test(text.trim()) ? { kind: "counts", sent, received, lost } : null;
}

/** An address, no number, a colon at the end. */
function isStatisticsHeading(text: string): boolean {
  if (text.length > 200 || !endsInColon(text) || /[=<>]/.test(text)) return false;
  const [from, other] = findAddresses(text);
  return (
    from !== undefined && other === undefined && !/\d/.test(text.slice(0, from.at) + text.slice(from.end))
  );
}

/** Two words stand in front of a reply's address, in all languages that are known, and the mark of a list. */
const MOST_WORDS_IN_FRONT = 3;
const wordsInFront = (text: string): number =>
  text
    .slice(0, findAddresses(text)[0]?.at ?? 0)
    .split(/\s+/)
    .filter((word) => word !== "").length;

function tell(text: string): Told {
  if (isReply(text)) {
    const sent = /[(（]\D{1,40}(\d{1,5})\s?[)）]/.exec(text)?.[1];
    // What was sent stands in brackets where the reply is shorter: misread, the size is not known.
    if (sent === undefined && /[(（][^)）]{0,60}\d/.test(text)) return { kind: "strange" };
    // The bytes come first, and the time is a number with a unit behind it.
    const bytes = /=\s?(\d{1,5})(?![\d.]|\p{L})/u.exec(text.replace(HAS_TTL, ""))?.[1];
    return {
      kind: "reply",
      reply: bytes === undefined ? null : Number(bytes),
      sent: sent === undefined ? null : Number(sent),
      from: findAddresses(text)[0]?.address ?? "",
      isCrowded: wordsInFront(text) > MOST_WORDS_IN_FRONT,
    };
  }
  const counts = readCounts(text);
  if (counts) return counts;
  // The times, the percentage on a line of its own, and the headings of both.
  // Half a reply is none, and no part of the statistics either.
  if (/[>@]/.test(text) || HAS_TTL.test(text)) return { kind: "strange" };
  if (/=\s?\d/.test(text) || /^\s*[(（]\s?\d{1,3}\s?%/.test(text) || endsInColon(text)) {
    return { kind: "statistics" };
  }
  const addresses = findAddresses(text);
  const [from] = addresses;
  if (from) {
    const said = text.slice(from.end);
    if (addresses.length > 1 || /\d/.test(said) || !/[:：]\s*\S/.test(said)) return { kind: "strange" };
    if (namesFragmentation(said)) return { kind: "refused", router: from.address };
    return NO_WAY_THERE.test(said) ? { kind: "no-way", router: from.address } : { kind: "strange" };
  }
  if (/[\d=<>@/\\#|{}]|^\s*PING:/i.test(text) || text.length > 160) return { kind: "strange" };
  if (namesFragmentation(text)) return { kind: "refused", router: null };
  return { kind: "mute", sentence: text.trim() };
}

/** One heading and what stands below it, before it is decided what the mute sentences mean. */
interface Ping {
  heading: Heading | null;
  /** Its line; below no heading, the first line. */
  top: TextLine | null;
  /** From the command line, where it is about this heading. */
  dontFragment: boolean | null;
  body: { at: TextLine; told: Told }[];
  counts: Extract<Told, { kind: "counts" }> | null;
  /** Some between heading and statistics were not understood. */
  hasStrangeLines: boolean;
}

interface ReadForm {
  ping: Ping;
  notUnderstood: TextLine[];
}

function readForm({ command, lines }: Block): ReadForm {
  const [first, ...others] = lines;
  const heading = first ? readHeading(first.text) : null;
  const below = heading ? others : lines;
  const ping: Ping = {
    heading,
    top: first ?? null,
    dontFragment: null,
    body: [],
    counts: null,
    hasStrangeLines: false,
  };
  const notUnderstood: TextLine[] = [];
  const sentences = new Set<string>();
  let where: "body" | "after-blank" | "statistics" | "after" = "body";
  let afterStrange = false;
  for (const at of unwrapSentences(below)) {
    if (at.text === "") {
      afterStrange = false;
      if (where === "body" && ping.body.length > 0) where = "after-blank";
      if (where === "statistics" && ping.counts) where = "after";
      continue;
    }
    const told = tellSafely(at.text);
    if (told.kind === "counts" || told.kind === "statistics") {
      if (told.kind === "counts") ping.counts ??= told;
      where = "statistics";
      continue;
    }
    // `^C`, `Control-C`, or prose: below the statistics no echo is told of any more.
    if (where === "statistics" || where === "after") {
      notUnderstood.push(at);
      continue;
    }
    // In a double-spaced paste a blank line stands between the echoes too; a new sentence behind one is
    // prose.
    const isSeen = told.kind === "mute" && (KNOWN_LOST.test(told.sentence) || sentences.has(told.sentence));
    // The rest of a router's sentence that was wrapped would look like this system's own.
    const isRest = afterStrange && told.kind === "refused" && told.router === null;
    if (told.kind === "strange" || isRest || (where === "after-blank" && told.kind === "mute" && !isSeen)) {
      afterStrange = true;
      notUnderstood.push(at);
      if (where === "body") ping.hasStrangeLines = true;
      where = "after-blank";
      continue;
    }
    afterStrange = false;
    if (told.kind === "mute") sentences.add(told.sentence);
    ping.body.push({ at, told });
  }
  const asked = command && heading ? readArguments(command.program, command.words) : null;
  if (asked && (heading === null || asked.pingPayloadBytes === heading.pingPayloadBytes)) {
    ping.dontFragment = asked.dontFragment;
  }
  return { ping, notUnderstood };
}

const tellSafely = (text: string): Told => (text.length > 400 ? { kind: "strange" } : tell(text));

/**
 * A line that does not end like a sentence, and one or two below it that end it, were one before a mailer
 * wrapped them.
 */
function unwrapSentences(lines: readonly TextLine[]): TextLine[] {
  const whole: TextLine[] = [];
  for (let at = 0; at < lines.length; at++) {
    const first = lines[at];
    if (!first) break;
    let { text } = first;
    let joined: { text: string; last: number } | null = null;
    for (let next = at + 1; next <= at + 2 && canGoOn(text); next++) {
      const rest = lines[next]?.text ?? "";
      const kind = rest === "" ? "strange" : tellSafely(rest).kind;
      if ((kind !== "mute" && kind !== "refused") || rest === first.text) break;
      text = `${text} ${rest.trimStart()}`;
      if (ENDS_SENTENCE.test(text) && tellSafely(text).kind !== "strange") joined = { text, last: next };
    }
    whole.push(joined ? { line: first.line, text: joined.text } : first);
    if (joined) at = joined.last;
  }
  return whole;
}

const ENDS_SENTENCE = /[.。．!！।…]\s*$/;
function canGoOn(text: string): boolean {
  if (text === "" || text.length > 200 || ENDS_SENTENCE.test(text) || endsInColon(text)) return false;
  const { kind } = tellSafely(text);
  return kind === "mute" || kind === "refused" || (kind === "strange" && findAddresses(text).length === 1);
}

/** The form of a heading: all but the host and the size. */
const formOf = (text: string): string =>
  text
    .slice(0, 400)
    .replace(/\S*(?:\d+\.){3}\d+\S*|\S*:[0-9A-Fa-f:]*:\S*/g, "H")
    .replace(/\d+/g, "N");

/**
 * Whether each heading is one: `I tried 192.0.2.1 and after 2 hours I saw this:` has the form too. A reply, a
 * refusal or the statistics below prove it, the command line, another heading of the same form, or words that
 * are known.
 */
function provenHeadings(blocks: readonly Block[]): boolean[] {
  const isProven = ({ command, lines }: Block): boolean => {
    const [first, ...others] = lines;
    if (!first || readHeading(first.text) === null || command?.program === "ping") return true;
    return (
      nameLanguage([first]) !== null ||
      others.some(({ text }) => {
        const { kind } = tellSafely(text);
        return kind === "reply" || kind === "refused" || kind === "counts" || isStatisticsHeading(text);
      })
    );
  };
  const forms = blocks.map(({ lines: [first] }) => formOf(first?.text ?? ""));
  const own = blocks.map(isProven);
  const proven = new Set(forms.filter((_, at) => own[at]));
  const seen = new Set<string>();
  for (const form of forms) {
    if (seen.has(form)) proven.add(form);
    seen.add(form);
  }
  return forms.map((form, at) => own[at] === true || proven.has(form));
}

/** What a command line asks Windows's ping for. */
function readArguments(
  program: string,
  words: readonly string[],
): { dontFragment: boolean; pingPayloadBytes: number } | null {
  if (program !== "ping") return null;
  const size = words.findIndex((word) => /^[-/]l$/i.test(word));
  return {
    dontFragment: words.some((word) => /^[-/]f$/i.test(word)),
    pingPayloadBytes: size < 0 ? DEFAULT_PING_PAYLOAD_BYTES : Number(words[size + 1]),
  };
}

/**
 * What the sentences without address and number mean, decided over the whole paste. `null`: that cannot be
 * told.
 */
type SentenceMeanings = ReadonlyMap<string, "lost" | "refused">;

/**
 * It fits an Ethernet, or was not asked to stay whole, so that the system had no reason of its own to refuse
 * it.
 */
const wasSentForSure = ({ heading, dontFragment }: Ping): boolean =>
  heading !== null && (dontFragment === false || heading.pingPayloadBytes <= LARGEST_ON_ETHERNET);

/**
 * Decides what each unknown sentence means by where it stands, not by its words: it ends like a sentence,
 * comes more than once, and at least once stands directly below a heading. Of two of them the one that is
 * only told of larger sizes than the other is the refusal: a size that is refused by the system is never
 * sent, and no larger one is either. A single unknown sentence is a lost echo, unless all its sizes are such
 * that the system may have refused them.
 */
function decideSentences(forms: readonly ReadForm[]): SentenceMeanings {
  const seen = new Map<
    string,
    { count: number; first: boolean; wasSent: boolean; sizes: { least: number; most: number } }
  >();
  let refusalsAreNamed = false;
  for (const { ping } of forms) {
    const { heading, body } = ping;
    if (ping.hasStrangeLines) continue;
    for (const [index, { told }] of body.entries()) {
      if (told.kind === "refused") refusalsAreNamed = true;
      if (told.kind !== "mute" || heading === null) continue;
      const size = heading.pingPayloadBytes;
      const about = seen.get(told.sentence) ?? {
        count: 0,
        first: false,
        wasSent: false,
        sizes: { least: size, most: size },
      };
      about.count += 1;
      about.first ||= index === 0;
      about.wasSent ||= wasSentForSure(ping);
      about.sizes = { least: Math.min(about.sizes.least, size), most: Math.max(about.sizes.most, size) };
      seen.set(told.sentence, about);
    }
  }
  const meanings = new Map<string, "lost" | "refused">();
  const unknown: { sentence: string; least: number; most: number; wasSent: boolean }[] = [];
  let someAreKnown = false;
  for (const [sentence, { count, first, sizes, wasSent }] of seen) {
    if (KNOWN_LOST.test(sentence)) {
      meanings.set(sentence, "lost");
      someAreKnown = true;
    } else if (count > 1 && first && ENDS_SENTENCE.test(sentence)) {
      unknown.push({ sentence, least: sizes.least, most: sizes.most, wasSent });
    }
  }
  unknown.sort((a, b) => a.least - b.least);
  const [smaller, larger, third] = unknown;
  if (someAreKnown || !smaller || third) return meanings;
  if (!larger) {
    if (smaller.wasSent || refusalsAreNamed) meanings.set(smaller.sentence, "lost");
  } else if (!refusalsAreNamed && smaller.most < larger.least) {
    meanings.set(smaller.sentence, "lost").set(larger.sentence, "refused");
  }
  return meanings;
}

/** Reads a block with what {@link decideSentences} found for the whole paste. */
function readPing({ ping, notUnderstood }: ReadForm, meanings: SentenceMeanings): Reading {
  const reading = emptyReading();
  const pings = new PingLines();
  reading.notUnderstood.push(...notUnderstood);
  const { heading, counts, body } = ping;
  const refusals = body.filter((b) => b.told.kind === "refused");
  const dontFragment =
    refusals.length > 0 && ping.dontFragment === null && heading !== null ? true : ping.dontFragment;

  // One of these may be a refusal in words that are not known, after which the others mean something else.
  const hasStrangeLines = ping.hasStrangeLines;
  const mute = body.filter((b) => b.told.kind === "mute");
  const meaningOf = ({ told }: (typeof body)[number]) =>
    told.kind === "mute" ? meanings.get(told.sentence) : undefined;
  // Windows counts a router's refusal as received, its own as lost.
  const refusedHere = body.filter(
    (b) => (b.told.kind === "refused" && b.told.router === null) || meaningOf(b) === "refused",
  ).length;
  const mayBeLost = counts === null ? Number.POSITIVE_INFINITY : counts.lost - refusedHere;
  const known = mute.filter(
    (b) =>
      meaningOf(b) === "lost" &&
      (!hasStrangeLines || (b.told.kind === "mute" && KNOWN_LOST.test(b.told.sentence))),
  );
  const punctuated = mute.filter((b) => b.told.kind === "mute" && ENDS_SENTENCE.test(b.told.sentence));
  const add = ({ line }: TextLine, rest: Partial<PingLine> & Pick<PingLine, "outcome">): void =>
    pings.add({
      line,
      count: 1,
      target: heading?.target ?? null,
      pingPayloadBytes: heading?.pingPayloadBytes ?? null,
      replyPingPayloadBytes: null,
      router: null,
      nextHopMtu: null,
      dontFragment,
      ...rest,
    });

  // The statistics prove sentences that are unknown, and disprove some that looked known.
  const lost = new Set(
    known.length > 0
      ? known.length <= mayBeLost
        ? known
        : []
      : counts !== null &&
          !hasStrangeLines &&
          wasSentForSure(ping) &&
          counts.sent === counts.received + counts.lost &&
          mayBeLost > 0
        ? ([punctuated, mute].find((lines) => lines.length === mayBeLost) ?? [])
        : [],
  );
  for (const entry of body) {
    const { at, told } = entry;
    switch (told.kind) {
      case "reply": {
        // Another sentence ran into it, such as that of a lost echo.
        if (told.isCrowded) reading.notUnderstood.push(at);
        const shown = told.sent ?? told.reply;
        const pingPayloadBytes = heading?.pingPayloadBytes ?? shown;
        // A reply to more than the heading says is no proof of more. But where a line above was not
        // understood, that line may have been the heading of another size.
        const isAboutHeading =
          heading === null ||
          shown === null ||
          shown === heading.pingPayloadBytes ||
          (shown > heading.pingPayloadBytes && notUnderstood.length === 0);
        if (!isAboutHeading || pingPayloadBytes === null) reading.notUnderstood.push(at);
        else
          add(at, {
            outcome: "answered",
            target: heading?.target ?? told.from,
            pingPayloadBytes,
            replyPingPayloadBytes: told.reply,
          });
        break;
      }
      case "refused":
        if (heading === null) reading.notUnderstood.push(at);
        else
          add(at, {
            outcome: told.router === null ? "too-big-locally" : "too-big-remotely",
            router: told.router,
          });
        break;
      case "no-way":
        if (heading === null) reading.notUnderstood.push(at);
        else add(at, { outcome: "unreachable", router: told.router });
        break;
      default:
        if (heading !== null && meaningOf(entry) === "refused") add(at, { outcome: "too-big-locally" });
        else if (heading !== null && lost.has(entry)) add(at, { outcome: "timeout" });
        else reading.notUnderstood.push(at);
    }
  }
  reading.pings = pings.all();
  // What ran together below the heading may look like statistics alone: then it is the heading that says
  // nothing.
  if (reading.pings.length + reading.notUnderstood.length === 0 && heading !== null && ping.top !== null)
    reading.notUnderstood.push(ping.top);
  return reading;
}

/** `Pinging … with 32 bytes of data: Reply … TTL=55 Reply …` on one line, as some pages show it. */
function separate(text: string): string[] | null {
  const headings = [...findHeadings(text)];
  const replies = text.match(/TTL\s?=\s?\d{1,3}(?!\d)/g)?.length ?? 0;
  if (headings.length + replies < 2) return null;
  const [first] = headings;
  // What stands in front of the address in the first heading stands in front of it in the others.
  const prefix = first ? text.slice(0, first.at).trimStart() : "";
  if (prefix.length > 60 || findAddresses(prefix).length > 0) return null;
  const starts = headings.map(({ at }) => {
    const start = at - prefix.length;
    return text.slice(start, at) === prefix ? start : at;
  });
  const parts: string[] = [];
  let from = 0;
  for (const [index, { end }] of headings.entries()) {
    parts.push(...separateEchoes(text.slice(from, starts[index])));
    parts.push(text.slice(starts[index], end));
    from = end;
  }
  parts.push(...separateEchoes(text.slice(from)));
  return parts.filter((part) => part.trim() !== "");
}

function* findHeadings(text: string): Generator<{ at: number; end: number }> {
  for (const { address, at } of findAddresses(text)) {
    const tail =
      /^\]?[^\d=:：.。[\]]{0,60}(?<![.:/-])\d{1,5}(?![\w:/-]|\.\w)[^\d=:：.。[\]]{0,60}[:：](?!\S*\d)/.exec(
        text.slice(at + address.length, at + address.length + 140),
      );
    if (!tail) continue;
    const named = /[\w.-]{1,80} \[$/.exec(text.slice(Math.max(0, at - 82), at));
    yield { at: named ? at - named[0].length : at, end: at + address.length + tail[0].length };
  }
}

/** Behind each reply's `TTL=` and each sentence's end. */
const separateEchoes = (text: string): string[] =>
  text
    .split(/(?<=TTL\s?=\s?\d{1,3})(?=\s)/)
    .flatMap((part) => {
      // Up to the address of a reply, with its first digit, so that one may begin with it.
      const reply = HAS_TTL.test(part) ? 1 + (findAddresses(part)[0]?.at ?? 0) : part.length;
      const sentences = part.slice(0, reply).split(/(?<=[.!] )|(?<=[。．！])/);
      return [...sentences.slice(0, -1), `${sentences.at(-1) ?? ""}${part.slice(reply)}`];
    })
    .map((part) => part.trim());

/** Windows's ping. */
export const windowsPing: Format = {
  id: "windows-ping",
  system: "Windows",
  gives: "pings",
  source: "output of Windows in English, German, Japanese and Chinese; other languages from posts",
  knownFrom: "seen",
  isHeading: (text) => readHeading(text) !== null,
  isRow: (text) =>
    isReply(text) || isStatisticsHeading(text) || (text.length <= 400 && readCounts(text) !== null),
  separate,
  nameLanguage,
  read(blocks) {
    const proven = provenHeadings(blocks);
    const forms = blocks.map(readForm);
    const meanings = decideSentences(forms.filter((_, at) => proven[at]));
    return forms.map((form, at) => {
      if (proven[at]) return readPing(form, meanings);
      const notUnderstood = (blocks[at]?.lines ?? []).filter(({ text }) => text !== "");
      return { ...emptyReading(), notUnderstood };
    });
  },
};
