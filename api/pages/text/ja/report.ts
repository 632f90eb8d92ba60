/** One report with its review. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { report as english } from "../en/report.ts";

/** By the keys of the English words. */
export const report = translationOf(english, {
  factsTitle: "概要",
  factSource: "種類",
  "source.run": "エージェントの実行",
  "source.analysis": "アップロードの解析",
  factCase: "ゲートウェイのファイルと提供依頼用リンク",
  factExpires: "自動削除",
  factCapturesExpire: "キャプチャの自動削除",
  factAgent: "エージェント",
  factPlatform: "環境",
  factAnalyzer: "解析プログラム",
  factFixCard: "利用者向けの対処カード",
  evidenceTitle: "測定データ",
  textsTitle: "貼り付けられたテキスト",
  capturesTitle: "保存されたキャプチャ",
  captureKept: "最小化して保存：{bytes}バイト、SHA-256 {sha256}",
  captureUndrawn: "{name} は図にできません。保存期間が過ぎたか、大きすぎるか、読み取れません。",
  captureDownload: "ダウンロード",
  captureFrames: "フレーム番号は、送られた元のファイルのものです。",
  rawTitle: "すべてのデータ（JSON）",
  earlierTitle: "以前の診断",
  reviewTitle: "レビュー",
  reviewStatus: "状態",
  reviewNote: "メモ",
  reviewOverride: "判定を訂正する",
  reviewOverrideKeep: "解析プログラムの判定のまま",
  reviewOverrideReason: "理由",
  reviewOverrideHint: "解析プログラムの判定も並べて残ります。",
  reviewReasonMissing: "判定を訂正する理由を書いてください。",
  reviewTooLong: "長すぎます。メモは10,000文字、理由は2,000文字までです。",
  reviewSave: "レビューを保存",
  reviewSaved: "レビューを保存しました。",
  reviewBy: "最終保存 {at} {by}",
  reviewStale:
    "ほかの人が先にこのレビューを保存しました。先に保存された内容を上に示します。あなたの入力はフォームに残っています。見比べてからもう一度保存してください。",
  reviewTheirs: "先に保存された内容：状態 {status}。メモ：",
  reviewReadOnly: "レビューを変更できるのは管理者だけです。",
  reviewAnalyzer: "解析プログラムの判定：{verdict}",
  manageTitle: "管理",
  reanalyzeButton: "もう一度解析",
  reanalyzeText: "保存された測定データを現在の解析プログラムで解析します。以前の診断も残ります。",
  reanalyzed: "もう一度解析しました。",
  reanalyzeAll: "すべて再解析",
  reanalyzeAllText:
    "この絞り込みのすべてのレポートを、保存されている情報から現在の解析で調べ直します（20件ずつ）。",
  reanalyzeMore: "続きを再解析",
  reanalyzedMany:
    "解析：{analyzed}件、変更：{changed}件、情報がないため据え置き：{kept}件、読み取れないもの：{failed}件。",
  reanalyzedMissing: "診断はそのままです。残っていないもの：{names}",
  reanalyzedFailed: "情報を読み取れません",
  reanalyzedKept:
    "診断に使った情報の一部が残っていないため、診断はそのままです。残りの情報からの結果は「概要」にあります。",
  partialTitle: "残っている情報だけの診断",
  partialMissing:
    "診断の後になくなったもの：{names}。診断はそのままです。残りの情報だけでは次のようになります。",
  deleteButton: "レポートを削除",
  deleteConfirm: "このレポートと測定データ、キャプチャを完全に削除する",
  deleted: "レポートを削除しました。",
});
