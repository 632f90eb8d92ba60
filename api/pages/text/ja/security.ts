/** The pages for who has to allow a run, and for whom one was stopped. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { security as english } from "../en/security.ts";

/** By the keys of the English words. */
export const security = translationOf(english, {
  securityTitle: "セキュリティ担当の方へ",
  securityLead:
    "ikefragを実行したPCで起きることの一覧です。プロセス、コマンドライン、通信先とポート、送信量、ファイル、ハッシュ値、反応する検知ルールを示します。インストールは行わず、勝手に再実行されることもありません。",
  securityBlockedLink: "実行が止められた場合、メッセージの意味は「{page}」で確認できます。",
  securityProcesses: "プロセス",
  securityProcessesText:
    "実行を始めるのは、利用者が開いたウィンドウ（コマンドプロンプト、PowerShell、ターミナル）か、組織のソフトウェア配布です。Windowsで起動するのは次のプログラムだけで、いずれもSystem32のフルパスを指定します。",
  securityStar:
    "* ケースが通信の記録やMTUの変更を求めている場合だけです。管理者権限で実行していて、利用者が改めて同意したときに限ります。",
  securityLines: "コマンドライン",
  securityLinesText:
    "CODEの部分にはケースコード（英数字とハイフン）が入ります。このサービスが案内している方法を示します。",
  securityInstalled: "組織が配布した場合",
  securityNetwork: "通信",
  securityHost: "通信先",
  securityPorts: "プロトコルとポート",
  securityWhat: "内容",
  securityToService: "HTTPリクエスト（ケースの内容、測定結果、同意があれば通信の記録）",
  securityGateway: "ケースで指定されたVPNゲートウェイ",
  securityIkePorts: "UDP 500・4500、ICMPエコー",
  securityToGateway: "IKEv2の要求とping。1回の実行で最大{datagrams}個・{kibibytes} KiB",
  securityToReflector: "69バイトと91バイトの2種類の要求。指定した大きさのパケットが返ります",
  securityLimits:
    "送信するパケットは1回の実行で最大{datagrams}個、ペイロードの合計は{kibibytes} KiBまでです。同じポートへは{gapMs}ミリ秒以上の間隔を空けます。この上限は、サービスが何を指示しても変わりません。",
  securityShape:
    "ゲートウェイに送るのはIKEv2の要求だけです（ヘッダーのバージョン2.0、開始側、交換タイプ34・35・37・43、長さが正しいもの）。これ以外を指示されたときは、その段階全体を拒否し、何も送信しません。",
  securityTime:
    "実行時間は1～2分です。測定が{measuringSeconds}秒を超えるか、{rounds}段階に達すると、次の段階には進みません。",
  securityNoOther:
    "ほかのホストには接続せず、リダイレクトにも従いません。接続を開いたままにすることもありません。名前もパスワードも使わずにログインを途中まで行うため、ゲートウェイにログインの失敗として記録されることがあります。",
  securityData: "読み取り・書き込み・送信",
  securityReads: "読み取るもの",
  securityReads1:
    "ネットワークインターフェイス（名前、アドレス、MTU）、ゲートウェイまでの経路、OSのバージョンと言語、管理者権限の有無",
  securityReads2:
    "Windows：VPN接続（名前、接続先、種類、状態）と、イベントログにある失敗したVPN接続の新しいものから20件（RasClient、20227）",
  securityReads3:
    "Windows：`rasphone.pbk`にある接続ごとに7項目の設定、VPNインターフェイスのMTU、ログインに使える証明書の鍵の種類とサイズ、信頼するルート証明書の数。証明書の名前、拇印、鍵は送信しません",
  securityReads4:
    "パスワード、文書、ブラウザーのデータは読み取りません。通信の内容は、同意のあった記録のほかには見ません",
  securityWrites: "書き込むもの",
  securityWrites1: "プログラム本体（ファイルとしてダウンロードする方法の場合。ホームフォルダー）",
  securityWrites2:
    "測定結果のファイル（送信できなかったときと、指定されたときだけ。現在のフォルダーまたは一時フォルダー）",
  securityWrites3:
    "Windowsでの通信の記録（一時フォルダー。終了時に削除します）。レジストリ、サービス、タスク、スタートアップには何も登録しません",
  securitySends: "送信するもの",
  securitySends1:
    "読み取った内容と測定結果。送信先はこのサービスだけで、利用者の同意か`-Yes`の指定が必要です",
  securitySends2: "通信の記録（改めて同意を得たときだけ。最大60秒・5 MB。VPNの中を通る内容は含みません）",
  securityHashes: "実行するファイルのSHA-256",
  securityHashesText:
    "同じバージョンなら、どのケースでも同じファイルです。全リリースのハッシュ値は、プログラムのリポジトリのdocs/releases.jsonにもあります。両方を見比べてください。",
  securityRules: "反応する公開の検知ルール",
  securityRulesText:
    "2026年8月時点のSigmaHQのルールです。公開ファイルとそのコマンドラインは、レベルhighのルールには該当しません。",
  securityRule: "ルール",
  securityLevel: "レベル",
  securitySees: "反応する対象",
  "securitySees.quick": "スクリプトを取得してすぐに実行する、短いコマンドだけ",
  "securitySees.script":
    "スクリプトブロックのログ（イベント4104）。スクリプトがこのサービスにWebリクエストを送るため",
  "securitySees.capture": "通信の記録を求めるケースだけ",
  securityRulesRun:
    "Win+Rには貼り付けないでください。レベルhighの2つのルールが監視しています。利用者への手順では、PowerShellを開くように案内しています。",
  securityRulesAsr:
    "スクリプトをメールで送らないでください。「電子メールクライアントとWebメールの実行可能なコンテンツをブロックする」ルールに止められます。ケースのページのリンクを送ってください。",
  securityAllow: "許可する方法",
  securityAllow1:
    "パスではなくハッシュ値で許可します。AppLockerのハッシュルール、App Controlのハッシュ、Defenderのインジケーターのいずれかに、上のハッシュ値を指定してください。このバージョンならどのケースにも有効です",
  securityAllow2:
    "組織の署名で許可する方法が確実です。公開ファイルに署名し、利用者が書き込めない場所に配布して、発行元を許可します。利用者はコードを入力するだけになります",
  securityAllow3:
    "検知ルールに例外を設ける場合は、ルール名とスクリプトのハッシュ値を条件にしてください。このサービスのアドレスだけを条件にしないでください",
  securityAllowCompare: "手元のファイルをこのバージョンと比べる",
  securityForbid: "禁止する方法",
  securityForbid1:
    "ネットワークで：このサービスのホスト名を遮断します。接続できなければ、測定の前に終了します",
  securityForbid2: "アプリケーション制御で：AppLockerかApp Controlで、上のハッシュ値を拒否します",
  securityForbid3:
    "1つのケースだけ：担当者が管理画面でケースを取り下げると、コードはすぐに使えなくなります。実行中の場合も、次の段階には進みません",
  securityForbid4: "1台のPCだけ：ウィンドウでCtrl+Cを押します。変更した経路やMTUは元に戻ります",

  blockedTitle: "実行が止められたときの原因と対処",
  blockedLead:
    "表示されたメッセージを探してください。保護機能を無効にする必要はありません。無効にしなくても使える方法があります。",
  blockedFind: "メッセージの一覧",
  blockedShown: "表示",
  blockedMeans: "意味",
  blockedHelps: "対処",
  blockedSecurityLink: "許可の判断に必要な情報は「{page}」にまとめてあります。",
  "blocked.amsi": "ウイルス対策ソフトに、悪意のあるスクリプトと判定された",
  "blockedShown.amsi":
    "`ScriptContainedMaliciousContent`, This script contains malicious content and has been blocked by your antivirus software",
  "blockedMeans.amsi":
    "PowerShellがスクリプトを実行する前に、ウイルス対策ソフトが中身を検査します。取得してすぐに実行するコマンドは、特に疑われやすい形です。",
  "blockedHelps.amsi":
    "ハッシュ値を確かめてから実行するコマンドか、プログラムを使わない方法を選んでください。セキュリティ担当は、公開されたハッシュ値を許可し、誤検知として製造元に報告できます。",
  "blocked.policy": "グループポリシーでスクリプトファイルが禁止されている",
  "blockedShown.policy": "`PSSecurityException`, `UnauthorizedAccess`, AuthorizationManager check failed",
  "blockedMeans.policy":
    "このPCの実行ポリシーがRestrictedかAllSignedです。グループポリシーの設定は、コマンドの指定よりも優先されます。",
  "blockedHelps.policy":
    "今回は、プログラムを使わない方法を選んでください。次回のためには、組織が署名して配布する方法があります。",
  "blocked.disabled": "このシステムではスクリプトの実行が無効",
  "blockedShown.disabled":
    "このシステムではスクリプトの実行が無効になっているため、running scripts is disabled on this system, `about_Execution_Policies`",
  "blockedMeans.disabled":
    "`-ExecutionPolicy RemoteSigned`を付けずに、スクリプトファイルが実行されました。この場合は、Windowsの既定の設定（Restricted）が使われます。",
  "blockedHelps.disabled":
    "ケースのページにあるコマンドを、そのまま貼り付けてください。同じ表示が出る場合は、グループポリシーの設定です。プログラムを使わない方法を選んでください。",
  "blocked.signed": "ファイルがデジタル署名されていない",
  "blockedShown.signed":
    "デジタル署名されていません。is not digitally signed. You cannot run this script on the current system",
  "blockedMeans.signed":
    "ポリシーがAllSignedであるか、ブラウザーやメールから保存したファイルです。RemoteSignedは、そのようなファイルを拒否します。",
  "blockedHelps.signed":
    "ブラウザーではなく、コマンドでファイルを取得してください。AllSignedの場合は、プログラムを使わない方法か、組織が署名したファイルを使います。",
  "blocked.constrained": "PowerShellが制約付き言語モードで動いている",
  "blockedShown.constrained":
    "Constrained Language Mode, `ConstrainedLanguage`, MethodInvocationNotSupportedInConstrainedLanguage",
  "blockedMeans.constrained":
    "AppLockerかApp Controlの設定で、未承認のスクリプトはPowerShellの一部の機能しか使えません。実行はできますが、pingだけを送り、VPNのメッセージは送れないため、分かることが少なくなります。",
  "blockedHelps.constrained":
    "ハッシュ値か組織の署名で許可されたファイルなら、すべての測定ができます。取得してすぐに実行する方法は、許可できません。",
  "blocked.mark": "インターネットから来たファイルとして記録されている",
  "blockedShown.mark": "Security warning, Do you want to run, This file came from another computer",
  "blockedMeans.mark":
    "ブラウザーかメールソフトで保存したファイルには、インターネットから来たことが記録されます。",
  "blockedHelps.mark":
    "そのファイルを削除して、コマンドで取得してください。コマンドで取得したファイルは、ハッシュ値で確かめられます。",
  "blocked.smartscreen": "SmartScreenかスマートアプリコントロールに止められた",
  "blockedShown.smartscreen":
    "WindowsによってPCが保護されました、Windows protected your PC, Smart App Control blocked",
  "blockedMeans.smartscreen":
    "エクスプローラーから開いたファイルを、Windowsが認識していません。ikefragには、ダブルクリックで開くプログラムはありません。",
  "blockedHelps.smartscreen":
    "表示を閉じて、PowerShellにコマンドを貼り付けてください。それも拒否される場合は、プログラムを使わない方法を選んでください。",
  "blocked.asr": "攻撃面の減少（ASR）ルールに止められた",
  "blockedShown.asr":
    "Action blocked, Your IT administrator caused Windows Security to block this action, event 1121",
  "blockedMeans.asr":
    "組織のDefenderに、メールで届いたスクリプトや難読化されたスクリプトを止めるルールがあります。このスクリプトは難読化されていませんが、メールで届いたものは止められます。",
  "blockedHelps.asr":
    "メールのファイルではなく、ケースのリンクを開いてください。コマンドも止められる場合は、プログラムを使わない方法を選んでください。どのルールかは、イベント1121で分かります。",
  "blocked.applocker": "AppLockerかApp Controlに止められた",
  "blockedShown.applocker":
    "This program is blocked by group policy, Your organization used App Control to block this app, event 8004 or 8007",
  "blockedMeans.applocker":
    "PowerShell、またはホームフォルダーにあるスクリプトファイルの実行が許可されていません。",
  "blockedHelps.applocker":
    "今回は、プログラムを使わない方法を選んでください。次回のためには、許可されたフォルダーに組織が配布する方法があります。",
  "blocked.proxy": "サービスに接続できない、または証明書が信頼されない",
  "blockedShown.proxy":
    "Could not establish trust relationship for the SSL/TLS secure channel, self-signed certificate in certificate chain, 407 Proxy Authentication Required",
  "blockedMeans.proxy":
    "途中のプロキシが認証を求めているか、独自の証明書でTLSの通信を検査しています。Windows PowerShellはシステムのプロキシと証明書を使いますが、Node.jsとDenoはそれぞれの設定を使います。",
  "blockedHelps.proxy":
    "ブラウザーでこのページを開けるなら、プログラムを使わない方法が使えます。Node.jsでは、`NODE_EXTRA_CA_CERTS`に組織のルート証明書を指定してください。ネットワーク担当は、このホストを検査の対象から外せます。",
  "blocked.hash": "公開されたファイルと一致しない",
  "blockedShown.hash": "Not run: the file that came is not the one that was published",
  "blockedMeans.hash":
    "届いたファイルのSHA-256が異なります。プロキシが内容を変えたか別のページを返した、またはコマンドを作成したあとにサービスが更新された可能性があります。",
  "blockedHelps.hash":
    "ケースのページを開き直して、新しいコマンドを使ってください。直らない場合は、セキュリティ担当に知らせ、プログラムを使わない方法を選んでください。",
  "blocked.firewall": "ファイアウォールが確認を求める、または送信を止める",
  "blockedShown.firewall": "Windows Defender Firewall has blocked some features, EACCES, permission denied",
  "blockedMeans.firewall":
    "PCのファイアウォールが、UDPポート500と4500への送信を許可していません。実行は続き、送信できなかったものが結果に表示されます。",
  "blockedHelps.firewall":
    "最初の結果を得るには、何も許可する必要はありません。すべてを測定するには、実行中だけ、ゲートウェイへのUDP 500と4500の送信を許可してください。",
});
