/**
 * Starts the analyzer. Pages demand Trusted Types, and a worker's address is one of the places that no
 * stranger's text may reach. The landing page's policy allows one kind of trusted value, named `ikefrag`, and
 * this is the one place that makes it: of an address of our own with the form of the analyzer's.
 */

const ANALYZER = /^\/assets\/analyzer-[0-9a-f]{16}\.js$/;

/** What browsers with Trusted Types have; the others take the address as it is. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): URL };
}

const checked = (url: string): string => {
  if (!ANALYZER.test(url)) throw new TypeError(`Cannot trust ${url}`);
  return url;
};

let policy: { createScriptURL(url: string): URL | string } | undefined;

/** @param path where the page says that the analyzer is */
export function startAnalyzer(path: string): Worker {
  const { trustedTypes } = globalThis as unknown as { trustedTypes?: TrustedTypes };
  policy ??= trustedTypes?.createPolicy("ikefrag", { createScriptURL: checked }) ?? {
    createScriptURL: checked,
  };
  return new Worker(policy.createScriptURL(path));
}
