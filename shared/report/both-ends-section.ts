/** The section of a report that shows both ends of a login: the drawing, and whose end each file is. */
import { anchorOf, type LinkOf } from "../chart/anchor.ts";
import { joinedChart } from "../chart/joined-chart.ts";
import {
  asOneLogin,
  dayOf,
  exactClocks,
  groupLogins,
  type JoinedGroup,
  refusalsIn,
  span,
  startsOf,
  timeOfDay,
} from "../chart/joined-rows.ts";
import { type Markup, markup } from "../chart/markup.ts";
import { chartWords } from "../chart/words.ts";
import type { Initiation } from "../evidence/observations.ts";
import { type Language, mannerOf } from "../language.ts";
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { BothEnds, JoinedLogin, Place } from "../schema/joined.ts";
import { reportWords } from "./words.ts";

/** Between names that stand in one line. */
const BETWEEN_SOURCES = " · ";

/** Time zones differ by quarters of an hour. */
const ZONE_MS = 15 * 60_000;

/**
 * The section, and the places in it that a link can lead to; `null` where no login was joined.
 *
 * @param linkOf where the message of a packet leads to
 */
export function bothEndsSection(
  ends: BothEnds | null,
  initiations: readonly Initiation[],
  language: Language,
  linkOf?: LinkOf,
): { section: Markup; anchors: ReadonlySet<string> } | null {
  if (ends === null || ends.logins.length === 0) return null;
  const words = reportWords(language);
  const taken = new Set<string>();
  const refusalsOf = refusalsIn(initiations);
  const groups = groupLogins(ends.logins);
  // Where there is one chart, it says how much is left out.
  const omitted = groups.length === 1 ? ends.omittedDatagrams : 0;
  const logins = groups.map((group) => {
    const login = asOneLogin(group);
    const title = login.places.map(({ source }) => source).join(BETWEEN_SOURCES);
    // A run's probes are meant to be refused: it says nothing of the login.
    const isRun = login.places.some(({ kind }) => kind === "run");
    const said = isRun ? () => [] : refusalsOf;
    const { svg } = joinedChart(group, language, {
      refusalsOf: said,
      omitted,
      taken,
      ...(linkOf && { linkOf }),
    });
    return markup`${groups.length > 1 && markup`<h3>${title}</h3>\n`}<p class="soft">${[...proofSentences(group, language), ...clockSentences(login, language)].join(" ")}</p>
<figure tabindex="0" aria-label="${groups.length > 1 ? title : words.bothEnds}">${svg}</figure>
${placesTable(login, language)}
`;
  });
  const notJoined = notJoinedSentences(ends, language);
  return {
    section: markup`<section id="both-ends"><h2>${words.bothEnds}</h2>
<p class="soft">${words.bothEndsText}</p>
${ends.joinedLogins > ends.logins.length && markup`<p class="soft">${words.bothEndsMore({ logins: ends.joinedLogins })}</p>\n`}${
  ends.omittedDatagrams > omitted &&
  markup`<p class="soft">${words.bothEndsOmitted({ messages: ends.omittedDatagrams })}</p>\n`
}${logins}${
  notJoined.length > 0 &&
  markup`<h3>${words.notJoined}</h3>
<ul>${notJoined.map((sentence) => markup`<li>${sentence}</li>\n`)}</ul>`
}
</section>`,
    anchors: taken,
  };
}

/** The attempts that no joined login shows: their drawing is not replaced. */
export function notAtBothEnds(initiations: readonly Initiation[], ends: BothEnds | null): Initiation[] {
  const shown = new Set(
    (ends?.logins ?? []).flatMap(({ datagrams }) =>
      datagrams.flatMap(({ seen }) => seen.flatMap((place) => place?.refs.map(anchorOf) ?? [])),
    ),
  );
  const isShown = ({ refs }: { refs: readonly EvidenceRef[] }): boolean =>
    refs.some((ref) => shown.has(anchorOf(ref)));
  return initiations.filter(
    ({ exchanges, inboundIncomplete, outboundIncomplete }) =>
      !exchanges.some(({ requests, responses }) => requests.some(isShown) || responses.some(isShown)) &&
      !inboundIncomplete.some(isShown) &&
      !outboundIncomplete.some(isShown),
  );
}

/** What proves that it is the same login, and whether others fit as well. */
export function proofSentences(group: JoinedGroup, language: Language): string[] {
  const words = reportWords(language);
  const alike = Math.max(...group.map((login) => login.alike ?? 1));
  const proofs = [...new Set(group.map(({ provenBy }) => words.provenBy[provenBy]))];
  return alike > 1 ? [...proofs, words.alike({ logins: alike })] : proofs;
}

/** How the clocks of a login's places differ from the first one, with what is not known of it. */
export function clockSentences(login: JoinedLogin, language: Language): string[] {
  const words = reportWords(language);
  const units = chartWords(language);
  const { places } = login;
  const isDated = startsOf(login).map((ms) => dayOf(ms) !== "");
  const first = places[0]?.source ?? "";
  const sentences = places.slice(1).map(({ source, clock }, at) => {
    if (clock === null) return words.clockUnknown({ source, first });
    const { aheadMs, uncertaintyMs } = clock;
    const uncertainty = span(Math.max(uncertaintyMs, 1), uncertaintyMs, units);
    if (isDated[0] !== isDated[at + 1]) return words.clockUndated({ source, first, uncertainty });
    if (Math.abs(aheadMs) <= Math.max(uncertaintyMs, 1))
      return words.clockSame({ source, first, uncertainty });
    const about = { source, first, span: span(aheadMs, uncertaintyMs, units), uncertainty };
    return aheadMs < 0 ? words.clockBehind(about) : words.clockAhead(about);
  });
  const mayBeZone = places.some(
    ({ kind, clock }) => kind === "log" && Math.abs(clock?.aheadMs ?? 0) >= ZONE_MS,
  );
  return mayBeZone ? [...sentences, words.clockZone] : sentences;
}

/** Which files were not joined, and why. */
export function notJoinedSentences({ notJoined }: BothEnds, language: Language): string[] {
  const { notJoinedWhy } = reportWords(language);
  return notJoined.map(({ why, sources: [first, second] }) => notJoinedWhy[why]({ first, second }));
}

/** Whose end each file is, how that is known, and what is seen there under which address and clock. */
function placesTable(login: JoinedLogin, language: Language): Markup {
  const words = reportWords(language);
  const starts = startsOf(login);
  const isExact = exactClocks(login);
  const begins = ({ kind }: Place, at: number): string => {
    const ms = starts[at] ?? 0;
    const day = dayOf(ms);
    return [day, timeOfDay(ms, isExact[at]), day !== "" && kind !== "log" && "UTC"].filter(Boolean).join(" ");
  };
  const heads = [words.captureName, words.place, words.placeBegins, words.placeAddresses];
  const rows = login.places.map((place, at) => {
    const { source, kind, end, endFrom, client, gateway } = place;
    const where = `${words.placeEnds[end]}${mannerOf(language).listJoiner}${words.placeKnown[endFrom]}`;
    return markup`<tr><td class="free">${source} (${words.placeKinds[kind]})</td><td>${where}</td><td>${begins(place, at)}</td><td>${client} → ${gateway}</td></tr>\n`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${words.place}"><table><thead><tr>${heads.map(
    (head) => markup`<th scope="col">${head}</th>`,
  )}</tr></thead><tbody>
${rows}</tbody></table></div>`;
}
