/**
 * Takes what somebody pastes who runs no script, round by round: each paste is judged with those before it,
 * which the sender's own page keeps, and the next sizes follow from that. Only at the end, or with a capture,
 * it becomes a report of the case and uses its code: once, not once a round.
 */

import { captureFormat } from "../../shared/capture/format.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { type HandPlan, planByHand } from "../../shared/plan/by-hand.ts";
import { evidenceOf, type PastedText } from "../../shared/schema/evidence.ts";
import type { Deps } from "../deps.ts";
import { MAX_TEXT_BYTES, textTooLarge } from "../http/bounds.ts";
import { makeOnce } from "../http/idempotency.ts";
import { Problem } from "../http/problem.ts";
import { peek, readTextFile, sortGiven } from "../reports/read-file.ts";
import { EvidenceIntake } from "../reports/take-evidence.ts";
import { takeForm } from "../reports/take-form.ts";
import { closedBy, type OpenCase, redeemCode } from "./case-code.ts";
import type { CaseAnalysisUpload } from "./take-case-analysis.ts";
import { UploadAllowance } from "./upload-allowance.ts";

/** More than any path asks for; each is judged again with every one that comes. */
export const MOST_PASTES = 16;

/** How far a person has come. */
export interface ByHand {
  /** What was pasted and could be used, in order. */
  pastes: string[];
  /** What follows from it. */
  plan: HandPlan;
  /** What came last and could not be used, to be shown again, and why. */
  refused: string;
  problem: Problem | null;
  /** What the form carries from round to round, so that it is sent once. */
  once: string;
  /** What came of it, where it was sent. */
  reportId: string | null;
}

const named = (pastes: readonly string[]): PastedText[] =>
  pastes.map((text, at) => ({ name: `pasted text ${at + 1}`, text }));

/** What is known from these pastes alone, and what to ask for next. */
export function judgeByHand({ entry }: Pick<OpenCase, "entry">, pastes: readonly string[]): HandPlan {
  const evidence = evidenceOf({ gateway: entry.gateway, texts: named(pastes) });
  return planByHand(observe(evidence, []), pastes.length);
}

/**
 * Takes one round. Nothing that was pasted before is lost by what is wrong with it.
 *
 * @param admit asked when it is to become a report, before the code is used
 * @param made told when it has become one
 * @throws {Problem} of the service's own, 500 and above
 */
export async function takeByHand(
  deps: Deps,
  open: OpenCase,
  { announcedBytes, body, contentType, language, signal }: CaseAnalysisUpload,
  admit: () => Promise<void>,
  made: (reportId: string) => Promise<void>,
): Promise<ByHand> {
  const { code, entry } = open;
  const pastes: string[] = [];
  let [refused, isLast, hasCapture, characters] = ["", false, false, 0];
  let isSettled = false;
  let [once, problem, reportId]: [string, Problem | null, string | null] = ["", null, null];
  const take = (text: string): void => {
    // Sent again by a reload, or pasted again: it says nothing new.
    if (text.trim() === "" || pastes.includes(text)) return;
    characters += text.length;
    refused = text;
    if (characters > MAX_TEXT_BYTES) throw textTooLarge();
    if (pastes.length >= MOST_PASTES) throw new Problem("too-many-files", { params: { max: MOST_PASTES } });
    if (sortGiven("pasted text", text).kind !== "outputs") throw new Problem("unknown-text");
    refused = "";
    pastes.push(text);
  };
  // The second press of a button may come when the first has used the code up: it is told of that report.
  const closed = closedBy(deps, entry);
  const allowance = await UploadAllowance.begin(deps, entry.id, "run", announcedBytes);
  const options = { gateway: entry.gateway, keep: true, of: entry, beforeKept: allowance.keep };
  const intake = new EvidenceIntake(deps, options);
  try {
    await takeForm(
      { contentType, body: allowance.counted(body), signal },
      {
        field(part, value) {
          if (part === "once") once = value;
          else if (part === "do") isLast = value === "send";
          else if (part === "text") take(value);
        },
        async file({ part: _, ...file }) {
          const { head, whole } = await peek(file.fileName, file.body);
          if (captureFormat(head) === null) return take(await readTextFile(file.fileName, head, whole));
          if (closed !== null) throw closed;
          await intake.takeFile({ ...file, body: whole });
          const [unusable] = intake.unusable;
          if (unusable !== undefined) throw unusable.problem;
          hasCapture = true;
        },
      },
    );
    if (!isLast && closed !== null) throw closed;
    if (isLast || hasCapture) {
      for (const { name, text } of named(pastes)) await intake.takeText(name, text);
      if (intake.isEmpty) throw new Problem("empty-body");
      const send = async (): Promise<string> => {
        await admit();
        await redeemCode(deps, code);
        const { reportId } = await intake.finish(language);
        if (reportId === null) throw new Error("Cannot keep what was sent: it has no report");
        await allowance.settle();
        isSettled = true;
        await made(reportId);
        return reportId;
      };
      // A button that is pressed twice makes one report; files are not compared.
      const id = entry.id;
      reportId = await makeOnce(deps, { kind: "case", id }, hasCapture ? null : once, pastes, send);
    }
  } catch (error) {
    await intake.drop();
    problem = allowance.refused ?? (error instanceof Problem ? error : null);
    if (problem === null || problem.status >= 500) throw error;
  } finally {
    if (!isSettled) await allowance.giveBack();
  }
  return { pastes, plan: judgeByHand(open, pastes), refused, problem, once, reportId };
}
