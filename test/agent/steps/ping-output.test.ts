/** How ping's output is read, by system and language. */
import { expect, test } from "vitest";
import type { Platform } from "../../../agent/io/system.ts";
import { type PingOutcome, readPing } from "../../../agent/steps/ping-output.ts";

/**
 * What ping prints, by system and language. Windows lines as seen in public samples; `composed`: put together
 * from seen parts. The iputils lines were printed by iputils 20221126; the BSD ones follow the format strings
 * of its source.
 */
const cases: { name: string; platform: Platform; output: string; errors?: string; want: PingOutcome }[] = [
  {
    name: "Windows English answer",
    platform: "windows",
    output: `
Pinging 192.0.2.1 with 1472 bytes of data:
Reply from 192.0.2.1: bytes=1472 time=7ms TTL=59

Ping statistics for 192.0.2.1:
    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),
Approximate round trip times in milli-seconds:
    Minimum = 7ms, Maximum = 7ms, Average = 7ms
`,
    want: { kind: "answered", roundTripMs: 7, replyPingPayloadBytes: 1472 },
  },
  {
    name: "Windows Japanese answer of a named host",
    platform: "windows",
    output: `
vpn.example.com [192.0.2.1]に ping を送信しています 1472 バイトのデータ:
192.0.2.1 からの応答: バイト数 =1472 時間 =443ms TTL=47

192.0.2.1 の ping 統計:
    パケット数: 送信 = 1、受信 = 1、損失 = 0 (0% の損失)、
ラウンド トリップの概算時間 (ミリ秒):
    最小 = 443ms、最大 = 443ms、平均 = 443ms
`,
    want: { kind: "answered", roundTripMs: 443, replyPingPayloadBytes: 1472 },
  },
  {
    name: "Windows German answer under a millisecond",
    platform: "windows",
    output:
      "Ping wird ausgeführt für 192.0.2.1 mit 32 Bytes Daten:\nAntwort von 192.0.2.1: Bytes=32 Zeit<1ms TTL=64\n",
    want: { kind: "answered", roundTripMs: 0, replyPingPayloadBytes: 32 },
  },
  {
    name: "Windows Chinese answer",
    platform: "windows",
    output: "正在 Ping 192.0.2.1 具有 1472 字节的数据:\n来自 192.0.2.1 的回复: 字节=1472 时间=1ms TTL=64\n",
    want: { kind: "answered", roundTripMs: 1, replyPingPayloadBytes: 1472 },
  },
  {
    name: "Windows answer that the other host cut",
    platform: "windows",
    output: "Reply from 192.0.2.8: bytes=68 (sent 1424) time=17ms TTL=117\n",
    want: { kind: "answered", roundTripMs: 17, replyPingPayloadBytes: 68 },
  },
  {
    name: "Windows German answer that the other host cut",
    platform: "windows",
    output: "Antwort von 192.0.2.8: Bytes=68 (gesendet 1424) Zeit=17ms TTL=117\n",
    want: { kind: "answered", roundTripMs: 17, replyPingPayloadBytes: 68 },
  },
  {
    name: "Windows IPv6 answer, which has neither bytes nor TTL (composed)",
    platform: "windows",
    output: `
2001:db8::1 に ping を送信しています 32 バイトのデータ:
2001:db8::1 からの応答: 時間 <1ms

2001:db8::1 の ping 統計:
    パケット数: 送信 = 1、受信 = 1、損失 = 0 (0% の損失)、
ラウンド トリップの概算時間 (ミリ秒):
    最小 = 0ms、最大 = 0ms、平均 = 0ms
`,
    want: { kind: "answered", roundTripMs: 0, replyPingPayloadBytes: null },
  },
  ...[
    "Packet needs to be fragmented but DF set.",
    "パケットの断片化が必要ですが、DF が設定されています。",
    "Paket müsste fragmentiert werden, DF-Flag ist jedoch gesetzt.",
    "需要拆分数据包但是设置 DF。",
  ].flatMap((line) => [
    {
      name: `Windows's own refusal: ${line}`,
      platform: "windows" as const,
      output: `\n192.0.2.1 (1473):\n${line}\n\n192.0.2.1:\n    1, 0, 1 (100%),\n`,
      want: { kind: "too-big-locally" as const, mtu: null, line },
    },
  ]),
  ...[
    "Reply from 198.51.100.1: Packet needs to be fragmented but DF set.",
    "198.51.100.1 からの応答: パケットの断片化が必要ですが、DF が設定されています。",
    "Antwort von 198.51.100.1: Paket müsste fragmentiert werden, DF-Flag ist jedoch gesetzt.", // composed
  ].map((line) => ({
    name: `a router's refusal, which Windows counts as received: ${line}`,
    platform: "windows" as const,
    output: `Pinging 192.0.2.1 with 1472 bytes of data:\n${line}\n\nPing statistics for 192.0.2.1:\n    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),\n`,
    want: { kind: "too-big-remotely" as const, router: "198.51.100.1", nextHopMtu: null, line },
  })),
  ...[
    "Request timed out.",
    "要求がタイムアウトしました。",
    "Zeitüberschreitung der Anforderung.",
    "请求超时。",
  ].map((line) => ({
    name: `Windows timeout: ${line}`,
    platform: "windows" as const,
    output: `Pinging 192.0.2.1 with 32 bytes of data:\n${line}\n\nPing statistics for 192.0.2.1:\n    Packets: Sent = 1, Received = 0, Lost = 1 (100% loss),\n`,
    want: { kind: "silent" as const },
  })),
  {
    name: "Windows: a host says that another is not there (composed)",
    platform: "windows",
    output:
      "192.0.2.1 に ping を送信しています 32 バイトのデータ:\n192.0.2.10 からの応答: 宛先ホストに到達できません。\n",
    want: {
      kind: "unreachable",
      router: "192.0.2.10",
      line: "192.0.2.10 からの応答: 宛先ホストに到達できません。",
    },
  },
  {
    name: "Windows: no network",
    platform: "windows",
    output: "Pinging 192.0.2.1 with 32 bytes of data:\nPING: transmit failed. General failure. \n",
    want: { kind: "other", line: "PING: transmit failed. General failure. " },
  },
  {
    name: "iputils answer",
    platform: "linux",
    output:
      "PING 198.51.100.2 (198.51.100.2) 1472(1500) bytes of data.\n1480 bytes from 198.51.100.2: icmp_seq=1 ttl=63 time=0.438 ms\n",
    want: { kind: "answered", roundTripMs: 0.438, replyPingPayloadBytes: 1472 },
  },
  {
    name: "iputils answer that the other host cut",
    platform: "linux",
    output: "72 bytes from 198.51.100.2: icmp_seq=1 ttl=117 (truncated)\n",
    want: { kind: "answered", roundTripMs: null, replyPingPayloadBytes: 64 },
  },
  {
    name: "iputils, a router's refusal",
    platform: "linux",
    output:
      "PING 198.51.100.2 (198.51.100.2) 1472(1500) bytes of data.\nFrom 192.0.2.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)\n",
    want: {
      kind: "too-big-remotely",
      router: "192.0.2.1",
      nextHopMtu: 1400,
      line: "From 192.0.2.1 icmp_seq=1 Frag needed and DF set (mtu = 1400)",
    },
  },
  {
    name: "iputils IPv6, a router's refusal",
    platform: "linux",
    output: "From 2001:db8::1 icmp_seq=1 Packet too big: mtu=1280\n",
    want: {
      kind: "too-big-remotely",
      router: "2001:db8::1",
      nextHopMtu: 1280,
      line: "From 2001:db8::1 icmp_seq=1 Packet too big: mtu=1280",
    },
  },
  {
    name: "iputils, refused here by the path MTU that the kernel remembers",
    platform: "linux",
    output: "PING 198.51.100.2 (198.51.100.2) 1472(1500) bytes of data.\n",
    errors: "ping: local error: message too long, mtu=1400\n",
    want: { kind: "too-big-locally", mtu: 1400, line: "ping: local error: message too long, mtu=1400" },
  },
  {
    name: "iputils, no answer",
    platform: "linux",
    output:
      "PING 198.51.100.2 (198.51.100.2) 100(128) bytes of data.\n\n--- 198.51.100.2 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n",
    want: { kind: "silent" },
  },
  {
    name: "iputils, no route behind the router",
    platform: "linux",
    output: "From 192.0.2.1 icmp_seq=1 Destination Net Unreachable\n",
    want: {
      kind: "unreachable",
      router: "192.0.2.1",
      line: "From 192.0.2.1 icmp_seq=1 Destination Net Unreachable",
    },
  },
  {
    name: "iputils, no permission",
    platform: "linux",
    output: "",
    errors: "ping: socktype: SOCK_RAW\nping: socket: Operation not permitted\n",
    want: { kind: "other", line: "ping: socktype: SOCK_RAW ping: socket: Operation not permitted" },
  },
  {
    name: "macOS answer",
    platform: "macos",
    output:
      "PING 198.51.100.2 (198.51.100.2): 1472 data bytes\n1480 bytes from 198.51.100.2: icmp_seq=0 ttl=57 time=12.345 ms\n",
    want: { kind: "answered", roundTripMs: 12.345, replyPingPayloadBytes: 1472 },
  },
  {
    name: "macOS IPv6 answer",
    platform: "macos",
    output: "16 bytes from 2001:db8::1, icmp_seq=0 hlim=64 time=0.123 ms\n",
    want: { kind: "answered", roundTripMs: 0.123, replyPingPayloadBytes: 8 },
  },
  {
    name: "macOS, a router's refusal",
    platform: "macos",
    output:
      "PING 198.51.100.2 (198.51.100.2): 1472 data bytes\n556 bytes from 192.0.2.1: frag needed and DF set (MTU 1400)\n",
    want: {
      kind: "too-big-remotely",
      router: "192.0.2.1",
      nextHopMtu: 1400,
      line: "556 bytes from 192.0.2.1: frag needed and DF set (MTU 1400)",
    },
  },
  {
    name: "macOS, refused here",
    platform: "macos",
    output: "PING 198.51.100.2 (198.51.100.2): 1473 data bytes\n",
    errors: "ping: sendto: Message too long\n",
    want: { kind: "too-big-locally", mtu: null, line: "ping: sendto: Message too long" },
  },
];

for (const { name, platform, output, errors, want } of cases) {
  test(`readPing() reads ${name}`, () => {
    expect(readPing(platform, output, errors ?? "")).toEqual(want);
  });
}

test("readPing() reads Windows output the same with its line ends and with a page of noise", () => {
  const noise = "x".repeat(1_000_000);
  const output = `${noise}\r\nReply from 192.0.2.1: bytes=32 time=7ms TTL=59\r\n`;
  expect(readPing("windows", output, "")).toEqual({
    kind: "answered",
    roundTripMs: 7,
    replyPingPayloadBytes: 32,
  });
});
