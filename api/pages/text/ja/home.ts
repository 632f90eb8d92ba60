/** The landing page. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { home as english } from "../en/home.ts";

/** By the keys of the English words. */
export const home = translationOf(english, {
  homeTitle: "VPNはなぜつながらないのか",
  homeLead:
    "ikefragは、問題の起きているPCから、どの大きさのパケットがVPNゲートウェイに届くかを測ります。何が悪いか、何を設定すればよいか、どう元に戻すかを示します。",
  homeFindTitle: "対処カードを開く",
  homeFindLabel: "レポートID",
  homeFindHint: "IKF-XXXXX-XXXXX-Xの形です。小文字でも、ハイフンがなくてもかまいません。",
  homeFindButton: "開く",
  homeUserTitle: "お使いのPCでVPNがつながらない場合",
  homeUserText:
    "ヘルプデスクからコマンドを1行受け取ってください。小さなプログラムが1分ほど測定し、最後にレポートIDを表示します。そのIDをヘルプデスクに伝えてください。",
  homeStaffTitle: "ヘルプデスクの方",
  homeStaffText: "サインインすると、ケースの作成、利用者に渡すコマンドの取得、レポートの閲覧ができます。",
});
