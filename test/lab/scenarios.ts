/** The table of all scenarios. */
import type { Scenario } from "./scenario.ts";
import { CLEAR } from "./scenarios/clear.ts";
import { TUNNELS } from "./scenarios/esp.ts";
import { INBOUND_LOST } from "./scenarios/inbound.ts";
import { ALL_DROPPED, TOO_LARGE } from "./scenarios/outbound.ts";
import { REDUCED } from "./scenarios/path-mtu.ts";
import { REACHABILITY } from "./scenarios/reachability.ts";
import { WITH_REFLECTOR } from "./scenarios/reflector.ts";
import { REORDERED } from "./scenarios/reordering.ts";
import { RESPONDERS } from "./scenarios/responders.ts";

/** The laboratory's table. */
export const SCENARIOS: Scenario[] = [
  ...CLEAR,
  ...REORDERED,
  ...TOO_LARGE,
  ...ALL_DROPPED,
  ...INBOUND_LOST,
  ...WITH_REFLECTOR,
  ...REDUCED,
  ...REACHABILITY,
  ...RESPONDERS,
  ...TUNNELS,
];
