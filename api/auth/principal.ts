/** Who asks: what the handlers of a request know about its caller. */
import type { Caller, Session } from "../store/people-port.ts";

/**
 * Who asks. The token of a run says nothing here: only the routes of that run accept it, and they check it
 * themselves (`authorize-run.ts`). What a browser sends by itself, a cookie or a proxy's header, is not what
 * somebody put into a request on purpose: changes that come with it have to come from our own pages.
 */
export type Principal =
  | { kind: "anyone" }
  | { kind: "staff"; grant: Caller; via: "token" | "proxy"; session: null }
  | { kind: "staff"; grant: Caller; via: "session"; session: Session };
