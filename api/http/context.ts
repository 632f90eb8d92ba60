import type { Context } from "hono";
import type { Language } from "../../shared/schema/api.ts";
import type { Principal } from "../auth/principal.ts";

/** What the middleware in front of every route puts into the context. */
export interface Env {
  Variables: {
    requestId: string;
    /** What the request asked for, or the operator's default. */
    language: Language;
    /** Whether the request named a language we speak: where it did not, the case's language is better. */
    languageAsked: boolean;
    /** Scheme and host that the client reaches us by. */
    origin: string;
    principal: Principal;
  };
}
export type AppContext = Context<Env>;
