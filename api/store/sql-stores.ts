/** All stores of the index over one SQL database, wired once for every runtime. */
import type { Database } from "./database.ts";
import type { IndexStores } from "./port.ts";
import { sqlAccessStore } from "./sql-access.ts";
import { sqlAnswerStore } from "./sql-answers.ts";
import { sqlAuditStore } from "./sql-audit.ts";
import { sqlCaseStore } from "./sql-cases.ts";
import { sqlPeopleStore } from "./sql-people.ts";
import { sqlReportStore } from "./sql-reports.ts";
import { sqlSettingsStore } from "./sql-settings.ts";
import { sqlSweepStore } from "./sql-sweep.ts";
import { sqlViewStore } from "./sql-views.ts";
import { sqlWebhookStore } from "./sql-webhooks.ts";

/** The stores over a database that has all migrations. */
export function sqlStores(database: Database): IndexStores {
  return {
    cases: sqlCaseStore(database),
    reports: sqlReportStore(database),
    access: sqlAccessStore(database),
    answers: sqlAnswerStore(database),
    people: sqlPeopleStore(database),
    views: sqlViewStore(database),
    audit: sqlAuditStore(database),
    sweeps: sqlSweepStore(database),
    webhooks: sqlWebhookStore(database),
    settings: sqlSettingsStore(database),
  };
}
