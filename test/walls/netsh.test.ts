/**
 * netsh's table of interfaces has three readers that share no code: both agents, and the reader of pasted
 * text.
 */
import { expect, test } from "vitest";
import { readNetshInterfaces } from "../../agent/steps/interfaces-windows.ts";
import { readPastedText } from "../../shared/evidence/text/read.ts";
import type { Interface } from "../../shared/schema/measurement.ts";
import { callAgent, noEngine } from "../support/windows-engine.ts";
import { NETSH_TABLES, type NetshRow } from "./windows-texts.ts";

/**
 * What Windows prints for an interface without a bound. The agents hand it on, pasted text gives it no
 * meaning.
 */
const NO_BOUND = 4_294_967_295;

const rowOf = ({ index, mtuV4, connected, name }: Interface): NetshRow => ({
  index,
  mtu: mtuV4 === NO_BOUND ? null : mtuV4,
  connected,
  name,
});

for (const { name, lines, rows } of NETSH_TABLES) {
  test(`the agent and the reader of pasted text find the same interfaces: ${name}`, () => {
    const text = lines.join("\r\n");
    expect(readNetshInterfaces(text, new Map()).map(rowOf)).toEqual(rows);
    const { interfaces, notUnderstood } = readPastedText({ name: "pasted.txt", text });
    expect(interfaces.map(({ index, mtu, connected, name }) => ({ index, mtu, connected, name }))).toEqual(
      rows,
    );
    expect(notUnderstood).toEqual([]);
  });
}

test.skipIf(noEngine)("the PowerShell agent finds the same interfaces in all of these tables", async () => {
  const tables = NETSH_TABLES.map(
    ({ lines }) => `@{ Lines = @(${lines.map((line) => `'${line}'`).join(", ")}) }`,
  );
  const { value } = await callAgent(
    `$tables = @(${tables.join(", ")})
     function Invoke-Program { $table }
     ConvertTo-AsciiJson @(foreach ($table in $tables) { , @(Read-NetshInterfaces) })`,
  );
  expect((value as Interface[][]).map((interfaces) => interfaces.map(rowOf))).toEqual(
    NETSH_TABLES.map(({ rows }) => rows),
  );
});
