/** Answers to requests with an Idempotency-Key, in SQL. */
import * as z from "zod";
import type { Database } from "./database.ts";
import type { AnswerStore } from "./port.ts";

const AnswerRow = z.object({ fingerprint: z.string(), answer: z.string().nullable() });

/** The store of remembered answers over a database. */
export function sqlAnswerStore(database: Database): AnswerStore {
  return {
    async claim(keyHash, fingerprint, now, endsAt) {
      const claimed = await database.run(
        `INSERT INTO remembered_answers (key_hash, fingerprint, answer, ends_at) VALUES (?, ?, NULL, ?)
         ON CONFLICT (key_hash) DO UPDATE SET
           fingerprint = excluded.fingerprint, answer = NULL, ends_at = excluded.ends_at
         WHERE ends_at <= ?`,
        [keyHash, fingerprint, endsAt, now],
      );
      if (claimed > 0) return null;
      const [row] = await database.all(
        "SELECT fingerprint, answer FROM remembered_answers WHERE key_hash = ?",
        [keyHash],
      );
      // Released in between: whoever asks again may claim it.
      return row ? AnswerRow.parse(row) : { fingerprint, answer: null };
    },
    async keep(keyHash, answer, endsAt) {
      await database.run("UPDATE remembered_answers SET answer = ?, ends_at = ? WHERE key_hash = ?", [
        answer,
        endsAt,
        keyHash,
      ]);
    },
    async release(keyHash) {
      await database.run("DELETE FROM remembered_answers WHERE key_hash = ? AND answer IS NULL", [keyHash]);
    },
  };
}
