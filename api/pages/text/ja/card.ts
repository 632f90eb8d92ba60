/** The fix card. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { card as english } from "../en/card.ts";

/** By the keys of the English words. */
export const card = translationOf(english, {
  cardTitle: "対処カード",
  cardFor: "レポート {id}",
  cardPrivacy:
    "このページに個人名やネットワークの情報はありません。もとの測定はヘルプデスクだけが見られます。",
  cardConfirmed: "管理者がこのレポートを確認しました：{status}",
  cardOverridden: "管理者が判定を訂正しました：{verdict}。以下の内容より管理者の案内に従ってください。",
  cardExpires: "このレポートは{at}に自動で削除されます。",
});
