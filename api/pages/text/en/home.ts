/** The landing page. English. */
export const home = {
  homeTitle: "Why does the VPN not connect?",
  homeLead: "See which packet sizes get lost on the way, and what to set.",
  homeFindTitle: "Open a fix card",
  homeFindLabel: "Report ID",
  homeFindHint: "A sentence or an address with the ID in it will do.",
  homeFindButton: "Open",
  homeUserTitle: "The VPN fails on your computer?",
  homeUserText:
    "Ask your helpdesk for a command line. It starts a small program that measures for about a minute and ends with a report ID, which you give back to the helpdesk.",
  homeStaffTitle: "You run the helpdesk?",
  homeStaffText: "Sign in to open a case, get the line to hand out, and read the reports.",
} as const;
