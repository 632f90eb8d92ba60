/** The landing page. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { home as english } from "../en/home.ts";

/** By the keys of the English words. */
export const home = translationOf(english, {
  homeTitle: "VPNがつながらない原因を調べる",
  homeLead: "途中で失われるパケットの大きさと、設定すべき値がわかります。",
  homeFindTitle: "対処カードを開く",
  homeFindLabel: "レポートID",
  homeFindButton: "開く",
  homeUserTitle: "利用者の方へ",
  homeUserText:
    "ヘルプデスクにコマンド行を依頼してください。小さなプログラムが1分ほど測定し、最後にレポートIDを表示します。そのIDをヘルプデスクに伝えてください。",
  homeStaffTitle: "ヘルプデスクの方へ",
  homeStaffText:
    "サインインすると、ケースを開いて利用者に渡すコマンド行を取得し、レポートを読むことができます。",
});
