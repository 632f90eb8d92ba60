/** An index as a helpdesk has it after a year: reports of many gateways, with labels, reviews and objects. */
import type { Database } from "../../api/store/database.ts";
import type { NewReport, StoredObject } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";
import { NetworkKind, ReviewStatus } from "../../shared/schema/api.ts";
import { Verdict } from "../../shared/schema/diagnosis.ts";
import { chance } from "./lossy-path.ts";

/** What belongs to each of them. */
export const OBJECTS_A_REPORT = 5;
const WRITERS = 64;
/** When the first report was made. */
export const FIRST_MS = Date.parse("2025-11-24T00:00:00.000Z");
/** When the last one was. */
export const LAST_MS = FIRST_MS + 364 * 86_400_000;

const random = chance(20261127);
const below = (count: number): number => Math.floor(random() * count);
/** Of `count` things the first most often, and the last seldom: as gateways and verdicts are spread. */
const skewed = (count: number): number =>
  Math.min(count - 1, Math.floor(Math.exp(random() * Math.log(count + 1))) - 1);

/** `vpn0` is the most frequent one. */
export const GATEWAYS = 500;
const WORDS =
  "東京 大阪 営業部 佐藤 田中 テザリング 有線 光回線 ノートPC 出張 自宅 iPhone Android ticket 楽天モバイル".split(
    " ",
  );
/** The most frequent ones first. */
export const ADAPTERS = [
  "Remote NDIS based Internet Sharing Device",
  "Intel(R) Wi-Fi 6 AX201 160MHz",
  "イーサネット 3",
  "Realtek USB GbE Family Controller",
];
const MTUS = [1472, 1400, 1280, 1492, 1380, 1452];
const ASSIGNEES = ["member:a", "member:b", "member:c"];
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const word = (): string => WORDS[below(WORDS.length)] ?? "";
const letters = (count: number): string => Array.from({ length: count }, () => ALPHABET[below(32)]).join("");
/** The least frequent one never comes, so that there is a verdict without a report. */
const verdictOf = (): Verdict => Verdict.options[skewed(Verdict.options.length - 1)] ?? "healthy";

function aReport(createdMs: number): NewReport {
  const number = random() < 0.3 ? ` #${below(60)}` : "";
  return {
    reportId: `IKF-${letters(5)}-${letters(5)}-${letters(1)}`,
    runId: null,
    caseId: null,
    createdAt: new Date(createdMs).toISOString(),
    source: "analysis",
    verdict: verdictOf(),
    confidence: "high",
    direction: null,
    interfaceMtu: random() < 0.6 ? (MTUS[skewed(MTUS.length)] ?? 1500) : null,
    gateway: `vpn${skewed(GATEWAYS)}.example.com`,
    adapter: `${ADAPTERS[skewed(ADAPTERS.length)]}${number}`,
    network: NetworkKind.options[skewed(NetworkKind.options.length)] ?? "unknown",
    label: random() < 0.7 ? `${word()}${word()} #${below(100_000)}` : null,
  };
}

function anObject(reportId: string, at: number, createdAt: string): StoredObject {
  const kind = (["evidence", "diagnosis", "capture", "diagnosis", "capture"] as const)[at] ?? "evidence";
  return {
    key: `${kind}/${reportId}-${at}.json`,
    kind,
    name: `n${at}`,
    bytes: 1000,
    sha256: "00",
    createdAt,
  };
}

/** Fills an index with reports, from `FIRST_MS` to `LAST_MS`. Each time they are the same. */
export async function fillIndex(database: Database, count: number): Promise<void> {
  const { reports } = sqlStores(database);
  const stepMs = (LAST_MS - FIRST_MS) / count;
  const add = async (at: number): Promise<void> => {
    const report = aReport(FIRST_MS + Math.floor(at * stepMs));
    const objects = Array.from({ length: OBJECTS_A_REPORT }, (_, nth) =>
      anObject(report.reportId, nth, report.createdAt),
    );
    await reports.create(report, objects);
    if (random() < 0.4) {
      const id = ASSIGNEES[skewed(ASSIGNEES.length)] ?? "member:a";
      await reports.assign(report.reportId, { id, name: id });
    }
    if (random() > 0.35) return;
    const status = ReviewStatus.options[1 + skewed(3)] ?? "reviewed";
    const note = `${word()} ${word()} ${word()}`;
    await reports.review(report.reportId, 1, {
      status,
      note,
      override: null,
      updatedAt: report.createdAt,
      updatedBy: "a",
    });
  };
  for (let at = 0; at < count; at += WRITERS) {
    await Promise.all(Array.from({ length: Math.min(WRITERS, count - at) }, (_, nth) => add(at + nth)));
    if (at % (WRITERS * 1500) === 0) console.error(`${at} reports`);
  }
}
