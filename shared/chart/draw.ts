/**
 * The pencil of both drawings, in two units: across in percent of the width, down in rem. So one drawing
 * serves a phone and a wide screen with letters of the same size, and grows with the text size of the reader.
 * Colours are the page's custom properties, with a middle tone for pages without them: light and dark follow
 * the page, and no style sheet is needed that a Content-Security-Policy might refuse.
 */
import { type Markable, type Markup, markup } from "./markup.ts";

/** The colours of a drawing, by what they mean. */
export const TONES = {
  ink: "currentColor",
  soft: "var(--soft, currentColor)",
  line: "var(--line, #8a939c)",
  good: "var(--good, #2e8b57)",
  bad: "var(--bad, #d1453b)",
  note: "var(--note, #a87a00)",
  accent: "var(--accent, #1f8aa5)",
  /** The background of the drawing: it hides a line behind letters. */
  ground: "var(--card, Canvas)",
} as const;
/** One of the colours. */
export type Tone = keyof typeof TONES;

/** A length in rem, with three decimals at most, so that sums stay short. */
export const rem = (value: number): string => `${Number(value.toFixed(3))}rem`;
/** A length in percent of the width of the drawing, with two decimals at most. */
export const percent = (value: number): string => `${Number(value.toFixed(2))}%`;

interface TextOptions {
  anchor?: "start" | "middle" | "end";
  /** In rem. */
  size?: number;
  tone?: Tone;
  bold?: boolean;
  /** The letters lie on a line, which is hidden behind them. */
  halo?: boolean;
}

/** One line of text; `yRem` is its baseline. */
export const text = (
  xPercent: number,
  yRem: number,
  content: Markable,
  { anchor = "start", size = 0.8125, tone = "ink", bold = false, halo = false }: TextOptions = {},
): Markup =>
  markup`<text x="${percent(xPercent)}" y="${rem(yRem)}" text-anchor="${anchor}" font-size="${rem(size)}" fill="${TONES[tone]}"${
    bold && markup` font-weight="600"`
  }${halo && markup` stroke="${TONES.ground}" stroke-width="0.65rem" stroke-linejoin="round" paint-order="stroke"`}>${content}</text>`;

interface LineOptions {
  tone?: Tone;
  /** In rem. */
  width?: number;
  dash?: string | null;
}

/** A straight line. */
export const line = (
  from: [xPercent: number, yRem: number],
  to: [xPercent: number, yRem: number],
  { tone = "ink", width = 0.09, dash = null }: LineOptions = {},
): Markup =>
  markup`<line x1="${percent(from[0])}" y1="${rem(from[1])}" x2="${percent(to[0])}" y2="${rem(to[1])}" stroke="${TONES[tone]}" stroke-width="${rem(width)}"${
    dash !== null && markup` stroke-dasharray="${dash}"`
  }/>`;

/** A place on the drawing; `content` is placed from there in rem. */
export const at = (xPercent: number, yRem: number, content: Markable): Markup =>
  markup`<svg x="${percent(xPercent)}" y="${rem(yRem)}" overflow="visible">${content}</svg>`;

const stroke = (x1: number, y1: number, x2: number, y2: number): Markup =>
  markup`<line x1="${rem(x1)}" y1="${rem(y1)}" x2="${rem(x2)}" y2="${rem(y2)}"/>`;

const strokes = (tone: Tone, width: number, content: Markable): Markup =>
  markup`<g stroke="${TONES[tone]}" stroke-width="${rem(width)}" stroke-linecap="round" fill="none">${content}</g>`;

/** Small shapes around their own middle. Each can be told from the others without its colour. */
export const shapes = {
  arrowRight: (tone: Tone) => strokes(tone, 0.1, [stroke(-0.45, -0.26, 0, 0), stroke(-0.45, 0.26, 0, 0)]),
  arrowLeft: (tone: Tone) => strokes(tone, 0.1, [stroke(0.45, -0.26, 0, 0), stroke(0.45, 0.26, 0, 0)]),
  disc: (tone: Tone) => markup`<circle r="0.36rem" fill="${TONES[tone]}"/>`,
  ring: (tone: Tone) => strokes(tone, 0.11, markup`<circle r="0.34rem" stroke-dasharray="0.2rem 0.16rem"/>`),
  cross: (tone: Tone) => strokes(tone, 0.16, [stroke(-0.3, -0.3, 0.3, 0.3), stroke(-0.3, 0.3, 0.3, -0.3)]),
  box: (tone: Tone) =>
    strokes(tone, 0.11, [
      markup`<rect x="-0.32rem" y="-0.32rem" width="0.64rem" height="0.64rem" rx="0.06rem"/>`,
      stroke(-0.32, 0.32, 0.32, -0.32),
    ]),
  diamond: (tone: Tone) =>
    strokes(
      tone,
      0.11,
      markup`<rect x="-0.27rem" y="-0.27rem" width="0.54rem" height="0.54rem" transform="rotate(45)"/>`,
    ),
  target: (tone: Tone) =>
    markup`${strokes(tone, 0.11, markup`<circle r="0.34rem"/>`)}<circle r="0.13rem" fill="${TONES[tone]}"/>`,
  dash: (tone: Tone) => strokes(tone, 0.13, stroke(-0.3, 0, 0.3, 0)),
} as const;
/** The name of a shape. */
export type Shape = keyof typeof shapes;

/**
 * A part of the drawing that leads somewhere.
 *
 * @param title what it shows in words: its name for those who cannot see it, and what hovering shows
 */
export const linked = (
  href: string,
  title: string,
  [topRem, bottomRem]: [number, number],
  content: Markable,
): Markup =>
  markup`<a href="${href}"><title>${title}</title><rect class="hit" y="${rem(topRem)}" width="100%" height="${rem(bottomRem - topRem)}" rx="0.3rem" fill-opacity="0"/>${content}</a>`;

/**
 * The whole drawing. A screen reader finds one picture: `description` tells it in words, in reading order. A
 * drawing with links is no single picture: its parts are found one by one, and say themselves what they show.
 */
export const drawing = (
  kind: string,
  heightRem: number,
  label: string,
  { description, hasLinks = false }: { description: string; hasLinks?: boolean },
  content: Markable,
): Markup =>
  markup`<svg xmlns="http://www.w3.org/2000/svg" class="chart ${kind}" width="100%" height="${rem(heightRem)}" role="${hasLinks ? "group" : "img"}" aria-label="${label}" font-family="var(--sans, system-ui, sans-serif)" font-size="0.8125rem" fill="currentColor">
${!hasLinks && markup`<desc>${description}</desc>\n`}${content}
</svg>
`;
