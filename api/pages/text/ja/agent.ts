/** The page of a case's code, which users read before they run anything. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { agent as english } from "../en/agent.ts";

/** By the keys of the English words. */
export const agent = translationOf(english, {
  agentTitle: "VPNがつながらない原因を調べます",
  agentLead:
    "{operator}が、VPNのつながらないPCで小さな診断プログラムを実行するよう依頼しています。2分ほどで終わり、何もインストールしません。",
  agentWarning: "誰にも相談した覚えがない場合は、何も実行せずにこのページを閉じてください。",
  agentWho: "依頼者",
  agentGateway: "調べるVPNゲートウェイ",
  agentCode: "ケースコード",
  agentEnds: "コードの期限",
  "agentLine.windows": "このWindows PCで実行する行",
  "agentLine.mac": "このMacで実行する行",
  "agentLine.linux": "このLinuxで実行する行",
  "agentOpen.windows": "スタートを押し、`powershell`と入力して、Enterキーを押します。",
  "agentOpen.elevated":
    "スタートを押して`powershell`と入力し、右クリックして「管理者として実行」を選び、「はい」を押します。できない場合は、そのままEnterキーを押します。",
  agentAsAdministrator: "管理者として実行",
  "agentOpen.mac": "⌘とスペースを押し、`terminal`と入力して、returnキーを押します。",
  "agentOpen.linux": "ターミナルを開きます（多くのデスクトップではCtrl+Alt+T）。",
  "agentPaste.windows": "上の行をコピーし、ウィンドウの中で右クリックして貼り付け、Enterキーを押します。",
  "agentPaste.mac": "上の行をコピーし、ウィンドウで⌘Vを押して貼り付け、returnキーを押します。",
  "agentPaste.linux": "上の行をコピーし、ウィンドウでCtrl+Shift+Vを押して貼り付け、Enterキーを押します。",
  agentAnswer: "表示された内容を読み、`y`と入力してEnterキーを押します。最後に出るIDを{operator}に伝えます。",
  agentPhoneTitle: "このページをPCで開いてください",
  agentPhoneText:
    "診断は、スマートフォンではなく、VPNのつながらないPCで行います。PCのブラウザーに次のアドレスを入力してください。",
  agentPhoneMail: "自分宛てにメールで送る",
  agentPhoneQr: "QRコードを表示する",
  agentPhoneQrName: "{address}のQRコード",
  agentRunTitle: "進み具合",
  agentWaiting: "まだ始まっていません。",
  agentRunning: "実行中です（第{round}段階）。このままお待ちください。",
  agentStopped: "始まりましたが、数分間応答がありません。もう一度実行してください。",
  agentDone: "終わりました。次のIDを{operator}に伝えてください。",
  agentToCard: "対処方法を見る",
  agentLookAgain: "更新する",
  agentClosed:
    "このコードはもう使えません。もう一度実行する場合は、新しいリンクを{operator}から受け取ってください。",
  agentOthersTitle: "別のPCで実行する場合",
  "agentFor.windows": "Windows用のページ",
  "agentFor.mac": "Mac用のページ",
  "agentFor.linux": "Linux用のページ",
  "agentFor.phone": "スマートフォン・タブレット用のページ",
  agentDoesTitle: "読み取るものと送るもの",
  agentDoesHeading: "プログラムがすること",
  agentReadTitle: "先に中身を読む場合",
  agentPlainHttp:
    "これらのコマンドは暗号化されないhttpを使うため、途中のネットワークにいる第三者が実行内容を書き換えられます。自分だけが使うネットワークでのみ実行してください。",
  agentWindows: "Windows（インストール不要）",
  agentOthers: "macOS・Linux",
  agentReadHere: "スクリプト全文をここで読む",
  agentMacLinux: "macOS・Linux",
  agentDeno: "macOS・Linux（Deno 2）",
  agentNode: "macOS・Linux（Node.js 20以降）",
  agentDoes1:
    "ネットワークインターフェイスとMTU、ゲートウェイへの経路を読みます。WindowsではVPNプロファイル、接続失敗の記録、VPNのログインデータの大きさを決めるもの（プロファイルのIKE設定、ログイン用証明書のサイズと鍵の種類、信頼するルート証明書の数）も読みます。",
  agentDoes2: "上記のゲートウェイだけに、テストメッセージを最大64個、合計128 KBまで送ります。",
  agentDoes2Reflector:
    "上記のゲートウェイとテスト用サーバーだけに、テストメッセージを最大64個、合計128 KBまで送ります。テスト用サーバーは、その一部を大きくして送り返します。",
  agentDoes2Rehearsal:
    "名前もパスワードも使わずに、ゲートウェイへのVPNのログインを何度か途中まで行います（完了はしません）。失われやすいゲートウェイの応答を確かめるためです。ゲートウェイにログインの失敗として記録されることがあり、失敗の続いたアドレスを遮断するゲートウェイでは、お使いのアドレスがしばらく遮断されることもあります。",
  agentReflector: "テスト用サーバー",
  agentDoes3:
    "何もインストールせず、設定の変更も残しません。管理者権限は要りません。Linuxで権限がある場合だけ、テストを送る瞬間にゲートウェイへの経路のMTUを小さくし、すぐに戻します。",
  agentAsksTitle: "このほかに、実行中に確認をお願いすること",
  "agentAsks.capture":
    "VPNに接続する間の、ゲートウェイとの通信の記録と、このサービスへの送信。VPNのログインに使うメッセージ、分割されたパケット、それらについてのエラーだけを、長くて1分、5 MBまで記録します。VPNの中を通る通信の内容は読み取れません。LinuxとmacOSではroot、Windowsでは管理者の権限が要ります。",
  "agentAsks.apply":
    "推奨するMTUの試用。Windowsで管理者の場合に、MTUを設定してVPNに接続し、そのまま使うと答えないかぎり元の値に戻します。",
  agentAsksNo: "どれも、その場で改めて確認します。いいえと答えてもレポートは作られます。",
  agentSendsTitle: "このサービスに送る内容",
  agentSends1: "応答のあった大きさとなかった大きさ、およびゲートウェイの応答。",
  agentSends2:
    "ネットワークインターフェイスの名前・MTU・アドレス。WindowsではVPNプロファイルの名前・サーバーアドレス・IKE設定と、証明書のサイズと鍵の種類（名前は送りません）。",
  agentSends3: "OSと実行環境のバージョン。パスワード、このPCの証明書、ファイル、Webの通信は送りません。",
  agentReadText:
    "どのプログラムも、読める1つのファイルです。このケースのコマンドで実行される内容は次のとおりです。",
  agentReadLink: "プログラムのソースを開く",
  agentSha: "ファイルのSHA-256",
  agentKept: "レポートは{days}日後に削除されます。",
});
