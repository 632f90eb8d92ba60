import type { Cleanup } from "./programs.ts";
import type { Laboratory, Result } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Something that happens while an agent is at work. */
export interface Incident {
  name: string;
  story: string;
  fast?: boolean;
  scenario: Scenario;
}

export const INCIDENTS: Incident[] = [];

export function runIncident(_incident: Incident, _lab: Laboratory, _cleanup: Cleanup): Promise<Result> {
  throw new Error("not reached");
}
