/** Warnings about the evidence itself, such as a damaged file. Japanese. */
import { warnings as english } from "../en/warnings.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const warnings = translationOf(english, {
  "warning.damage": "{offset}バイト目でファイルが壊れています：{what}。そこまでの内容は読み取りました。",
  "warning.no-ike": "{frames}個のパケットの中に、IKEメッセージがありません。",
  "warning.snaplen":
    "{frames}個のパケットがキャプチャ時に途中で切られています（スナップ長）。全体を記録してください。",
  "warning.duplicates": "同じパケットが重複して記録されていたため、{frames}個を1つに数えました。",
  "warning.drops": "キャプチャ自体が{packets}個のパケットを取りこぼしています。",
  "warning.port-filter":
    "2番目以降のフラグメントがありません。ポート番号で絞り込んで取られたようです。ゲートウェイのアドレスで絞り込んでください。",
  "warning.port-500-alone":
    "UDPポート4500のパケットが1つもありません。ポート500だけに絞り込んで記録した場合は、ポート4500宛てのパケットが実際には届いていた可能性があります。ポート番号で絞り込まずに、もう一度記録してください。",
  "warning.end.client.gateway":
    "クライアント側の記録として渡されましたが、内容からはゲートウェイ側の記録と分かります。ゲートウェイ側として扱いました。",
  "warning.end.client.between":
    "クライアント側の記録として渡されましたが、パケットからはクライアントとゲートウェイの間での記録と分かります。間の記録として扱いました。",
  "warning.end.client.doubtful":
    "クライアント側の記録として渡されましたが、ゲートウェイ側で取ったときのように、ゲートウェイのアドレスだけがプライベートアドレスです。どちら側の記録か、確認してください。",
  "warning.end.gateway.client":
    "ゲートウェイ側の記録として渡されましたが、内容からはクライアント側の記録と分かります。クライアント側として扱いました。",
  "warning.end.gateway.between":
    "ゲートウェイ側の記録として渡されましたが、パケットからはクライアントとゲートウェイの間での記録と分かります。間の記録として扱いました。",
  "warning.end.gateway.doubtful":
    "ゲートウェイ側の記録として渡されましたが、クライアント側で取ったときのように、クライアントのアドレスだけがプライベートアドレスです。どちら側の記録か、確認してください。",
  "warning.end.between.client":
    "クライアントとゲートウェイの間の記録として渡されましたが、内容からはクライアント自身のログと分かります。クライアント側として扱いました。",
  "warning.end.between.gateway":
    "クライアントとゲートウェイの間の記録として渡されましたが、内容からはゲートウェイ自身のログと分かります。ゲートウェイ側として扱いました。",
  "warning.clock": "{frames}個のパケットで時刻が逆戻りしています。",
  "warning.link-type": "リンク種別{linkType}のパケット{frames}個は読み取れませんでした。",
  "warning.unusable-file": "このファイルは使えなかったため、残りだけで診断しました。{why}",
  "warning.only-own-probes":
    "このファイルにあるのはikefrag自身の診断用メッセージだけで、ログインは含まれていません。クライアントのログインについては何も分かりません。",
  "warning.not-understood": "{line}行目は解釈できませんでした：「{text}」",
  "warning.not-understood-more": "ほかに解釈できなかった行：{count}行",
});
