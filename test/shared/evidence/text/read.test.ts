/** What Windows prints for netsh and ping, in several languages. */
import { expect, test } from "vitest";
import { decodeText } from "../../../../shared/evidence/character-sets.ts";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";

const read = (text: string) => readPastedText({ name: "pasted.txt", text });

const tables = [
  {
    name: "English, six columns wide",
    text: "Idx     Met         MTU          State                Name\n---  ----------  ----------  ------------  -----------\n 24          25        1500  connected     WhiteDNS Tunnel",
    want: [{ index: 24, mtu: 1500, connected: true, name: "WhiteDNS Tunnel" }],
  },
  {
    name: "Japanese, a name with a full-width star",
    text: "Idx     Met         MTU          状態                 名前\n 24          25        1500  disconnected  ローカル エリア接続* 3\r\n 19          25        1472  connected     イーサネット 5\r\n",
    want: [
      { index: 24, mtu: 1500, connected: false, name: "ローカル エリア接続* 3" },
      { index: 19, mtu: 1472, connected: true, name: "イーサネット 5" },
    ],
  },
  {
    name: "Chinese, the loopback's MTU that is none",
    text: "Idx     Met         MTU          状态                名称\n  1          75  4294967295  connected     Loopback Pseudo-Interface 1",
    want: [{ index: 1, mtu: null, connected: true, name: "Loopback Pseudo-Interface 1" }],
  },
  {
    name: "RRAS: Default instead of a number",
    text: " 35          55     Default  connected     RAS (Dial In) Interface",
    want: [{ index: 35, mtu: null, connected: true, name: "RAS (Dial In) Interface" }],
  },
  {
    name: "subinterfaces, which have no index",
    text: "   MTU  MediaSenseState   バイト イン  バイト アウト  インターフェイス\n------  ---------------  ---------  ---------  -------------\n  1500                1  146289608   29200474  Local Area Connection",
    want: [{ index: null, mtu: 1500, connected: true, name: "Local Area Connection" }],
  },
];
for (const { name, text, want } of tables) {
  test(`readPastedText() reads netsh's table: ${name}`, () => {
    const { interfaces, notUnderstood } = read(text);
    expect(interfaces.map(({ index, mtu, connected, name }) => ({ index, mtu, connected, name }))).toEqual(
      want,
    );
    expect(notUnderstood).toEqual([]);
  });
}

const pings = [
  {
    name: "English",
    text: "Pinging a.example [192.0.2.1] with 1472 bytes of data:\nReply from 192.0.2.1: bytes=1472 time=1ms TTL=64",
    want: ["answered", 1472, 1472, null],
  },
  {
    name: "English, an address as target",
    text: "Pinging 192.0.2.1 with 1472 bytes of data:\nRequest timed out.",
    want: ["timeout", 1472, null, null],
  },
  {
    name: "Japanese",
    text: "a.example [192.0.2.1]に ping を送信しています 1432 バイトのデータ:\n192.0.2.1 からの応答: バイト数 =1432 時間 =7ms TTL=59",
    want: ["answered", 1432, 1432, null],
  },
  {
    name: "Japanese, refused locally",
    text: "a.example [192.0.2.1]に ping を送信しています 1473 バイトのデータ:\nパケットの断片化が必要ですが、DF が設定されています。",
    want: ["too-big-locally", 1473, null, null],
  },
  {
    name: "Japanese, refused by a router",
    text: "192.0.2.1 に ping を送信しています 1473 バイトのデータ:\n198.51.100.1 からの応答: パケットの断片化が必要ですが、DF が設定されています。",
    want: ["too-big-remotely", 1473, null, "198.51.100.1"],
  },
  {
    name: "Japanese, lost",
    text: "192.0.2.1 に ping を送信しています 1473 バイトのデータ:\n要求がタイムアウトしました。",
    want: ["timeout", 1473, null, null],
  },
  {
    name: "German, refused locally",
    text: "Ping wird ausgeführt für a.example [192.0.2.1] mit 1473 Bytes Daten:\nPaket müsste fragmentiert werden, DF-Flag ist jedoch gesetzt.",
    want: ["too-big-locally", 1473, null, null],
  },
  {
    name: "German, a cut reply",
    text: "Ping wird ausgeführt für 192.0.2.1 mit 1424 Bytes Daten:\nAntwort von 192.0.2.1: Bytes=68 (gesendet 1424) Zeit=17ms TTL=117",
    want: ["answered", 1424, 68, null],
  },
  {
    name: "Chinese, refused locally",
    text: "正在 Ping a.example [192.0.2.1] 具有 1473 字节的数据:\n需要拆分数据包但是设置 DF。",
    want: ["too-big-locally", 1473, null, null],
  },
  {
    name: "French, refused by a router",
    text: "Envoi d’une requête 'ping' sur a.example [192.0.2.1] avec 1473 octets de données :\nRéponse de 198.51.100.1 : Le paquet doit être fragmenté mais paramétré DF.",
    want: ["too-big-remotely", 1473, null, "198.51.100.1"],
  },
  {
    name: "English, no way there",
    text: "Pinging 192.0.2.1 with 32 bytes of data:\nReply from 198.51.100.1: Destination host unreachable.",
    want: ["unreachable", 32, null, "198.51.100.1"],
  },
  {
    name: "a reply without its heading",
    text: "Reply from 192.0.2.1: bytes=1472 time<1ms TTL=64",
    want: ["answered", 1472, 1472, null],
  },
] as const;
for (const { name, text, want } of pings) {
  test(`readPastedText() reads ping's output: ${name}`, () => {
    const result = read(text);
    expect(
      result.pings.map((p) => [p.outcome, p.pingPayloadBytes, p.replyPingPayloadBytes, p.router]),
    ).toEqual([want]);
    expect(result.notUnderstood).toEqual([]);
  });
}

test("readPastedText() never counts statistics, where a router's refusal stands as received", () => {
  const { pings, notUnderstood } = read(
    "192.0.2.1 の ping 統計:\n    パケット数: 送信 = 1、受信 = 1、損失 = 0 (0% の損失)、\nラウンド トリップの概算時間 (ミリ秒):\n    最小 = 443ms、最大 = 443ms、平均 = 443ms",
  );
  expect(pings).toEqual([]);
  expect(notUnderstood).toEqual([]);
});

test("readPastedText() quotes back what it does not understand", () => {
  expect(read("hello there\n\nGeneral failure.").notUnderstood.map((n) => [n.line, n.text])).toEqual([
    [1, "hello there"],
    [3, "General failure."],
  ]);
});

test("readPastedText() takes DF from the command line only where it is about the size below it", () => {
  const heading =
    "Pinging 192.0.2.1 with 1424 bytes of data:\nReply from 192.0.2.1: bytes=1424 time=1ms TTL=64";
  const dontFragment = (command: string) => read(`${command}\n\n${heading}`).pings.map((p) => p.dontFragment);
  expect(dontFragment("C:\\>ping -f -l 1424 192.0.2.1")).toEqual([true]);
  expect(dontFragment("PS C:\\Users\\x> ping.exe 192.0.2.1 /l 1424")).toEqual([false]);
  expect(dontFragment("ping 192.0.2.1 -l 1424 -f")).toEqual([true]);
  expect(dontFragment("C:\\>ping -f -l 1464 192.0.2.1")).toEqual([null]);
  expect(dontFragment("C:\\>ping 192.0.2.1")).toEqual([null]);
  expect(dontFragment("I typed ping -f -l 1424 and got:")).toEqual([null]);
});

test("readPastedText() reads a heading that was wrapped over three lines, where a row below proves it", () => {
  const heading = "Ping wird ausgeführt für\nvpn.example.com [203.0.113.25] mit\n1424 Bytes Daten:\n";
  const { pings, notUnderstood } = read(
    `${heading}Zeitüberschreitung der Anforderung.\nAntwort von 203.0.113.25: Bytes=1424 Zeit=17ms TTL=55\n`,
  );
  expect(pings.map((p) => [p.target, p.pingPayloadBytes, p.outcome])).toEqual([
    ["203.0.113.25", 1424, "timeout"],
    ["203.0.113.25", 1424, "answered"],
  ]);
  expect(notUnderstood).toEqual([]);
  const prose = "I tried to reach\n203.0.113.25 from here and\nafter 2 hours I saw this:\n";
  expect(read(`${prose}Request timed out.\nRequest timed out.\n`).pings).toEqual([]);
});

test("readPastedText() takes time linear in a line made to trip it up", () => {
  const hostile = `${"1 ".repeat(100_000)}\n${":".repeat(100_000)}\n${"(a".repeat(400)} TTL=`;
  expect(read(hostile).notUnderstood).toHaveLength(3);
});

test("decodeText() reads what cmd.exe and PowerShell 5.1 write on a Japanese Windows", () => {
  const shiftJis = Uint8Array.of(0x97, 0x76, 0x8b, 0x81);
  const utf16 = Uint8Array.of(0xff, 0xfe, 0x81, 0x89, 0x42, 0x6c);
  expect(decodeText(shiftJis)).toBe("要求");
  expect(decodeText(utf16)).toBe("要求");
  expect(decodeText(new TextEncoder().encode("要求"))).toBe("要求");
  expect(decodeText(Uint8Array.of(1, 0, 2))).toBeNull();
  expect(decodeText(Uint8Array.from({ length: 400 }, (_, at) => at % 3))).toBeNull();
});

test("decodeText() reads UTF-16 whose byte order mark was lost", () => {
  const bytes = [..."TTL=55 要求\n"].map((c) => c.charCodeAt(0));
  const little = Uint8Array.from(bytes.flatMap((c) => [c & 255, c >> 8]));
  const big = Uint8Array.from(bytes.flatMap((c) => [c >> 8, c & 255]));
  expect([decodeText(little), decodeText(big)]).toEqual(["TTL=55 要求\n", "TTL=55 要求\n"]);
});

test("a ping in a code page that is not known is read by its form", () => {
  const text =
    "Ping wird ausgeführt für 203.0.113.25 mit 1464 Bytes Daten:\nZeitüberschreitung der Anforderung.\nZeitüberschreitung der Anforderung.\n\nPing-Statistik für 203.0.113.25:\n    Pakete: Gesendet = 2, Empfangen = 0, Verloren = 2 (100% Verlust),\n";
  // 0x81 is `ü` in the German cmd.exe, and begins a character of two bytes in the Japanese.
  const bytes = Uint8Array.from([...text].map((c) => (c === "ü" ? 0x81 : c.charCodeAt(0))));
  const { pings, notUnderstood } = read(decodeText(bytes) ?? "");
  expect(pings.map((p) => [p.pingPayloadBytes, p.outcome, p.count])).toEqual([[1464, "timeout", 2]]);
  expect(notUnderstood).toEqual([]);
});

test("readPastedText() reads a page's source that is one line", () => {
  const lines = [
    "C:\\&gt;ping -f -l 1452 203.0.113.25",
    "Pinging 203.0.113.25 with 1452 bytes of data:",
    "Reply from 203.0.113.25: bytes=1452 time&lt;1ms TTL=54",
    "Request timed out.",
    "<br>",
    "Ping statistics for 203.0.113.25:",
    "&nbsp; Packets: Sent = 2, Received = 1, Lost = 1 (50% loss),",
  ];
  for (const tag of ["div", "p", "li"]) {
    const text = lines.map((line) => `<${tag}>${line}</${tag}>`).join("");
    const { pings, notUnderstood } = readPastedText({ name: "a.html", text });
    expect(pings.map((p) => [p.pingPayloadBytes, p.outcome, p.count, p.dontFragment])).toEqual([
      [1452, "answered", 1, true],
      [1452, "timeout", 1, true],
    ]);
    expect(notUnderstood).toEqual([]);
  }
});

test("readPastedText() knows that a hop without an address told tracepath its MTU", () => {
  const tracepath = (hop: string) =>
    ` 1?: [LOCALHOST]                      pmtu 1500\n 1:  ${hop}    0.474ms pmtu 1492\n 2:  no reply\n 3:  203.0.113.25   14.3ms reached\n     Resume: pmtu 1492 hops 3 back 3\n`;
  const learned = (hop: string) =>
    readPastedText({ name: "a.txt", text: tracepath(hop) }).paths[0]?.isLearned;
  expect(learned("_gateway")).toBe(true);
  expect(learned("192,0,2,1")).toBeUndefined();
  expect(learned("no reply")).toBeUndefined();
  expect(learned("192.0.2.1")).toBeUndefined();
  expect(learned("[LOCALHOST]")).toBeUndefined();
});

test("readPastedText() knows a tracepath that reached nothing", () => {
  const text =
    " 1?: [LOCALHOST]                      pmtu 1500\n 1:  no reply\n 2:  no reply\n     Resume: pmtu 1500\n";
  expect(readPastedText({ name: "a.txt", text }).readings).toMatchObject([
    { format: "tracepath", targets: [] },
  ]);
});

test("readPastedText() names what ran together so that an echo is missing", () => {
  const nothingSeen = read(
    "Pinging 192.0.2.1 with 1372 bytes of data: xx yy zz 192.0.2.1: a: b = 1, c = 0, d = 1 (100% e),",
  );
  expect(nothingSeen.pings).toEqual([]);
  expect(nothingSeen.notUnderstood).not.toEqual([]);
  const swallowed = read(
    "aa bb 192.0.2.1 cc 1372 dd ee:\nno reply came Answer from 192.0.2.1: x=1372 y=17ms TTL=55\n",
  );
  expect(swallowed.pings.map((p) => [p.outcome, p.count])).toEqual([["answered", 1]]);
  expect(swallowed.notUnderstood.map((n) => n.line)).toEqual([2]);
});
