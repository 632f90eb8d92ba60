/** The query parameters of lists, as callers and as the console's filter form write them. */
import * as z from "zod";
import { InsightsBy, ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";

/** Which page of a list. */
export const Paging = z.object({
  cursor: z.string().max(256).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
/** Which page of a list, checked. */
export type Paging = z.infer<typeof Paging>;

// A form sends its empty fields too. They do not filter.
const filterText = (max: number) =>
  z
    .string()
    .max(max)
    .transform((text) => text.trim() || null)
    .nullable()
    .default(null);
const emptyIsNull = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === "" || value === undefined ? null : value), schema.nullable());

/** Which reports; `null` does not filter. */
export const ReportQuery = Paging.extend({
  verdict: emptyIsNull(Verdict),
  status: emptyIsNull(ReviewStatus),
  gateway: filterText(253),
  adapter: filterText(512),
  /** A day or a moment, ISO 8601. */
  since: emptyIsNull(z.union([z.iso.date(), z.iso.datetime({ offset: true })])),
  /** Words and tokens, as api/reports/search-text.ts reads them. */
  q: filterText(300),
});
/** Which reports, checked. */
export type ReportQuery = z.infer<typeof ReportQuery>;

/** Which reports to analyze anew, and how many at once. */
export const ReanalyzeQuery = ReportQuery.extend({
  limit: z.coerce.number().int().min(1).max(100).default(20),
});

/** The forms of a file that a list may be, with their media types. */
export const LIST_TYPES = { csv: "text/csv", jsonl: "application/x-ndjson" } as const;
/** A form of such a file. */
export type ListForm = keyof typeof LIST_TYPES;
/** The form of a list that is asked for in the address; without it, `Accept` says it. */
export const ListFormat = z.enum(["json", "csv", "jsonl"]);

/** What insights are asked for; weeks are calendar weeks, this one included. */
export const InsightsQuery = z.object({
  weeks: z.coerce.number().int().min(1).max(104).default(12),
  by: InsightsBy.default("gateway"),
});
/** What insights are asked for, checked. */
export type InsightsQuery = z.infer<typeof InsightsQuery>;
