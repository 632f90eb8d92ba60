/** Who asks: what the handlers of a request know about its caller. */
import type { Grant } from "../store/port.ts";

/**
 * Who asks. The token of a run says nothing here: only the routes of that run accept it, and they check it
 * themselves (`authorize-run.ts`).
 */
export type Principal = { kind: "anyone" } | { kind: "staff"; grant: Grant; via: "token" | "session" };
