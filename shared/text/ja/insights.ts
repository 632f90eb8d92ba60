/** What is said of many reports together. Japanese. */
import { insights as english } from "../en/insights.ts";
import { translationOf } from "../sentence.ts";

/** The sentences of this chapter, held to the parameters of the English ones. */
export const insights = translationOf(english, {
  gateway: "{name}のレポート{reports}件のうち{count}件：「{title}」。",
  adapter: "インターフェイス「{name}」のレポート{reports}件のうち{count}件：「{title}」。",
  network: "このネットワーク（{name}）のレポート{reports}件のうち{count}件：「{title}」。",
  unproven: "{name}のレポート{reports}件のうち{count}件：「{title}」。問題と確定したものはありません。",
  unnamed: "名前不明",
  networks: "この{count}件のネットワーク：{list}。",
  share: "{network} {count}件",
  remedy:
    "このゲートウェイでIKEフラグメンテーション（RFC 7383）を有効にすると、全体のうち{count}件で効果があります。",
  remedyElsewhere:
    "IKEフラグメンテーション（RFC 7383）が有効なゲートウェイなら、このネットワークでも全体のうち{count}件は接続できます。",
  advice: {
    "ike-fragments-too-large": "このゲートウェイのIKEフラグメントを小さくしてください。",
    "path-mtu-black-hole":
      "このゲートウェイの手前で、小さなパケットしか運べないリンクやトンネルと、Packet Too Bigを破棄しているものを確認してください。",
    "udp-500-blocked": "このゲートウェイまでの経路で、UDPポート500を通してください。",
    "udp-4500-blocked": "このゲートウェイまでの経路で、UDPポート4500を通してください。",
    "gateway-unreachable": "このゲートウェイが動作しているか、UDPポート500と4500が届くかを確認してください。",
    "gateway-rejects": "このゲートウェイのログで、拒否した理由を確認してください。",
    "slow-gateway": "このゲートウェイの負荷と、問い合わせ先のサーバーを確認してください。",
    "ike-fragments-lost":
      "このゲートウェイの手前で、続けて届くパケットの一部を破棄しているものを確認してください。",
    "esp-mtu": "このゲートウェイで、トンネルのMTUを小さくしてください。",
  },
  networkNames: {
    cellular: "モバイル回線",
    wifi: "Wi-Fi",
    ethernet: "有線LAN",
    vpn: "別のVPN",
    unknown: "不明",
  },
});
