/** What the PowerShell agent alone says, in Japanese. */
import { translationOf } from "./sentence.ts";
import { windowsEn } from "./windows-en.ts";

/** By the keys of the English sentences. */
export const windowsJa = translationOf(windowsEn, {
  noCase:
    "開始できません：ケースコードかサービスのURLが指定されていません。受け取ったコマンドをそのまま実行するか、「-Server URL -Code CODE」を付けてください。",
  askCode: "ケースコード",
  seeBlocked: "詳細：{server}/blocked（プロキシやセキュリティソフトに止められた場合の対処）",
  consentReads:
    "読み取るもの：ネットワークインターフェイス、VPN接続の設定と最近のエラー、ログイン用証明書の種類とサイズ。パスワードや文書は読み取りません",
  question: "始めてよいですか？ [y/N、m：詳しく表示]",
  yesByPolicy:
    "確認は表示しません：あらかじめ同意の設定（-YesまたはIKEFRAG_YES）があります。実行ユーザー：{user}",
  unexpected: "続けられません：{reason}",
  readSettings:
    "VPNのログインデータの大きさを決めるもの：VPN接続のIKE設定、ログイン用証明書のサイズと鍵の種類（名前は読み取りません）、信頼するルート証明書の数",
  askHeadingElevated: "別に確認したうえで、管理者として実行したPowerShellでだけ行うもの：",
  askedCapture:
    "VPNに接続する間、{gateway} とのパケットを記録して {server} に送信します。VPNで運ばれる中身は取り除きます",
  askedApply:
    "ネットワークインターフェイス1つのMTUを変更してVPNに接続し、そのまま使うと答えない限り元に戻します",
  constrained:
    "このPCのポリシーにより、スクリプトから.NETを使えません（制約付き言語モード）。UDPのテストは行いません。対処：{server}/blocked",
  noTerminalInPowershell:
    "開始してよいかを確認できません（入力できる人がいません）。上の内容に同意する場合は、「$env:IKEFRAG_YES = 1」を設定してもう一度実行してください。",
  askCapture:
    "VPNに接続する間、{gateway} とのパケットを{seconds}秒ほど記録して送信してよいですか？pktmonのフィルターは消去されます。 [y/N]",
  dialling: "{profile} に接続しています（最長{seconds}秒）…",
  dialEnded: "{seconds}秒たっても接続できないため、接続を打ち切りました。",
  dialYourself: "今、VPNに接続してください。{seconds}秒間記録します…",
  captureKept:
    "記録を送信できません：{reason}。記録は {file} にあります。相談している担当者に渡すか、削除してください。",
  askApply:
    "インターフェイス{index}のMTUを{before}から{mtu}に変更して {profile} に接続します。そのまま使うと答えない限り元に戻します。よいですか？ [y/N]",
  restoreLine: "このウィンドウが途中で閉じた場合は、次のコマンドで元に戻せます：{command}",
  askKeep: "{mtu}でVPNに接続できました。このまま使いますか？ [y/N]",
  kept: "{mtu}のままにしました（再起動後も有効です）。元に戻すには：{command}",
  restored: "MTUを{before}に戻しました。",
  notRestored: "MTUを元に戻せません。管理者として次のコマンドを実行してください：{command}",
  onClipboard: "レポートIDをクリップボードにコピーしました。",
  pressEnter: "Enterキーを押すと、このウィンドウを閉じます",
});
