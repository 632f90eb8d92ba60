/** What ikefrag printed, pasted back: its sizes and commands are no measurements. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chooseStyle, printReport } from "../../../../cli/print-report.ts";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";
import { LANGUAGE_TAGS } from "../../../../shared/language.ts";
import { Diagnosis } from "../../../../shared/schema/diagnosis.ts";
import { toText } from "../../../../shared/text/speak.ts";
import { DECORATIONS } from "../../../support/paste-writer.ts";

const diagnoses = globSync("test/cases/*/*.diagnosis.json").map((path) =>
  Diagnosis.parse(JSON.parse(readFileSync(path, "utf8"))),
);
const plainStyle = chooseStyle({}, {});

for (const language of LANGUAGE_TAGS) {
  for (const columns of [40, 80, 100]) {
    test(`no report in ${language}, ${columns} columns wide, is taken as evidence`, () => {
      expect(diagnoses.length).toBeGreaterThan(40);
      for (const diagnosis of diagnoses) {
        const spoken = { ...diagnosis, text: toText(diagnosis, language) };
        const printed = printReport(spoken as Parameters<typeof printReport>[0], plainStyle, columns);
        for (const decoration of ["none", "quoted", "cells", "double-spaced"]) {
          const text = DECORATIONS[decoration]?.(printed) ?? printed;
          const { readings, notUnderstood, ...told } = readPastedText({ name: "a.txt", text });
          expect(Object.values(told).flat(), `${diagnosis.verdict}, ${decoration}`).toEqual([]);
          expect(readings.map((r) => r.ownReport?.verdict)).toEqual([diagnosis.verdict]);
        }
      }
    });
  }
}
