/** JSON values whose shape is not known yet. */

/** A value as an object; one without properties where the value is not an object. */
export function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

/** A value as a list. PowerShell prints a list of one as that one, and an empty list as nothing. */
export function toList(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return value === null || value === undefined ? [] : [value];
}
