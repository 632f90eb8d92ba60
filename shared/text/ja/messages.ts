/** What chat tools and issue trackers are told. Japanese. */
import { messages as english } from "../en/messages.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const messages = translationOf(english, {
  "report.created": "新しいレポート {reportId}",
  "report.reviewed": "レポート {reportId} が確認されました",
  "case.used": "ユーザーがエージェントを起動しました",
  "webhook.test": "テスト：メッセージは届いています",
  label: "ラベル",
  status: "状態",
  statuses: { new: "未確認", reviewed: "確認済み", fixed: "対処済み", confirmed: "解決確認" },
  runs: "このコードの実行回数",
  runsOf: "{runs}回（上限{maxRuns}回）",
  by: "送信者",
  open: "開く",
  reportId: "レポートID",
  createdAt: "作成日時",
  overridden: "管理者が判定を訂正しました：{verdict}。以下の内容ではなく、管理者の案内に従ってください。",
});
