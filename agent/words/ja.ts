/** What the agents say to a person, in Japanese. */
import { en } from "./en.ts";
import { translationOf } from "./sentence.ts";

/** By the keys of the English sentences. */
export const ja = translationOf(en, {
  askCode: "ケースコード：",
  maybeBlocked: "プロキシやセキュリティソフトに止められている場合の対処方法：{page}",
  opening: "ikefrag {version}：{server} にケース {code} の内容を問い合わせています…",
  misused: "開始できません：{what}",
  noService: "{server} に接続できません：{reason}。インターネット接続を確かめて、もう一度実行してください。",
  refused: "サービスに受け付けられませんでした：{reason}",
  titleAndDetail: "{title}。{detail}",
  strangeAnswer: "サービスの応答を読み取れません：{what}",

  consentWho: "{operator}（{server}）が、{gateway} へのVPNに接続できない原因を調べます。",
  consentReadsInterfaces:
    "読み取るもの：ネットワークインターフェイス（名前・アドレス・MTU）と、ゲートウェイまでの経路",
  consentSends:
    "送信するもの：{hosts} へテスト用のパケットを最大{packets}個（{kibibytes} KiB、約1分）、{server} へ読み取った内容と測定結果",
  consentLogins:
    "　　　　　　　名前もパスワードも使わずに、VPNのログインを途中まで行います。ゲートウェイにログインの失敗として記録されることがあります",
  questionOrMore: "始めてよいですか？ [y/N、m：詳しく表示]",
  moreAnswers: "m/more/ｍ",
  whoAsks: "依頼元：{operator}（{server}）",
  whichGateway: "調べるVPNゲートウェイ：{gateway}",
  validUntil: "コードの有効期限：{time}",
  readHeading: "このPCから読み取るもの：",
  readInterfaces: "ネットワークインターフェイスの名前・アドレス・MTUと、VPNゲートウェイまでの経路",
  readVpnProfiles:
    "VPN接続の設定（名前・接続先・種類）と、失敗したVPN接続のエラー番号。パスワードは読み取りません",
  sendHeading: "送信するもの：",
  sendGateway:
    "{hosts} だけに：テスト用のパケット（pingと、VPN接続で最初に送られるメッセージ。UDPポート500と4500）。合計で最大{packets}個・{kibibytes} KiB、約1分で終わります",
  beginsLogin:
    "名前もパスワードも使わずに、VPNのログインを何度か途中まで行います。ゲートウェイにログインの失敗として記録されることがあります",
  reflectorAnswers: "{reflector} は、テスト用のパケットの一部を送り返します",
  sendService: "{server} に：上に挙げた読み取り内容と測定結果だけ",
  changeHeading: "テストのためにだけ変更するもの：",
  boundRoute: "テスト用のパケットを送り出す瞬間だけ、{gateway} への経路のMTUを小さくし、すぐに戻します",
  askHeading: "このほかに、途中で改めて確認すること：",
  askedTcpdump: "VPNに接続する間、{gateway} との通信を記録すること（tcpdumpとrootの権限が必要です）",
  notDone: "このPCの設定は変更しません。何もインストールしません。",
  nothingElse: "このほかに、このPCの設定は変更しません。何もインストールしません。",
  unasked: "VPNのことで誰かに相談した覚えがなければ、nと答えてください。",
  dryRun: "試し実行です。このPCの情報を表示するだけで、どこにも送信しません。",
  startedByYes: "「--yes」が指定されたため、確認せずに始めます。",
  question: "始めてよいですか？ [y/N]",
  yesAnswers: "y/yes/ｙ/はい",
  declined: "中止しました。測定も送信もしていません。",
  noTerminal: "確認できる端末がありません。上の内容に同意する場合は、「--yes」を付けて実行してください。",

  round: "第{number}段階：{steps}項目を測定しています…",
  roundOfOne: "第{number}段階：1項目を測定しています…",
  roundDone: "第{number}段階：終わりました。",
  progress: "  {steps}項目のうち{done}項目が終了、{seconds}秒経過",
  uploading: "測定結果を送信しています…",
  retrying: "再送信します：{reason}",
  uploadFailed: "測定結果を送信できません：{reason}",
  otherGateway:
    "中止しました。同意いただいた {asked} ではなく {offered} が指定されました。担当者に知らせてください。",
  stopped: "中止しました。",
  noUdp: "perlもbashもないため、UDPのテストは行いません。",

  recordHeading:
    "VPNに接続する間、{address} との通信を記録できます（IKEメッセージ、IPフラグメント、ICMPのヘッダーだけ。最大{seconds}秒・{megabytes} MB）。VPNの中を通る内容は残しません。",
  recordKeptHere: "記録はこのPCでの診断に使うだけで、送信しません。",
  recordSent: "記録は {server} に送信します。",
  recordQuestion: "記録してよいですか？ [y/N]",
  recordingUntilKey:
    "記録中です。VPNに接続し、成功か失敗が分かったらEnterキーを押してください（{seconds}秒で自動終了）。 ",
  recording: "{seconds}秒間記録します。今VPNに接続してください。",
  recorded: "記録しました（{bytes}バイト）。",
  nothingRecorded:
    "{address} との通信がなく、何も記録されませんでした。VPNは別のアドレスに接続していませんか？",
  recordDeclined: "記録しません。",
  recordNotAllowed: "確認できないため記録しません（「--yes --capture」で許可できます）。",
  notRecorded: "記録できませんでした：{reason}",
  noTcpdump: "記録できませんでした：このPCにtcpdumpがありません。",
  recordNeedsRoot:
    "記録できませんでした：tcpdumpで記録する権限がありません。root権限（sudo）で実行してください。",
  sendingCapture: "記録を送信しています…",
  captureNotSent: "記録を送信できません：{reason}。レポートは作成済みです。",
  captureSavedTo: "記録を {file} に保存しました。",

  reportBelow: "次のレポートIDを担当者に伝えてください。対処方法はその下のページにあります：",
  savedTo: "測定結果を {file} に保存しました。",
  cannotSave: "{file} に書き込めません：{reason}",
  sendLater: "あとで送るには、ファイル {file} を担当者に渡してください（そのまま診断できます）。",
  runAgain: "または、もう一度実行してください。",

  usage: `使い方：ikefrag-agent [オプション]
  --yes          確認せずに始める
  --capture      --yesとともに：求められた場合は通信も記録する
  --dry-run      このPCの情報を表示するだけで、何も送信しない
  --save FILE    測定結果をFILEにも保存する
  --lang {languages}   表示する言語
  --server URL   サービスのURLと
  --code CODE    ケースコード（組み込まれていない場合）`,
});
