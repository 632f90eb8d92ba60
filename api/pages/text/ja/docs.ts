/** The description of the HTTP interface. Japanese. */
import { translationOf } from "../../../../shared/text/sentence.ts";
import { docs as english } from "../en/docs.ts";

/** By the keys of the English words. */
export const docs = translationOf(english, {
  docsTitle: "HTTPインターフェイス",
  docsText: "「/v1」以下はJSONです。エラーはProblem Details（RFC 9457）です。OpenAPI定義：",
  docsWho: "権限",
  docsAnswers: "応答",
  docsBody: "本文",
  docsQuery: "クエリー",
  docsProblems: "エラーの種類",
  "who.anyone": "誰でも",
  "who.code": "ケースコードを持つ人",
  "who.gateway": "ゲートウェイ用リンクを持つ人",
  "who.run": "実行トークン（ikr_…）",
  "who.staff": "担当者トークン（ikf_…）またはセッション",
  "who.admin": "管理者トークン（ikf_…）またはセッション",
});
