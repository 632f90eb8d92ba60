/** Both ends of a login in a terminal: a line for each message, with its time at each end. */
import { plain } from "../agent/io/console-text.ts";
import {
  asOneLogin,
  endName,
  fateInWords,
  groupLogins,
  type JoinedGroup,
  type JoinedRow,
  joinedRows,
} from "../shared/chart/joined-rows.ts";
import { type ChartWords, chartWords } from "../shared/chart/words.ts";
import { type Language, mannerOf } from "../shared/language.ts";
import { clockSentences, notJoinedSentences, proofSentences } from "../shared/report/both-ends-section.ts";
import { reportWords } from "../shared/report/words.ts";
import type { BothEnds, Place } from "../shared/schema/joined.ts";

/** A terminal shows this many messages of a login: the first and the last ones. */
const ROOM = { linesOf: () => 1, most: 20, inFront: 10 };

/** So many logins at the same places have titles of their own. */
const MOST_TITLES = 4;

/** What a terminal does with text. */
interface Terminal {
  wrap(text: string, width: number, indent: string, language: Language): string;
  /** Columns that a text takes. */
  widthOf(text: string): number;
  width: number;
  style: { faint(text: string): string; bad(text: string): string };
}

/** The joined logins as lines of text. */
export function printBothEnds(ends: BothEnds, language: Language, terminal: Terminal): string[] {
  const words = reportWords(language);
  const groups = groupLogins(ends.logins);
  const sentence = (text: string, indent = "  "): string =>
    indent + terminal.wrap(plain(text), terminal.width, indent, language);
  const out = groups.flatMap((group, at) => [
    ...(at > 0 ? [""] : []),
    ...group[0].places.map((place) => sentence(placeLine(place, language))),
    ...[...proofSentences(group, language), ...clockSentences(asOneLogin(group), language)].map((said) =>
      sentence(said),
    ),
    ...table(group, language, terminal, groups.length === 1 ? ends.omittedDatagrams : 0),
  ]);
  if (ends.joinedLogins > ends.logins.length)
    out.push("", sentence(words.bothEndsMore({ logins: ends.joinedLogins })));
  const notJoined = notJoinedSentences(ends, language);
  return notJoined.length === 0
    ? out
    : [
        ...out,
        "",
        `  ${words.notJoined}:`,
        ...notJoined.map((why) => `  - ${sentence(why, "    ").trimStart()}`),
      ];
}

/** `client.pcapng (capture): at this PC, from what is in it` */
function placeLine({ source, kind, end, endFrom }: Place, language: Language): string {
  const { placeKinds, placeEnds, placeKnown } = reportWords(language);
  return `${source} (${placeKinds[kind]}): ${placeEnds[end]}${mannerOf(language).listJoiner}${placeKnown[endFrom]}`;
}

function table(group: JoinedGroup, language: Language, terminal: Terminal, omitted: number): string[] {
  const { widthOf, wrap, width, style } = terminal;
  const words = chartWords(language);
  const { places } = group[0];
  const { front, folded, back } = joinedRows(group, words, ROOM);
  const last = places.length - 1;
  const ends = [places[0], places[last]];
  const rows = [...front, ...back];
  const columns = [0, last].map((place, n) =>
    Math.max(widthOf(headOf(ends[n], words)), ...rows.map(({ times }) => widthOf(times[place] ?? ""))),
  );
  const cell = (content: string, column: number): string =>
    " ".repeat(Math.max(0, (columns[column] ?? 0) - widthOf(content))) + content;
  const line = (left: string, mark: string, right: string, message: string): string => {
    const begin = `  ${cell(left, 0)}  ${mark}  ${cell(right, 1)}  `;
    return begin + wrap(message, width, " ".repeat(widthOf(begin)), language);
  };
  const lineOf = (row: JoinedRow): string => {
    const text = line(
      row.times[0] ?? "",
      markOf(row),
      row.times[last] ?? "",
      messageOf(row, places, words, language),
    );
    return row.fate === "lost" || row.fate === "partly-lost" ? style.bad(text) : text;
  };
  const titleOf = (number: number): string =>
    style.faint(`  ${words.sequence.attempt({ number, total: group.length })}`);
  const linesOf = (row: JoinedRow): string[] =>
    row.begins === null || group.length > MOST_TITLES ? [lineOf(row)] : [titleOf(row.begins), lineOf(row)];
  const head = line(headOf(ends[0], words), "   ", headOf(ends[1], words), reportWords(language).message);
  return [
    "",
    style.faint(head),
    ...front.flatMap(linesOf),
    ...(folded + omitted > 0
      ? [style.faint(line("", "   ", "", words.sequence.folded({ messages: folded + omitted })))]
      : []),
    ...back.flatMap(linesOf),
  ];
}

const headOf = (place: Place | undefined, words: ChartWords): string =>
  place === undefined ? "" : endName(place, words);

/** The message's arrow from the left, which is the client, to the right: `-->` arrived, `--x` lost. */
function markOf({ fromClient, fate }: JoinedRow): string {
  const isLost = fate === "lost" || fate === "partly-lost";
  if (fromClient) return isLost ? "--x" : fate === "not-covered" ? "--?" : "-->";
  return isLost ? "x--" : fate === "not-covered" ? "?--" : "<--";
}

/** `IKE_AUTH, IKE 2876 bytes: 1500 (lost) + 1428 bytes` */
function messageOf(row: JoinedRow, places: readonly Place[], words: ChartWords, language: Language): string {
  const { listJoiner, brackets } = mannerOf(language);
  const name = [row.name, row.detail].filter(Boolean).join(listJoiner);
  const remark = (remarks: readonly (string | false)[]): string => {
    const said = remarks.filter((each) => each !== false);
    return said.length === 0 ? "" : brackets[0] + said.join(listJoiner) + brackets[1];
  };
  const [only] = row.arrows;
  // ESP is counted, and not told packet by packet.
  if (row.name === "ESP" && typeof only === "object")
    return [name, only.caption, ...only.notes].join(listJoiner);
  const packets = row.arrows.map((arrow) => {
    if (typeof arrow === "number") return { size: words.joined.morePackets({ packets: arrow }), said: "" };
    const { fate, ipBytes, ikeFragment, notes } = arrow;
    // Where there are two places, their columns say between which it was lost.
    const isPlainLoss = places.length === 2 && !arrow.isInPart;
    const became = isPlainLoss ? words.joined.fates[fate] : fateInWords(arrow, places, words);
    const goesWithout = fate === "arrived" || (fate === "recut" && notes.length > 0);
    const part = ikeFragment === null ? "" : words.joined.ikeFragment(ikeFragment);
    const said = remark([ipBytes !== null && part !== "" && part, !goesWithout && became, ...notes]);
    return { size: ipBytes ?? part, said };
  });
  const bytes = (size: string | number): string => words.ladder.bytes({ bytes: size });
  const isPlain = packets.every(({ size, said }) => said === "" && typeof size === "number");
  const sizes = isPlain
    ? bytes(packets.map(({ size }) => size).join(" + "))
    : packets.map(({ size, said }) => (typeof size === "number" ? bytes(size) : size) + said).join(" + ");
  // Of a message in a log only its size as an IKE message is known, which stands in its name.
  return packets[0]?.size === "" ? name + sizes : `${name}: ${sizes}`;
}
