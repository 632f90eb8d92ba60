/** What pages may load and run, for browsers. */

const policyOf = (directives: readonly string[]): string => directives.join("; ");

const EVERYWHERE = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
];

/** The policy of all pages: own files alone, and no text is ever made into a script or into markup. */
export const CONTENT_SECURITY_POLICY = policyOf([...EVERYWHERE, "trusted-types 'none'"]);

/**
 * The policy of the page that analyzes in the browser. Its script may start a worker, and make one trusted
 * value: the worker's address (api/pages/browser/trusted-worker.ts).
 */
export const ANALYZER_PAGE_POLICY = policyOf([...EVERYWHERE, "worker-src 'self'", "trusted-types ikefrag"]);

/** The policy of that worker, which has it from its own script's answer: it connects to nothing. */
export const ANALYZER_POLICY = policyOf([
  "default-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
]);
