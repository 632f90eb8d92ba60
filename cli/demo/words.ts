/** The invented people, tickets and notes of the demonstration. */
import type { Language } from "../../shared/language.ts";

interface DemoWords {
  operator: string;
  admin: string;
  staff: readonly [string, string];
  /** Who a ticket is from. */
  users: readonly string[];
  /** Interfaces by what they are: name, and the maker's description. */
  adapters: Record<"tether" | "wifi" | "cable" | "modem", readonly [name: string, description: string]>;
  /** Whose network a run came over, by the interface. */
  networks: Record<"tether" | "wifi" | "cable" | "modem", string>;
  view: string;
  notes: { fixed: string; carrier: string; hotel: string };
  override: { reason: string; userText: string };
}

const en: DemoWords = {
  operator: "Example Helpdesk",
  admin: "Alex Morgan",
  staff: ["Priya Nair", "Jonas Weber"],
  users: ["M. Rossi", "K. Larsen", "S. Okafor", "T. Nguyen", "L. Novak", "A. Silva", "H. Kim", "D. Martin"],
  adapters: {
    tether: ["Ethernet 5", "Apple Mobile Device Ethernet"],
    wifi: ["Wi-Fi", "Intel(R) Wi-Fi 6E AX211 160MHz"],
    cable: ["Ethernet", "Intel(R) Ethernet Connection I219-LM"],
    modem: ["Cellular", "Generic Mobile Broadband Adapter"],
  },
  networks: {
    tether: "Example Mobile",
    wifi: "Example Hotels",
    cable: "Example Fibre",
    modem: "Example Mobile",
  },
  view: "Branch, not seen yet",
  notes: {
    fixed: "Set 1472 by telephone; the VPN connected at once.",
    carrier: "Forwarded to the carrier, ticket opened with them. Same sizes get lost from two other sites.",
    hotel: "Hotel network. Works over the phone's hotspot; told the user to stay on that.",
  },
  override: {
    reason:
      "The gateway's certificate ran out that morning; the fragments were lost before too and did no harm.",
    userText:
      "The VPN server had a problem that is solved since 11:30. Please connect again; nothing needs to be changed on your PC.",
  },
};
const ja: DemoWords = {
  operator: "サンプル社ヘルプデスク",
  admin: "佐藤 遥",
  staff: ["田中 健", "鈴木 美咲"],
  users: ["高橋", "伊藤", "渡辺", "山本", "中村", "小林", "加藤", "吉田"],
  adapters: {
    tether: ["イーサネット 5", "Apple Mobile Device Ethernet"],
    wifi: ["Wi-Fi", "Intel(R) Wi-Fi 6E AX211 160MHz"],
    cable: ["イーサネット", "Intel(R) Ethernet Connection I219-LM"],
    modem: ["携帯電話", "Generic Mobile Broadband Adapter"],
  },
  networks: {
    tether: "サンプルモバイル",
    wifi: "サンプルホテル",
    cable: "サンプル光",
    modem: "サンプルモバイル",
  },
  view: "支社の未確認",
  notes: {
    fixed: "電話で1472に設定してもらい、すぐにつながった。",
    carrier: "回線事業者に転送し、調査を依頼済み。ほかの2拠点でも同じ大きさが失われている。",
    hotel: "ホテルのネットワーク。スマートフォンのテザリングではつながるため、そちらを使うよう案内した。",
  },
  override: {
    reason:
      "当日の朝にゲートウェイの証明書が期限切れになっていた。断片は以前から失われていたが、支障はなかった。",
    userText:
      "VPNサーバー側の問題は11時30分に解消しました。もう一度接続してください。PCの設定を変える必要はありません。",
  },
};

/** In each language of the demonstration. */
export const DEMO_WORDS: Readonly<Record<Language, DemoWords>> = { en, ja };
