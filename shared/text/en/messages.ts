/** What chat tools and issue trackers are told. English. */
export const messages = {
  "report.created": "New report {reportId}",
  "report.reviewed": "Report {reportId} was reviewed",
  "case.used": "A user has started the agent",
  "webhook.test": "A test: messages arrive",
  label: "Label",
  status: "Status",
  statuses: { new: "new", reviewed: "reviewed", fixed: "fixed", confirmed: "confirmed" },
  runs: "Runs of this code",
  runsOf: "{runs} of {maxRuns}",
  by: "Sent by",
  open: "Open",
  reportId: "Report ID",
  createdAt: "Made",
  overridden:
    "An administrator has corrected the verdict: {verdict}. Follow their advice, not what stands below.",
} as const;
