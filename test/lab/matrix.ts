/** The laboratory's results as a table for a terminal, and as the page in docs/. */
import { shortWays } from "./begun-logins.ts";
import type { Judged } from "./both-ends.ts";
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

/** What evidence of two places says together, where there is any of both. */
const together =
  (combination: Judged["of"]) =>
  ({ bothEnds }: Result): string => {
    const judged = bothEnds.find(({ of }) => of === combination);
    if (judged === undefined) return "";
    const { verdict, confidence, direction, interfaceMtu } = judged;
    return [verdict, confidence, direction, interfaceMtu].filter((word) => word !== null).join(" ");
  };

/** Of all that two or more places show together, in both orders of the files, how much is as expected. */
const asExpected = ({ bothEnds }: Result): string => {
  const right = bothEnds.filter(({ complaints }) => complaints.length === 0).length;
  return bothEnds.length === 0 ? "" : `${right} of ${bothEnds.length}`;
};

const columns: { heading: string; text: (result: Result) => string }[] = [
  { heading: "scenario", text: ({ scenario }) => scenario.name },
  { heading: "verdict", text: ({ diagnosis }) => diagnosis?.verdict ?? "" },
  { heading: "confidence", text: ({ diagnosis }) => diagnosis?.confidence ?? "" },
  { heading: "direction", text: ({ diagnosis }) => diagnosis?.direction ?? "" },
  { heading: "MTU", text: mtuOf },
  {
    heading: "out/back, IP and IKE fragments",
    text: ({ diagnosis }) => shortWays(diagnosis?.fourWays ?? null),
  },
  {
    heading: "seconds",
    text: ({ agentSeconds, triedAgain }) =>
      `${agentSeconds?.toFixed(1) ?? ""}${triedAgain ? " (2nd run)" : ""}`,
  },
  { heading: "datagrams", text: ({ datagrams }) => String(datagrams ?? "") },
  { heading: "other agents", text: ({ otherAgents }) => otherAgents.join(", ") },
  {
    heading: "real clients",
    text: ({ dialled }) => dialled.map(({ name, connects }) => `${name} ${yesNo(connects)}`).join(", "),
  },
  { heading: "connects", text: ({ connectsBefore }) => yesNo(connectsBefore) },
  { heading: "with MTU", text: after },
  {
    heading: "in the tunnel",
    text: ({ tunnel }) => tunnel.map(({ tunnelMtu, passes }) => `${tunnelMtu} ${yesNo(passes)}`).join(", "),
  },
  { heading: "the capture alone", text: ({ captureVerdict }) => captureVerdict ?? "" },
  { heading: "captures of both ends", text: together("both captures") },
  { heading: "capture and log", text: together("capture and ordinary log") },
  { heading: "run and log", text: together("run and ordinary log") },
  { heading: "as expected", text: asExpected },
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
  const notEnough = reasons(({ scenario }) => scenario.expect.mtuIsNotEnough);
  const undialled = reasons(({ scenario }) => scenario.expect.nobodyDials);
  return [
    "# The laboratory's matrix",
    "",
    "Measured by `npm run test:lab -- --all --matrix docs/lab-matrix.md`, as root on Debian 12: real daemons in",
    "network namespaces, the agent as a user runs it, through the service. *seconds* and *datagrams* are the",
    "agent's, from its start to the report ID; *other agents* ran on the same path after it, and say the same.",
    "*out/back* is the report's table of the four ways, of IP fragments and then of IKE fragments: `+` passed, `-`",
    "lost, `?` not tested; *real clients* are strongSwan's on the same path, each with and without IKE fragments of",
    "its own. *connects* is a real strongSwan client that connects before anything",
    "is changed; *with MTU* the same client with that MTU on its interface: the recommended one, or, where none is",
    "recommended and the VPN does not connect, the three that people try. *in the tunnel*: whether packets as large",
    "as that MTU of the tunnel's get through both ways: its own MTU, the recommended one, and one byte more. *the",
    "capture alone* is what `ikefrag analyze` says of the client's capture of the first try to connect. *2nd run*:",
    "the first run ended early, because the gateway asked for a COOKIE, and said to try again. *captures of both",
    "ends*, *capture and log*: what the same try to connect says by the client's capture with the gateway's, and",
    "with the gateway's log as its daemon writes it if nobody asks for more; *run and log*: the agent's run with the",
    "gateway's log of it. *as expected*: of these, and of the same with a clock that is 3 h ahead, with 50 other",
    "clients in the gateway's file, with a capture at the router between, and with a detailed log, each in both",
    "orders of the files, so many give the true direction, with high confidence, and no MTU that does not work.",
    "",
    line(all.map(({ heading }) => heading)),
    line(all.map(() => "---")),
    ...results.map((result) => line(all.map(({ text }) => text(result)))),
    "",
    ...(undialled.length > 0 ? ["Where nobody connects:", "", ...undialled, ""] : []),
    ...(notEnough.length > 0 ? ["Where the MTU that is found is not enough:", "", ...notEnough, ""] : []),
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
