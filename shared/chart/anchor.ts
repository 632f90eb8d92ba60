/** Where a finding's evidence is shown: the `id`s that drawings and tables carry, and that links lead to. */
import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { Markup } from "./markup.ts";

/** A drawing, and the places in it that a link can lead to. */
export interface Chart {
  /** The drawing, which needs no style sheet. */
  svg: Markup;
  /** The `id`s in the drawing. */
  anchors: ReadonlySet<string>;
}

/** Where a message in a drawing leads to; `null`: nowhere. */
export type LinkOf = (ref: EvidenceRef) => string | null;

/** The same text for an `id` and for the fragment of a link. */
export const idSafe = (text: string): string =>
  text.replace(/[^A-Za-z0-9-]/g, (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The `id` under which a drawing or a table shows the evidence of a finding. */
export function anchorOf(ref: EvidenceRef): string {
  switch (ref.kind) {
    case "packet":
      return `frame-${ref.frame}-${idSafe(ref.capture)}`;
    case "probe":
      return `step-${idSafe(ref.stepId)}`;
    case "text":
      return `line-${ref.line}-${idSafe(ref.source)}`;
  }
}
