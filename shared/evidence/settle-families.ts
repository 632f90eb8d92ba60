/**
 * Which IP version a pasted table is of, where the table alone does not say. netsh prints the same for both:
 * what is taken for IPv4 must not contradict what is known to be.
 */
import { describeInterfaces, type ReadText } from "./text/read.ts";

/** A row of a table; `family: null` where nothing tells, or where what tells contradicts itself. */
type Row = Omit<ReadText["interfaces"][number], "family"> & { family: 4 | 6 | null };
/** A paste whose tables are of known IP versions, as far as the evidence tells. */
export type SettledText = Omit<ReadText, "interfaces"> & { interfaces: Row[] };

const idOf = ({ index, name }: Row): string => (index === null ? `name ${name}` : `index ${index} ${name}`);

/** The tables of a paste: each with the rows that were read from it. Both are in the order of the paste. */
function tablesOf({ interfaces, readings }: ReadText) {
  let from = 0;
  return readings
    .filter((r) => r.interfaces > 0)
    .map((reading) => {
      const rows: Row[] = interfaces.slice(from, from + reading.interfaces);
      from += reading.interfaces;
      return { reading, rows };
    });
}

/** The MTUs that an interface has in those tables. */
function mtusOf(rows: readonly Row[]): Map<string, Set<number>> {
  const mtus = new Map<string, Set<number>>();
  for (const row of rows)
    if (row.mtu !== null) mtus.set(idOf(row), (mtus.get(idOf(row)) ?? new Set()).add(row.mtu));
  return mtus;
}

const contradicts = (rows: readonly Row[], known: ReadonlyMap<string, ReadonlySet<number>>): boolean =>
  rows.some((row) => row.mtu !== null && known.get(idOf(row))?.has(row.mtu) === false);

/**
 * The same texts, in which the rows of a table of unknown IP version have the version that is left, or
 * `family: null`: where a table that is known to be of IPv4 says otherwise of the same interfaces, or where
 * two tables contradict each other and neither is known.
 */
export function settleFamilies(texts: readonly ReadText[]): SettledText[] {
  const all = texts.flatMap(({ interfaces }) => interfaces);
  const isAssumed = (row: Row): boolean => row.isFamilyAssumed === true;
  if (!all.some(isAssumed)) return [...texts];
  const known4 = mtusOf(all.filter((r) => !isAssumed(r) && r.family === 4));
  const known6 = mtusOf(all.filter((r) => !isAssumed(r) && r.family === 6));
  const assumed = mtusOf(all.filter(isAssumed));
  const settle = (rows: Row[]): Row[] => {
    if (!rows.every(isAssumed)) return rows;
    if (!contradicts(rows, known4)) {
      // Two tables of which neither is known: which of them is of IPv4 cannot be told.
      const isAlone = rows.every((row) => (assumed.get(idOf(row))?.size ?? 0) <= 1);
      return isAlone || rows.some((row) => known4.has(idOf(row))) ? rows : unknown(rows);
    }
    const isOfV6 = !contradicts(rows, known6) && rows.some((row) => known6.has(idOf(row)));
    return isOfV6 ? rows.map((row) => ({ ...row, family: 6 as const })) : unknown(rows);
  };
  return texts.map((text) => {
    const tables = tablesOf(text).map(({ reading, rows }) => ({ reading, rows: settle(rows) }));
    const readings = text.readings.map((reading) => {
      const table = tables.find((t) => t.reading === reading);
      return table ? { ...reading, ...describeInterfaces(table.rows) } : reading;
    });
    return { ...text, readings, interfaces: tables.flatMap((t) => t.rows) };
  });
}

const unknown = (rows: readonly Row[]): Row[] => rows.map((row) => ({ ...row, family: null }));
