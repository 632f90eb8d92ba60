/**
 * The analyzer of the landing page: the same code as `ikefrag analyze`, in a thread of its own. The page
 * loads it when somebody gives it files. Its script is served with a policy that lets it connect to nothing,
 * so that what it reads can leave the browser only by way of the page, and only as `prepare` makes it.
 */
import * as z from "zod";
import { diagnoseObservations, ruleReference } from "../../../shared/diagnose/diagnose.ts";
import { loadFiles } from "../../../shared/evidence/load-files.ts";
import { observe } from "../../../shared/evidence/observe.ts";
import { decodedCaptures } from "../../../shared/evidence/observe-captures.ts";
import { UnusableInputError } from "../../../shared/evidence/unusable-input.ts";
import { htmlReport } from "../../../shared/report/html-report.ts";
import { reportSections } from "../../../shared/report/sections.ts";
import { GivenHost } from "../../../shared/schema/plan.ts";
import { speak } from "../../../shared/text/speak.ts";
import { givenFiles } from "./analyzer/given-files.ts";
import { markupTree } from "./analyzer/markup-tree.ts";
import type { Answer, ChosenFile, Order } from "./analyzer/messages.ts";
import { prepareFiles } from "./analyzer/prepare.ts";

// Else zod tries whether it may make functions from text, and the policy reports that.
z.config({ jitless: true });

/** So often the page is told how far the reading has come. */
const PROGRESS_BYTES = 512 * 1024;

/** What there is of a worker's global scope that the types of pages have otherwise. */
const worker = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(answer: Answer): void;
};

worker.onmessage = ({ data }) => {
  carryOut(data)
    .catch((error): Answer => {
      const why = error instanceof Error ? error.message : String(error);
      return { kind: error instanceof UnusableInputError ? "unusable" : "failed", why };
    })
    .then((answer) => worker.postMessage(answer));
};

async function carryOut(order: Order): Promise<Answer> {
  const files = givenFiles(order.files, telling(order.files));
  if (order.kind === "prepare") return prepareFiles(files);
  const { evidence, transcripts, unusable } = await loadFiles(files, readGateway(order.gateway));
  const observations = observe(evidence, transcripts);
  const diagnosis = speak(diagnoseObservations(observations, unusable), order.language);
  const decoded = decodedCaptures(transcripts, observations.initiations);
  const sections = reportSections(diagnosis, observations, ruleReference, { copy: order.copy, decoded });
  return {
    kind: "analyzed",
    title: diagnosis.text.title,
    sections: Object.values(sections).flatMap((section) =>
      section === null ? [] : markupTree(String(section)),
    ),
    html: htmlReport(diagnosis, observations, ruleReference, decoded),
    json: `${JSON.stringify(diagnosis, null, 2)}\n`,
  };
}

/** @throws {UnusableInputError} it is no host */
function readGateway(text: string): string | null {
  if (text === "") return null;
  const host = GivenHost.safeParse(text);
  if (host.success) return host.data;
  throw new UnusableInputError(`Cannot use "${text.slice(0, 253)}": it is no host name and no IP address`);
}

/** Tells the page now and then how much was read of all files. */
function telling(files: readonly ChosenFile[]): (bytes: number) => void {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let read = 0;
  let told = 0;
  return (bytes) => {
    read += bytes;
    if (read - told < PROGRESS_BYTES) return;
    told = read;
    worker.postMessage({ kind: "progress", read, total });
  };
}
