/**
 * How a step of a plan is named: its round, and what it does, as in `r2-whole-1400`. Evidence points at steps
 * by this name.
 */
import * as z from "zod";

/** Names a step within one run; evidence points at it. */
export const StepId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
export type StepId = z.infer<typeof StepId>;

/** The name of a step that a plan asks for. */
export const stepId = (round: number, name: string): StepId => `r${round}-${name}`;

const PLANNED = /^r(\d{1,2})-(.*)$/;

/** The round that `stepId` was given; 0 for a step that no plan made. */
export const roundOf = (id: StepId): number => Number(PLANNED.exec(id)?.[1] ?? 0);

/** The name that `stepId` was given; the whole ID of a step that no plan made. */
export const nameOf = (id: StepId): string => PLANNED.exec(id)?.[2] ?? id;
