/** The page of a gateway's administrator who sends captures and logs. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { gateway as english } from "../en/gateway.ts";

/** By the keys of the English words. */
export const gateway = translationOf(english, {
  gatewayTitle: "ゲートウェイの記録を送る",
  gatewayLead:
    "{operator}が、次のVPNゲートウェイで記録したキャプチャまたはログの提供をお願いしています。失敗するログインのどのパケットがゲートウェイに届き、どの応答がゲートウェイから出たかを調べるために使います。",
  gatewayWarning: "依頼に心当たりがない場合は、何も送らずにこのページを閉じてください。",
  gatewayEnds: "リンクの有効期限",
  gatewayKeptTitle: "保存する内容と期間",
  gatewayKept1:
    "キャプチャは、VPNのログインに使うメッセージ、IPフラグメント、それらについてのエラーだけを残し、ほかは受信しながら取り除きます。保存期間は{days}日です。",
  gatewayKept2:
    "ログは、テキストのまま{days}日間保存します。失敗したログインの時刻の部分だけを送り、残したくない内容は消してください。",
  gatewayKept3: "見るのは{operator}のヘルプデスクだけです。クライアント側の測定と合わせて使います。",
  gatewayKept4: "このリンクでできるのはファイルを送ることだけです。何かを見ることはできません。",
  gatewayRecordTitle: "記録のしかた",
  gatewayRecord1:
    "ゲートウェイで次のコマンドを開始し、利用者に1回接続してもらい、Ctrl+Cで止めてください。記録は最大20,000パケット、10分です。",
  gatewayRecordTcpdump: "Linux（root権限）",
  gatewayRecordOthers: "その他のゲートウェイ",
  gatewayRecordClient:
    "CLIENTはゲートウェイから見た利用者のアドレス、INTERFACEはインターネット側のインターフェイスに置き換えてください。これらのコマンドはメーカーの資料によるもので、ここでは試していません。pfSense、OPNsense、OpenBSDでは、上のコマンドのanyをインターフェイス名に変えて使います。2番目以降のIPフラグメントにはポート番号がないため、ポートだけで絞り込まないでください。",
  gatewayRecord2:
    "同じ時刻のIKEデーモンのログでもかまいません。メッセージとその大きさが出ている行が役に立ちます。strongSwanでは、net、ike、encのログレベル1です。",
  gatewaySendTitle: "送る",
  gatewayFiles: "ゲートウェイのキャプチャとログ",
  gatewayFilesHint:
    "キャプチャ（pcap、pcapng、gzip圧縮も可）は1つ{capture}MB、ログは1つ{text}MB、1回に合計{all}MBまで、ファイルは全部で{files}個までです。",
  gatewayBetween: "クライアントとゲートウェイの間のルーターやファイアウォールのキャプチャ",
  gatewayLog: "またはログを貼り付け",
  gatewaySend: "送信",
  gatewayCommandTitle: "ブラウザーを使わない場合",
  gatewayNothing: "何も届いていません。ファイルを選ぶか、ログを貼り付けてください。",
  gatewayReceived: "受け取り、ヘルプデスクに渡しました。",
  gatewayTook:
    "{bytes}バイトを受信しました。認識した内容：パケット{packets}個、IKEメッセージ{messages}個、ログイン{logins}回分。",
  gatewayTookLog:
    "{bytes}バイトを受信しました。認識した内容：IKEメッセージについての行{lines}行、ログイン{logins}回分。",
  gatewayRefused: "次のものは使えないため、保存していません。",
});
