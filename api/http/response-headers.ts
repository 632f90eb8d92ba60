/** The headers of answers, as they are described to callers. */

/** What each header of ours says. */
export const HEADERS = {
  "X-Request-Id": "Names this request in the service's log",
  "Cache-Control": "Who may keep the answer",
  "Content-Language": "The language of the sentences",
  Vary: "Which headers of the request the answer depends on",
  RateLimit:
    "What is left of the limit that this request counted against, draft-ietf-httpapi-ratelimit-headers",
  "RateLimit-Policy": "That limit",
  "Retry-After": "After so many seconds it is worth trying again",
  "WWW-Authenticate": "How to say who asks, RFC 9110 §11.6.1",
  Allow: "The methods that there are",
  ETag: "The version of what is shown: a digest, or for If-Match the version that a review was made on",
  Link: 'The next page of the list, rel="next"',
  "Content-Disposition": "The name of the file",
  "Content-Length": "Its bytes",
  "Set-Cookie": "The session of the browser",
  Location: "Where what was made is found",
  "Idempotency-Replayed": "true: an earlier request with this Idempotency-Key was answered so",
  Connection: "close: the service is about to end",
  "Content-Security-Policy": "For browsers: what a page may load",
  "Strict-Transport-Security": "For browsers: https alone",
  "X-Content-Type-Options": "For browsers: the type is what it says",
  "X-Frame-Options": "For browsers: no page has this one in a frame",
  "Referrer-Policy": "For browsers: other sites do not learn the path",
  "Cross-Origin-Opener-Policy": "For browsers: no other site's page gets at this one",
  "Cross-Origin-Resource-Policy": "For browsers: no other site's page loads it",
  "X-Robots-Tag": "For search engines: not to be found",
} as const;
/** The name of such a header. */
export type HeaderName = keyof typeof HEADERS;

/** What any answer may have. */
export const HEADERS_ANYWHERE: readonly HeaderName[] = [
  "X-Request-Id",
  "Cache-Control",
  "Vary",
  "RateLimit",
  "RateLimit-Policy",
  "Connection",
  "Content-Security-Policy",
  "Strict-Transport-Security",
  "X-Content-Type-Options",
  "X-Frame-Options",
  "Referrer-Policy",
  "Cross-Origin-Opener-Policy",
  "Cross-Origin-Resource-Policy",
  "X-Robots-Tag",
];

/** What the problems of a status have besides. */
const OF_STATUS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ["WWW-Authenticate"],
  405: ["Allow"],
  409: ["Retry-After"],
  429: ["Retry-After"],
  503: ["Retry-After"],
};

/** The headers of a problem document. */
export const headersOfProblem = (status: number): readonly HeaderName[] => [
  ...HEADERS_ANYWHERE,
  "Content-Language",
  ...(OF_STATUS[status] ?? []),
];
