/** The description of the HTTP interface. English. */
export const docs = {
  docsTitle: "HTTP interface",
  docsText: "JSON under /v1. Errors are problem documents (RFC 9457). The OpenAPI description:",
  docsWho: "Who",
  docsAnswers: "Answers",
  docsBody: "Body",
  docsQuery: "Query",
  docsProblems: "Problems",
  "who.anyone": "anyone",
  "who.code": "anyone with a case code",
  "who.gateway": "anyone with a gateway link",
  "who.run": "run token (ikr_…)",
  "who.staff": "staff token (ikf_…) or session",
  "who.admin": "admin token (ikf_…) or session",
} as const;
