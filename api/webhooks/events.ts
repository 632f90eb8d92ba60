/** What webhooks are told: the messages, small and without evidence. */
import type { ReportEventData, WebhookMessage } from "../../shared/schema/webhooks.ts";
import type { Deps } from "../deps.ts";
import type { Case, ToldEvent } from "../store/port.ts";

const told = (about: string, message: WebhookMessage): ToldEvent => ({
  type: message.type,
  about,
  payload: JSON.stringify(message),
  at: message.timestamp,
});

const urlOf = ({ config }: Deps, path: string): string | null =>
  config.publicUrl === null ? null : `${config.publicUrl}${path}`;

/** That a report was made or reviewed, now. */
export function reportEvent(
  deps: Deps,
  type: "report.created" | "report.reviewed",
  report: Omit<ReportEventData, "url">,
): ToldEvent {
  const { reportId, createdAt, verdict, confidence, interfaceMtu, gateway, label, status, override } = report;
  const data = { reportId, createdAt, verdict, confidence, interfaceMtu, gateway, label, status, override };
  const url = urlOf(deps, `/r/${reportId}`);
  return told(reportId, { type, timestamp: deps.now().toISOString(), data: { ...data, url } });
}

/** That a case's code was used, now. */
export function caseEvent(deps: Deps, entry: Case): ToldEvent {
  const { id, gateway, label, runs } = entry;
  const url = urlOf(deps, `/console/cases/${id}`);
  return told(id, {
    type: "case.used",
    timestamp: deps.now().toISOString(),
    data: { caseId: id, gateway, label, runs, maxRuns: entry.maxRuns ?? deps.config.runsPerCode, url },
  });
}

/** That somebody tries whether messages arrive. */
export const testEvent = (deps: Deps, webhookId: string, by: string): ToldEvent =>
  told(webhookId, {
    type: "webhook.test",
    timestamp: deps.now().toISOString(),
    data: { webhookId, by },
  });
