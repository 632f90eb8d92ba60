/** The analysis of the landing page, which happens in the browser. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { local as english } from "../en/local.ts";

/** By the keys of the English words. */
export const local = translationOf(english, {
  localTitle: "キャプチャやログを解析する",
  localLead: "ファイルはこのブラウザーの外に出ません。",
  localNoScript:
    "この機能にはJavaScriptが必要です。使えない場合は、お手元のPCで「ikefrag analyze」コマンドを実行するか、ファイルをそのままヘルプデスクに渡してください。",
  localChoose: "ファイルを選ぶ",
  localDrop: "またはここにドロップ",
  localPasteTitle: "テキストを貼り付ける",
  localPasteLabel: "ping・netsh・ipconfigの出力、またはログの行",
  localGatewayName: "pingの宛先のVPNゲートウェイ（わかる場合）",
  localWhere: "記録した場所",
  localAnywhere: "わからない",
  localClient: "クライアント",
  localGateway: "ゲートウェイ",
  localBetween: "その間",
  localRemove: "取り除く",
  localAnalyze: "解析する",
  localCancel: "中止",
  localProgress: "読み取りの進み具合",
  localWorking: "このブラウザーで解析しています…",
  localDone: "解析が終わりました：",
  localCancelled: "中止しました。何も解析していません。",
  localNothing: "先にファイルを選ぶか、テキストを貼り付けてください。",
  localUnusable: "解析に使えるものがありません：",
  localFailed: "解析が途中で止まりました：",
  localPasted: "貼り付けたテキスト",
  localSaveHtml: "レポートを保存（HTMLファイル1つ）",
  localSaveJson: "JSONで保存",
  localSendTitle: "ヘルプデスクに送る",
  localSendText:
    "ケースコードをお持ちなら、このデータをそのケースに追加できます。送る前に、診断に必要な部分だけに絞り、IPアドレスを仮名に置き換えます。送られる内容は、送信前にすべて確認できます。",
  localPrepare: "送られる内容を見る",
  localPreviewText:
    "送られるのは、ここに表示されている内容だけです。ゲートウェイやネットワークアダプターの名前など、名前だと機械的に判別できないものはテキストに残ることがあります。送りたくないものはチェックを外してください。",
  localShown: "内容を見る",
  localSaveSent: "このファイルを保存",
  localCut: "…この後も同じ種類の内容が続きます。すべて見るにはファイルを保存してください。",
  localLeftEvidence: "PCの名前が多くの箇所に含まれるため、送られません",
  localLeftUnusable: "使える内容がないため、送られません",
  localCode: "ケースコード",
  localSend: "送信",
  localSent: "送信しました。レポート：",
});
