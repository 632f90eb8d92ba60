/** What the store of settings must do, whichever database is below. */
import { expect, test } from "vitest";
import type { Database } from "../../api/store/database.ts";
import { sqlSettingsStore } from "../../api/store/sql-settings.ts";

const AT = "2026-11-23T06:00:00.000Z";
const LATER = "2026-11-23T06:01:00.000Z";

/** Tests for a database that has all migrations, and nothing decided. */
export function settingsContract(name: string, database: () => Database): void {
  test(`${name}: a change of settings leaves what it does not name, and takes back what it names as null`, async () => {
    const store = sqlSettingsStore(database());
    expect(await store.read()).toBeNull();
    await store.change({ contact: `"内線" '1234'`, reportDays: 30 }, AT, "Ada");
    await store.change({ operator: "Example", language: "ja", reportDays: null }, LATER, "Ben");
    await store.change({}, LATER, "Ben");
    expect(await store.read()).toEqual({
      settings: {
        operator: "Example",
        contact: `"内線" '1234'`,
        language: "ja",
        defaultGateway: null,
        reportDays: null,
        captureDays: null,
      },
      updatedAt: LATER,
      updatedBy: "Ben",
    });
  });
}
