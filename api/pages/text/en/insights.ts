/** Insights. English. */
export const insights = {
  insightsTitle: "Insights",
  insightsBy: "Group by",
  "insightsBy.gateway": "Gateway",
  "insightsBy.adapter": "Interface",
  "insightsBy.network": "Network",
  insightsWeeks: "Weeks",
  insightsBars: "Each bar is a week; its lower, red part is reports with a problem. All have one scale.",
  insightsNone: "There are no reports in these weeks.",
  insightsAll: "Reports from {since} on: {reports}. Shown here: {shown}.",
  insightsFoldAll: "All verdicts",
  insightsFold: "All verdicts, by network",
  insightsUnnamed: "No name known",
  gatewayDeleteConfirm: "Delete all cases and reports about {gateway} for good, with captures and files",
  gatewayDeleteButton: "Delete everything about this gateway",
  gatewayDeleted: "Everything about the gateway is deleted.",
  gatewayDeletedInPart: "Some is deleted, and some is left. Delete once more.",
} as const;
