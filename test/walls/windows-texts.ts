/**
 * What Windows prints for ping and netsh, and what every reader of it has to find there. Lines are as seen in
 * public samples of English, Japanese and German Windows; `composed`: put together from parts that were seen.
 */

/** How ping.exe says one thing and another, by language. `N` stands for the ping payload in bytes. */
export const PING_TEXTS = {
  en: {
    header: "Pinging 127.0.0.1 with N bytes of data:",
    answer: "Reply from 127.0.0.1: bytes=1472 time=7ms TTL=59",
    short: "Reply from 127.0.0.1: bytes=68 (sent 1424) time<1ms TTL=117",
    local: "Packet needs to be fragmented but DF set.",
    remote: "Reply from 198.51.100.1: Packet needs to be fragmented but DF set.",
    silent: "Request timed out.",
    unreachable: "Reply from 192.0.2.1: Destination host unreachable.",
    statistics: "    Packets: Sent = 1, Received = 0, Lost = 1 (100% loss),",
  },
  ja: {
    header: "127.0.0.1 に ping を送信しています N バイトのデータ:",
    answer: "127.0.0.1 からの応答: バイト数 =1472 時間 =7ms TTL=59",
    short: "127.0.0.1 からの応答: バイト数 =68 (送信 1424) 時間 <1ms TTL=117", // composed
    local: "パケットの断片化が必要ですが、DF が設定されています。",
    remote: "198.51.100.1 からの応答: パケットの断片化が必要ですが、DF が設定されています。",
    silent: "要求がタイムアウトしました。",
    unreachable: "192.0.2.1 からの応答: 宛先ホストに到達できません。",
    statistics: "    パケット数: 送信 = 1、受信 = 0、損失 = 1 (100% の損失)、",
  },
  de: {
    header: "Ping wird ausgeführt für 127.0.0.1 mit N Bytes Daten:",
    answer: "Antwort von 127.0.0.1: Bytes=1472 Zeit=7ms TTL=59",
    short: "Antwort von 127.0.0.1: Bytes=68 (gesendet 1424) Zeit<1ms TTL=117",
    local: "Paket müsste fragmentiert werden, DF-Flag ist jedoch gesetzt.",
    // composed
    remote: "Antwort von 198.51.100.1: Paket müsste fragmentiert werden, DF-Flag ist jedoch gesetzt.",
    silent: "Zeitüberschreitung der Anforderung.",
    unreachable: "Antwort von 192.0.2.1: Zielhost nicht erreichbar.",
    statistics: "    Pakete: Gesendet = 1, Empfangen = 0, Verloren = 1\n    (100% Verlust),",
  },
};

/** What each of these lines says. */
export const PING_MEANINGS = {
  answer: { outcome: "answered", replyPingPayloadBytes: 1472, router: null },
  short: { outcome: "answered", replyPingPayloadBytes: 68, router: null },
  local: { outcome: "too-big-locally", replyPingPayloadBytes: null, router: null },
  remote: { outcome: "too-big-remotely", replyPingPayloadBytes: null, router: "198.51.100.1" },
  silent: { outcome: "timeout", replyPingPayloadBytes: null, router: null },
  unreachable: { outcome: "unreachable", replyPingPayloadBytes: null, router: "192.0.2.1" },
};

/**
 * A row of netsh's table. `mtu` is `null` where Windows prints none: `Default`, or 4294967295 for the
 * loopback.
 */
export interface NetshRow {
  index: number;
  mtu: number | null;
  connected: boolean;
  name: string;
}

/** Tables of `netsh interface ipv4 show interfaces`. Headings are translated; columns and states are not. */
export const NETSH_TABLES: { name: string; lines: string[]; rows: NetshRow[] }[] = [
  {
    name: "Japanese, with names in Japanese and the loopback",
    lines: [
      "",
      "Idx     Met         MTU          状態                 名前",
      "---  ----------  ----------  ------------  ---------------------------",
      "  1          75  4294967295  connected     Loopback Pseudo-Interface 1",
      " 17          35        1500  disconnected  Wi-Fi",
      " 24          25        1500  disconnected  ローカル エリア接続* 3",
      " 19          25        1472  connected     イーサネット 5",
      "",
    ],
    rows: [
      { index: 1, mtu: null, connected: true, name: "Loopback Pseudo-Interface 1" },
      { index: 17, mtu: 1500, connected: false, name: "Wi-Fi" },
      { index: 24, mtu: 1500, connected: false, name: "ローカル エリア接続* 3" },
      { index: 19, mtu: 1472, connected: true, name: "イーサネット 5" },
    ],
  },
  {
    name: "English, with a server's dial-in interface",
    lines: [
      "Idx     Met         MTU          State                Name",
      "---  ----------  ----------  ------------  ---------------------------",
      " 24          25        1500  connected     Ethernet 2",
      " 35          55     Default  connected     RAS (Dial In) Interface",
    ],
    rows: [
      { index: 24, mtu: 1500, connected: true, name: "Ethernet 2" },
      { index: 35, mtu: null, connected: true, name: "RAS (Dial In) Interface" },
    ],
  },
  {
    name: "an index of two digits more, and a name that looks like a column",
    lines: [
      "Idx     Met         MTU          Status               Name",
      "1024   4235        9000  connected     1 2",
    ],
    rows: [{ index: 1024, mtu: 9000, connected: true, name: "1 2" }],
  },
];
