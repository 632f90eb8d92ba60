import { expect, test } from "vitest";
import {
  endOfKeysHour,
  hourOfKey,
  hourPrefix,
  kindOfKey,
  newObjectKey,
  OBJECT_KINDS,
} from "../../api/store/object-key.ts";

test("a key names its kind and the UTC hour, and sorts by time", () => {
  const at = (time: string) => newObjectKey("evidence", "abc", new Date(time));
  expect(at("2026-11-27T09:59:59.999Z")).toBe("evidence/20261127/09abc.json");
  expect(OBJECT_KINDS.map((kind) => newObjectKey(kind, "0z", new Date(0)))).toEqual([
    "captures/19700101/000z.pcapng",
    "diagnoses/19700101/000z.json",
    "evidence/19700101/000z.json",
    "texts/19700101/000z.txt",
  ]);
  const times = [
    "2026-11-27T00:00:00Z",
    "2026-11-27T23:00:00Z",
    "2026-11-28T01:00:00Z",
    "2027-01-01T00:00:00Z",
  ];
  expect(times.map(at).toSorted()).toEqual(times.map(at));
  expect(hourPrefix("texts", new Date("2026-11-27T23:01:00+09:00"))).toBe("texts/20261127/14");
});

test("the hour is read back, and a key of the old form has none", () => {
  const key = newObjectKey("captures", "00aa", new Date("2026-02-28T23:30:00Z"));
  expect(hourOfKey(key)?.toISOString()).toBe("2026-02-28T23:00:00.000Z");
  expect(endOfKeysHour(key)?.toISOString()).toBe("2026-03-01T00:00:00.000Z");
  expect(hourOfKey("captures/20261127a.pcapng")).toBeNull();
  expect(endOfKeysHour("captures/20261399/99aa.pcapng")).toBeNull();
});

test("what is no key of ours is known as such", () => {
  for (const key of ["evidence/20261127/09abc.json", "evidence/abc0.json"])
    expect(kindOfKey(key)).toBe("evidence");
  for (const key of [
    "evidence/abc",
    "lost+found/x.json",
    "evidence/2026/09abc.json",
    "evidence/20261127/9.json",
    "a/b/c.d",
    "lost/abc0.json",
    "Evidence/a.json",
    "",
  ])
    expect(kindOfKey(key), key).toBeNull();
});
