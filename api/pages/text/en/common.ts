/** What stands on every page, and parts that many pages have. English. */
export const common = {
  tagline: "Finds out why an IKEv2 VPN does not connect when packet sizes are the reason",
  skipToContent: "Skip to content",
  language: "Language",
  navReports: "Reports",
  navCases: "Cases",
  navAnalyze: "Analyze",
  navInsights: "Insights",
  navSignIn: "Staff sign-in",
  navSignOut: "Sign out",
  navApi: "API",
  signedInAs: "Signed in as {name} ({role})",
  copy: "Copy",
  copied: "Copied",
  requestId: "Request ID",
  backHome: "Go to the start page",
  errorHint: "If this keeps happening, tell the operator the request ID.",
} as const;
