/** What ping.exe prints has three readers that share no code: both agents, and the reader of pasted text. */
import { expect, test } from "vitest";
import { type PingOutcome, readPing } from "../../agent/steps/ping-output.ts";
import { readPastedText } from "../../shared/evidence/text/read.ts";
import { EchoMeasurement } from "../../shared/schema/measurement.ts";
import type { EchoStep } from "../../shared/schema/plan.ts";
import { callAgent, noEngine } from "../support/windows-engine.ts";
import { PING_MEANINGS, PING_TEXTS } from "./windows-texts.ts";

const LANGUAGES = ["en", "ja", "de"] as const;
const LINES = Object.keys(PING_MEANINGS) as (keyof typeof PING_MEANINGS)[];
/** A ping payload for each line, so that the stand-in for ping.exe knows which one is wanted. */
const payloadOf = (line: keyof typeof PING_MEANINGS): number => 1_000 + LINES.indexOf(line);

/** All that ping.exe prints for one request. */
function printed(language: keyof typeof PING_TEXTS, line: keyof typeof PING_MEANINGS): string {
  const texts = PING_TEXTS[language];
  const header = texts.header.replace("N", String(payloadOf(line)));
  return ["", header, texts[line], "", texts.statistics, ""].join("\r\n");
}

const outcomeOf = (ping: PingOutcome) => ({
  outcome: ping.kind === "silent" ? "timeout" : ping.kind,
  replyPingPayloadBytes: "replyPingPayloadBytes" in ping ? ping.replyPingPayloadBytes : null,
  router: "router" in ping ? ping.router : null,
});

for (const language of LANGUAGES) {
  for (const line of LINES) {
    test(`the agent and the reader of pasted text understand "${line}" in ${language} alike`, () => {
      const text = printed(language, line);
      expect(outcomeOf(readPing("windows", text, ""))).toEqual(PING_MEANINGS[line]);
      const { pings } = readPastedText({ name: "pasted.txt", text });
      expect(pings).toMatchObject([{ ...PING_MEANINGS[line], pingPayloadBytes: payloadOf(line) }]);
    });
  }
}

test.skipIf(noEngine).each(LANGUAGES)(
  "the PowerShell agent, where .NET is forbidden, understands ping.exe in %s as they do",
  async (language) => {
    const steps = LINES.map(
      (line): EchoStep => ({
        id: line,
        kind: "echo",
        atMs: 0,
        target: "127.0.0.1",
        family: 4,
        pingPayloadBytes: payloadOf(line),
        dontFragment: true,
        tries: 1,
        waitMs: 100,
      }),
    );
    const cases = LINES.map((line) => {
      const said = printed(language, line).split(/\r?\n/);
      return `'${payloadOf(line)}' { ${said.map((one) => `'${one}'`).join("; ")} }`;
    });
    const { value, calls } = await callAgent(
      `$words = @{ round = 'Round {0}: {1}' }
       $run = @{ Constrained = $true; BeganAt = (Get-Date); Stopwatch = $null; Gateway = '127.0.0.1'; Reflector = $null
         Addresses = @{}; MaxDatagrams = 64; MaxSentBytes = 131072; MinGapMs = 100; Datagrams = 0; SentBytes = 0; FreeAtMs = @{} }
       ConvertTo-AsciiJson @(Measure-Round (ConvertFrom-Json '${JSON.stringify({ number: 1, steps })}'))`,
      {
        standIns: `Register-StandIn ping { param($Arguments)
          $global:LASTEXITCODE = 0
          switch ($Arguments[3]) { ${cases.join("\n")} } }`,
        constrained: true,
      },
    );
    const measured = (value as unknown[]).map((one) => EchoMeasurement.parse(one));
    expect(measured.map(({ step }) => step.id)).toEqual(LINES);
    for (const { step, outcome } of measured) {
      const found = {
        outcome: outcome.status === "failed" ? outcome.failure : outcome.status,
        replyPingPayloadBytes: outcome.status === "answered" ? outcome.replyPingPayloadBytes : null,
        router: outcome.status === "failed" ? outcome.router : null,
      };
      expect(found, step.id).toEqual(PING_MEANINGS[step.id as keyof typeof PING_MEANINGS]);
    }
    const times = measured.map(({ outcome }) => (outcome.status === "answered" ? outcome.roundTripMs : null));
    expect(times).toEqual([7, 0, null, null, null, null]);
    expect(calls[0]).toEqual({
      command: "ping",
      arguments: ["-n", "1", "-l", "1000", "-w", "100", "-f", "127.0.0.1"],
    });
  },
);
