/**
 * Draws the four ways of a login's large messages: an arrow out and one back, for IP fragments and for IKE
 * fragments, each of which arrives, ends in a cross on the way, or was not tested.
 */
import type { Language } from "../language.ts";
import type { FourWay, FourWays } from "../schema/diagnosis.ts";
import { at, drawing, line, type Shape, shapes, type Tone, text } from "./draw.ts";
import type { Markup } from "./markup.ts";
import { type ChartWords, chartWords } from "./words.ts";

const CLIENT_X = 2;
const GATEWAY_X = 98;
const MIDDLE_X = (CLIENT_X + GATEWAY_X) / 2;

/** One of the four, in the order in which they are read. */
export interface NamedWay {
  kind: "ipFragments" | "ikeFragments";
  way: "out" | "back";
  cell: FourWay;
}

/** The four ways, out before back. */
export const namedWays = (ways: FourWays): NamedWay[] =>
  (["ipFragments", "ikeFragments"] as const).flatMap((kind) =>
    (["out", "back"] as const).map((way) => ({ kind, way, cell: ways[kind][way] })),
  );

/** What became of a way in few words: `arrived: 3472 bytes`. Sizes are bytes of the IKE message. */
export function stateInWords(
  { state, passedIkeBytes, lostIkeBytes, tries }: FourWay,
  language: Language,
): string {
  const { states } = chartWords(language).fourWays;
  if (state === "not-tested") return states["not-tested"];
  if (state === "passed") {
    return passedIkeBytes === null ? states.passed : states.passedSized({ bytes: passedIkeBytes });
  }
  return lostIkeBytes === null ? states.lost({ tries }) : states.lostSized({ tries, bytes: lostIkeBytes });
}

/** How a state is drawn: no state is told by its colour alone. */
const DRAWN = {
  passed: { tone: "good", dash: null, mark: null },
  lost: { tone: "bad", dash: null, mark: "cross" },
  "not-tested": { tone: "soft", dash: "0.35rem 0.3rem", mark: "ring" },
} as const satisfies Record<FourWay["state"], { tone: Tone; dash: string | null; mark: Shape | null }>;

/** The drawing. Its places are no links: the findings have these. */
export function fourWaysChart(ways: FourWays, language: Language): Markup {
  const words = chartWords(language).fourWays;
  const content: Markup[] = [
    text(0, 1, words.client, { bold: true }),
    text(100, 1, words.gateway, { anchor: "end", bold: true }),
  ];
  const said: string[] = [];
  let y = 1.5;
  for (const { kind, way, cell } of namedWays(ways)) {
    if (way === "out") {
      y += 1.5;
      content.push(text(MIDDLE_X, y, words.kinds[kind], { anchor: "middle", bold: true }));
    }
    y += 1.3;
    content.push(...lane(way, cell, y, stateInWords(cell, language)));
    y += 0.95;
    said.push(nameOfWay({ kind, way, cell }, words) + words.colon + stateInWords(cell, language));
  }
  const ends = [CLIENT_X, GATEWAY_X].map((x) => line([x, 1.5], [x, y], { tone: "line", width: 0.12 }));
  return drawing("four-ways", y + 0.3, words.label, { description: `${said.join(". ")}.` }, [
    ...ends,
    ...content,
  ]);
}

/** One arrow with its words above it. */
function lane(way: NamedWay["way"], { state }: FourWay, y: number, caption: string): Markup[] {
  const { tone, dash, mark } = DRAWN[state];
  const [from, to] = way === "out" ? [CLIENT_X, GATEWAY_X] : [GATEWAY_X, CLIENT_X];
  const ends = state === "lost" ? MIDDLE_X : to;
  const arrowY = y + 0.65;
  return [
    line([from, arrowY], [ends, arrowY], { tone, width: 0.14, dash }),
    ...(state === "lost"
      ? []
      : [at(to, arrowY, way === "out" ? shapes.arrowRight(tone) : shapes.arrowLeft(tone))]),
    ...(mark === null ? [] : [at(MIDDLE_X, arrowY, shapes[mark](tone))]),
    text(MIDDLE_X, y, caption, { anchor: "middle", size: 0.75, tone }),
  ];
}

/** What a way is called: its kind, and where it leads. */
export const nameOfWay = ({ kind, way }: NamedWay, words: ChartWords["fourWays"]): string =>
  words.name({ kind: words.kinds[kind], way: words.ways[way] });
