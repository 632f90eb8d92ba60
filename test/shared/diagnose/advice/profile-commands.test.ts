/** The lines for the switch in a VPN profile, run on phone books as Windows and its tools write them. */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { profileCommands } from "../../../../shared/diagnose/advice/profile-commands.ts";
import { diagnoseObservations } from "../../../../shared/diagnose/diagnose.ts";
import { clientSettings, phonebookEntry } from "../../../support/client-settings.ts";
import { matchedRules } from "../../../support/detection-strings.ts";
import { observations } from "../../../support/observations.ts";
import { both, fragmented, silent } from "../../../support/rule-evidence.ts";
import { noEngine, runEngine, temporaryDirectory } from "../../../support/windows-engine.ts";

const SWITCH = "Disable_IKEv2_Fragmentation";
const section = (title: string, server: string, value: string): string[] => [
  `[${title}]`,
  "Encoding=1",
  "PBVersion=8",
  `${SWITCH}=${value}`,
  "NETCOMPONENTS=",
  "DEVICE=vpn",
  `PhoneNumber=${server}`,
  "",
];
const BOOK = (company: string): string[] => [
  ...section("Home", "home.example.net", "1"),
  ...section(company, "vpn.example.com", "1"),
  ...section("Office", "198.51.100.9", "1"),
  ...section("Office 2", "198x51.100.9", "1"),
];
const lines = (end: string, company = "会社"): string => `${BOOK(company).join(end)}${end}`;
/** The name in code page 932, in a book of ASCII otherwise. */
const inCodePage932 = Buffer.concat(
  lines("\r\n", "\0")
    .split("\0")
    .flatMap((part, at) =>
      (at === 0 ? [] : [Buffer.from([0x89, 0xef, 0x8e, 0xd0])]).concat(Buffer.from(part)),
    ),
);
const BOOKS: [name: string, bytes: Buffer][] = [
  ["UTF-8", Buffer.from(lines("\r\n"))],
  ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${lines("\r\n")}`)],
  ["UTF-16", Buffer.from(`\ufeff${lines("\r\n")}`, "utf16le")],
  ["code page 932", inCodePage932],
  ["line feeds alone, and no last one", Buffer.from(lines("\n").trimEnd())],
];

/** Real PowerShell 7 has this switch of two cmdlets, and the engine does not. */
const BYTES_AS_7 = `
function Get-Content { param($LiteralPath, [int]$ReadCount, [switch]$AsByteStream)
  if (-not $AsByteStream) { throw 'text is not what is to be read' }
  , [IO.File]::ReadAllBytes(($LiteralPath -replace '\\\\', '/')) }
function Set-Content { param($LiteralPath, [Parameter(Position = 0)][byte[]]$Value, [switch]$AsByteStream)
  if (-not $AsByteStream) { throw 'text is not what is to be written' }
  [IO.File]::WriteAllBytes(($LiteralPath -replace '\\\\', '/'), $Value) }
`;
const SHELLS = [
  { as: "5.1", constrained: false },
  { as: "5.1", constrained: true },
  { as: "7", constrained: false },
  { as: "7", constrained: true },
] as const;
type Shell = (typeof SHELLS)[number];

/** A phone book of one user, or of the machine, and a shell that runs lines on it. */
async function withBook(shell: Shell, bytes: Buffer, ofAllUsers = false) {
  const directory = await temporaryDirectory();
  const folder = join(directory, "Microsoft/Network/Connections/Pbk");
  await mkdir(folder, { recursive: true });
  const book = join(folder, "rasphone.pbk");
  await writeFile(book, bytes);
  return {
    read: () => readFile(book),
    write: (changed: Buffer) => writeFile(book, changed),
    copy: () => readFile(`${book}.ikefrag`).catch(() => null),
    forget: () => rm(`${book}.ikefrag`),
    async run(command: string): Promise<string> {
      const { stdout, stderr } = await runEngine({
        command,
        ...shell,
        directory,
        env: { [ofAllUsers ? "ProgramData" : "APPDATA"]: directory },
        ...(shell.as === "7" && { standIns: BYTES_AS_7 }),
      });
      return `${stdout}${stderr}`.trim();
    },
  };
}

/** The switch of each section, in order. */
const switches = (bytes: Buffer): string =>
  [
    ...bytes
      .toString("latin1")
      .replaceAll("\0", "")
      .matchAll(/Fragmentation=(\d)/g),
  ]
    .map(([, v]) => v)
    .join("");

const MARKS = [
  { mark: { title: "Office" }, after: "1101" },
  { mark: { title: "Home" }, after: "0111" },
  { mark: { server: "vpn.example.com" }, after: "1011" },
  { mark: { server: "198.51.100.9" }, after: "1101" },
] as const;

describe.skipIf(noEngine).each(SHELLS)("as $as, constrained: $constrained", (shell) => {
  test.each(BOOKS)("one byte is changed, shown and put back: %s", async (_name, bytes) => {
    const isFirst = shell.as === "5.1" && !shell.constrained;
    for (const { mark, after } of isFirst ? MARKS : MARKS.slice(1, 3)) {
      const book = await withBook(shell, bytes);
      const { apply, verify, undo } = profileCommands(mark, false);
      expect(await book.run(verify)).toBe(`${SWITCH}=1`);
      expect(await book.run(undo)).toBe(""); // nothing was applied, so there is nothing to undo
      expect(await book.read()).toEqual(bytes);
      expect(await book.run(apply)).toBe("");
      const applied = await book.read();
      expect([applied.length, switches(applied)]).toEqual([bytes.length, after]);
      expect(bytes.filter((byte, at) => byte !== applied[at]).length).toBe(1);
      expect(await book.copy()).toEqual(bytes);
      expect(await book.run(verify)).toBe(`${SWITCH}=0`);
      expect(await book.run(apply)).toBe("");
      expect([await book.read(), await book.copy()]).toEqual([applied, bytes]);
      expect(await book.run(undo)).toBe("");
      expect([await book.read(), await book.copy()]).toEqual([bytes, null]);
    }
  });
});

const SHELL = SHELLS[0];

test.skipIf(noEngine).each(BOOKS)("the only VPN of a book needs no name: %s", async (_name, bytes) => {
  const { apply, verify, undo, isNamed } = profileCommands("alone", false);
  expect(isNamed).toBe(false);
  const several = await withBook(SHELL, bytes);
  expect([await several.run(verify), await several.run(apply), await several.run(undo)]).toEqual([
    "",
    "",
    "",
  ]);
  expect(await several.read()).toEqual(bytes);
  // The other connections are a modem's, in whatever bytes they are written.
  const isWide = bytes[0] === 0xff;
  const vpn = isWide ? "v\0p\0n\0" : "vpn";
  const pppoe = isWide ? "p\0p\0p\0" : "ppp";
  const [first, second, ...rest] = bytes.toString("latin1").split(`=${isWide ? "\0" : ""}${vpn}`);
  const equals = isWide ? "=\0" : "=";
  const text = `${first}${equals}${pppoe}${second}${equals}${vpn}${rest.join(`${equals}${pppoe}`)}`;
  const one = Buffer.from(text, "latin1");
  const book = await withBook(SHELL, one);
  expect(await book.run(verify)).toBe(`${SWITCH}=1`);
  await book.run(apply);
  expect([await book.run(verify), switches(await book.read())]).toEqual([`${SWITCH}=0`, "1011"]);
  await book.run(apply);
  await book.run(undo);
  expect([await book.read(), await book.copy()]).toEqual([one, null]);
});

test.skipIf(noEngine)("the machine's book is another one, and only that line says so", async () => {
  const bytes = Buffer.from(lines("\r\n"));
  const book = await withBook(SHELL, bytes, true);
  const ofMachine = profileCommands({ title: "Office" }, true);
  await book.run(ofMachine.apply);
  expect(switches(await book.read())).toBe("1101");
  expect([ofMachine.needsElevation, profileCommands({ title: "Office" }, false).needsElevation]).toEqual([
    true,
    false,
  ]);
});

test.skipIf(noEngine)("what was added to the book in between outlives the undoing", async () => {
  const book = await withBook(SHELL, Buffer.from(lines("\r\n")));
  const { apply, undo } = profileCommands({ title: "Office" }, false);
  await book.run(apply);
  const added = Buffer.from(`${section("New", "new.example.net", "0").join("\r\n")}\r\n`);
  await book.write(Buffer.concat([await book.read(), added]));
  await book.run(undo);
  expect(await book.read()).toEqual(Buffer.concat([Buffer.from(lines("\r\n")), added]));
});

test.skipIf(noEngine)("no section, no line or no book: nothing is changed, and none is made", async () => {
  const bytes = Buffer.from(
    lines("\r\n").replace(`[Office]\r\nEncoding=1\r\nPBVersion=8\r\n${SWITCH}=1\r\n`, "[Office]\r\n"),
  );
  const book = await withBook(SHELL, bytes);
  for (const mark of [{ title: "Office" }, { title: "Fice" }, { server: "example.com" }]) {
    const { apply, verify, undo } = profileCommands(mark, false);
    expect([await book.run(apply), await book.run(verify), await book.run(undo)]).toEqual(["", "", ""]);
    expect([await book.read(), await book.copy()]).toEqual([bytes, null]);
  }
  const elsewhere = profileCommands({ title: "Office" }, true);
  expect(await book.run(elsewhere.apply)).toMatch(/find|exist/i);
  expect(await book.copy()).toBeNull();
});

test("a name that could mean more is in no line: the server stands for it, or there is none", () => {
  const linesFor = (name: string, serverAddress: string | null, more: object[] = []) =>
    diagnoseObservations(
      observations({
        probes: [...both, fragmented(silent)],
        vpn: clientSettings({
          phonebook: [
            phonebookEntry({ name, serverAddress, ikeFragmentation: false }),
            phonebookEntry({ name: "Home", serverAddress: "home.example.net", ikeFragmentation: true }),
            ...more.map((given) => phonebookEntry(given)),
          ],
        }),
        gatewayAddresses: ["192.0.2.1"],
      }),
    ).recommendation.profileCommands;
  expect(linesFor("Office 2_a-b", "vpn.example.com")?.apply).toContain("'\\[Office 2_a-b\\]'");
  for (const name of [
    "会社",
    "a'b",
    "$(x)",
    "a`b",
    "[a]",
    "a.b",
    "a;b",
    "1",
    " a",
    "a  b",
    "x\u2019y",
    "a\\b",
    "",
  ]) {
    const line = linesFor(name, "vpn.example.com")?.apply ?? "";
    expect(line, name).toContain("'PhoneNumber=vpn\\.example\\.com'");
    expect(line).toBe(profileCommands({ server: "vpn.example.com" }, false).apply);
  }
  // In the other book a connection of that server does not matter.
  const elsewhere = { name: "x", serverAddress: "VPN.example.com", ofAllUsers: true, vpnStrategy: 1 };
  expect(linesFor("会社", "vpn.example.com", [elsewhere])).not.toBeNull();
  // Another connection of that book has the same server: the line would change both.
  expect(
    linesFor("会社", "vpn.example.com", [{ name: "x", serverAddress: "VPN.example.com", vpnStrategy: 1 }]),
  ).toBeNull();
  expect(() => profileCommands({ title: "a'b" }, false)).toThrow(RangeError);
  expect(() => profileCommands({ server: "a'b" }, false)).toThrow(RangeError);
});

test("no line has what public detection rules look for", () => {
  expect(matchedRules("command-line", "irm x | iex")).not.toEqual([]);
  for (const mark of ["alone", { title: "Office" }, { server: "vpn.example.com" }] as const) {
    const { apply, verify, undo } = profileCommands(mark, true);
    for (const line of [apply, verify, undo])
      for (const place of ["script-block", "command-line", "run-dialog"] as const)
        expect(matchedRules(place, line), `${place}: ${line}`).toEqual([]);
  }
});
