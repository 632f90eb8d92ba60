/** `ikefrag analyze FILE…`: judges evidence of one user's VPN that does not come up. */
import { SERVER_PRODUCTS } from "../shared/diagnose/advice/server-actions.ts";
import { ruleReference } from "../shared/diagnose/diagnose.ts";
import { decodedCaptures } from "../shared/evidence/observe-captures.ts";
import type { Language } from "../shared/language.ts";
import { forwardPack } from "../shared/report/forward-pack.ts";
import { htmlReport } from "../shared/report/html-report.ts";
import type { End } from "../shared/schema/joined.ts";
import { GivenHost } from "../shared/schema/plan.ts";
import type { ForwardTo } from "../shared/text/forward.ts";
import { speak } from "../shared/text/speak.ts";
import { diagnoseLoaded, loadEvidence } from "./load-evidence.ts";
import { isProduct } from "./print-report.ts";
import { exitCodeOf, showDiagnosis } from "./show-diagnosis.ts";
import { UnusableInputError } from "./unusable-input.ts";
import { checkHtmlTarget, inALine, writeHtml, writtenTo } from "./write-html.ts";

// Not imported, as in file-chunks.ts.
const { statSync } = process.getBuiltinModule("node:fs");

/** What only a file is called: no host's name ends so. */
const FILE_NAME = /\.(?:pcap|pcapng|cap|gz|txt|log|json)$/i;

/**
 * What `--gateway` means: the gateway's name or address; or a file that was made there, which is evidence as
 * the others are.
 *
 * @throws {UnusableInputError} it is neither
 */
function readGateway(text: string): { host: string | null; file: string | null } {
  const isFile = statSync(text, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile || FILE_NAME.test(text)) return { host: null, file: text };
  const host = GivenHost.safeParse(text);
  if (!host.success)
    throw new UnusableInputError(
      `Cannot use --gateway "${text.slice(0, 253)}": it is no host name, no IP address and no file`,
    );
  return { host: host.data, file: null };
}

/** What `ikefrag analyze` can be told besides its files. */
export interface AnalyzeOptions {
  json: boolean;
  language: Language;
  /** The file that the HTML report is written to; `null`: none is written. */
  html: string | null;
  /** Files that were made at the client. */
  client: readonly string[];
  /** Files that were made at the gateway; or the gateway, as a name or an address. */
  gateway: readonly string[];
  /** Files that were made on the way between them. */
  between: readonly string[];
  /** The gateway's product, whose settings are printed; `null`: none is named. */
  server: string | null;
  /** A text for others is written in place of the report; `null`: the report. */
  forward: { to: ForwardTo; addresses: boolean } | null;
}

/**
 * Reads all files as one body of evidence, those of each end too, and says what is wrong and what to do.
 *
 * @returns the exit code
 * @throws {UnusableInputError} a file cannot be used, or the report cannot be written
 */
export async function analyze(files: readonly string[], options: AnalyzeOptions): Promise<number> {
  const { server } = options;
  if (server !== null && !SERVER_PRODUCTS.some((product) => isProduct(product, server)))
    throw new UnusableInputError(
      `Cannot show the setting of "${server.slice(0, 60)}": known are ${SERVER_PRODUCTS.join(", ")}`,
    );
  const given = options.gateway.map(readGateway);
  const atGateway = given.flatMap(({ file }) => file ?? []);
  const host = given.findLast((g) => g.host !== null)?.host ?? null;
  const ends = new Map<string, End>();
  for (const file of options.client) ends.set(file, "client");
  for (const file of atGateway) {
    if (ends.has(file)) throw new UnusableInputError(`Cannot use "${file}" as made at both ends`);
    ends.set(file, "gateway");
  }
  for (const file of options.between) {
    if (ends.has(file))
      throw new UnusableInputError(`Cannot use "${file}" as made at an end and between them`);
    ends.set(file, "between");
  }
  const all = [...new Set([...files, ...ends.keys()])];
  if (all.length === 0) throw new UnusableInputError("Cannot judge a gateway alone: name at least one file");
  if (options.html !== null) await checkHtmlTarget(options.html, all);
  const loaded = await loadEvidence(all, host, ends);
  for (const { why } of loaded.unusable) process.stderr.write(`ikefrag: warning: ${why}\n`);
  for (const { capture, quality } of loaded.transcripts) {
    for (const { byteOffset, message } of quality.damage) {
      process.stderr.write(`ikefrag: warning: ${capture}: damaged at byte ${byteOffset}: ${message}\n`);
    }
  }
  const { observations, diagnosis } = diagnoseLoaded(loaded);
  if (options.html !== null) {
    const spoken = speak(diagnosis, options.language);
    const decoded = decodedCaptures(loaded.transcripts, observations.initiations);
    await writeHtml(options.html, htmlReport(spoken, observations, ruleReference, decoded));
    const isAll = !options.json && options.forward === null;
    if (!isAll) process.stderr.write(`${writtenTo(options.html, options.language)}\n`);
    else {
      // The report is there to be read: what it says is not printed a second time.
      process.stdout.write(`${inALine(options.html, spoken)}\n`);
      return exitCodeOf(diagnosis);
    }
  }
  if (options.forward === null) return showDiagnosis(diagnosis, options);
  // Whoever runs this is where it happened, or writes for those who are.
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const { language, forward } = options;
  const pack = forwardPack(diagnosis, observations, { ...forward, language, zone });
  if (pack === null)
    process.stderr.write(
      `ikefrag: nothing to ask of the ${forward.to === "gateway" ? "gateway's administrator" : "network's operator"} for the verdict ${diagnosis.verdict}\n`,
    );
  else process.stdout.write(`${pack.subject}\n\n${pack.text}`);
  return exitCodeOf(diagnosis);
}
