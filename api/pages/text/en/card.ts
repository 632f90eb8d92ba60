/** The fix card. English. */
export const card = {
  cardTitle: "Fix card",
  cardFor: "Report {id}",
  cardPrivacy: "This page names no person and no network. Your helpdesk sees the measurements behind it.",
  cardConfirmed: "An administrator has looked at this report: {status}.",
  cardOverridden:
    "An administrator has corrected the verdict: {verdict}. Follow their advice, not what this page says below.",
  cardExpires: "The report is deleted by itself: {at}.",
} as const;
