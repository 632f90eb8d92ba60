/** The fix card: the part of a report that names no person and no network. */
import type { Language } from "../../shared/language.ts";
import type { DiagnosisText, FixCard } from "../../shared/schema/api.ts";
import type { Diagnosis, Phrase, Recommendation } from "../../shared/schema/diagnosis.ts";
import { speak } from "../../shared/text/speak.ts";
import type { Deps } from "../deps.ts";
import type { ReportEntry } from "../store/port.ts";
import { adviceInForce } from "./advice-in-force.ts";
import { expiryOf } from "./expiry.ts";
import { currentDiagnosis } from "./report-objects.ts";

/**
 * The part of a report that anyone who has its ID may read.
 *
 * What may contain addresses or names is left out: the sentences about the evidence, the command that names
 * the gateway, commands that name an interface, and advice about a host.
 */
export async function readFixCard(deps: Deps, entry: ReportEntry, language: Language): Promise<FixCard> {
  const spoken = speak(withoutNames(await currentDiagnosis(deps, entry.reportId)), language);
  const { text, ...diagnosis } = adviceInForce(spoken, entry);
  const { verdict, confidence, direction, recommendation } = diagnosis;
  return {
    reportId: entry.reportId,
    createdAt: entry.createdAt,
    expiresAt: expiryOf(deps.config, "report", entry.createdAt),
    verdict,
    confidence,
    direction,
    recommendation,
    text: {
      ...text,
      observed: [],
      inferred: [],
      unknown: [],
      readings: [],
      warnings: [],
      excluded: [],
      candidates: confidence === "low" ? text.candidates.map(titleOf) : [],
    },
    reviewStatus: entry.status,
    override: entry.override,
    overrideText: entry.review.override?.userText ?? null,
  };
}

/** A candidate without what the evidence says of it. */
const titleOf = (candidate: DiagnosisText["candidates"][number]): DiagnosisText["candidates"][number] => ({
  ...candidate,
  for: [],
  against: [],
  decider: null,
});

/** The time to look for in a log, as advice writes it. */
const UTC_MINUTE = /^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/;

/** Whether a sentence holds numbers and times alone: other text in it may be a stranger's, such as a host. */
const isImpersonal = ({ params }: Phrase): boolean =>
  Object.values(params).every((value) => typeof value !== "string" || UTC_MINUTE.test(value));

function withoutNames({ recommendation: advice, ...diagnosis }: Diagnosis): Diagnosis {
  const { nextProbe, commands, profileCommands, interfaceIndex, arithmetic } = advice;
  // Without an index, the commands name the interface.
  const isNamed = commands !== null && interfaceIndex === null;
  const isNamedProfile = profileCommands?.isNamed === true;
  const recommendation: Recommendation = {
    ...advice,
    commands: isNamed ? null : commands,
    profileCommands: isNamedProfile ? null : profileCommands,
    arithmetic: arithmetic.every(({ term }) => isImpersonal(term)) ? arithmetic : [],
    actions: advice.actions.filter(isImpersonal).map((action) => {
      if (isNamed && NEEDS_COMMANDS.has(action.key)) return { key: "action.ask-for-commands", params: {} };
      const byHand = isNamedProfile ? BY_HAND[action.key] : undefined;
      return byHand === undefined ? action : { key: byHand, params: {} };
    }),
    alternatives: advice.alternatives.filter(({ phrase }) => isImpersonal(phrase)),
    nextProbe: nextProbe === null || !isImpersonal(nextProbe.phrase) ? null : { ...nextProbe, command: null },
    notes: [...advice.notes.filter(isImpersonal), ...(hasBothEnds(diagnosis) ? [BOTH_ENDS] : [])],
  };
  return { ...diagnosis, recommendation };
}

/** The drawing of both ends is full of addresses, and that there is one names nobody. */
const BOTH_ENDS: Phrase = { key: "note.both-ends", params: {} };

const hasBothEnds = ({ bothEnds }: Pick<Diagnosis, "bothEnds">): boolean =>
  (bothEnds?.logins ?? []).some(({ places }) =>
    (["client", "gateway"] as const).every((end) => places.some((place) => place.end === end)),
  );

/** Actions that speak of the commands below them. */
const NEEDS_COMMANDS: ReadonlySet<string> = new Set(["action.apply-mtu", "action.fit-the-path"]);

/** Actions that speak of the lines for a VPN profile, and the same without a line. */
const BY_HAND: Readonly<Record<string, string>> = {
  "action.profile-on": "action.profile-on.by-hand",
  "action.profile-on.both": "action.profile-on.both-by-hand",
  "action.profile-on.perhaps": "action.profile-on.perhaps-by-hand",
};
