import type { EvidenceRef } from "../schema/diagnosis.ts";
import type { Markup } from "./markup.ts";

/** A drawing, and what in it a link can lead to. */
export interface Chart {
  svg: Markup;
  /** The `id`s in it. */
  anchors: ReadonlySet<string>;
}

/** Letters that an `id` and a link's fragment both take as they are. */
const idSafe = (text: string): string =>
  text.replace(/[^A-Za-z0-9-]/g, (unit) => `_${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** The `id` under which a drawing or a table shows what a finding points at. */
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
