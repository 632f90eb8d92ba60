/** What stands on every page, and parts that many pages have. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { common as english } from "../en/common.ts";

/** By the keys of the English words. */
export const common = translationOf(english, {
  demoNote: "デモンストレーション：ここにあるものはすべて架空で、プログラムを終えると消えます。",
  tagline: "IKEv2 VPNがつながらない原因がパケットサイズにあるかを調べます",
  skipToContent: "本文へ移動",
  language: "言語",
  navReports: "レポート",
  navCases: "ケース",
  navAnalyze: "解析",
  navInsights: "傾向",
  navSignIn: "担当者サインイン",
  navSignOut: "サインアウト",
  navApi: "API",
  signedInAs: "{name}（{role}）でサインイン中",
  copy: "コピー",
  copied: "コピーしました",
  operatorUnnamed: "ヘルプデスク",
  requestId: "リクエストID",
  backHome: "トップページへ",
  errorAsk: "リンクまたはIDを受け取った相手に問い合わせてください：",
  errorHint: "何度も起きる場合は、運用者にリクエストIDを伝えてください。",
});
