/** What is said of many reports together. Japanese. */
import { insights as english } from "../en/insights.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const insights = translationOf(english, {
  gateway: "{name}についての{since}以降のレポートは{reports}件です。",
  adapter: "インターフェイス「{name}」での{since}以降のレポートは{reports}件です。",
  network: "この種類のネットワーク（{name}）での{since}以降のレポートは{reports}件です。",
  unnamed: "名前不明",
  problem: "最も多い問題は{count}件で、「{title}」です。",
  verdict: "問題と確定したものはありません。最も多い判定は{count}件で、「{title}」です。",
  networks: "この{count}件のネットワーク：{list}。",
  share: "{network} {count}件",
  remedy:
    "このゲートウェイでIKEフラグメンテーション（RFC 7383）を有効にすると、IPフラグメントが不要になり、全体のうち{count}件で効果があります。",
  networkNames: {
    cellular: "モバイル回線",
    wifi: "Wi-Fi",
    ethernet: "有線LAN",
    vpn: "別のVPN",
    unknown: "不明",
  },
});
