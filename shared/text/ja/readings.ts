/** What an output in a pasted text was taken for. Japanese. */
import { readings as english } from "../en/readings.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const readings = translationOf(english, {
  "reading.at": "{source} {line}行目：{what}",
  "reading.ping": "{to}{who}の出力（{tried}、{flag}）",
  "reading.who.windows": "Windowsのping",
  "reading.who.windows.language": "{language}版Windowsのping",
  "reading.who.unix": "{system}のping",
  "reading.to.known": "{target}への",
  "reading.to.unknown": "宛先の記載がない",
  "reading.tried.one": "ペイロードの大きさは{sizes}の1種類",
  "reading.tried.many": "ペイロードの大きさは{sizes}の{count}種類",
  "reading.tried.none": "大きさの記載なし",
  "reading.flag.windows.on": "-fあり",
  "reading.flag.windows.off": "-fなし",
  "reading.flag.windows.unknown": "-fの有無は不明",
  "reading.flag.unix.on": "DFあり",
  "reading.flag.unix.off": "DFなし",
  "reading.flag.unix.unknown": "DFの有無は不明",
  "reading.interfaces.v4": "{tool}によるネットワークインターフェイスの一覧（IPv4が{v4}件）",
  "reading.interfaces.v6": "{tool}によるネットワークインターフェイスの一覧（IPv6が{v6}件）",
  "reading.interfaces.both": "{tool}によるネットワークインターフェイスの一覧（IPv4が{v4}件、IPv6が{v6}件）",
  "reading.interfaces.v4.mtus": "{tool}によるネットワークインターフェイスの一覧（IPv4が{v4}件、MTUは{mtus}）",
  "reading.interfaces.v6.mtus": "{tool}によるネットワークインターフェイスの一覧（IPv6が{v6}件、MTUは{mtus}）",
  "reading.interfaces.both.mtus":
    "{tool}によるネットワークインターフェイスの一覧（IPv4が{v4}件、IPv6が{v6}件、MTUは{mtus}）",
  "reading.interfaces.untold":
    "{tool}によるネットワークインターフェイスの一覧（{count}件、IPv4とIPv6のどちらかは不明）",
  "reading.interfaces.untold.mtus":
    "{tool}によるネットワークインターフェイスの一覧（{count}件、IPv4とIPv6のどちらかは不明、MTUは{mtus}）",
  "reading.interfaces.connected": "{listed}。接続中：{connected}",
  "reading.ras-codes": "{tool}のエラー {codes}",
  "reading.server-events": "WindowsのVPNサーバーのイベント（{count}件）",
  "reading.vpn-profiles": "{tool}によるVPN接続の一覧（{names}）",
  "reading.adapters": "{tool}によるネットワークアダプターの一覧（{count}件）",
  "reading.own": "ikefrag自身のレポート（{verdict}、{reportId}）。測定結果としては使いません",
  "reading.own.verdict": "ikefrag自身のレポート（{verdict}）。測定結果としては使いません",
  "reading.own.id": "ikefrag自身のレポート（{reportId}）。測定結果としては使いません",
  "reading.path": "{to}{tool}の出力",
  "reading.path.mtus": "{to}{tool}の出力（途中のMTUは{mtus}）",
  "reading.messages": "{tool}のログ（IKEメッセージとそのパケットの行：{count}行）",
  "reading.output": "{tool}の出力",
  "reading.not-understood": "解釈できなかった行：{count}行",
  "reading.end": "テキストが長すぎるため、ここから先は読んでいません。接続に失敗した部分だけを渡してください",
  "reading.newest":
    "ログが大きすぎるため、ここより前は読まず、新しい行だけを使いました。接続に失敗したのがそれより前の場合は、その部分を渡してください",
  "reading.nothing": "ikefragが読み取れる出力はありません（解釈できなかった行：{count}行）",
});
