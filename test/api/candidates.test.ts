/** What a diagnosis leaves open, on every cover: what is ruled out, what is left, and what would tell. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { objectsOf } from "../../api/reports/report-objects.ts";
import { chooseStyle, printReport } from "../../cli/print-report.ts";
import { diagnoseObservations, ruleReference } from "../../shared/diagnose/diagnose.ts";
import { observe } from "../../shared/evidence/observe.ts";
import { htmlReport } from "../../shared/report/html-report.ts";
import { reportWords } from "../../shared/report/words.ts";
import { FixCard } from "../../shared/schema/api.ts";
import type { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { speak } from "../../shared/text/speak.ts";
import { json, openService, type Service } from "../support/service.ts";

const SECRET = "gw-of-a-person.example";
const evidence = Evidence.parse({
  schema: "ikefrag/evidence/1",
  texts: [
    {
      name: SECRET,
      text: `Pinging ${SECRET} [198.51.100.53] with 1400 bytes of data:\nReply from 198.51.100.53: bytes=1400 time=8ms TTL=57\n`,
    },
  ],
});
const observations = observe(evidence, []);

const refs = observations.echoes.map(({ ref }) => ref);
const reason = (text: string) => ({
  phrase: { key: "warning.not-understood", params: { line: 1, text: `${text} ${SECRET}` } },
  evidence: refs,
});
const decider = (text: string) => ({ key: "warning.not-understood", params: { line: 9, text } });

/** A diagnosis that leaves four verdicts open and rules one out. */
function openDiagnosis(change: Partial<Diagnosis> = {}): Diagnosis {
  return {
    ...diagnoseObservations(observations),
    verdict: "insufficient-evidence",
    confidence: "low",
    direction: null,
    excluded: [{ verdict: "not-ikev2", ...reason("excluded") }],
    candidates: [
      {
        verdict: "inbound-fragments-lost",
        direction: "inbound",
        for: [reason("pro one"), reason("pro two")],
        against: [reason("contra one")],
        decider: decider("first decider"),
      },
      ...(["slow-gateway", "esp-mtu", "gateway-rejects"] as const).map((verdict) => ({
        verdict,
        direction: null,
        for: [reason(`pro ${verdict}`)],
        against: [],
        decider: decider(`decider ${verdict}`),
      })),
    ],
    ...change,
  };
}

const pageOf = (diagnosis: Diagnosis) => htmlReport(speak(diagnosis, "en"), observations, ruleReference);
const terminalOf = (diagnosis: Diagnosis) => printReport(speak(diagnosis, "en"), chooseStyle({}, {}), 100);
/** Where each stands, to compare what comes first; all of them must be there. */
function placesOf(text: string, ...parts: string[]): number[] {
  const places = parts.map((part) => text.indexOf(part));
  expect(places, parts.join(" | ")).not.toContain(-1);
  return places;
}
const isAscending = (places: number[]) =>
  places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0));

describe("the one-file report and the terminal", () => {
  const words = reportWords("en");
  const said = ["excluded", "pro one", "pro two", "contra one", "first decider", "pro esp-mtu"];

  test("say what is ruled out, then what is left, with what speaks for it and what would tell", () => {
    for (const cover of [pageOf(openDiagnosis()), terminalOf(openDiagnosis())]) {
      const places = placesOf(
        cover,
        words.excluded,
        speak(openDiagnosis(), "en").text.excluded[0]?.title ?? "",
        "excluded",
        words.remaining,
        "pro one",
        "pro two",
        "contra one",
        "decider slow-gateway",
        "decider esp-mtu",
        words.lessLikely,
        speak(openDiagnosis(), "en").text.candidates[3]?.title ?? "",
      );
      expect(isAscending(places)).toBe(true);
    }
  });

  test("where nothing is proven, what is left and the cheapest next step come first", () => {
    for (const cover of [pageOf(openDiagnosis()), terminalOf(openDiagnosis())]) {
      const places = placesOf(
        cover,
        words.candidates.open,
        words.cheapestStep,
        "first decider",
        words.excluded,
        words.whatToDo,
      );
      expect(isAscending(places)).toBe(true);
    }
    const sectionsOf = (findings: Diagnosis["findings"]) =>
      [...pageOf(openDiagnosis({ findings })).matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    expect(sectionsOf([]).slice(0, 3)).toEqual(["candidates", "advice", "ladder"]);
    // But what was found is known before what it may be.
    const found = {
      code: "ras-error-code",
      status: "found",
      severity: "medium",
      nature: "observed",
      ...reason("found"),
    } as const;
    expect(sectionsOf([found]).slice(0, 4)).toEqual(["why", "candidates", "advice", "ladder"]);
    const terminal = terminalOf(openDiagnosis({ findings: [found] }));
    expect(isAscending(placesOf(terminal, "found", words.candidates.open, words.whatToDo))).toBe(true);
  });

  test("beside a verdict they stand after its reasons, and before what to do", () => {
    const verdict = openDiagnosis({ verdict: "ike-auth-unanswered", confidence: "medium" });
    const sections = [...pageOf(verdict).matchAll(/<section id="(\w+)"/g)].map(([, id]) => id);
    expect(sections.indexOf("candidates")).toBe(sections.indexOf("why") + 1);
    expect(sections.indexOf("advice")).toBe(sections.indexOf("candidates") + 1);
    for (const cover of [pageOf(verdict), terminalOf(verdict)]) {
      expect(cover).toContain(words.candidates.beside);
      expect(cover).not.toContain(words.cheapestStep);
      for (const part of said) expect(cover).toContain(part);
    }
  });

  test("a reason leads to its evidence", () => {
    const page = pageOf(openDiagnosis());
    const candidates = /<section id="candidates">.*?<\/section>/s.exec(page)?.[0] ?? "";
    const [, anchor = "none"] = /pro one.*?<a href="#([^"]+)"/s.exec(candidates) ?? [];
    expect(page).toContain(`id="${anchor}"`);
  });

  test("without candidates there is no section for them", () => {
    const none = openDiagnosis({ candidates: [], excluded: [] });
    expect(pageOf(none)).not.toContain('id="candidates"');
    for (const cover of [pageOf(none), terminalOf(none)]) expect(cover).not.toContain(words.candidates.open);
  });
});

describe("a stored report", () => {
  let service: Service;
  beforeEach(async () => {
    service = await openService();
  });
  afterEach(() => service.close());

  /** Stores a report whose diagnosis is what an analyzer of another time would have written. */
  async function store(written: unknown): Promise<string> {
    const response = await service.request("POST", "/v1/analyses?store=1", {
      token: service.tokens.staff,
      json: evidence,
    });
    const { reportId } = await json<{ reportId: string }>(response);
    const object = (await objectsOf(service.deps, reportId)).diagnoses.at(-1);
    const bytes = new TextEncoder().encode(JSON.stringify(written));
    await service.deps.blobs.put(object?.key ?? "", bytes);
    return reportId;
  }
  const page = async (path: string, token: string | null = service.tokens.staff) => {
    const response = await service.request("GET", path, {
      ...(token === null ? {} : { token }),
      headers: { accept: "text/html" },
    });
    expect(response.status).toBe(200);
    return response.text();
  };

  test("the console shows what the one-file report shows", async () => {
    const reportId = await store(openDiagnosis());
    const section = (html: string) => /<section id="candidates">.*?<\/section>/s.exec(html)?.[0];
    const shown = section(await page(`/console/reports/${reportId}`));
    expect(shown).toContain("first decider");
    expect(shown).toBe(section(pageOf(openDiagnosis())));
  });

  test("the fix card of a verdict of low confidence shows titles, and nothing of the evidence", async () => {
    const reportId = await store(openDiagnosis());
    const card = await json(await service.request("GET", `/v1/reports/${reportId}`));
    const { text } = FixCard.parse(card);
    expect(text.candidates.map(({ title }) => title)).toEqual(
      speak(openDiagnosis(), "en").text.candidates.map(({ title }) => title),
    );
    const html = await page(`/r/${reportId}`, null);
    for (const { title } of text.candidates) expect(html).toContain(title.replaceAll("'", "&#39;"));
    for (const shown of [html, JSON.stringify(card)]) {
      for (const secret of [SECRET, "198.51.100.53", "pro one", "contra one", "excluded ", "decider esp"])
        expect(shown).not.toContain(secret);
    }
  });

  test("the fix card of a surer verdict shows none", async () => {
    const reportId = await store(openDiagnosis({ verdict: "ike-auth-unanswered", confidence: "medium" }));
    expect(await page(`/r/${reportId}`, null)).not.toContain('id="candidates"');
  });

  test("of a time before there were candidates and readings it is shown all the same", async () => {
    const { candidates: _none, excluded: _ruledOut, readings: _unread, ...old } = openDiagnosis();
    const reportId = await store(old);
    const html = await page(`/console/reports/${reportId}`);
    expect(html).not.toContain('id="candidates"');
    expect(html).not.toContain('class="read"');
    expect(html).toContain('id="advice"');
    expect(await page(`/r/${reportId}`, null)).toContain('id="advice"');
  });
});
