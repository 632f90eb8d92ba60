import type { Language } from "../shared/language.ts";

/** All that the agent says to a person. A word that one language lacks is a type error. */
interface Words {
  opening(version: string, code: string, server: string): string;
  whoAsks(operator: string, server: string): string;
  whichGateway(gateway: string): string;
  validUntil(time: string): string;
  readHeading: string;
  readInterfaces: string;
  readVpnProfiles: string;
  sendHeading: string;
  /** @param reflector the one other host that is sent to, where there is one */
  sendGateway(gateway: string, datagrams: number, kibibytes: number, reflector?: string | null): string;
  sendService(server: string): string;
  changeHeading: string;
  /** On Linux as root only. */
  boundRoute(gateway: string): string;
  notDone: string;
  nothingElse: string;
  unasked: string;
  question: string;
  yes: RegExp;
  declined: string;
  noTerminal: string;
  round(number: number, steps: number): string;
  roundDone(number: number): string;
  progress(done: number, steps: number, seconds: number): string;
  uploading: string;
  retrying(reason: string): string;
  /** Among what is listed before the first question. */
  askHeading: string;
  askCapture(gateway: string): string;
  /** @param server where it is sent; `null`: nowhere */
  recordHeading(address: string, seconds: number, megabytes: number, server: string | null): string[];
  recordQuestion: string;
  dialNow(seconds: number): string;
  /** Where nobody can press a key. */
  dialFor(seconds: number): string;
  recorded(bytes: number): string;
  nothingRecorded(address: string): string;
  notRecorded(why: string): string;
  sendingCapture: string;
  captureNotSent(reason: string): string;
  captureSavedTo(file: string): string;
  sendCaptureLater(file: string): string;
  reportBelow: string;
  dryRun: string;
  savedTo(file: string): string;
  cannotSave(file: string, reason: string): string;
  sendLater(file: string): string;
  noService(server: string, reason: string): string;
  refused(title: string, detail: string): string;
  uploadFailed(reason: string): string;
  strangeAnswer(what: string): string;
  otherGateway(asked: string, offered: string): string;
  stopped: string;
  usage: string;
  misused(what: string): string;
}

const en: Words = {
  opening: (version, code, server) => `ikefrag ${version}: looking up case ${code} at ${server} ...`,
  whoAsks: (operator, server) => `Who asks:         ${operator} (${server})`,
  whichGateway: (gateway) => `VPN gateway:      ${gateway}`,
  validUntil: (time) => `Code valid until: ${time}`,
  readHeading: "What is read from this computer:",
  readInterfaces: "its network interfaces (name, addresses, MTU) and its route to the VPN gateway",
  readVpnProfiles:
    "its VPN profiles (name, server, type) and the error codes of failed VPN connections; no password",
  sendHeading: "What is sent:",
  sendGateway: (gateway, datagrams, kibibytes, reflector = null) =>
    `to ${reflector === null ? gateway : `${gateway}, ${reflector}`} and no other host: test packets (ping, and the VPN's first message on UDP ports 500 and 4500${reflector === null ? "" : `; ${reflector} sends some back`}), at most ${datagrams} packets and ${kibibytes} KiB in all, within about a minute`,
  sendService: (server) => `to ${server}: what was read and measured, as listed here, and nothing else`,
  changeHeading: "What is changed, for the test alone:",
  boundRoute: (gateway) =>
    `for the moment in which a test packet leaves, a route to ${gateway} alone with a smaller MTU; it is taken away again at once`,
  notDone: "Nothing on this computer is changed, and nothing is installed.",
  nothingElse: "Nothing else on this computer is changed, and nothing is installed.",
  unasked: "If you did not ask anyone for help with a VPN, answer no.",
  question: "Start? [y/N] ",
  yes: /^\s*y(es)?\s*$/i,
  declined: "Not started. Nothing was measured and nothing was sent.",
  noTerminal:
    "Cannot ask whether to start: there is no terminal here. If you agree to the above, run it again with --yes.",
  round: (number, steps) => `Round ${number}: ${steps} ${steps === 1 ? "measurement" : "measurements"} ...`,
  roundDone: (number) => `Round ${number}: done.`,
  progress: (done, steps, seconds) => `  ${done} of ${steps} done, ${seconds} s`,
  uploading: "Sending the measurements ...",
  retrying: (reason) => `Sending again: ${reason}`,
  askHeading: "What you will be asked for besides, in its turn:",
  askCapture: (gateway) =>
    `to record packets to and from ${gateway} while you connect the VPN (takes tcpdump, and root)`,
  recordHeading: (address, seconds, megabytes, server) => [
    "",
    `Packets to and from ${address} can be recorded while you connect the VPN: the VPN's login messages (IKE), IP fragments and the headers of ICMP messages, for at most ${seconds} seconds and ${megabytes} MB. Nothing that goes through the VPN is kept.`,
    server === null
      ? "The recording is judged here and sent nowhere."
      : `The recording is sent to ${server}.`,
  ],
  recordQuestion: "Record them? [y/N] ",
  dialNow: (seconds) =>
    `Recording. Connect the VPN now, and press Enter when it is connected or has failed (it ends by itself after ${seconds} s). `,
  dialFor: (seconds) => `Recording for ${seconds} s. Connect the VPN now.`,
  recorded: (bytes) => `Recorded: ${bytes} bytes.`,
  nothingRecorded: (address) =>
    `Nothing recorded: there was no packet to or from ${address}. Did the VPN connect to another address?`,
  notRecorded: (why) => `Nothing recorded. ${why}`,
  sendingCapture: "Sending the recording ...",
  captureNotSent: (reason) => `Cannot send the recording: ${reason}. The report is complete without it.`,
  captureSavedTo: (file) => `The recording is in ${file}.`,
  sendCaptureLater: (file) =>
    `To send it later, hand the file ${file} to whoever helps you; it can be analysed as it is.`,
  reportBelow: "Give this report ID to whoever helps you:",
  dryRun: "Dry run: only this computer is read. Nothing is sent to the VPN gateway or to the service.",
  savedTo: (file) => `The measurements are in ${file}.`,
  cannotSave: (file, reason) => `Cannot write ${file}: ${reason}`,
  sendLater: (file) =>
    `To send them later, hand the file ${file} to whoever helps you; it can be analysed as it is. Or run the same command again.`,
  noService: (server, reason) =>
    `Cannot reach ${server}: ${reason}. Check that this computer is online, then run the same command again.`,
  refused: (title, detail) => `The service refused: ${title}${detail === "" ? "" : `. ${detail}`}`,
  uploadFailed: (reason) => `Cannot send the measurements: ${reason}`,
  strangeAnswer: (what) => `the service's answer cannot be read: ${what}`,
  otherGateway: (asked, offered) =>
    `Stopped: you agreed to test ${asked}, but the service now names ${offered}. Tell whoever gave you the code.`,
  stopped: "Stopped.",
  usage: `Usage: ikefrag-agent [options]
  --yes          start without asking
  --capture      with --yes: also record packets while the VPN is dialled, where that is asked for
  --dry-run      read this computer only, show the result, send nothing
  --save FILE    keep the measurements in FILE as well
  --lang ja|en   language
  --server URL   the service, and
  --code CODE    the case code, when they are not built in`,
  misused: (what) => `Cannot start: ${what}`,
};

const ja: Words = {
  opening: (version, code, server) =>
    `ikefrag ${version}: ${server} にケース ${code} の内容を問い合わせています…`,
  whoAsks: (operator, server) => `依頼元: ${operator} (${server})`,
  whichGateway: (gateway) => `調べる VPN の接続先: ${gateway}`,
  validUntil: (time) => `コードの有効期限: ${time}`,
  readHeading: "このパソコンから読み取るもの:",
  readInterfaces: "ネットワークインターフェイスの名前・アドレス・MTU と、VPN の接続先までの経路",
  readVpnProfiles:
    "VPN 接続の設定 (名前・接続先・種類) と、VPN 接続に失敗したときのエラー番号。パスワードは読み取りません",
  sendHeading: "送信するもの:",
  sendGateway: (gateway, datagrams, kibibytes, reflector = null) =>
    `${reflector === null ? gateway : `${gateway} と ${reflector}`} だけに: 試験用のパケット (ping と、VPN 接続で最初に送られるメッセージ。UDP ポート 500 と 4500${reflector === null ? "" : `。${reflector} は試験用のパケットを送り返します`})。合計で最大 ${datagrams} 個・${kibibytes} KiB、1 分ほどで終わります`,
  sendService: (server) => `${server} に: 上に挙げた読み取り内容と測定結果だけ`,
  changeHeading: "試験のためにだけ変更するもの:",
  boundRoute: (gateway) =>
    `試験用のパケットを送り出す瞬間だけ、${gateway} への経路の MTU を小さくします。すぐに元へ戻します`,
  notDone: "このパソコンの設定は変更しません。何もインストールしません。",
  nothingElse: "このほかに、このパソコンの設定は変更しません。何もインストールしません。",
  unasked: "VPN のことで誰かに相談した覚えがなければ、n と答えてください。",
  question: "始めてよいですか? [y/N] ",
  yes: /^\s*(y(es)?|\uff59|\u306f\u3044)\s*$/i,
  declined: "中止しました。測定も送信もしていません。",
  noTerminal:
    "開始してよいかを確認できません (入力できる端末がありません)。上の内容に同意する場合は、--yes を付けてもう一度実行してください。",
  round: (number, steps) => `第 ${number} 段階: ${steps} 項目を測定しています…`,
  roundDone: (number) => `第 ${number} 段階: 終わりました。`,
  progress: (done, steps, seconds) => `  ${steps} 項目のうち ${done} 項目が終了、${seconds} 秒経過`,
  uploading: "測定結果を送信しています…",
  retrying: (reason) => `もう一度送信します: ${reason}`,
  askHeading: "このほかに、途中で改めて確認すること:",
  askCapture: (gateway) =>
    `VPN に接続する間、${gateway} との通信を記録すること (tcpdump と root の権限が必要です)`,
  recordHeading: (address, seconds, megabytes, server) => [
    "",
    `VPN に接続する間、${address} との通信を記録できます。記録するのは VPN のログインに使うメッセージ (IKE)、IP フラグメント、ICMP のヘッダーだけで、最大 ${seconds} 秒・${megabytes} MB です。VPN の中を通る通信の内容は残しません。`,
    server === null
      ? "記録はこのパソコンで診断に使うだけで、どこにも送信しません。"
      : `記録は ${server} に送信します。`,
  ],
  recordQuestion: "記録してよいですか? [y/N] ",
  dialNow: (seconds) =>
    `記録しています。今 VPN に接続し、つながるか失敗するかしたら Enter キーを押してください (${seconds} 秒で自動的に終わります)。 `,
  dialFor: (seconds) => `${seconds} 秒間記録します。今 VPN に接続してください。`,
  recorded: (bytes) => `記録しました (${bytes} バイト)。`,
  nothingRecorded: (address) =>
    `何も記録されませんでした。${address} との通信がありません。VPN は別のアドレスに接続したのではありませんか?`,
  notRecorded: (why) => `何も記録しませんでした。${why}`,
  sendingCapture: "記録を送信しています…",
  captureNotSent: (reason) => `記録を送信できません: ${reason}。レポートは、記録がなくても作成済みです。`,
  captureSavedTo: (file) => `記録を ${file} に保存しました。`,
  sendCaptureLater: (file) =>
    `あとで送る場合は、ファイル ${file} を相談している担当者に渡してください (そのまま診断できます)。`,
  reportBelow: "次のレポート ID を、相談している担当者に伝えてください:",
  dryRun:
    "試し実行です。このパソコンの情報を読み取って表示するだけで、VPN の接続先にもサービスにも何も送信しません。",
  savedTo: (file) => `測定結果を ${file} に保存しました。`,
  cannotSave: (file, reason) => `${file} に書き込めません: ${reason}`,
  sendLater: (file) =>
    `あとで送る場合は、ファイル ${file} を相談している担当者に渡してください (そのまま診断できます)。または、同じコマンドをもう一度実行してください。`,
  noService: (server, reason) =>
    `${server} に接続できません: ${reason}。インターネットにつながっているかを確かめて、同じコマンドをもう一度実行してください。`,
  refused: (title, detail) =>
    `サービスに受け付けられませんでした: ${title}${detail === "" ? "" : `。${detail}`}`,
  uploadFailed: (reason) => `測定結果を送信できません: ${reason}`,
  strangeAnswer: (what) => `サービスの応答を読み取れません: ${what}`,
  otherGateway: (asked, offered) =>
    `中止しました。${asked} を調べることに同意をいただきましたが、サービスは ${offered} を指定してきました。コードを渡した担当者に知らせてください。`,
  stopped: "中止しました。",
  usage: `使い方: ikefrag-agent [オプション]
  --yes          確認せずに始める
  --capture      --yes とともに: 求められた場合、VPN に接続する間の通信も記録する
  --dry-run      このパソコンの情報を読み取って表示するだけで、何も送信しない
  --save FILE    測定結果を FILE にも保存する
  --lang ja|en   表示する言語
  --server URL   サービスの URL (組み込まれていない場合)
  --code CODE    ケースコード (組み込まれていない場合)`,
  misused: (what) => `開始できません: ${what}`,
};

export type { Words };

export function wordsIn(language: Language): Words {
  return language === "ja" ? ja : en;
}
