/**
 * Takes evidence that the holder of a case code sends without an agent, such as what was analyzed in a
 * browser: it becomes a report of the case. It uses the code once, as a run does.
 */
import type { Language } from "../../shared/language.ts";
import { End } from "../../shared/schema/joined.ts";
import { addEntry } from "../auth/audit-log.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { EvidenceIntake, type Unusable } from "../reports/take-evidence.ts";
import { type FormUpload, takeForm } from "../reports/take-form.ts";
import type { OpenCase } from "./case-code.ts";
import { redeemCode } from "./case-code.ts";
import { UploadAllowance } from "./upload-allowance.ts";

/** An upload on its way to us. */
export interface CaseAnalysisUpload extends FormUpload {
  /** What `Content-Length` says; `null` when it says nothing. */
  announcedBytes: number | null;
  language: Language;
}

/** What came of it. Whoever has the code alone learns no more than that. */
export interface CaseAnalysis {
  reportId: string;
  unusable: Unusable[];
}

/** Writes down that a case got a report from who has nothing but its code: nobody that the service knows. */
export const noteCaseAnalysis = (
  deps: Deps,
  { entry }: OpenCase,
  reportId: string,
  requestId: string,
): Promise<void> =>
  addEntry(deps, {
    at: deps.now().toISOString(),
    actor: `case:${entry.id}`,
    actorName: "case code",
    action: "analysis-stored",
    subject: reportId,
    detail: "{}",
    requestId,
  });

/** What pasted text is called, for the evidence to point at. */
const PASTED = "pasted text";

const wrongPart = (part: string): Problem =>
  new Problem("invalid-fields", {
    params: { target: "form" },
    errors: [{ pointer: `/${part}`, detail: "is not a known field" }],
  });

/** Where the files and texts of a part were recorded; `null` where nobody says so. */
function endOf(part: string, anywhere: string): End | null {
  if (part === anywhere) return null;
  const end = End.options.find((each) => each === part);
  if (end === undefined) throw wrongPart(part);
  return end;
}

/**
 * Makes a report of what is sent.
 *
 * @param admit asked when something usable has come and before the code is used
 * @throws {Problem} nothing of it can be used, or the code was used up meanwhile; then nothing is kept
 */
export async function takeCaseAnalysis(
  deps: Deps,
  { code, entry }: OpenCase,
  { announcedBytes, body, contentType, language, signal }: CaseAnalysisUpload,
  admit: () => Promise<void>,
): Promise<CaseAnalysis> {
  const allowance = await UploadAllowance.begin(deps, entry.id, "run", announcedBytes);
  const intake = new EvidenceIntake(deps, {
    gateway: null,
    keep: true,
    of: entry,
    beforeKept: allowance.keep,
  });
  try {
    await takeForm(
      { contentType, body: allowance.counted(body), signal },
      {
        field: async (part, value) => {
          const end = endOf(part, "text");
          if (value.trim() !== "") await intake.takeText(PASTED, value, end);
        },
        file: ({ part, ...file }) => intake.takeFile(file, endOf(part, "file")),
      },
    );
    if (intake.isEmpty) throw intake.unusable[0]?.problem ?? new Problem("empty-body");
    await admit();
    await redeemCode(deps, code);
  } catch (error) {
    await intake.drop();
    await allowance.giveBack();
    throw allowance.refused ?? error;
  }
  const { reportId } = await intake.finish(language);
  await allowance.settle();
  if (reportId === null) throw new Error("Cannot keep the analysis: it has no report");
  return { reportId, unusable: intake.unusable };
}
