/** A filter of reports that filters nothing. */
import type { ReportFilter } from "../../api/store/port.ts";

/** Every report, newest first. */
export const EVERY_REPORT: ReportFilter = {
  verdict: null,
  status: null,
  gateway: null,
  adapter: null,
  label: null,
  mtu: null,
  assignee: null,
  since: null,
  q: null,
  after: null,
  limit: 100,
};
