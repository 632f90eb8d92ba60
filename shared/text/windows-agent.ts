import type { Language } from "../language.ts";

/**
 * What agent/windows.ps1 says, by its own names: the file is ASCII and short enough to be read, and so it has only the words that
 * it needs before it has reached the service. These are PowerShell's format strings.
 */
const en = {
  opening: "ikefrag {0}: {1}, {2} ...",
  misused: "Cannot start: this script names no case or no service. Run the line that you were given.",
  unexpected: "Cannot go on: {0}",
  noService: "Cannot reach {0}: {1}. Check that this computer is online, then run the same line again.",
  refused: "The service refused: {0}",
  strange: "the service's answer cannot be read: {0}",
  whoAsks: "Who asks:         {0} ({1})",
  whichGateway: "VPN gateway:      {0}",
  validUntil: "Code valid until: {0}",
  readHeading: "What is read from this computer:",
  readInterfaces: "its network interfaces (name, addresses, MTU) and its route to the VPN gateway",
  readVpnProfiles:
    "its VPN profiles (name, server, type) and the error codes of failed VPN connections; no password",
  sendHeading: "What is sent:",
  sendGateway:
    "to {0} and no other host: test packets (ping, and the first message of a VPN connection on UDP ports 500 and 4500), at most {1} packets and {2} KiB in all, within about a minute",
  sendService: "to {0}: what was read and measured, as listed here, and nothing else",
  askHeading: "Only after another yes, and only in a PowerShell that runs as administrator:",
  askedCapture:
    "record the packets to and from {0} while the VPN is dialled, and send them to {1}, with what the VPN itself carries blanked out",
  askedApply:
    "change the MTU of one network interface, dial the VPN, and change it back unless you want to keep it",
  notDone: "Nothing on this computer is changed, and nothing is installed.",
  nothingElse: "Nothing else on this computer is changed, and nothing is installed.",
  constrained:
    "A policy here forbids .NET to scripts (Constrained Language Mode): UDP test packets are left out.",
  unasked: "If you did not ask anyone for help with a VPN, answer no.",
  question: "Start? [y/N]",
  declined: "Not started. Nothing was measured and nothing was sent.",
  noTerminal:
    "Cannot ask: nobody can answer here. If you agree to the above, set $env:IKEFRAG_YES = 1 and run it again.",
  round: "Round {0}: {1} measurements ...",
  uploading: "Sending the measurements ...",
  retrying: "Sending again: {0}",
  onClipboard: "The report ID is on the clipboard.",
  reportBelow: "Give this report ID to whoever helps you:",
  dryRun: "Dry run: only this computer is read. Nothing is sent to the VPN gateway or to the service.",
  savedTo: "The measurements are in {0}.",
  cannotSave: "Cannot write {0}: {1}",
  sendLater: "To send them later, hand the file {0} to whoever helps you, or run the same line again.",
  uploadFailed: "Cannot send the measurements: {0}",
  captureNotSent:
    "Cannot send the recording: {0}. It is in {1}: hand that file to whoever helps you, or delete it.",
  otherGateway:
    "Stopped: you agreed to test {0}, but the service now names {1}. Tell whoever gave you the code.",
  askCapture:
    "Record packets to and from {0} while the VPN is dialled (about {1} seconds), and send them? pktmon filters are removed. [y/N]",
  dialling: "Dialling {0}, for at most {1} seconds ...",
  dialEnded: "Not connected after {0} seconds: the dial is ended.",
  dialYourself: "Connect the VPN now. Recording for {0} seconds ...",
  askApply:
    "Change the MTU of interface {0} from {1} to {2}, dial {3}, and change it back unless you keep it? [y/N]",
  restoreLine: "Should this window close too early, this puts it back: {0}",
  askKeep: "The VPN connects with {0}. Keep it? [y/N]",
  kept: "Kept: {0}, also after a restart. To undo it: {1}",
  restored: "The MTU is {0} again.",
  notRestored: "CANNOT PUT THE MTU BACK. Run this as administrator: {0}",
} as const;

const ja: Record<keyof typeof en, string> = {
  opening: "ikefrag {0}: {2} にケース {1} の内容を問い合わせています…",
  misused:
    "開始できません: このスクリプトにはケースコードかサービスの URL がありません。受け取ったコマンドをそのまま実行してください。",
  unexpected: "続けられません: {0}",
  whoAsks: "依頼元: {0} ({1})",
  whichGateway: "調べる VPN の接続先: {0}",
  validUntil: "コードの有効期限: {0}",
  readHeading: "このパソコンから読み取るもの:",
  readInterfaces: "ネットワークインターフェイスの名前・アドレス・MTU と、VPN の接続先までの経路",
  readVpnProfiles:
    "VPN 接続の設定 (名前・接続先・種類) と、VPN 接続に失敗したときのエラー番号。パスワードは読み取りません",
  sendHeading: "送信するもの:",
  sendGateway:
    "{0} だけに: 試験用のパケット (ping と、VPN 接続で最初に送られるメッセージ。UDP ポート 500 と 4500)。合計で最大 {1} 個・{2} KiB、1 分ほどで終わります",
  sendService: "{0} に: 上に挙げた読み取り内容と測定結果だけ",
  askHeading: "別に確認したうえで、管理者として実行した PowerShell でだけ行うもの:",
  askedCapture:
    "VPN に接続する間、{0} とのパケットを記録して {1} に送信します。VPN で運ばれる中身は取り除きます",
  askedApply:
    "ネットワークインターフェイス 1 つの MTU を変更して VPN に接続し、そのまま使うと答えない限り元に戻します",
  notDone: "このパソコンの設定は変更しません。何もインストールしません。",
  nothingElse: "このパソコンの設定は、ほかに何も変更しません。何もインストールしません。",
  constrained:
    "このパソコンのポリシーにより、スクリプトから .NET を使えません (制約付き言語モード)。UDP の試験は行いません。",
  unasked: "VPN のことで誰かに相談した覚えがなければ、n と答えてください。",
  question: "始めてよいですか? [y/N]",
  declined: "中止しました。測定も送信もしていません。",
  noTerminal:
    "開始してよいかを確認できません (入力できる人がいません)。上の内容に同意する場合は、$env:IKEFRAG_YES = 1 を設定してもう一度実行してください。",
  round: "第 {0} 段階: {1} 項目を測定しています…",
  uploading: "測定結果を送信しています…",
  retrying: "もう一度送信します: {0}",
  onClipboard: "レポート ID をクリップボードにコピーしました。",
  reportBelow: "次のレポート ID を、相談している担当者に伝えてください:",
  dryRun:
    "試し実行です。このパソコンの情報を読み取って表示するだけで、VPN の接続先にもサービスにも何も送信しません。",
  savedTo: "測定結果を {0} に保存しました。",
  cannotSave: "{0} に書き込めません: {1}",
  sendLater:
    "あとで送る場合は、ファイル {0} を相談している担当者に渡してください。または、同じコマンドをもう一度実行してください。",
  noService:
    "{0} に接続できません: {1}。インターネットにつながっているかを確かめて、同じコマンドをもう一度実行してください。",
  refused: "サービスに受け付けられませんでした: {0}",
  uploadFailed: "測定結果を送信できません: {0}",
  captureNotSent:
    "パケットの記録を送信できません: {0}。記録は {1} にあります。相談している担当者に渡すか、削除してください。",
  strange: "サービスの応答を読み取れません: {0}",
  otherGateway:
    "中止しました。{0} を調べることに同意をいただきましたが、サービスは {1} を指定してきました。コードを渡した担当者に知らせてください。",
  askCapture:
    "VPN に接続する間、{0} とのパケットを {1} 秒ほど記録して送信してよいですか? pktmon のフィルターは消去されます。 [y/N]",
  dialling: "{0} に接続しています (最長 {1} 秒)…",
  dialEnded: "{0} 秒たっても接続できないため、接続を打ち切りました。",
  dialYourself: "今、VPN に接続してください。{0} 秒間記録します…",
  askApply:
    "インターフェイス {0} の MTU を {1} から {2} に変更して {3} に接続します。そのまま使うと答えない限り元に戻します。よいですか? [y/N]",
  restoreLine: "このウィンドウが途中で閉じた場合は、次のコマンドで元に戻せます: {0}",
  askKeep: "{0} で VPN に接続できました。このまま使いますか? [y/N]",
  kept: "{0} のままにしました (再起動後も有効です)。元に戻すには: {1}",
  restored: "MTU を {0} に戻しました。",
  notRestored: "MTU を元に戻せません。管理者として次のコマンドを実行してください: {0}",
};

/** By language, and by the script's names. */
export const windowsAgentWords: Record<Language, Record<keyof typeof en, string>> = { en, ja };
