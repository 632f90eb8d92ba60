/** The landing page. English. */
export const home = {
  homeTitle: "Why does the VPN not connect?",
  homeLead: "See which packet sizes get lost, and what to set.",
  homeFindTitle: "Open a fix card",
  homeFindLabel: "Report ID",
  homeFindButton: "Open",
  homeUserTitle: "For users",
  homeUserText:
    "Ask your helpdesk for a command line. It starts a small program that measures for about a minute and ends with a report ID, which you give back to the helpdesk.",
  homeStaffTitle: "For helpdesks",
  homeStaffText: "Sign in to open a case, get the line to hand out, and read the reports.",
} as const;
