/**
 * For every format: what it is known by, what only looks like it, every cut, three decorations, and hostile
 * text.
 */

import fc from "fast-check";
import { expect, test } from "vitest";
import { findAddresses } from "../../../../shared/evidence/text/format.ts";
import { readPastedText } from "../../../../shared/evidence/text/read.ts";
import { FORMATS } from "../../../../shared/evidence/text/registry.ts";
import { DECORATIONS } from "../../../support/paste-writer.ts";

const read = (text: string) => readPastedText({ name: "a.txt", text });

/** One short output a format, and lines that look like it and are something else. */
const SAMPLES: Record<string, { text: string; nearMisses: string[] }> = {
  "windows-ping": {
    text: "C:\\>ping -f -l 1424 203.0.113.25\n\nPinging 203.0.113.25 with 1424 bytes of data:\nReply from 203.0.113.25: bytes=1424 time=17ms TTL=55\nRequest timed out.\nReply from 192.168.0.1: Packet needs to be fragmented but DF set.\n\nPing statistics for 203.0.113.25:\n    Packets: Sent = 3, Received = 2, Lost = 1 (33% loss),\n",
    nearMisses: [
      "I pinged 203.0.113.25 with 2 PCs and 1424 bytes:\nRequest timed out.",
      "Reply from 203.0.113.25: bytes=1424 time=17ms",
      "08:17:02.728855 IP (tos 0x0, ttl 64, id 54891, offset 0, flags [DF], proto UDP (17), length 164)",
      "Request timed out.\nRequest timed out.",
      "Packet needs to be fragmented but DF set.",
      "Pinging the gateway with 1424 bytes of data:\nRequest timed out.",
      "Log of 09:12:00 with 1424 bytes of data:\nRequest timed out.",
      "Pinging 203.0.113.25 with 99999 bytes of data:\nRequest timed out.",
    ],
  },
  "unix-ping": {
    text: "user@pc:~$ ping -M do -s 1424 203.0.113.25\nPING 203.0.113.25 (203.0.113.25) 1424(1452) bytes of data.\n1432 bytes from 203.0.113.25: icmp_seq=1 ttl=55 time=21.3 ms\nFrom 192.168.0.1 icmp_seq=2 Frag needed and DF set (mtu = 1440)\n\n--- 203.0.113.25 ping statistics ---\n3 packets transmitted, 1 received, +1 errors, 66% packet loss, time 2003ms\n",
    nearMisses: [
      "PING 203.0.113.25 (203.0.113.25) 1424(1500) bytes of data.\n1432 bytes from 203.0.113.25: icmp_seq=1 ttl=55 time=21.3 ms",
      "1432 bytes from 203.0.113.25: icmp_seq=1 ttl=55 time=21.3 ms",
      "--- 203.0.113.25 ping statistics ---\n3 packets transmitted, 0 received, 100% packet loss",
      "64 bytes from the disk: seq=1",
    ],
  },
  "netsh-interfaces": {
    text: "C:\\>netsh interface ipv4 show interfaces\n\nIdx     Met         MTU          State                Name\n---  ----------  ----------  ------------  -----------\n 19          25        1500  connected     Ethernet 5\n 17          35        1400  disconnected  Wi-Fi\n",
    nearMisses: [
      " 19          25        1500  items     in stock",
      " 19          25        12  connected     Ethernet 5",
      " 19          25        99999999  connected     Ethernet 5",
      "Idx 19 has an MTU of 1500",
      "1500  7x  146289608  29200474  Local Area Connection",
    ],
  },
  "netsh-xp": {
    text: "Index: 2\nUser-friendly Name: Local Area Connection\nType: Ethernet\nMTU: 1500\n",
    nearMisses: ["Index: 2\nMTU: none\n", "User-friendly Name: Local Area Connection\nMTU: 1500\n"],
  },
  "get-netipinterface-table": {
    text: "PS C:\\> Get-NetIPInterface\n\nifIndex InterfaceAlias AddressFamily NlMtu(Bytes) InterfaceMetric Dhcp     ConnectionState PolicyStore\n------- -------------- ------------- ------------ --------------- ----     --------------- -----------\n23      Ethernet 5     IPv4                  1440              25 Disabled Connected       ActiveStore\n",
    nearMisses: [
      "23      Ethernet 5     IPX                  1440              25 Disabled Connected       ActiveStore",
    ],
  },
  "get-netipinterface-list": {
    text: "ifIndex         : 23\nInterfaceAlias  : Ethernet 5\nAddressFamily   : IPv4\nNlMtu(Bytes)    : 1440\nConnectionState : Connected\n",
    nearMisses: ["ifIndex         : 23\nInterfaceAlias  : Ethernet 5\nAddressFamily   : IPv4\n"],
  },
  "unix-interfaces": {
    text: "2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1492 qdisc fq_codel state UP mode DEFAULT group default qlen 1000\n    link/ether 02:00:00:00:00:05 brd ff:ff:ff:ff:ff:ff\nen0: flags=8863<UP,BROADCAST,RUNNING> mtu 1500\n",
    nearMisses: ["2: the mtu 1492 was set", "eth0 has mtu 1500"],
  },
  "networksetup-mtu": {
    text: "mac:~ user$ networksetup -getMTU en0\nActive MTU: 1500 (Current Setting: 1500)\n",
    nearMisses: ["The Active MTU: 1500", "Active MTU: default"],
  },
};

for (const [id, text] of [
  [
    "tracepath",
    "$ tracepath -n 198.51.100.123\n 1?: [LOCALHOST]                      pmtu 1500\n 1:  192.0.2.1                 1.312ms \n 2:  192.0.2.1                 1.221ms pmtu 1440\n 3:  198.51.100.123           21.003ms reached\n     Resume: pmtu 1440 hops 3 back 4 \n",
  ],
  [
    "traceroute-mtu",
    "$ traceroute --mtu vpn.example\ntraceroute to vpn.example (198.51.100.123), 30 hops max, 65000 byte packets\n 1  gw (192.0.2.226)  12.2 ms F=1500  15.4 ms  21.9 ms\n 2  198.51.100.123  0.6 ms F=1454  0.6 ms  0.6 ms\n",
  ],
  [
    "mtr",
    "$ mtr -s 1496 198.51.100.4 -zn -r -c 30\nHOST: client                      Loss%   Snt   Last   Avg  Best  Wrst StDev\n  1. AS???    100.72.0.1           0.0%    30    1.0   1.0   1.0   1.0   0.1\n 16. AS64500  198.51.100.4         0.0%    30  230.1 199.8 196.6 230.1   7.2\n",
  ],
  [
    "tcpdump-need-to-frag",
    "14:03:38.899277 IP 10.0.0.11 > 203.0.113.25: ICMP 10.0.0.11 unreachable - need to frag (mtu 1420), length 556\n",
  ],
] as const) {
  SAMPLES[id] = {
    text,
    nearMisses: {
      tracepath: ["The pmtu 1440 was told by 192.0.2.1", " 2:  192.0.2.1   1.221ms pmtu 1440"],
      "traceroute-mtu": [" 2  r1.example (203.0.113.129)  0.679 ms F=1454  0.631 ms"],
      mtr: [
        "  1. AS???    100.72.0.1           0.0%    30    1.0   1.0   1.0   1.0   0.1",
        "1. 192.0.2.1 is 100 % dead",
      ],
      "tcpdump-need-to-frag": [
        "IP 10.0.0.11 > 203.0.113.25: ICMP 10.0.0.11 unreachable - admin prohibited filter, length 556",
        "they need to frag (mtu 1420)",
      ],
    }[id],
  };
}

test("every format has a sample, and no line of one is known by another", () => {
  expect(Object.keys(SAMPLES)).toEqual(FORMATS.map((f) => f.id));
  for (const [id, { text }] of Object.entries(SAMPLES)) {
    const { readings, notUnderstood } = read(text);
    expect(
      readings.map((r) => r.format),
      id,
    ).toEqual([id]);
    expect(notUnderstood, id).toEqual([]);
    for (const line of text.split("\n")) {
      const knowing = FORMATS.filter((f) => f.isHeading(line) || f.isRow(line)).map((f) => f.id);
      expect(knowing.length, `${line}: ${knowing}`).toBeLessThanOrEqual(1);
    }
  }
});

for (const [id, { nearMisses }] of Object.entries(SAMPLES)) {
  for (const text of nearMisses) {
    test(`${id}: nothing is read in ${JSON.stringify(text.slice(0, 60))}`, () => {
      const { pings, interfaces, paths, notUnderstood } = read(text);
      expect(pings).toEqual([]);
      expect(interfaces).toEqual([]);
      expect(paths).toEqual([]);
      expect(notUnderstood.length).toBeGreaterThan(0);
    });
  }
}

const comparable = (text: string) => {
  const { pings, interfaces, paths } = read(text);
  return {
    paths: paths.map(({ line: _, source: __, ...rest }) => rest),
    pings: pings.map(({ line: _, source: __, ...rest }) => rest),
    interfaces: interfaces.map(({ line: _, source: __, ...rest }) => rest),
  };
};

for (const [id, { text }] of Object.entries(SAMPLES)) {
  test(`${id}: cut behind any line or character, it says no more than the whole`, () => {
    const whole = comparable(text);
    const sizes = new Set(whole.pings.map((p) => `${p.target} ${p.pingPayloadBytes}`));
    const outcomes = new Map(whole.pings.map((p) => [`${p.outcome} ${p.router} ${p.nextHopMtu}`, p.count]));
    for (let end = 0; end <= text.length; end++) {
      const atLine = text[end] === "\n" || end === text.length;
      const cut = comparable(text.slice(0, end));
      for (const ping of cut.pings) {
        if (!atLine) continue; // half a number is another number: only its line can be left out
        expect(sizes).toContain(`${ping.target} ${ping.pingPayloadBytes}`);
        const key = `${ping.outcome} ${ping.router} ${ping.nextHopMtu}`;
        expect(ping.count, key).toBeLessThanOrEqual(outcomes.get(key) ?? 0);
      }
      if (atLine) {
        for (const { target, ...path } of cut.paths) {
          expect(whole.paths).toContainEqual({ ...path, target: target ?? whole.paths[0]?.target ?? null });
        }
        for (const i of cut.interfaces) {
          const { connected, name, ...rest } = i;
          const same = whole.interfaces.find((w) => w.name === name && w.family === i.family);
          expect(same, name).toMatchObject(rest);
          if (connected !== null) expect(same?.connected).toBe(connected);
        }
      }
    }
    for (let from = 0; from < text.length; from++) {
      if (from > 0 && text[from - 1] !== "\n") continue;
      const rest = comparable(text.slice(from));
      for (const ping of rest.pings) {
        const key = `${ping.outcome} ${ping.router} ${ping.nextHopMtu}`;
        expect(ping.count, key).toBeLessThanOrEqual(outcomes.get(key) ?? 0);
      }
    }
  });

  test(`${id}: the same in every decoration that keeps its lines whole`, () => {
    const plain = comparable(text);
    for (const [name, decorate] of Object.entries(DECORATIONS)) {
      if (name.startsWith("wrapped")) continue;
      expect(comparable(decorate(text)), name).toEqual(plain);
    }
  });
}

test("what stands in one paste is read by block: several hosts and systems, with prose between", () => {
  const text = Object.values(SAMPLES)
    .map((sample, at) => `And then, ${at}:\n\n${sample.text}\nThat was it.\n\n`)
    .join("");
  const { readings, notUnderstood } = read(text);
  expect(readings.map((r) => r.format)).toEqual(Object.keys(SAMPLES));
  expect(notUnderstood.map((n) => n.text).filter((t) => !/^(?:And then|That was)/.test(t))).toEqual([]);
});

test("findAddresses() takes addresses, and no clock, version or part of a word", () => {
  const of = (text: string) => findAddresses(text).map((f) => f.address);
  expect(of("A 192.0.2.1: b [2001:db8::1] von 2001:db8::2: x fe80::1%12, ::1")).toEqual([
    "192.0.2.1",
    "2001:db8::1",
    "2001:db8::2",
    "fe80::1%12",
    "::1",
  ]);
  expect(
    of("09:12:00 1.2.3.4.500 10.0.19041.3 300.1.1.1 a1.2.3.4 host-1.2.3.4 02:00:00:00:00:05 ::"),
  ).toEqual([]);
});

/**
 * Work is counted by what is looked at, so that a slow machine changes nothing: each line is looked at a
 * bounded number of times.
 */
function countLooks(text: string): number {
  let looks = 0;
  const counted = FORMATS.map((f) => [f, f.isHeading, f.isRow] as const);
  for (const [f, isHeading, isRow] of counted) {
    f.isHeading = (line) => {
      looks += line.length + 1;
      return isHeading(line);
    };
    f.isRow = (line) => {
      looks += line.length + 1;
      return isRow(line);
    };
  }
  try {
    read(text);
  } finally {
    for (const [f, isHeading, isRow] of counted) Object.assign(f, { isHeading, isRow });
  }
  return looks;
}

const hostile: Record<string, (size: number) => string> = {
  "one line": (n) => "Reply from ".repeat(n / 11),
  "many lines": (n) => "Request timed out.\n".repeat(n / 19),
  headings: (n) => "Pinging 203.0.113.25 with 1424 bytes of data:\n".repeat(n / 46),
  "replies of all sizes": (n) =>
    Array.from(
      { length: n / 50 },
      (_, i) => `Reply from 203.0.113.25: bytes=${i % 65_000} time=1ms TTL=9`,
    ).join("\n"),
  rows: (n) => Array.from({ length: n / 40 }, (_, i) => `${i} 25 1500 connected x${i}`).join("\n"),
  "control characters": (n) => "\u0000\u0007\u001b[31m\u202e\u2066".repeat(n / 9),
  "quote marks": (n) => "> ".repeat(n / 2),
  cells: (n) => "| ".repeat(n / 2),
  entities: (n) => "&gt;&#1114112;&".repeat(n / 15),
  "words that go on": (n) => `Pinging 203.0.113.25 with 9 bytes:\n${"abc def\n".repeat(n / 8)}`,
};
for (const [name, make] of Object.entries(hostile)) {
  test(`hostile text: ${name}, ten times as much is ten times the work, not more`, () => {
    const small = countLooks(make(20_000));
    const large = countLooks(make(200_000));
    expect(large).toBeLessThan(12 * small + 10_000);
    read(make(1_000_000));
  });
}

test("a control character in a number leaves no other number", () => {
  const row = (mtu: string) =>
    read(` 19          25        ${mtu}  connected     Ethernet 5`).interfaces.map((i) => i.mtu);
  expect(row("1\u200e500")).toEqual([1500]);
  expect(row("1\u0015500")).toEqual([]);
});

test("a line of 1 MB is named, and what stands around it is read", () => {
  const { pings, notUnderstood } = read(`${"x".repeat(1_000_000)}\n${SAMPLES["windows-ping"]?.text}`);
  expect(pings).toHaveLength(3);
  expect(notUnderstood.map((n) => n.text.length)).toEqual([80]);
});

test("no text whatever makes a reader throw, or a number that is not in it", () => {
  const parts = Object.values(SAMPLES).flatMap((s) => s.text.split(/(?<=[\n ])/));
  const text = fc.array(fc.oneof(fc.constantFrom(...parts), fc.string({ unit: "binary", maxLength: 8 })), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(text, (list) => {
      const paste = list.join("");
      const { pings, interfaces } = read(paste);
      for (const p of pings) expect(paste).toContain(String(p.pingPayloadBytes));
      for (const i of interfaces) if (i.mtu !== null) expect(paste).toContain(String(i.mtu));
    }),
    { numRuns: 2_000, seed: 20261126 },
  );
});
