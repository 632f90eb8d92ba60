/** ping.exe's texts, for where .NET is forbidden: as seen on English, Japanese and German Windows (composed where marked). */
import { expect, test } from "vitest";
import { EchoMeasurement } from "../../../shared/schema/measurement.ts";
import type { EchoStep } from "../../../shared/schema/plan.ts";
import { agentText, noEngine, runEngine } from "../../support/windows-engine.ts";

const TEXTS = {
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
    remote: "Antwort von 198.51.100.1: Paket müsste fragmentiert werden, DF-Flag ist jedoch gesetzt.", // composed
    silent: "Zeitüberschreitung der Anforderung.",
    unreachable: "Antwort von 192.0.2.1: Zielhost nicht erreichbar.",
    statistics: "    Pakete: Gesendet = 1, Empfangen = 0, Verloren = 1\n    (100% Verlust),",
  },
};
const REST = { router: null, nextHopMtu: null };
const ANSWERS = ["answer", "short", "local", "remote", "silent", "unreachable"] as const;
const EXPECTED: Record<(typeof ANSWERS)[number], object> = {
  answer: { status: "answered", address: "127.0.0.1", roundTripMs: 7, replyPingPayloadBytes: 1472 },
  short: { status: "answered", address: "127.0.0.1", roundTripMs: 0, replyPingPayloadBytes: 68 },
  local: { ...REST, status: "failed", failure: "too-big-locally" },
  remote: { ...REST, status: "failed", failure: "too-big-remotely", router: "198.51.100.1" },
  silent: { ...REST, status: "failed", failure: "timeout" },
  unreachable: { ...REST, status: "failed", failure: "unreachable", router: "192.0.2.1" },
};

test.skipIf(noEngine).each(["en", "ja", "de"] as const)("ping.exe is understood in %s", async (language) => {
  const texts = TEXTS[language];
  const steps = ANSWERS.map(
    (name, at): EchoStep => ({
      id: name,
      kind: "echo",
      atMs: 0,
      target: "127.0.0.1",
      family: 4,
      pingPayloadBytes: 1_000 + at,
      dontFragment: true,
      tries: 1,
      waitMs: 100,
    }),
  );
  // The size tells which answer is wanted.
  const cases = ANSWERS.map((name, at) => `'${1_000 + at}' { '${texts[name]}' }`).join("\n");
  const ping = `Register-StandIn ping { param($Arguments)
    $global:LASTEXITCODE = 0
    ''; '${texts.header}'
    switch ($Arguments[3]) { ${cases} }
    ''; '${texts.statistics.split("\n").join("'; '")}' }`;
  const definitions = (await agentText("AAAA", "http://127.0.0.1:9")).replace(/\nStart-Ikefrag\n$/, "\n");
  const { stdout, stderr, calls } = await runEngine({
    command: `${definitions}
      function Invoke-Test {
        Set-StrictMode -Version 3
        $ErrorActionPreference = 'Stop'
        $words = @{ round = 'Round {0}: {1}' }
        $run = @{ Constrained = $true; BeganAt = (Get-Date); Stopwatch = $null; Gateway = '127.0.0.1'; Reflector = $null; Addresses = @{}
          MaxDatagrams = 64; MaxSentBytes = 131072; MinGapMs = 100; Datagrams = 0; SentBytes = 0; FreeAtMs = @{} }
        ConvertTo-AsciiJson @(Measure-Round (ConvertFrom-Json '${JSON.stringify({ number: 1, steps })}'))
      }
      Invoke-Test`,
    standIns: ping,
    constrained: true,
  });
  const json = stdout.trimEnd().split("\n").at(-1) ?? "";
  if (!json.startsWith("[")) throw new Error(`Cannot find the measurements: ${stdout}${stderr}`);
  const measured = (JSON.parse(json) as unknown[]).map((one) => EchoMeasurement.parse(one));
  for (const { step, outcome } of measured)
    expect(outcome, step.id).toMatchObject(EXPECTED[step.id as (typeof ANSWERS)[number]]);
  expect(measured).toHaveLength(ANSWERS.length);
  expect(calls[0]).toEqual({
    command: "ping",
    arguments: ["-n", "1", "-l", "1000", "-w", "100", "-f", "127.0.0.1"],
  });
});
