/** The laboratory's results as a table for a terminal, and as the page in docs/. */
import type { Result } from "./run-scenario.ts";

/** How wide a document is, at most. */
const DOCUMENT_COLUMNS = 110;

const yesNo = (connects: boolean | null): string => (connects === null ? "" : connects ? "yes" : "no");

const after = ({ connectsAfter }: Result): string =>
  connectsAfter.map(({ mtu, connects }) => `${mtu} ${yesNo(connects)}`).join(", ");

const mtuOf = ({ diagnosis }: Result): string => {
  const { interfaceMtu = null, basis = null } = diagnosis?.recommendation ?? {};
  return interfaceMtu === null ? "" : `${interfaceMtu} ${basis}`;
};

const columns: { heading: string; text: (result: Result) => string }[] = [
  { heading: "scenario", text: ({ scenario }) => scenario.name },
  { heading: "verdict", text: ({ diagnosis }) => diagnosis?.verdict ?? "" },
  { heading: "confidence", text: ({ diagnosis }) => diagnosis?.confidence ?? "" },
  { heading: "direction", text: ({ diagnosis }) => diagnosis?.direction ?? "" },
  { heading: "MTU", text: mtuOf },
  {
    heading: "seconds",
    text: ({ agentSeconds, triedAgain }) =>
      `${agentSeconds?.toFixed(1) ?? ""}${triedAgain ? " (2nd run)" : ""}`,
  },
  { heading: "datagrams", text: ({ datagrams }) => String(datagrams ?? "") },
  { heading: "connects", text: ({ connectsBefore }) => yesNo(connectsBefore) },
  { heading: "with MTU", text: after },
  {
    heading: "in the tunnel",
    text: ({ tunnel }) => tunnel.map(({ tunnelMtu, passes }) => `${tunnelMtu} ${yesNo(passes)}`).join(", "),
  },
  { heading: "the capture alone", text: ({ captureVerdict }) => captureVerdict ?? "" },
];

/** The results for a terminal: a line each, and the sum last. */
export function printTable(results: readonly Result[]): void {
  const widths = columns.map(({ heading, text }) =>
    Math.max(heading.length, ...results.map((r) => text(r).length)),
  );
  const row = (cells: string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  console.log(`      ${row(columns.map(({ heading }) => heading))}`);
  for (const result of results) {
    const mark = result.complaints.length === 0 ? "pass" : "FAIL";
    console.log(`${mark}  ${row(columns.map(({ text }) => text(result)))}`);
    for (const complaint of result.complaints) console.log(`      ${complaint}`);
  }
  const failed = results.filter(({ complaints }) => complaints.length > 0).length;
  console.log(`${results.length - failed} passed, ${failed} failed`);
}

/** The results as a page: what is measured, next to what the path really does. */
export function matrix(results: readonly Result[]): string {
  const all = [...columns, { heading: "in the way", text: ({ scenario }: Result) => scenario.story }];
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const reasons = (reasonOf: (result: Result) => string | undefined) =>
    results.flatMap((result) => {
      const reason = reasonOf(result);
      return reason === undefined ? [] : [listItem(`\`${result.scenario.name}\`: ${reason}.`)];
    });
  const untold = reasons(({ scenario }) => scenario.expect.cannotTell);
  const undialled = reasons(({ scenario }) => scenario.expect.nobodyDials);
  return [
    "# The laboratory's matrix",
    "",
    "Measured by `npm run test:lab -- --all --matrix docs/lab-matrix.md`, as root on Debian 12: real daemons in",
    "network namespaces, the agent as a user runs it, through the service. *seconds* and *datagrams* are the",
    "agent's, from its start to the report ID; *connects* is a real strongSwan client that connects before anything",
    "is changed; *with MTU* the same client with that MTU on its interface: the recommended one, or, where none is",
    "recommended and the VPN does not connect, the three that people try. *in the tunnel*: whether packets as large",
    "as that MTU of the tunnel's get through both ways: its own MTU, the recommended one, and one byte more. *the",
    "capture alone* is what `ikefrag analyze` says of the client's capture of the first try to connect. *2nd run*:",
    "the first run ended early, because the gateway asked for a COOKIE, and said to try again.",
    "",
    line(all.map(({ heading }) => heading)),
    line(all.map(() => "---")),
    ...results.map((result) => line(all.map(({ text }) => text(result)))),
    "",
    ...(undialled.length > 0 ? ["Where nobody connects:", "", ...undialled, ""] : []),
    ...(untold.length > 0 ? ["What the client's side cannot tell:", "", ...untold, ""] : []),
  ].join("\n");
}

/** A list's item, wrapped as all documents are. */
function listItem(text: string): string {
  const lines = ["-"];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? "";
    if (line.length + 1 + word.length <= DOCUMENT_COLUMNS) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(`  ${word}`);
  }
  return lines.join("\n");
}
