/** The landing page. English. */
export const home = {
  homeTitle: "Why does the VPN not connect?",
  homeLead:
    "ikefrag measures, from the computer that has the trouble, which packet sizes reach the VPN gateway. It says what is wrong, what to set, and how to undo it.",
  homeFindTitle: "Open a fix card",
  homeFindLabel: "Report ID",
  homeFindHint: "It looks like IKF-XXXXX-XXXXX-X. Small letters and missing hyphens are fine.",
  homeFindButton: "Open",
  homeUserTitle: "The VPN fails on your computer?",
  homeUserText:
    "Ask your helpdesk for a command line. It starts a small program that measures for about a minute and ends with a report ID, which you give back to the helpdesk.",
  homeStaffTitle: "You run the helpdesk?",
  homeStaffText: "Sign in to open a case, get the line to hand out, and read the reports.",
} as const;
