/** What many reports say together: which verdicts, on which gateways and networks, in which weeks. */
import { LANGUAGES, type Language } from "../../shared/language.ts";
import { type Insights, NetworkKind } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import { type Tone, VERDICTS } from "../../shared/schema/verdicts.ts";
import { insights as en } from "../../shared/text/en/insights.ts";
import { insights as ja } from "../../shared/text/ja/insights.ts";
import { type Bound, bind, type Said } from "../../shared/text/sentence.ts";
import { say } from "../../shared/text/speak.ts";
import type { Deps } from "../deps.ts";
import type { InsightsQuery } from "../http/list-query.ts";
import type { ReportCount } from "../store/port.ts";

const WORDS: Readonly<Record<Language, Said<typeof en>>> = { en, ja };
const DAY_MS = 86_400_000;
/** So many groups are shown: those with the most reports. */
const MOST_GROUPS = 20;

type Group = Insights["groups"][number];

/** The words for kinds of networks. */
export const networkNames = (language: Language): Bound<typeof en>["networkNames"] =>
  bind<typeof en>(WORDS[language]).networkNames;

/** Counts the reports of the last weeks, of which the running one is one, and says what stands out. */
export async function readInsights(
  deps: Deps,
  { weeks, by }: InsightsQuery,
  language: Language,
): Promise<Insights> {
  const now = deps.now();
  const daysSinceMonday = (now.getUTCDay() + 6) % 7;
  const firstMs = now.getTime() - (daysSinceMonday + 7 * (weeks - 1)) * DAY_MS;
  const since = new Date(firstMs).toISOString().slice(0, 10);
  const all = await deps.reports.counts({ kind: "all", since, names: 1 });
  const counts =
    by === "network"
      ? all.map((count) => ({ ...count, name: count.operator ?? count.network }))
      : await deps.reports.counts({ kind: by, since, names: MOST_GROUPS });
  const groups = [...sums(counts, ({ name }) => name)].map(([name, reports]): Group => {
    const own = counts.filter((count) => count.name === name);
    const verdicts = [...sums(own, ({ verdict }) => verdict)].map(([verdict, reports]) => ({
      verdict,
      reports,
      networks: [
        ...sums(
          own.filter((count) => count.verdict === verdict),
          ({ network }) => network,
        ),
      ].map(([network, reports]) => ({ network, reports })),
    }));
    const problems = sums(
      own.filter(({ verdict }) => isProblem(verdict)),
      ({ week }) => week,
    );
    const byWeek = [...sums(own, ({ week }) => week)].map(([week, reports]) => ({
      week,
      reports,
      problems: problems.get(week) ?? 0,
    }));
    const group = {
      name: name === "" ? null : name,
      reports,
      verdicts,
      weeks: byWeek.toSorted((a, b) => a.week.localeCompare(b.week)),
    };
    return { ...group, sentence: sentenceOf(group, by, language) };
  });
  return { by, weeks, since, reports: all.reduce((sum, { reports }) => sum + reports, 0), groups };
}

/** How many reports there are of each kind, those with the most first. */
function sums<K extends string>(
  counts: readonly ReportCount[],
  kindOf: (count: ReportCount) => K,
): Map<K, number> {
  const found = new Map<K, number>();
  for (const count of counts) found.set(kindOf(count), (found.get(kindOf(count)) ?? 0) + count.reports);
  return new Map([...found].sort(([a, some], [b, others]) => others - some || (a < b ? -1 : 1)));
}

const isNetwork = (name: string): name is NetworkKind => NetworkKind.safeParse(name).success;

/** Whether a verdict says that something is wrong; where nothing is proven, no problem is spoken of. */
const isProblem = (verdict: Verdict): boolean =>
  VERDICTS[verdict].isProblem && (VERDICTS[verdict].tone as Tone) !== "open";

/** What stands out in a group, and what would help: two or three sentences. */
function sentenceOf(
  { name, reports, verdicts }: Omit<Group, "sentence">,
  by: Insights["by"],
  language: Language,
): string {
  const words = bind<typeof en>(WORDS[language]);
  const { listJoiner, sentenceJoiner } = LANGUAGES[language];
  const shown =
    name === null ? words.unnamed : by === "network" && isNetwork(name) ? words.networkNames[name] : name;
  const problem = verdicts.find(({ verdict }) => isProblem(verdict));
  const top = problem ?? verdicts[0];
  if (top === undefined) return "";
  const { verdict, reports: count } = top;
  const title = say({ key: `verdict.${verdict}.title`, params: {} }, language);
  const said = { count, reports, name: shown, title };
  const sentences = [problem === undefined ? words.unproven(said) : words[by](said)];
  if (by !== "network") {
    const shares = top.networks.map(({ network, reports: some }) =>
      words.share({ network: words.networkNames[network], count: some }),
    );
    sentences.push(words.networks({ count, list: shares.join(listJoiner) }));
  }
  const cured = verdicts
    .filter((each) => VERDICTS[each.verdict].ikeFragmentation === "cures")
    .reduce((sum, each) => sum + each.reports, 0);
  // Who names no gateway, and whoever shares an interface's name, gets no advice about one.
  const isCured = problem !== undefined && VERDICTS[verdict].ikeFragmentation === "cures";
  if (by === "gateway" && name !== null) {
    const advice: Readonly<Partial<Record<Verdict, string>>> = words.advice;
    if (cured > 0) sentences.push(words.remedy({ count: cured }));
    if (problem !== undefined && !isCured && advice[verdict]) sentences.push(advice[verdict]);
  }
  if (by === "network" && isCured) sentences.push(words.remedyElsewhere({ count: cured }));
  return sentences.join(sentenceJoiner);
}
