/** The section of a report that shows IKE messages field by field, and how drawings lead to it. */
import { idSafe } from "../chart/anchor.ts";
import { type Markable, type Markup, markup } from "../chart/markup.ts";
import type { DecodedCapture, DecodedMessage } from "../evidence/decoded-messages.ts";
import { type Language, mannerOf } from "../language.ts";
import { decoded as en } from "../text/en/decoded.ts";
import { decoded as ja } from "../text/ja/decoded.ts";
import { type Bound, bind, type Said } from "../text/sentence.ts";

const WORDS: Readonly<Record<Language, Said<typeof en>>> = { en, ja };
type Words = Bound<typeof en>;

/** The words of decoded messages in a language. */
export const decodedWords = (language: Language): Words => bind<typeof en>(WORDS[language]);

/** So many messages a page has room for that is loaded over a slow line, over all captures. */
const MOST_MESSAGES = 36;
const LEAST_OF_A_CAPTURE = 8;
/** A message of a stranger may name any number of these. */
const MOST_NAMES = 24;
const MOST_PACKETS = 12;

/** Where the fields of a message are: the `id` in the section. */
export const messageAnchor = ({ capture, frame }: Pick<DecodedMessage, "capture" | "frame">): string =>
  `message-${frame}-${idSafe(capture)}`;

/** What the section takes besides the messages. */
export interface MessagesOptions {
  /** Addresses of the clients: from there a message goes to the gateway. */
  clients: ReadonlySet<string>;
  /** Where the bytes of a message are shown; `null`: nowhere on this cover. */
  bytesHref: ((message: DecodedMessage) => string) | null;
}

/** A section of messages, and which of them it shows. */
export interface MessagesSection {
  section: Markup;
  /** The messages that can be led to. */
  shown: readonly DecodedMessage[];
}

/** The section; `null` where no capture shows a message. */
export function messagesSection(
  captures: readonly DecodedCapture[],
  language: Language,
  options: MessagesOptions,
): MessagesSection | null {
  const words = decodedWords(language);
  const some = captures.filter(({ front }) => front.length > 0);
  if (some.length === 0) return null;
  const room = Math.max(LEAST_OF_A_CAPTURE, Math.floor(MOST_MESSAGES / some.length));
  const trimmed = some.map((capture) => trim(capture, room));
  const item = (message: DecodedMessage, startMs: number): Markup => {
    const title = messageTitle(message, language, options.clients, message.timeMs - startMs);
    return markup`<details class="message"><summary>${title}</summary>
<div id="${messageAnchor(message)}">${messageFields(message, language)}${
      options.bytesHref !== null &&
      markup`<p><a class="bytes" href="${options.bytesHref(message)}">${words.showBytes}</a></p>`
    }</div></details>
`;
  };
  return {
    section: markup`<section id="messages"><h2>${words.title}</h2>
<p class="soft">${words.about}</p>
${trimmed.map(({ capture, front, omitted, back }) => {
  const startMs = front[0]?.timeMs ?? 0;
  return markup`${trimmed.length > 1 && markup`<h3><bdi>${capture}</bdi></h3>\n`}${front.map((message) =>
    item(message, startMs),
  )}${omitted > 0 && markup`<p class="soft">${words.folded({ messages: omitted })}</p>\n`}${back.map(
    (message) => item(message, startMs),
  )}`;
})}</section>`,
    shown: trimmed.flatMap(({ front, back }) => [...front, ...back]),
  };
}

/** The beginning and the end stay: a diagnosis is mostly about the last attempt. */
function trim({ capture, front, omitted, back }: DecodedCapture, room: number): DecodedCapture {
  const all = [...front, ...back];
  if (all.length <= room) return { capture, front, omitted, back };
  const before = Math.ceil(room * 0.6);
  const kept = { front: all.slice(0, before), back: all.slice(before - room) };
  return { capture, omitted: omitted + all.length - room, ...kept };
}

/**
 * A message in a line: the frame, when, which way, which exchange, how large and how it travelled.
 *
 * @param clients addresses of clients; `null`: which way is not said
 */
export function messageTitle(
  message: DecodedMessage,
  language: Language,
  clients: ReadonlySet<string> | null,
  sinceMs: number | null,
): Markup {
  const words = decodedWords(language);
  const { header, ipPackets, ikeFragment } = message;
  const sizes = ipPackets.map(({ ipBytes }) => ipBytes);
  const kind =
    header === null
      ? ""
      : [
          header.exchange,
          header.isResponse === null ? null : header.isResponse ? words.response : words.request,
        ]
          .filter(Boolean)
          .join(" ");
  const facts = [
    header && words.messageId({ id: header.messageId }),
    ikeFragment && words.ikeFragment(ikeFragment),
    header && ikeFragment === null && words.ikeBytes({ bytes: header.length }),
    sizes.length === 1 && message.missing.length === 0
      ? words.onePacket({ bytes: sizes[0] ?? 0 })
      : words.ipFragments({ count: sizes.length, sizes: sizes.slice(0, MOST_PACKETS).join(" + ") }),
    message.missing.length > 0 && words.notWhole,
  ];
  const lead = [
    words.frame({ frame: message.frame }),
    sinceMs !== null && words.at({ seconds: (sinceMs / 1000).toFixed(2).replace("-", "−") }),
    clients && (clients.has(message.sourceAddress) ? words.toGateway : words.toClient),
  ].filter(Boolean);
  return markup`<span class="soft">${lead.join(" · ")}</span> <strong>${kind}</strong> <span class="soft">${facts.filter(Boolean).join(" · ")}</span>`;
}

/** All fields of a message, as pairs of name and value. */
export function messageFields(message: DecodedMessage, language: Language): Markup {
  const words = decodedWords(language);
  const { listJoiner } = mannerOf(language);
  const { header } = message;
  const some = (names: readonly string[]): string | null =>
    names.length === 0
      ? null
      : [...names.slice(0, MOST_NAMES), ...(names.length > MOST_NAMES ? ["…"] : [])].join(listJoiner);
  const pairs: [name: string, value: Markable | readonly string[]][] = [
    [words.time, exactMoment(message)],
    [
      words.way,
      [`${message.source} → ${message.destination}`, message.natTraversal && words.nonEspMarker]
        .filter(Boolean)
        .join(listJoiner),
    ],
    [words.exchange, header && words.exchangeNumber({ name: header.exchange, type: header.exchangeType })],
    ["Message ID", header && String(header.messageId)],
    [
      words.spis,
      header && [
        words.ofInitiator({ spi: header.initiatorSpi }),
        words.ofResponder({ spi: header.responderSpi }),
      ],
    ],
    [words.version, header === null ? null : header.version],
    [words.flags, header && flagsOf(header, words, listJoiner)],
    [words.length, header && lengthOf(header.length, message, words)],
    [
      words.udpPayload,
      message.udpPayloadBytes === null ? null : words.bytes({ bytes: message.udpPayloadBytes }),
    ],
    [words.packets, packetTexts(message, words, listJoiner)],
    [words.missing, message.missing.map((range) => missingText(range, words))],
    ["RFC 7383", message.ikeFragment && words.ikeFragment(message.ikeFragment)],
    [
      words.payloads,
      some(
        message.payloads.map(({ name, bytes }) =>
          [
            words.payload({ name, bytes }),
            (name === "SK" || name === "SKF") && mannerOf(language).brackets.join(words.encrypted),
          ]
            .filter(Boolean)
            .join(""),
        ),
      ),
    ],
    [words.notifies, some(message.notifies.map(({ name, type }) => words.notify({ name, type })))],
    [words.proposals, message.proposals.slice(0, MOST_NAMES)],
    [words.keGroup, message.keGroup],
    [words.vendorIds, message.vendorIds.slice(0, MOST_NAMES)],
    [words.copies, message.copies === 0 ? null : words.copiesSeen({ count: message.copies })],
    [words.stoppedBy, message.stoppedBy],
  ];
  return markup`<dl class="fields">
${pairs
  .filter(([, value]) => value !== null && value !== "" && !(Array.isArray(value) && value.length === 0))
  .map(
    ([name, value]) =>
      markup`<div><dt>${name}</dt>${(Array.isArray(value) ? value : [value]).map(
        (one) => markup`<dd>${one}</dd>`,
      )}</div>\n`,
  )}</dl>
`;
}

function flagsOf(
  { isFromInitiator, isResponse }: NonNullable<DecodedMessage["header"]>,
  { flagNames }: Words,
  listJoiner: string,
): string | null {
  if (isFromInitiator === null) return null;
  const names = [isFromInitiator && flagNames.initiator, isResponse && flagNames.response].filter(Boolean);
  return names.length === 0 ? flagNames.none : names.join(listJoiner);
}

const lengthOf = (length: number, { availableBytes }: DecodedMessage, words: Words): string =>
  availableBytes !== null && availableBytes < length
    ? words.lengthCut({ bytes: length, available: availableBytes })
    : words.lengthBytes({ bytes: length });

function packetTexts({ ipPackets, missing }: DecodedMessage, words: Words, listJoiner: string): string[] {
  const isWhole = ipPackets.length === 1 && missing.length === 0;
  const texts = ipPackets.slice(0, MOST_PACKETS).map((packet) =>
    [
      words.packet({ frame: packet.frame, bytes: packet.ipBytes }),
      !isWhole &&
        words.offset({
          from: packet.ipFragmentOffset,
          to: packet.ipFragmentOffset + packet.payloadBytes - 1,
        }),
      !isWhole && !packet.moreIpFragments && words.lastOne,
      packet.dontFragment !== null && (packet.dontFragment ? words.dontFragment : words.mayFragment),
      packet.identification !== null && words.identification({ number: packet.identification }),
      words.hopLimit({ hops: packet.hopLimit }),
    ]
      .filter(Boolean)
      .join(listJoiner),
  );
  return ipPackets.length > MOST_PACKETS ? [...texts, "…"] : texts;
}

const missingText = ({ from, to }: DecodedMessage["missing"][number], words: Words): string =>
  to === null ? words.missingRest({ from }) : words.missingRange({ from, to: to - 1 });

/** As the file has it, with all its decimals but trailing groups of zeros. */
function exactMoment({ timeMs, exactTime }: DecodedMessage): string | null {
  const date = new Date(timeMs);
  if (Number.isNaN(date.getTime())) return null;
  const decimals = exactTime?.split(".")[1] ?? String(Math.trunc(timeMs % 1000)).padStart(3, "0");
  return `${date.toISOString().slice(0, 19).replace("T", " ")}.${decimals.replace(/(?:000){1,2}$/, "")} UTC`;
}

/** Finds the message that a frame carries or helps to carry. */
export function messagesByFrame(
  messages: readonly DecodedMessage[],
): (capture: string, frame: number) => DecodedMessage | null {
  const byFrame = new Map<string, DecodedMessage>();
  for (const message of messages)
    for (const { frame } of message.ipPackets) byFrame.set(`${frame} ${message.capture}`, message);
  return (capture, frame) => byFrame.get(`${frame} ${capture}`) ?? null;
}
