import type { SpokenDiagnosis } from "../../shared/schema/api.ts";
import { plain } from "../io/console-text.ts";

/** How the parts of a report look; without a terminal all of them are the text itself. */
export interface Style {
  strong(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  unsure(text: string): string;
  faint(text: string): string;
  command(text: string): string;
}

const sgr = (code: string) => (text: string) => `\x1b[${code}m${text}\x1b[0m`;
const asIs = (text: string) => text;

/** https://no-color.org: a non-empty NO_COLOR means none. */
export function chooseStyle(
  out: { isTTY?: boolean },
  environment: { NO_COLOR?: string | undefined; TERM?: string | undefined },
): Style {
  if (!out.isTTY || environment.NO_COLOR || environment.TERM === "dumb") {
    return { strong: asIs, good: asIs, bad: asIs, unsure: asIs, faint: asIs, command: asIs };
  }
  return {
    strong: sgr("1"),
    good: sgr("1;32"),
    bad: sgr("1;31"),
    unsure: sgr("1;33"),
    faint: sgr("2"),
    command: sgr("36"),
  };
}

const HEADINGS = {
  en: {
    confidence: "Confidence",
    direction: "Lost on the way",
    observed: "What was seen",
    inferred: "What follows from it",
    advice: "What to do",
    mtu: "MTU to set",
    basis: {
      verified: "tested with just this value",
      measured: "measured",
      trial: "a reasoned trial, not tested",
    },
    apply: "apply ",
    verify: "verify",
    undo: "undo  ",
    elevated: "In a terminal opened as administrator:",
    expected: "The next capture should then show fragments of",
    bytes: "bytes",
    alternatives: "If that does not help, try in this order",
    server: "For the gateway's administrator",
    next: "What would settle it",
    notes: "Good to know",
    unknown: "Not told by this evidence",
    warnings: "About the files",
    tunnel: "Largest packet inside the VPN at an outer MTU of",
  },
  ja: {
    confidence: "確からしさ",
    direction: "失われている向き",
    observed: "観測されたこと",
    inferred: "そこから言えること",
    advice: "対処",
    mtu: "設定するMTU",
    basis: { verified: "この値そのもので確認済み", measured: "測定値", trial: "根拠のある試し値（未確認）" },
    apply: "設定    ",
    verify: "確認    ",
    undo: "元に戻す",
    elevated: "管理者として開いたターミナルで:",
    expected: "設定が効いていれば、次のキャプチャで見えるフラグメントは",
    bytes: "バイト",
    alternatives: "改善しない場合は、この順に試す",
    server: "ゲートウェイの管理者へ",
    next: "これがあれば判断できる",
    notes: "知っておくとよいこと",
    unknown: "この情報からは分からないこと",
    warnings: "ファイルについて",
    tunnel: "VPNの中を通る最大のパケット（外側のMTU",
  },
} as const;

const GOOD_VERDICTS: readonly string[] = ["healthy"];
const UNSURE_VERDICTS: readonly string[] = ["insufficient-evidence", "slow-gateway", "path-mtu-reduced"];

/** Columns that a text takes: East Asian letters take two. */
const widthOf = (text: string): number =>
  Array.from(text).reduce(
    (sum, c) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(c)
        ? 2
        : 1),
    0,
  );

/** Breaks at spaces, and between East Asian letters but not before their closing punctuation. */
export function wrap(text: string, width: number, indent: string): string {
  const words =
    text.match(/[^\s\u2e80-\u9fff\uff00-\uffef]+\s*|[\u2e80-\u9fff\uff00-\uffef][。、」）：]*\s*/g) ?? [];
  const lines: string[] = [];
  let line = "";
  for (const word of words) {
    if (line !== "" && widthOf(indent) + widthOf(line + word.trimEnd()) > width) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
  }
  if (line !== "") lines.push(line.trimEnd());
  return lines.map((l, at) => (at === 0 ? l : indent + l)).join("\n");
}

/** A diagnosis as a person reads it: the verdict, why, what to do. */
export function printReport(diagnosis: SpokenDiagnosis, style: Style, columns = 80): string {
  const { text, recommendation: advice, verdict } = diagnosis;
  const words = HEADINGS[text.language];
  const width = Math.min(Math.max(columns, 40), 100);
  const out: string[] = [];
  const paragraph = (content: string, indent = "  ") =>
    out.push(indent + wrap(plain(content), width, indent));
  const bullets = (items: readonly string[], mark = "-") => {
    for (const item of items) out.push(`  ${mark} ${wrap(plain(item), width, "    ")}`);
  };
  const section = (heading: string) => out.push("", style.strong(heading));

  const paint = GOOD_VERDICTS.includes(verdict)
    ? style.good
    : UNSURE_VERDICTS.includes(verdict)
      ? style.unsure
      : style.bad;
  out.push(`${paint(text.title)}  ${style.faint(`[${verdict}]`)}`);
  paragraph(text.sentence);
  out.push("");
  out.push(
    `  ${style.faint(`${words.confidence}:`)} ${text.confidence}${text.direction ? `   ${style.faint(`${words.direction}:`)} ${text.direction}` : ""}`,
  );
  out.push("");
  paragraph(text.explanation);

  if (text.observed.length > 0) {
    section(words.observed);
    bullets(text.observed);
  }
  if (text.inferred.length > 0) {
    section(words.inferred);
    bullets(text.inferred);
  }
  section(words.advice);
  for (const [at, action] of text.actions.entries())
    out.push(`  ${at + 1}. ${wrap(plain(action), width, "     ")}`);
  if (advice.interfaceMtu !== null) {
    const basis = advice.basis === null ? "" : ` (${words.basis[advice.basis]})`;
    out.push("", `  ${words.mtu}: ${style.strong(String(advice.interfaceMtu))}${basis}`);
    if (text.arithmetic) paragraph(text.arithmetic);
    if (advice.commands) {
      out.push("", `  ${words.elevated}`);
      out.push(`    ${words.apply}  ${style.command(advice.commands.apply)}`);
      out.push(`    ${words.verify}  ${style.command(advice.commands.verify)}`);
      out.push(`    ${words.undo}  ${style.command(advice.commands.undo)}`);
    }
    if (advice.expectedFragments.length > 0) {
      out.push("");
      paragraph(`${words.expected} ${advice.expectedFragments.join(" + ")} ${words.bytes}`);
    }
  }
  if (text.alternatives.length > 0) {
    out.push("", `  ${words.alternatives}:`);
    bullets(text.alternatives.map((a) => a.text));
  }
  if (text.nextProbe) {
    section(words.next);
    paragraph(text.nextProbe);
    if (advice.nextProbe?.command) out.push(`    ${style.command(advice.nextProbe.command)}`);
  }
  if (text.notes.length > 0) {
    section(words.notes);
    bullets(text.notes);
  }
  if (text.serverActions.length > 0) {
    section(words.server);
    for (const { product, text: what, commands } of text.serverActions) {
      out.push(`  ${wrap(`${product}: ${what}`, width, "  ")}`);
      for (const command of commands) out.push(`    ${style.command(command)}`);
    }
  }
  if (text.unknown.length > 0) {
    section(words.unknown);
    bullets(text.unknown, "?");
  }
  if (text.warnings.length > 0) {
    section(words.warnings);
    bullets(text.warnings, "!");
  }
  return `${out.join("\n")}\n`;
}
