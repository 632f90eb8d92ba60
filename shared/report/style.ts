/** The look of a report in HTML: what all its covers share, and what the one-file report has besides. */

/**
 * The palette, light and dark. Every page and every drawing takes its colours from these custom properties
 * and from nowhere else.
 */
export const PALETTE = `:root {
  color-scheme: light dark;
  --paper: #f6f7f8; --card: #ffffff; --ink: #14181d; --soft: #55606c; --line: #d9dee3; --well: #eef1f4; --accent: #0b5d74;
  --good: #1b6e3c; --bad: #a5281b; --note: #7a5200; --note-wash: #fdf3da; --open: #4b5563;
  --mono: ui-monospace, "Cascadia Mono", "SF Mono", Menlo, Consolas, "Noto Sans Mono CJK JP", monospace;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Yu Gothic UI", "Noto Sans CJK JP", sans-serif;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #101418; --card: #171c22; --ink: #e8ecf0; --soft: #a3aeba; --line: #2c343d; --well: #0b0f13; --accent: #6fc3da;
    --good: #7fd6a0; --bad: #ff9d8e; --note: #f0c45c; --note-wash: #2e2409; --open: #b6c0ca;
  }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --well: #fff; --accent: #044; --good: #064; --bad: #900; --note: #640; --open: #333;
    --note-wash: #fff; color-scheme: light; }
}
`;

/** Letters, paragraphs and links, and the sections of a report (shared/report/sections.ts). */
export const SECTION_STYLE = `*, *::before, *::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.6 var(--sans); overflow-wrap: break-word; }
code, td, dd, .chips li { overflow-wrap: anywhere; }
:lang(ja) { line-break: strict; }
h1, h2, h3 { line-height: 1.3; text-wrap: balance; margin: 0 0 .5rem; font-weight: 650; }
h1 { font-size: clamp(1.5rem, 1.15rem + 1.5vw, 2.1rem); letter-spacing: -.015em; }
h2 { font-size: 1.15rem; margin-bottom: .7rem; }
h3 { font-size: 1rem; margin-top: 1.25rem; }
:lang(ja) :is(h1, h2, h3) { letter-spacing: 0; word-break: auto-phrase; }
p { margin: 0 0 .75rem; max-width: 70ch; }
ul, ol { margin: 0 0 .75rem; padding-left: 1.3rem; max-width: 70ch; }
li + li { margin-top: .35rem; }
a { color: var(--accent); text-underline-offset: .18em; text-decoration-thickness: 1px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.panel, .report section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.3rem 1.5rem; margin-bottom: 1.25rem; }
:is(.panel, .report section) > :last-child { margin-bottom: 0; }
.report .verdict { border-left: 6px solid var(--open); }
.report .good { border-left-color: var(--good); } .report .bad { border-left-color: var(--bad); } .report .note { border-left-color: var(--note); }
.lead { font-size: 1.125rem; }
.soft { color: var(--soft); font-size: .92rem; }
.chips { list-style: none; margin: .9rem 0 0; padding: 0; display: flex; flex-wrap: wrap; gap: .4rem; max-width: none; }
.chips li { margin: 0; background: var(--well); border-radius: 6px; padding: .2rem .65rem; font-size: .9rem; }
.chips span { color: var(--soft); margin-right: .35rem; }
.read { margin-top: 1rem; color: var(--soft); font-size: .92rem; } .read p { margin: 0 0 .25rem; } .read ul { margin: 0; } .read li { margin: 0; } .read details { margin: .25rem 0 0; }
.candidates > li { margin-top: .9rem; } .candidates dl { margin: .3rem 0 0; } .candidates dl > div { grid-template-columns: 7rem 1fr; } .candidates dd { grid-column: 2; }
.mtu { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 .6rem; margin: 1.1rem 0 .4rem; color: var(--soft); font-size: .92rem; }
.mtu span:first-child { flex-basis: 100%; }
.mtu strong { color: var(--ink); font-size: clamp(2.4rem, 2rem + 2vw, 3.2rem); font-weight: 300; line-height: 1.1; letter-spacing: -.03em; font-variant-numeric: tabular-nums; }
dl { margin: 0 0 .75rem; display: grid; gap: .35rem; }
dl > div { display: grid; grid-template-columns: minmax(6.5rem, 11rem) 1fr; gap: 1rem; }
dt { color: var(--soft); font-size: .95rem; } dd { margin: 0; min-width: 0; }
code { font-family: var(--mono); font-size: .92em; }
.command { display: grid; grid-template-columns: 5.5rem minmax(0, 1fr) auto; gap: .25rem .75rem; align-items: center; margin: 0 0 .5rem; max-width: none; }
.command .label { color: var(--soft); font-size: .9rem; }
.command code { background: var(--well); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .75rem; user-select: all; -webkit-user-select: all; display: block; white-space: pre-wrap; }
.command.alone { grid-template-columns: minmax(0, 1fr) auto; }
details { margin-bottom: .75rem; } summary { cursor: pointer; padding: .3rem 0; color: var(--accent); }
details[open] > summary { margin-bottom: .5rem; }
figure { margin: 0 0 1rem; overflow-x: auto; }
.chart { display: block; }
.columns-6 { min-width: 25rem; } .columns-7 { min-width: 29rem; } .columns-8 { min-width: 33rem; }
.chart :is(:target, .lit) text { fill: var(--accent); font-weight: 600; }
.chart a { color: inherit; cursor: pointer; } .chart .hit { fill: var(--accent); }
.chart a:is(:hover, :focus-visible) .hit { fill-opacity: .12; }
.chart a:focus-visible { outline: none; } .chart a:focus-visible .hit { stroke: var(--accent); stroke-width: 2px; }
tr:is(:target, .lit), .message:has(:target) { background: var(--note-wash); }
.message { margin: 0; border-bottom: 1px solid var(--line); } .message > summary { color: var(--ink); padding: .45rem 0; } .message > summary::marker { color: var(--accent); }
.message > div { padding: .2rem 0 .6rem 1.1rem; }
.fields { font-size: .9rem; } .fields > div { gap: 0 1rem; } .fields dd + dd { grid-column: 2; } .fields dd { font-family: var(--mono); font-size: .95em; }
.result { font-weight: 550; } .result.good { color: var(--good); } .result.bad { color: var(--bad); }
.forward { background: var(--well); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; max-width: none; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; -webkit-user-select: all; }
.refs { color: var(--soft); font-size: .85rem; margin: .1rem 0 0; }
.scroll { overflow-x: auto; margin-bottom: 1rem; position: relative; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 550; color: var(--soft); font-size: .84rem; white-space: nowrap; }
th, td { padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
:is(#evidence, #probes, #windows) td:not(.free) { white-space: nowrap; } td.free { min-width: 9rem; } :is(#evidence, #probes, #windows) table { font-size: .86rem; } :is(#evidence, #probes, #windows) :is(th, td) { padding-right: .7rem; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
@media (max-width: 40rem) {
  .panel, .report section { padding: 1.1rem 1rem; }
  .command, .command.alone, dl > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .command button { justify-self: start; margin-top: .4rem; }
  dl > div + div { margin-top: .35rem; } .candidates dl > div { grid-template-columns: minmax(0, 1fr); } .candidates dd, .fields dd + dd { grid-column: 1; }
}
@media print {
  body { font-size: 10pt; }
  .panel, .report section { border: 0; border-radius: 0; padding: 0; margin-bottom: 1.5rem; }
  .report .verdict { border-left: 4pt solid; padding-left: 1rem; }
  h2, h3 { break-after: avoid; } li, tr, .command, .mtu, figure { break-inside: avoid; }
  details { display: block; } details::details-content { content-visibility: visible; block-size: auto; }
  .scroll, figure { overflow: visible; }
  a { color: inherit; text-decoration: none; }
}
`;

/**
 * A report on paper, in few pages: what is folded was not asked for and stays away, but for the lines of the
 * messages; products only those that were opened.
 */
export const PAPER_STYLE = `@media print {
  html:has(.paged) { font-size: 75%; } body:has(.paged), .paged { font-size: 1rem; line-height: 1.45; }
  .paged section { margin-bottom: 1rem; } .paged :is(p, ul, ol, dl, figure) { margin-bottom: .4rem; max-width: none; } .paged li + li { margin-top: .15rem; }
  .paged h1 { font-size: 1.5rem; } .paged h3 { margin-top: .6rem; }
  .paged details:not([open]):not(.message), .paged #findings:not(:has(details[open])) { display: none; }
  .paged .message > summary { list-style: none; padding: .15rem 0; font-size: .9em; } .paged .message:not([open]) > div { display: none; }
  .paged .chips li { border: 1px solid var(--line); padding: 0 .4rem; } .paged :is(.remedy a, a.bytes, .copy, .buttons) { display: none; }
  .paged .candidates dl > div { grid-template-columns: 6rem 1fr; } .paged :is(th, td) { padding-block: .12rem; } .paged section td:not(.free) { white-space: normal; }
  .paged .mtu strong { font-size: 1.8rem; }
}
`;

const FILE_STYLE = `main, body > header, footer { width: min(100% - 2.5rem, 52rem); margin-inline: auto; }
body > header { display: flex; flex-wrap: wrap; gap: .25rem 1rem; align-items: baseline; padding-block: 1.25rem .75rem; color: var(--soft); font-size: .9rem; }
.mark { font-weight: 700; color: var(--ink); letter-spacing: -.01em; font-size: 1.05rem; }
footer { padding-block: .5rem 2.5rem; color: var(--soft); font-size: .875rem; }
@media (max-width: 40rem) { main, body > header, footer { width: min(100% - 1.5rem, 52rem); } }
@media print { main, body > header, footer { width: auto; } }
`;

/** Without the spaces that only a reader of this file needs: a report is sent by mail. */
const compact = (css: string): string => css.replace(/\s*([{};])\s*/g, "$1").replace(/([:,]) /g, "$1");

/** The whole style of the one-file report, on a screen and on paper. */
export const REPORT_STYLE = compact(PALETTE + SECTION_STYLE + FILE_STYLE + PAPER_STYLE);

/**
 * SHA-256 of the style as it stands between its tags, base64, for the Content-Security-Policy. A test holds
 * it.
 */
export const REPORT_STYLE_SHA256 = "GvJjKMSMTX3oDzK2iO2eg5l/lqcqDDb0LIWsNpLYM5U=";
