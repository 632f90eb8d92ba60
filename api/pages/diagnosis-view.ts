/** The sections of a report (shared/report) as the pages show them. */
import { raw } from "hono/html";
import type { Markup } from "../../shared/chart/markup.ts";
import { ruleReference } from "../../shared/diagnose/diagnose.ts";
import type { Observations } from "../../shared/evidence/observations.ts";
import type { Language } from "../../shared/language.ts";
import { type ReportSections, reportSections, type SectionOptions } from "../../shared/report/sections.ts";
import type { Report } from "../../shared/schema/api.ts";
import type { Verdict } from "../../shared/schema/diagnosis.ts";
import { say } from "../../shared/text/speak.ts";
import { forwardLink } from "./forward-page.ts";
import type { Html } from "./layout.ts";
import type { Translate } from "./words.ts";

/** A verdict in a few words. */
export const verdictTitle = (verdict: Verdict, language: Language): string =>
  say({ key: `verdict.${verdict}.title`, params: {} }, language);

/** Markup of the report's own template engine, which has escaped its text already. */
export const embed = (markup: Markup | null): Html => raw(markup?.toString() ?? "");

/** The words of the buttons that copy a command. */
export const copyWords = (t: Translate) => ({ copy: t("copy"), copied: t("copied") });

/** All sections of a report. @param options what the page has besides */
export const sectionsOf = (
  t: Translate,
  { diagnosis, reportId }: Report,
  observations: Observations,
  options: SectionOptions,
): ReportSections =>
  reportSections(diagnosis, observations, ruleReference, {
    copy: copyWords(t),
    forward: forwardLink(t, reportId),
    ...options,
  });
