/** Insights. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { insights as english } from "../en/insights.ts";

/** By the keys of the English words. */
export const insights = translationOf(english, {
  insightsTitle: "傾向",
  insightsBy: "分類",
  "insightsBy.gateway": "ゲートウェイ",
  "insightsBy.adapter": "インターフェイス",
  "insightsBy.network": "ネットワーク",
  insightsWeeks: "週数",
  insightsBars: "棒は1週間分で、下側の赤い部分が問題ありの件数です。縦の目盛りはすべて共通です。",
  insightsNone: "この期間のレポートはありません。",
  insightsAll: "{since}以降のレポート：{reports}件（表示：{shown}件）",
  insightsFoldAll: "すべての判定",
  insightsFold: "すべての判定（ネットワーク別）",
  insightsUnnamed: "名前不明",
  gatewayDeleteConfirm: "{gateway}についてのケースとレポートを、キャプチャやファイルごとすべて完全に削除する",
  gatewayDeleteButton: "このゲートウェイの情報をすべて削除",
  gatewayDeleted: "このゲートウェイの情報をすべて削除しました。",
  gatewayDeletedInPart: "一部を削除しました。まだ残りがあります。もう一度削除してください。",
});
