/** What is forwarded of a report to those who can change something. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { forward as english } from "../en/forward.ts";

/** The words of this chapter, held to the parameters of the English ones. */
export const forward = translationOf(english, {
  forwardTitle: "測定結果を転送",
  jumpForward: "転送",
  forwardLink: "転送用の文面、メール、ファイル",
  forwardLead: "途中の設定を変えられる方へ、測定結果とお願いしたいことを伝えます。",
  forwardReader: "宛先",
  "forwardTo.gateway": "ゲートウェイの管理者",
  "forwardTo.carrier": "ファイアウォールやネットワークの担当者",
  forwardAddresses: "アドレスと名前",
  "forwardAddresses.1": "含める",
  "forwardAddresses.0": "含めない",
  forwardWithoutHint:
    "文面とレポートでは、両端をCLIENTとGATEWAYと表します。キャプチャでは、すべてのアドレスを別のものに置き換えます（同じアドレスは常に同じものになります）。",
  forwardSubject: "件名",
  forwardText: "文面",
  forwardCopy: "文面をコピー",
  forwardMail: "メールで開く",
  forwardMailHint:
    "メールソフトが件名と短い文面で開きます。リンクに入る長さには限りがあるためです。全文は下の下書きにあります。",
  forwardFiles: "すべて添付したもの",
  forwardDraft: "メールの下書き（.eml）",
  forwardZip: "すべてのファイル（.zip）",
  forwardHtml: "レポート（.html）",
  forwardCapture: "キャプチャ{number}（.pcapng、{bytes}バイト）",
  forwardCaptureAdmin:
    "アドレスを含むキャプチャを取得できるのは管理者だけです。「含めない」にするとキャプチャも付きます。",
  forwardTooLarge: "大きすぎて添付できません：{names}。別の方法で送ってください。",
  forwardNobody: "この判定については、この宛先にお願いすることはありません。",
  forwardNobodyAtAll: "この判定では、ほかの方にお願いすることはありません。利用者のPCの設定で対応します。",
  forwardReviewed: "この文面は、解析プログラムの判定ではなく、レビューで訂正した判定に基づいています。",
});
