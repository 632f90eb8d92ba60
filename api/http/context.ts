/** What the middleware in front of every route puts into Hono's context. */
import type { Context } from "hono";
import type { Language } from "../../shared/language.ts";
import type { Principal } from "../auth/principal.ts";
import type { PageFiles, Shutdown } from "../deps.ts";
import type { RunOfCase } from "../store/port.ts";

/** Who runs this service, for its users. */
export interface Operator {
  /** `null`: nobody decided it. The program's own name would say nothing, and look like a scam. */
  name: string | null;
  /** A telephone number, a mail address or a page, in one line; `null`: nobody decided it. */
  contact: string | null;
}

/** The variables that every handler can rely on. */
export interface Env {
  Variables: {
    requestId: string;
    /** What the request asked for, or else the operator's default. */
    language: Language;
    /**
     * Whether the request named a language that we speak. Where it did not, the case's language is better.
     */
    languageAsked: boolean;
    /** Scheme and host that the client reaches us by. */
    origin: string;
    principal: Principal;
    /** Who runs the service, for its users. */
    operator: Operator;
    /** How the files are called that pages load. */
    pageFiles: PageFiles["names"];
    /** What the audit log is told of the request beside what was done to what. */
    auditDetail?: Readonly<Record<string, string | number | boolean | null>>;
    /** Whether everything shown is invented. */
    isDemo: boolean;
    /** Bytes of the body that have come so far. */
    receivedBytes?: number;
    /** How far the service is on its way to its end, where it is told. */
    shutdown?: Shutdown;
    /** The run whose token the request carries; only behind `authorizeRun`. */
    runOfCase?: RunOfCase;
  };
}

/** Hono's context with our variables. */
export type AppContext = Context<Env>;
