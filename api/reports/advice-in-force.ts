/**
 * What of the analyzer's advice is still handed out. An administrator's override refutes its number and its
 * commands: they appear on no page, list, export or message of the report, whoever asks. The verdict, the
 * findings and the evidence stay, for they are what the administrator judged.
 */
import type { DiagnosisText } from "../../shared/schema/api.ts";
import type { Recommendation, Verdict } from "../../shared/schema/diagnosis.ts";

/** What says whether the advice of a report is refuted. */
interface Overridable {
  /** The verdict that an administrator put in place of the analyzer's; `null`: none. */
  override: Verdict | null;
}

/** The MTU that a report recommends, in bytes of a whole IP packet; `null`: none, or a refuted one. */
export const mtuInForce = ({ override, interfaceMtu }: Overridable & { interfaceMtu: number | null }) =>
  override === null ? interfaceMtu : null;

const NO_ADVICE: Recommendation = {
  interfaceMtu: null,
  basis: null,
  interfaceIndex: null,
  previousMtu: null,
  arithmetic: [],
  expectedFragments: [],
  tunnelMtu: null,
  commands: null,
  profileCommands: null,
  actions: [],
  serverActions: [],
  ikeFragmentation: null,
  alternatives: [],
  nextProbe: null,
  notes: [],
};
const NO_WORDS = {
  actions: [],
  notes: [],
  arithmetic: null,
  serverActions: [],
  forward: null,
  alternatives: [],
  nextProbe: null,
} satisfies Partial<DiagnosisText>;

/**
 * A diagnosis, or a card, with the advice that holds.
 *
 * @returns itself where nobody overrode the report; else without the recommendation and the words for it
 */
export function adviceInForce<Shown extends { recommendation: Recommendation; text: DiagnosisText }>(
  shown: Shown,
  { override }: Overridable,
): Shown {
  if (override === null) return shown;
  return { ...shown, recommendation: NO_ADVICE, text: { ...shown.text, ...NO_WORDS } };
}
