/** The page for whom no program may run: plain commands, pasted answers. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { byHand as english } from "../en/by-hand.ts";

/** By the keys of the English words. */
export const byHand = translationOf(english, {
  handTitle: "プログラムを使わずに調べます",
  handLead:
    "{operator}が、VPNのつながらないPCでの測定を依頼しています。OSに備わっているコマンドを入力し、表示された内容をここに貼り付けます。ダウンロードも設定の変更もありません。",
  handWarning: "誰にも相談した覚えがない場合は、このページを閉じてください。",
  handFirst: "入力するコマンド",
  handPhone: "この端末でできること",
  handPage: "プログラムを使わないページ",
  handRound: "次の大きさ（{round}回目、最大{most}回）",
  handLines: "すべての行をまとめて貼り付けます",
  "handPaste.windows":
    "次の行をコピーし、ウィンドウの中で右クリックして貼り付け、Enterキーを押します。複数行の貼り付けを確認されたら、そのまま貼り付けてください。コマンドプロンプトでもPowerShellでも使えます。",
  "handPaste.mac": "次の行をコピーし、ウィンドウで⌘Vを押して貼り付け、returnキーを押します。",
  "handPaste.linux": "次の行をコピーし、ウィンドウでCtrl+Shift+Vを押して貼り付け、Enterキーを押します。",
  handPasteNext: "次の行をコピーし、同じウィンドウに貼り付けて、Enterキーを押します。",
  handWait:
    "表示が止まるまで1、2分待ちます。「タイムアウト」などの行も結果の一部なので、そのままで構いません。",
  "handCopy.windows": "ウィンドウでCtrl+A、続けてCtrl+Cを押して、すべてコピーします。",
  "handCopy.mac": "ウィンドウで⌘A、続けて⌘Cを押して、すべてコピーします。",
  "handCopy.linux":
    "最初のコマンドから最後までを選び、Ctrl+Shift+Cを押してコピーします。ウィンドウ全体でも構いません。",
  handPasteTitle: "表示された内容を貼り付けてください",
  handText: "表示された内容すべて（どの言語でも可）",
  handFile: "またはファイル（接続に失敗したときのキャプチャ、保存した出力）",
  handFileHint:
    "ここにドロップするか、選択してください（.pcapng、.pcap、.txt）。キャプチャはpingより多くのことが分かるため、受け取った時点でレポートを作成します。Windowsの.etlは、先に`pktmon etl2pcap FILE.etl`で変換してください。",
  handNext: "次へ",
  handSend: "{operator}に送る",
  handMore: "続きを貼り付ける・キャプチャを追加する",
  handNothing: "何も届きませんでした。ウィンドウの内容を貼り付けるか、ファイルを選んでください。",
  handStillThere: "これまでに貼り付けた内容は残っています。",
  handSoFar: "これまでに貼り付けた内容（送信されるもの）：{pastes}件",
  handSoFarHint: "次の大きさを決めるために読み取りますが、送信するまでサービスには保存されません。",
  handKnown: "これまでに分かったこと",
  handPassed: "分割されずに届いた最大のパケット",
  handTooLarge: "届かなかった最小のパケット",
  handSplit: "2つのIPフラグメントに分かれたパケット",
  handSize: "{ipBytes}バイト（pingのデータ{payload}バイト）",
  handNone: "まだありません",
  "handSplit.answered": "往復とも届きます",
  "handSplit.lost": "行きか帰りで失われています",
  "handSplit.open": "まだ分かりません",
  handOtherHost:
    "このpingの宛先は{host}で、ゲートウェイかどうか分かりません。末尾が{gateway}の行を、そのまま使ってください。",
  handEnough: "十分に分かりました。入力はこれで終わりです",
  handOpen: "入力はこれで終わりです。一部は分からないままです",
  "handMeans.narrow":
    "{passed}バイトを超えるパケットは、失われるか、拒否されています。VPNのログインで使う大きなメッセージも、同じ理由で失われることがあります。",
  "handMeans.split":
    "分割されないパケットは届き、IPフラグメントに分かれたパケットは届きません。VPNのログインで使う大きなメッセージは、IPフラグメントに分かれて送られます。",
  "handMeans.passes":
    "pingで試したものは届いています。ただし、VPN自体のメッセージは試していないため、VPNに問題がないことを示すものではありません。",
  handWeaker:
    "この結果は、診断プログラムによるものより確かさが劣ります。pingとIKEのメッセージでは、扱いの異なるネットワークがあるためです。診断プログラムを実行するか、接続に失敗したときのキャプチャを追加すれば、より確かに判定できます。",
  handNoPing: "ゲートウェイはpingに応答しません",
  handNoPingText:
    "そのように設定されたゲートウェイは珍しくありません。この場合、pingでは経路が良いとも悪いとも言えず、さらに試しても何も分かりません。",
  handInstead:
    "診断プログラムをファイルとして実行してよいか、または接続に失敗したときのキャプチャを取れないか、{operator}に相談してください。キャプチャは下から追加できます。",
  handToAgent: "診断プログラムのページへ",
  handIpv6:
    "このゲートウェイはIPv6アドレスで指定されています。どのOSでも分割せずに送れる簡単なコマンドがないため、診断プログラムについて{operator}に相談するか、キャプチャを送ってください。",
  handSizesSmall: "小さいもの",
  handSizesWhole: "「分割しない」（do not fragment）あり",
  handSizesSplit: "「分割しない」なし",
  "handTether.android":
    "VPNがPCでつながらない場合は、PCをこのスマートフォンのテザリングに接続し、PCでこのページを開くのが最も確実です。このスマートフォンの回線を測定できます。",
  "handTether.ios":
    "VPNがPCでつながらない場合は、PCをこのiPhone・iPadのインターネット共有に接続し、PCでこのページを開くのが最も確実です。同じ回線を測定できます。",
  handApp:
    "この端末自体でVPNがつながらない場合、Webページからpingは送れません。大きさ（packet sizeやpayload）を選べるネットワーク診断アプリがあれば、このゲートウェイに各サイズを3回ずつ送り、アプリの表示を貼り付けてください。アプリによっては、ここで読み取れないことがあります。",
  handPhoneTell:
    "いずれの場合も、VPNのエラーメッセージ（表示のまま）、携帯電話会社、Wi-FiならVPNがつながるかどうかを{operator}に伝えてください。",
  handOthers: "別のOSで調べる場合",
  "handFor.windows": "Windows用のページ",
  "handFor.mac": "Mac用のページ",
  "handFor.linux": "Linux用のページ",
  "handFor.android": "Android用のページ",
  "handFor.ios": "iPhone・iPad用のページ",
  handDoesTitle: "コマンドがすることと、送られるもの",
  handDoesHeading: "コマンドがすること",
  handDoes1:
    "ネットワークインターフェイスとそのMTUを一覧表示し、上のゲートウェイに、いくつかの大きさのpingを3回ずつ送ります。",
  handDoes2: "管理者の権限は不要で、設定は変わりません。",
  handDoes3:
    "送られるのは、貼り付けた内容そのものです。「{operator}に送る」を押したときに送られます。送りたくない部分は消してください。",
});
