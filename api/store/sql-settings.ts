/** What administrators decided about the service, in SQL: one row. */
import * as z from "zod";
import { DecidedSettings } from "../../shared/schema/settings.ts";
import type { Database } from "./database.ts";
import type { SettingsStore } from "./port.ts";

const Row = z.object({
  settings: z.string().transform((text) => DecidedSettings.parse(JSON.parse(text))),
  updatedAt: z.string(),
  updatedBy: z.string(),
});

/** The store of settings over a database. */
export function sqlSettingsStore(database: Database): SettingsStore {
  return {
    async read() {
      const [row] = await database.all(
        "SELECT settings, updated_at AS updatedAt, updated_by AS updatedBy FROM settings WHERE id = 1",
        [],
      );
      return row === undefined ? null : Row.parse(row);
    },
    async change(patch, at, by) {
      const whole = JSON.stringify(DecidedSettings.parse(patch));
      // Two administrators who change different things at once both get their way.
      await database.run(
        `INSERT INTO settings (id, settings, updated_at, updated_by) VALUES (1, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET settings = json_set(settings${", ?, json(?)".repeat(Object.keys(patch).length)}),
           updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
        [
          whole,
          at,
          by,
          ...Object.entries(patch).flatMap(([name, value]) => [`$.${name}`, JSON.stringify(value)]),
        ],
      );
    },
  };
}
