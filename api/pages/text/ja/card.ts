/** The fix card. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { card as english } from "../en/card.ts";

/** By the keys of the English words. */
export const card = translationOf(english, {
  cardTitle: "対処カード",
  cardFor: "レポート {id}",
  cardDoTitle: "今すること",
  cardHarmless: "1分ほどで終わり、いつでも元に戻せます。ファイルには触れません。",
  cardTrial: "効果があるかどうかは、接続してみると分かります。",
  cardStepOpen:
    "スタートを押して`cmd`と入力し、「コマンド プロンプト」を右クリックして「管理者として実行」を選び、「はい」を押します。",
  cardHarmlessProfile:
    "1分ほどで終わり、いつでも元に戻せます。変わるのはVPNの設定の1行だけで、その控えも残ります。",
  cardStepShell: "スタートを押して`powershell`と入力し、Enterキーを押します。",
  cardStepElevated:
    "スタートを押して`powershell`と入力し、それを右クリックして「管理者として実行」を選び、「はい」を押します。",
  cardStepPasteShell: "次の行をコピーし、開いたウィンドウの中で右クリックして貼り付け、Enterキーを押します。",
  cardUndoProfile: "効果がなかった場合は、同じように次の行を実行すると、元の設定に戻ります。",
  cardStepPaste: "次の行をコピーし、黒いウィンドウの中で右クリックして貼り付け、Enterキーを押します。",
  cardStepConnect: "もう一度VPNに接続します。再起動は必要ありません。",
  cardLineApply: "実行する行",
  cardUndo: "効果がなかった場合は、同じように次の行を実行すると元に戻ります。",
  cardLineUndo: "元に戻す行",
  cardNotAllowed: "管理者として実行できない場合は、このページを{operator}に送ってください。",
  cardAskTitle: "問い合わせ先",
  cardAddress: "このページのアドレス",
  cardDetails: "詳細：数値、理由、ほかの人にできること",
  cardForHelpdesk: "ヘルプデスクの方へ",
  cardPrivacy:
    "このページに個人名やネットワークの情報はありません。もとの測定はヘルプデスクだけが見られます。",
  cardConfirmed: "管理者がこのレポートを確認しました：{status}",
  cardOverriddenTitle: "{operator}が確認しました",
  cardOverridden: "プログラムの診断とは別の原因が見つかりました：{verdict}",
  cardOverriddenUnsaid:
    "対処方法は{operator}に問い合わせてください。プログラムによる案内は、すでに有効ではありません。",
  cardAnalyzerSaid: "プログラムによる診断",
  cardExpires: "このレポートが自動で削除される日時：",
  cardToReport: "レポート全体を開く",
});
