/** How an entry of the log is written: one line of JSON. */
/**
 * What looks like a token, a link, a session or a case code. Nothing here logs one, but the text of an error
 * may come from a library.
 */
const SECRET =
  /\b(?:ik[a-z]{1,3}_[\w-]{8,}|whsec_[\w+/-]{8,}|[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{5})\b/gi;

/** What a terminal obeys or a reader does not see. JSON itself escapes only those below the space. */
const UNSEEN = /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;
const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** @param fields beside time, level and message; the last of two of one name counts */
export const toLogLine = (
  at: Date,
  level: string,
  message: string,
  fields: Readonly<Record<string, unknown>>,
): string =>
  JSON.stringify({ time: at.toISOString(), level, message, ...fields })
    .replace(SECRET, "[secret]")
    .replace(UNSEEN, escapeOf);
