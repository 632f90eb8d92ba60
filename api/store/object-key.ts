/**
 * What objects are called: `KIND/YYYYMMDD/HHNAME.EXTENSION`, by the UTC hour in which they were begun. So
 * keys sort by time, and what is new since an hour is found without reading the whole store.
 *
 * Before there were hours the form was `KIND/NAME.EXTENSION`. Such objects stay readable.
 */

/** What the kinds of objects are called, and how their names end. */
const EXTENSIONS = {
  captures: "pcapng",
  diagnoses: "json",
  evidence: "json",
  texts: "txt",
} as const;

/** A kind of objects: the first part of their keys. */
export type ObjectKind = keyof typeof EXTENSIONS;
/** All kinds of objects. */
export const OBJECT_KINDS = Object.keys(EXTENSIONS) as readonly ObjectKind[];

const HOUR_MS = 3_600_000;
const OF_HOUR = /^([a-z]+)\/\d{8}\/\d{2}[a-z0-9]+\.[a-z]+$/;
const WITHOUT_HOUR = /^([a-z]+)\/[a-z0-9]+\.[a-z]+$/;

/** The kind of an object; `null`: whatever has such a key was put into the store by somebody else. */
export function kindOfKey(key: string): ObjectKind | null {
  const kind = (OF_HOUR.exec(key) ?? WITHOUT_HOUR.exec(key))?.[1];
  return OBJECT_KINDS.find((each) => each === kind) ?? null;
}

/** The key of a new object. @param name what no other object is called: lower-case letters and digits */
export function newObjectKey(kind: ObjectKind, name: string, begun: Date): string {
  return `${hourPrefix(kind, begun)}${name}.${EXTENSIONS[kind]}`;
}

/** What the keys of that kind begin with in the hour that a time is in. */
export function hourPrefix(kind: ObjectKind, time: Date): string {
  const [year = "", month, day, hour] = time.toISOString().split(/[-T:]/);
  return `${kind}/${year}${month}${day}/${hour}`;
}

/** When the hour begins that a key names; `null`: the key names none. */
export function hourOfKey(key: string): Date | null {
  if (!OF_HOUR.test(key)) return null;
  const [, year, month, day, hour] = /\/(\d{4})(\d\d)(\d\d)\/(\d\d)/.exec(key) ?? [];
  const begins = new Date(`${year}-${month}-${day}T${hour}:00:00.000Z`);
  return Number.isNaN(begins.getTime()) ? null : begins;
}

/** When the hour ends that a key names; `null`: the key names none. */
export function endOfKeysHour(key: string): Date | null {
  const begins = hourOfKey(key);
  return begins === null ? null : new Date(begins.getTime() + HOUR_MS);
}
