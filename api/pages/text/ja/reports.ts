/** The list of reports. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { reports as english } from "../en/reports.ts";

/** By the keys of the English words. */
export const reports = translationOf(english, {
  reportsTitle: "レポート",
  reportsEmpty: "該当するレポートはありません。",
  reportsNone: "レポートはまだありません。ケースを作成し、コマンドを利用者に渡してください。",
  filterSearch: "検索",
  filterSearchHint: "ID・ゲートウェイ・アダプター・ラベル・メモ",
  filterVerdict: "判定",
  filterStatus: "状態",
  filterGateway: "ゲートウェイ",
  filterAdapter: "インターフェイス",
  filterSince: "この日以降",
  filterAny: "すべて",
  filterApply: "絞り込む",
  filterClear: "解除",
  olderReports: "古いものへ",
  newestReports: "最新へ",
  columnReport: "レポート",
  columnVerdict: "判定",
  columnMtu: "MTU",
  columnGateway: "ゲートウェイ",
  columnAdapter: "インターフェイス",
  columnLabel: "ラベル",
  columnStatus: "状態",
  columnCreated: "作成日時",
  "status.new": "未確認",
  "status.reviewed": "確認済み",
  "status.fixed": "対処済み",
  "status.confirmed": "解決確認",
  overriddenMark: "訂正",
  reportsAsCsv: "全件をCSVで保存",
  reportsAsLines: "JSON Linesで保存",
});
