/** How firmly a diagnosis speaks: no firmer than it is sure of itself. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diagnose } from "../../../shared/diagnose/diagnose.ts";
import { LANGUAGE_TAGS } from "../../../shared/language.ts";
import { Diagnosis } from "../../../shared/schema/diagnosis.ts";
import { PHRASES } from "../../../shared/text/phrases.ts";
import { toText } from "../../../shared/text/speak.ts";
import { playLossyPlan } from "../../support/lossy-path.ts";
import { lossyPath } from "../../support/truth.ts";

const folder = fileURLToPath(new URL("../../cases/", import.meta.url));
const onFile = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".diagnosis.json"))
  .map((file) => ({
    name: file,
    diagnosis: Diagnosis.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))),
  }));
const played = fc
  .sample(fc.tuple(lossyPath(10), fc.nat()), { numRuns: 150, seed: 7_383 })
  .map(([path, chance]) => ({
    name: JSON.stringify({ path, chance }),
    diagnosis: diagnose({
      evidence: playLossyPlan("vpn.example.com", path, chance).evidence,
      transcripts: [],
    }),
  }));
const all = [...onFile, ...played];
const lowOnes = all.filter((d) => d.diagnosis.confidence === "low");

/** What says in either language that a cause is the likeliest, and that others remain. */
const HEDGES = { en: /most likely|likeliest/i, ja: /最も有力/ };
const OPEN = {
  en: /may|possible|would look the same|not known|just be/,
  ja: /可能性|同じように見え|分かりません/,
};

test.each(LANGUAGE_TAGS)(
  "a verdict of low confidence is called the likeliest of several, in %s",
  (language) => {
    const verdicts = new Set<string>();
    for (const { name, diagnosis } of lowOnes) {
      if (diagnosis.verdict === "insufficient-evidence") continue;
      verdicts.add(diagnosis.verdict);
      const { title, sentence, explanation } = toText(diagnosis, language);
      expect(sentence, name).toMatch(HEDGES[language]);
      expect(sentence, name).toMatch(OPEN[language]);
      const sure = toText({ ...diagnosis, confidence: "high" }, language);
      expect(
        [title, sentence, explanation].filter((s) => Object.values(sure).includes(s)),
        name,
      ).toEqual([]);
    }
    expect(verdicts.size).toBeGreaterThanOrEqual(9);
  },
);

test.each(LANGUAGE_TAGS)(
  "every verdict of low confidence names the one thing that would decide it, in %s",
  (language) => {
    const frame = { en: "What would decide it: ", ja: "があれば判断できます。" }[language];
    for (const { name, diagnosis } of lowOnes)
      expect(toText(diagnosis, language).sentence, name).toContain(frame);
    for (const { name, diagnosis } of all.filter((d) => d.diagnosis.confidence !== "low"))
      expect(toText(diagnosis, language).sentence, name).not.toContain(frame);
  },
);

test("where pings in pieces got no answer, nobody is told that everything did", () => {
  const unanswered = onFile.find((d) => d.name.endsWith("healthy/pings-in-pieces.diagnosis.json"));
  const diagnosis = Diagnosis.parse(unanswered?.diagnosis);
  expect(toText(diagnosis, "en").sentence).not.toContain("Everything");
  expect(toText(diagnosis, "ja").sentence).not.toContain("すべて");
});

test("whatever may be named as deciding has a short form for it", () => {
  const named = Object.keys(PHRASES.en).filter((key) => /^next\.[a-z-]+$/.test(key));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((key) => !Object.hasOwn(PHRASES.en, `${key}.short`))).toEqual([]);
});

test("text to forward to an administrator is no firmer, and does not ask them to decide it", () => {
  const low = lowOnes.find((d) => d.diagnosis.recommendation.serverActions.length > 0);
  const { forward } = toText(Diagnosis.parse(low?.diagnosis), "en");
  expect(forward).toMatch(HEDGES.en);
  expect(forward).not.toContain("What would decide it");
});

test.each(LANGUAGE_TAGS)(
  "where the gateway offers RFC 7383, the explanation says who connects all the same, in %s",
  (language) => {
    const says = { en: "connects over this path all the same", ja: "この経路でもつながります" }[language];
    const asks = { en: "The gateway has to", ja: "ゲートウェイ側で" }[language];
    const dropped = onFile.find((d) =>
      d.name.endsWith("outbound-fragments-dropped/every-size.diagnosis.json"),
    );
    const diagnosis = Diagnosis.parse(dropped?.diagnosis);
    const withAction = (key: string) => ({
      ...diagnosis,
      recommendation: { ...diagnosis.recommendation, actions: [{ key, params: {} }] },
    });
    const offered = toText(withAction("action.client-fragmentation"), language).explanation;
    expect(offered).toContain(says);
    expect(offered).toMatch(/Windows 10 ?(version|バージョン)\s?1803/);
    expect(offered).not.toContain(asks);
    const not = toText(withAction("action.ask-server-fragmentation"), language).explanation;
    expect(not).not.toContain(says);
    expect(not).toContain(asks);
  },
);
