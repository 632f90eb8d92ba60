/** What a user sent, analyzed in the console. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { analyze as english } from "../en/analyze.ts";

/** By the keys of the English words. */
export const analyze = translationOf(english, {
  analyzeTitle: "利用者から届いたものを解析",
  analyzeLead:
    "問い合わせに書かれたまま貼り付けてください。引用記号や途中の改行があっても、複数の出力が続いていてもかまいません。キャプチャなどのファイルも一緒に渡せます。",
  analyzeText: "貼り付けたテキスト",
  analyzeTextHint:
    "ping、netsh、ipconfig、rasdial、tracepath、tcpdumpの出力やVPNクライアントのログを、入力したコマンドの行から貼り付けてください。解釈できなかった行はそのまま示し、推測はしません。",
  analyzeGatewayHint:
    "分かる場合は名前かアドレスを入力してください。pingの宛先がこのゲートウェイだったものとして扱います。分からなければ、pingはVPNまでの経路について何も示しません。",
  analyzeFiles: "ファイル",
  analyzeFilesHint:
    "キャプチャ（pcap、pcapng、gzip圧縮も可）は1つ{capture}MB、合計{all}MBまで、テキストとJSONは1つ{text}MB、合計{texts}MBまで、ファイルは{files}個までです。",
  analyzeWhereHint: "ログインの両側の記録があれば、どのパケットがどちらの向きで失われたかが分かります。",
  analyzeAtClient: "クライアント側（利用者のPCなど）で記録したもの",
  analyzeAtGateway: "VPNゲートウェイで記録したもの（キャプチャまたはログ）",
  analyzeBetween: "途中（ルーターやファイアウォールなど）で記録したもの",
  analyzeAnywhere: "その他のファイル、または記録した場所が分からないもの",
  analyzeCase: "ケースに追加",
  analyzeNoCase: "追加しない",
  analyzeCaseHint: "選ぶと、そのケースのレポートとして保存します。対象はケースのゲートウェイです。",
  dropTitle: "これを解析",
  dropHere: "キャプチャ、ログ、テキストをここにドロップ",
  dropWhere: "ファイルを記録した場所",
  dropUnknown: "不明、または複数の場所",
  dropOfCase:
    "このケースのレポートになります。ゲートウェイ側で記録したものは、ケースのすべてのレポートの判定に使います。",
  dropFiles: "ファイル",
  dropCancel: "キャンセル",
  analyzeKeep: "レポートとして保存する",
  analyzeKeepHint:
    "テキストはそのまま、キャプチャは必要な部分だけを保存します。選ばなければ、結果を表示したあとには何も残りません。",
  analyzeButton: "解析する",
  analyzeNothing: "解析するものがありません。テキストを貼り付けるか、ファイルを選んでください。",
  analyzeNoneUsable:
    "使えるものがありませんでした。テキストはフォームに残っています。ファイルはブラウザーに残らないため、選び直してください。",
  analyzeSomeUnusable: "次のものは使えませんでした。残りは解析しました。",
  analyzeRest: "それより後のファイル",
  analyzeNotKept: "保存していません",
  analyzeKept: "レポートとして保存しました",
  analyzeAgain: "テキストを足すか変えて、もう一度解析する",
});
