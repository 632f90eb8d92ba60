/**
 * One report, three covers: what the terminal, the one-file HTML and the console's page say of the same
 * evidence is the same. The console reads what the service has stored; the other two read the evidence
 * itself.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadEvidence } from "../../cli/load-evidence.ts";
import { chooseStyle, printReport } from "../../cli/print-report.ts";
import { fromBase64, toBase64 } from "../../shared/bytes/base64.ts";
import { diagnoseObservations, ruleReference } from "../../shared/diagnose/diagnose.ts";
import { observe } from "../../shared/evidence/observe.ts";
import type { CaptureRead } from "../../shared/evidence/observe-captures.ts";
import { decodedCaptures } from "../../shared/evidence/observe-captures.ts";
import { MOST_CANDIDATES_OPEN } from "../../shared/report/finding-sections.ts";
import { htmlReport } from "../../shared/report/html-report.ts";
import { reportWords } from "../../shared/report/words.ts";
import type { DiagnosisText } from "../../shared/schema/api.ts";
import type { Evidence } from "../../shared/schema/evidence.ts";
import { speak } from "../../shared/text/speak.ts";
import { OPEN_PATH, OPEN_WAY, playLossyPlan } from "../support/lossy-path.ts";
import { json, openService, type Service } from "../support/service.ts";

const cases = join(import.meta.dirname, "../cases");

/** What a service is sent, and what the command line reads of the same files. */
interface Story {
  sent: Evidence;
  evidence: Evidence;
  transcripts: readonly CaptureRead[];
}

async function fromFiles(...files: string[]): Promise<Story> {
  const { evidence, transcripts } = await loadEvidence(files.map((file) => join(cases, file)));
  const captures = files
    .filter((file) => file.endsWith(".pcapng"))
    .map(async (file) => ({
      name: file.replace(/.*\//, ""),
      base64: toBase64(new Uint8Array(await readFile(join(cases, file)))),
    }));
  return { sent: { ...evidence, captures: await Promise.all(captures) }, evidence, transcripts };
}

/** A run to an IPv6 gateway, whose IP fragments are lost on the way out. */
function ipv6Run(): Story {
  const path = {
    ...OPEN_PATH,
    family: 6,
    out: { ...OPEN_WAY, fragmentLimit: 1_400 },
    clientAddress: "2001:db8:2::4",
  } as const;
  const { evidence } = playLossyPlan("vpn.example.com", path, 1);
  return { sent: evidence, evidence, transcripts: [] };
}

const stories: { name: string; story: () => Story | Promise<Story>; drawings: string[] }[] = [
  {
    name: "the seed story, a capture with pings and netsh output",
    story: () =>
      fromFiles(
        "seed/wired-fail.pcapng",
        "seed/netsh-ja.txt",
        "seed/ping-1472-ja.txt",
        "seed/ping-1473-ja.txt",
      ),
    drawings: ["sequence", "ladder"],
  },
  {
    name: "a run whose IP fragments above 1472 bytes are lost",
    story: () => fromFiles("run-fragments-1472/run.json"),
    drawings: ["ladder"],
  },
  { name: "a run to an IPv6 gateway", story: ipv6Run, drawings: ["ladder"] },
  {
    name: "a capture of an unanswered IPv6 login",
    story: () => fromFiles("ike-auth-unanswered/ipv6.pcapng"),
    drawings: ["sequence", "ladder"],
  },
  {
    name: "a PC that remembers a connection that failed",
    story: () => fromFiles("gateway-rejects/error-809.json"),
    drawings: ["ladder"],
  },
];

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

/** Letters only, for texts that differ in markup and in where their lines break. */
const letters = (text: string): string => text.replace(/[\s`]/g, "");
const lettersOfPage = (page: string): string =>
  letters(page.replace(/<[^>]*>/g, "").replace(/&([a-z]+|#39);/g, (_, name: string) => ENTITIES[name] ?? ""));

/** Everything that a diagnosis says in sentences. */
function sentencesOf(text: DiagnosisText): string[] {
  // Covers with the evidence have a longer text to forward, of which the section is compared.
  const { title, sentence, explanation, arithmetic, nextProbe, confidence, direction } = text;
  return [
    ...[title, sentence, explanation, arithmetic, nextProbe, confidence, direction],
    ...[
      ...text.observed,
      ...text.inferred,
      ...text.actions,
      ...text.notes,
      ...text.unknown,
      ...text.readings,
      ...text.warnings,
    ],
    ...text.excluded.flatMap((excluded) => [excluded.title, excluded.text]),
    // The less likely ones are named on each cover; what speaks for them is folded, or left out.
    ...text.candidates.slice(0, MOST_CANDIDATES_OPEN).flatMap((c) => [c.direction, ...c.for, c.decider]),
    ...text.candidates.slice(0, MOST_CANDIDATES_OPEN).flatMap((c) => c.against),
    ...text.candidates.map((c) => c.title),
    ...text.alternatives.map((alternative) => alternative.text),
    ...text.serverActions.flatMap((action) => [action.product, action.text, ...action.commands]),
  ].filter((said): said is string => said !== null && said !== "");
}

/** A section as it stands in a page, without what only a script needs, and without links of the console. */
const section = (page: string, id: string): string | null =>
  new RegExp(`<section id="${id}">.*?</section>`, "s")
    .exec(page)?.[0]
    .replace(/ data-copy="[^"]*" data-copied="[^"]*" tabindex="0"/g, "")
    .replace(/<p class="buttons">(?:<span data-copies[^>]*><\/span>)*<\/p>\n/g, "")
    .replace(/<p><a href="\/console\/reports\/[^"]*">[^<]*<\/a><\/p>/g, "") ?? null;

let service: Service;
beforeAll(async () => {
  service = await openService();
});
afterAll(() => service.close());

describe.each(stories)("$name", ({ story, drawings }) => {
  let given: Story;
  let reportId: string;
  beforeAll(async () => {
    given = await story();
    const response = await service.request("POST", "/v1/analyses?store=1", {
      token: service.tokens.staff,
      json: given.sent,
    });
    ({ reportId } = await json<{ reportId: string }>(response));
  });

  test.each(["en", "ja"] as const)("the same words and numbers on each cover (%s)", async (language) => {
    const observations = observe(given.evidence, given.transcripts);
    const spoken = speak(diagnoseObservations(observations), language);
    const response = await service.request("GET", `/console/reports/${reportId}`, {
      token: service.tokens.staff,
      headers: { accept: "text/html", "accept-language": language },
    });
    const page = await response.text();
    const decoded = decodedCaptures(given.transcripts, observations.initiations);
    const file = htmlReport(spoken, observations, ruleReference, decoded);
    const covers = {
      // The terminal has the settings of the product that is asked for, and only names the others.
      terminal: letters(
        [null, ...spoken.text.serverActions.map(({ product }) => product)]
          .map((server) => printReport(spoken, chooseStyle({}, {}), 80, server))
          .join(""),
      ),
      file: lettersOfPage(file),
      console: lettersOfPage(page),
    };
    const words = reportWords(language);
    const { interfaceMtu, commands, expectedFragments } = spoken.recommendation;
    const said = [...sentencesOf(spoken.text), words.whatToDo, words.confidence];
    if (interfaceMtu !== null) {
      said.push(words.recommendedMtu, String(interfaceMtu), expectedFragments.join(" + "));
      if (commands !== null) said.push(words.elevated, commands.apply, commands.verify, commands.undo);
    }
    expect(said.length).toBeGreaterThan(6);
    for (const [cover, text] of Object.entries(covers)) {
      for (const sentence of said) expect(text, cover).toContain(letters(sentence));
    }
    // Both pages are made of one set of sections; the console adds downloads behind the tables of evidence.
    for (const id of [
      "sequence",
      "ladder",
      "why",
      "candidates",
      "advice",
      "server",
      "windows",
      "probes",
      "findings",
    ]) {
      expect(section(page, id), id).toBe(section(file, id));
    }
    const tables = (html: string) => section(html, "evidence") ?? "";
    const ofFile = tables(file).replace(/\s*<\/section>$/, "");
    expect(tables(page).slice(0, ofFile.length)).toBe(ofFile);
    expect(["sequence", "ladder"].filter((id) => section(page, id) !== null)).toEqual(drawings);
  });
});

test("the size of a probe to an IPv6 gateway has the IPv6 header in it, on each page", async () => {
  const { evidence } = ipv6Run();
  const first = evidence.measurements.find(({ step }) => step.kind === "udp");
  if (first?.step.kind !== "udp") throw new Error("the plan sends no probe");
  expect(first.step.family).toBeNull();
  const ipBytes = fromBase64(first.step.datagram).length + 8 + 40;
  const response = await service.request("POST", "/v1/analyses?store=1", {
    token: service.tokens.staff,
    json: evidence,
  });
  const { reportId } = await json<{ reportId: string }>(response);
  const page = await service.request("GET", `/console/reports/${reportId}`, {
    token: service.tokens.staff,
    headers: { accept: "text/html" },
  });
  const row = new RegExp(`<tr id="step-${first.step.id}">.*?</tr>`, "s").exec(await page.text())?.[0];
  expect(row).toContain(`<td class="number">${ipBytes}</td>`);
});
