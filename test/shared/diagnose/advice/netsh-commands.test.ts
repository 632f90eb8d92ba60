import fc from "fast-check";
import { expect, test } from "vitest";
import { isSafeName, mtuCommands } from "../../../../shared/diagnose/advice/netsh-commands.ts";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import { observations, probe } from "../../../support/observations.ts";
import { both, fragmented, silent } from "../../../support/rule-evidence.ts";

const names = [
  "Local Area Connection",
  "イーサネット 5",
  "ローカル エリア接続* 3",
  "Wi-Fi",
  "Ethernet (2)",
  "vEthernet_1.0 #2",
  "Подключение по локальной сети",
  "Połączenie lokalne",
  "이더넷",
  "以太网",
  "เครือข่าย",
];
test.each(names)("an ordinary name is safe in a command: %s", (name) => {
  expect(isSafeName(name)).toBe(true);
});

const quotes = [
  "'",
  '"',
  "\u2018",
  "\u2019",
  "\u201a",
  "\u201b",
  "\u201c",
  "\u201d",
  "\u201e",
  "`",
  "\u02ba",
  "\u02b9",
  "\uff02",
  "\uff07",
];
const shell = [
  "%",
  "^",
  "&",
  "|",
  "<",
  ">",
  "!",
  "$",
  ";",
  "=",
  "\\",
  "/",
  "@",
  ",",
  "{",
  "}",
  "[",
  "]",
  "~",
  "?",
  ":",
];
const unseen = [
  "\u0000",
  "\n",
  "\r",
  "\t",
  "\u001b",
  "\u007f",
  "\u00a0",
  "\u200b",
  "\u200f",
  "\u202e",
  "\u2066",
  "\u3000",
  "\u3164",
  "\u034f",
  "\ufe0f",
  "\ufeff",
  "\u{e0041}",
  "\ud800",
];
test.each([...quotes, ...shell, ...unseen])("no name with %j in it goes into a command", (bad) => {
  for (const name of [`LAN${bad}2`, `${bad}LAN`, `LAN${bad}`, `a ${bad} b`])
    expect(isSafeName(name)).toBe(false);
});

const unfit = [
  "",
  " LAN",
  "LAN ",
  "Local  Area",
  "19",
  "19 20",
  "*",
  "- -",
  "Local Area Conn...",
  "a".repeat(129),
];
test.each(unfit)("a name that is an index, cut, or too long goes into none: %j", (name) => {
  expect(isSafeName(name)).toBe(false);
  expect(() => mtuCommands({ name }, 1400, 1500, 4)).toThrow(RangeError);
});

test("the commands for a name set, show and undo, in netsh's form and in PowerShell's", () => {
  expect(mtuCommands({ name: "Local Area Connection" }, 1472, 1500, 4)).toEqual({
    apply: 'netsh interface ipv4 set subinterface "Local Area Connection" mtu=1472 store=persistent',
    verify: 'netsh interface ipv4 show subinterface "Local Area Connection"',
    undo: 'netsh interface ipv4 set subinterface "Local Area Connection" mtu=1500 store=persistent',
    powershell: {
      apply:
        "Get-NetIPInterface -AddressFamily IPv4 | Where-Object InterfaceAlias -eq 'Local Area Connection' | Set-NetIPInterface -NlMtuBytes 1472",
      verify:
        "Get-NetIPInterface -AddressFamily IPv4 | Where-Object InterfaceAlias -eq 'Local Area Connection' | Select-Object NlMtu",
      undo: "Get-NetIPInterface -AddressFamily IPv4 | Where-Object InterfaceAlias -eq 'Local Area Connection' | Set-NetIPInterface -NlMtuBytes 1500",
    },
    needsElevation: true,
  });
});

const egressOf = (name: string) => ({
  index: null,
  name,
  netshName: name,
  mtuV4: 1500,
  mtuV6: null,
  connected: true,
  ref: { kind: "text" as const, source: "a.txt", line: 1 },
});
const probes = [...both, fragmented(silent), probe({ purpose: "what-if", ipBytes: 2560, userMtu: 1472 })];
const commandsFor = (...names: string[]) => {
  const interfaces = names.map(egressOf);
  return diagnoseObservations(observations({ interfaces, egress: interfaces[0] ?? null, probes }))
    .recommendation.commands;
};

test("whatever a stranger calls an interface, a command holds one quoted name of harmless letters, or is none", () => {
  let given = 0;
  const name = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(..."abイ -_.()*#", ...quotes, ...shell, ...unseen), maxLength: 12 }),
    fc.constantFrom(...names),
  );
  fc.assert(
    fc.property(name, (stranger) => {
      const commands = commandsFor(stranger);
      if (commands === null) return;
      given++;
      const { apply, verify, undo, powershell } = commands;
      for (const line of [apply, verify, undo]) {
        expect(line.split('"')).toHaveLength(3);
        expect(line.split('"')[1]).toBe(stranger);
      }
      for (const line of Object.values(powershell)) expect(line.split(" | ")[1]?.split("'")).toHaveLength(3);
      for (const line of [apply, verify, undo, ...Object.values(powershell)])
        expect(line).not.toMatch(/[%^&<>!$;`\\\p{Cc}\p{Cf}\p{Zl}\p{Zp}‘’‚‛“”]/u);
    }),
    { numRuns: 5_000, seed: 20261126 },
  );
  expect(given).toBeGreaterThan(500);
});

test("a name that two interfaces have is in no command", () => {
  expect(commandsFor("Ethernet", "Wi-Fi")?.apply).toContain('"Ethernet"');
  expect(commandsFor("Ethernet", "Ethernet")).toBeNull();
});
