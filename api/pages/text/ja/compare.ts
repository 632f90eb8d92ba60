/** Two reports side by side. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { compare as english } from "../en/compare.ts";

/** The words of this chapter, held to the parameters of the English ones. */
export const compare = translationOf(english, {
  compareTitle: "前後の比較",
  compareLink: "前回の実行と比較",
  compareLead: "同じ利用者の2つのレポートを並べます。変更の前後や、2つのネットワークの違いを確認できます。",
  compareBefore: "前",
  compareAfter: "後",
  compareAdvised: "推奨MTU",
  compareSwap: "入れ替え",
  compareWhat: "違い",
  compareFactName: "項目",
  compareChanged: "違いあり",
  compareUntold: "不明",
  "compareFact.verdict": "判定",
  "compareFact.gateway": "ゲートウェイのアドレス",
  "compareFact.family": "IPのバージョン",
  "compareFact.interface": "ゲートウェイへ向かうインターフェイス",
  "compareFact.mtu": "インターフェイスのMTU（IPパケット全体のバイト数）",
  "compareFact.fragments": "ログインメッセージのIPパケット（バイト）",
  "compareFact.answered": "ログインへの応答",
  "compareFact.path-mtu": "通った、分割しないパケットの最大（バイト）",
  "compareFact.outbound": "このPCからのIPフラグメントの到達",
  compareYes: "あり",
  compareNo: "なし",
  compareLadders: "通ったサイズ",
  compareSequences: "通信の記録",
  compareNoDrawing: "サイズの測定はありません。",
  compareNoSequence: "ログインの記録はありません。",
  compareOthers: "ほかのレポートと比較",
  compareOthersText: "比較の「前」にするレポート（「後」は{report}）",
  compareNone: "このケースやゲートウェイには、比較できるレポートがまだありません。",
  compareForm: "「前」のレポート",
  compareButton: "比較",
  compareUnknown: "そのレポートはありません：{text}",
});
