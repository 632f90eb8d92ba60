/** One case, for staff: what came of it, and what came from the gateway's side. */
import type { z } from "zod";
import type { CaseDetail } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { deleteDoomed } from "../reports/delete-objects.ts";
import { expiryOf } from "../reports/expiry.ts";
import type { CaseFile } from "../store/port.ts";
import { toCaseSummary } from "./list-cases.ts";
import { judgeReportsAgain } from "./take-gateway-files.ts";

/** What a file is called in addresses. */
const fileIdOf = ({ key }: CaseFile): string => /([^/.]+)\.[^/]*$/.exec(key)?.[1] ?? "";

/** A case with its reports and files. @throws {Problem} `case-not-found` */
export async function readCase(deps: Deps, caseId: string): Promise<z.infer<typeof CaseDetail>> {
  const entry = await deps.cases.get(caseId);
  if (entry === null) throw new Problem("case-not-found");
  const files = await deps.cases.files(caseId);
  const reports = (await deps.reports.listOfCase(caseId)).map(
    ({ reportId, createdAt, verdict, confidence, override }) => {
      const expiresAt = expiryOf(deps.config, "report", createdAt);
      return { reportId, createdAt, verdict: override ?? verdict, confidence, expiresAt };
    },
  );
  const spread = new Map<Verdict, number>();
  for (const { verdict } of reports) spread.set(verdict, (spread.get(verdict) ?? 0) + 1);
  return {
    ...toCaseSummary(deps, entry),
    deletedAt: expiryOf(deps.config, "report", entry.expiresAt),
    hasGatewayLink: entry.gatewayCodeHash !== null,
    verdicts: [...spread]
      .map(([verdict, count]) => ({ verdict, reports: count }))
      .sort((a, b) => b.reports - a.reports),
    reports,
    files: files.map((file) => {
      const { name, kind, recordedAt, receivedAt, bytes, receivedBytes, sentBy } = file;
      const expiresAt = expiryOf(deps.config, kind, receivedAt);
      return {
        fileId: fileIdOf(file),
        name,
        kind,
        recordedAt,
        receivedAt,
        bytes,
        receivedBytes,
        sentBy,
        expiresAt,
      };
    }),
  };
}

/**
 * Deletes a file of the gateway's side, and judges the reports of the case without it.
 *
 * @throws {Problem} `case-not-found`, `file-not-found`
 */
export async function deleteGatewayFile(deps: Deps, caseId: string, fileId: string): Promise<void> {
  if ((await deps.cases.get(caseId)) === null) throw new Problem("case-not-found");
  const file = (await deps.cases.files(caseId)).find((each) => fileIdOf(each) === fileId);
  if (file === undefined) throw new Problem("file-not-found");
  await deps.cases.dropFiles([file.key]);
  await deleteDoomed(deps, [file.key]);
  await judgeReportsAgain(deps, caseId, [file.name]);
}
