/** The operator's settings, from the environment of any runtime. */
import * as z from "zod";
import { PrefixTable } from "../../shared/packet/prefix-table.ts";
import { readEndpoint } from "../../shared/reflect/endpoint.ts";
import { NetworkKind } from "../../shared/schema/api.ts";
import { LanguageTag } from "../../shared/schema/measurement.ts";
import { GivenHost } from "../../shared/schema/plan.ts";
import { SETTING_NAMES, type SettingName } from "../../shared/schema/settings.ts";
import { WayName } from "../../shared/schema/ways.ts";
import { SecretPrefix, sha256Hex } from "../auth/secrets.ts";
import { type Config, DEFAULT_CONFIG, type IdentityProvider } from "../deps.ts";
import { isPlainHttp } from "../http/loopback.ts";

const count = (least: number, most: number, otherwise: number) =>
  z.coerce.number().int().min(least).max(most).default(otherwise);

/** Whether a URL has nothing but scheme, host and port: whatever else there is would be lost silently. */
export function isBareOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { origin, pathname, search, hash, username, password } = new URL(text);
  return origin !== "null" && pathname === "/" && search + hash + username + password === "";
}

/** Several values with commas between them. */
const words = z
  .string()
  .default("")
  .transform((text) => text.split(",").flatMap((word) => word.trim() || []));

/** The names that the settings have in the environment, and what each may be. */
export const Settings = z.object({
  IKEFRAG_OPERATOR: z.string().trim().min(1).max(120).default(DEFAULT_CONFIG.operator),
  IKEFRAG_CONTACT: z.string().trim().min(1).max(120).optional(),
  IKEFRAG_DEFAULT_GATEWAY: GivenHost.optional(),
  IKEFRAG_PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isBareOrigin, "must be an origin, such as https://ikefrag.example.com")
    .transform((url) => new URL(url).origin)
    .optional(),
  IKEFRAG_PLAIN_HTTP: z.literal("allowed", "can only be allowed").optional(),
  IKEFRAG_LANGUAGE: LanguageTag.default(DEFAULT_CONFIG.language),
  IKEFRAG_PEPPER: z.string().min(32, "must have at least 32 characters"),
  IKEFRAG_BOOTSTRAP_TOKEN: z
    .string()
    .startsWith(SecretPrefix.apiToken)
    .min(30, "must have at least 30 characters")
    .optional(),
  IKEFRAG_METRICS_TOKEN: z
    .string()
    .regex(/^[\w.~+/-]{32,}=*$/, "must have at least 32 letters, digits and signs of a bearer token")
    .optional(),
  IKEFRAG_SESSION_HOURS: count(1, 720, DEFAULT_CONFIG.sessionHours),
  IKEFRAG_SESSION_IDLE_MINUTES: count(5, 43_200, DEFAULT_CONFIG.sessionIdleMinutes),
  IKEFRAG_AUDIT_DAYS: count(1, 3_650, DEFAULT_CONFIG.auditDays),
  IKEFRAG_IDP_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  IKEFRAG_IDP_AUDIENCE: z.string().trim().min(1).optional(),
  IKEFRAG_IDP_JWKS: z.url({ protocol: /^https?$/ }).optional(),
  IKEFRAG_IDP_HEADER: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9-]+$/, "must be the name of a header")
    .default("cf-access-jwt-assertion"),
  IKEFRAG_IDP_NAME_CLAIM: z.string().trim().min(1).default("email"),
  IKEFRAG_IDP_ROLE_CLAIM: z.string().trim().min(1).default("email"),
  IKEFRAG_IDP_ADMINS: words,
  IKEFRAG_IDP_STAFF: words,
  IKEFRAG_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  IKEFRAG_OTLP_HEADERS: z
    .string()
    .regex(/^(?:[\w-]+=[^,]*(?:,|$))*$/, "must be NAME=VALUE, with commas between them")
    .default(""),
  IKEFRAG_OTLP_SERVICE: z.string().trim().min(1).max(120).default("ikefrag"),
  IKEFRAG_CASE_HOURS: count(1, 72, DEFAULT_CONFIG.caseHours),
  IKEFRAG_RUNS_PER_DAY: count(1, 10_000_000, DEFAULT_CONFIG.runsPerDay),
  IKEFRAG_UPLOADS_PER_MINUTE: count(1, 100_000, DEFAULT_CONFIG.uploadsPerMinute),
  IKEFRAG_REPORT_DAYS: count(1, 3_650, DEFAULT_CONFIG.reportDays),
  IKEFRAG_CAPTURE_DAYS: count(1, 3_650, DEFAULT_CONFIG.captureDays),
  IKEFRAG_SWEEP_REQUESTS: count(40, 1_000_000, DEFAULT_CONFIG.sweepRequests),
  IKEFRAG_PROXY_HOPS: count(0, 10, DEFAULT_CONFIG.proxyHops),
  IKEFRAG_REFLECTOR: z
    .string()
    .transform((text) => readEndpoint(text))
    .refine((endpoint) => endpoint !== null, "must be HOST:PORT, an IPv6 address in brackets")
    .optional(),
  IKEFRAG_REFLECTOR_KEY: z.string().min(32, "must have at least 32 characters").optional(),
  IKEFRAG_SHUTDOWN_SECONDS: count(1, 600, DEFAULT_CONFIG.shutdownSeconds),
  IKEFRAG_DELIVERY: z
    .string()
    .default(DEFAULT_CONFIG.delivery.join())
    .transform((text) => text.split(",").map((way) => way.trim()))
    .pipe(
      z
        .array(z.enum(WayName.options, `must be ${WayName.options.join(", ")}, with commas between them`))
        .refine((ways) => new Set(ways).size === ways.length, "must name each way once"),
    ),
  IKEFRAG_REHEARSAL: z.enum(["on", "off"], "must be on or off").default("on"),
  IKEFRAG_NETWORKS: z.string().optional(),
  IKEFRAG_PSEUDONYMISE: z.enum(["on", "off"], "must be on or off").default("off"),
  IKEFRAG_LOG: z.enum(["errors", "all"], "must be errors or all").default("errors"),
  IKEFRAG_WEBHOOKS_PRIVATE: z.literal("allowed", "must be allowed, or not set").optional(),
});

/** The settings that administrators may decide where the environment does not. */
const NAMES_IN_ENVIRONMENT = {
  operator: "IKEFRAG_OPERATOR",
  contact: "IKEFRAG_CONTACT",
  language: "IKEFRAG_LANGUAGE",
  defaultGateway: "IKEFRAG_DEFAULT_GATEWAY",
  reportDays: "IKEFRAG_REPORT_DAYS",
  captureDays: "IKEFRAG_CAPTURE_DAYS",
} as const satisfies Record<SettingName, keyof typeof Settings.shape>;

/**
 * The settings that are there. Each is asked for by its name, so that whoever runs the service on Deno need
 * allow it these alone.
 */
export function settingsOf(environment: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.keys(Settings.shape).flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/**
 * Holds settings against what they may be.
 *
 * @throws {Error} that names each missing or wrong one, and never quotes a value, which may be a secret
 */
export function parseSettings<T>(schema: z.ZodType<T>, given: Record<string, unknown>): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const reasons = result.error.issues.map(
    ({ path: [name = ""], message }) =>
      `${String(name)} ${given[String(name)] === undefined ? "is missing" : message}`,
  );
  throw new Error(`Cannot start: ${reasons.join("; ")}`);
}

/** Reads the settings. @throws {Error} that names a missing or wrong setting, and never quotes a secret */
export function readConfig(environment: Record<string, unknown>): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const settings = parseSettings(Settings, given);
  const { IKEFRAG_REFLECTOR: endpoint, IKEFRAG_REFLECTOR_KEY: key } = settings;
  if ((endpoint === undefined) !== (key === undefined)) {
    throw new Error(
      "Cannot start: IKEFRAG_REFLECTOR and IKEFRAG_REFLECTOR_KEY belong together, and one is missing",
    );
  }
  const publicUrl = settings.IKEFRAG_PUBLIC_URL ?? null;
  const plainHttp = settings.IKEFRAG_PLAIN_HTTP === "allowed";
  if (publicUrl !== null && isPlainHttp(publicUrl) && !plainHttp) {
    throw new Error(
      "Cannot start: IKEFRAG_PUBLIC_URL is http, and whoever is on the way could change what users run. Use " +
        "https, or on a network that is yours alone IKEFRAG_PLAIN_HTTP=allowed",
    );
  }
  const hashed = (secret: string | undefined) => (secret === undefined ? null : sha256Hex(secret));
  return {
    ...DEFAULT_CONFIG,
    operator: settings.IKEFRAG_OPERATOR,
    contact: settings.IKEFRAG_CONTACT ?? null,
    defaultGateway: settings.IKEFRAG_DEFAULT_GATEWAY ?? null,
    fixed: SETTING_NAMES.filter((name) => Object.hasOwn(given, NAMES_IN_ENVIRONMENT[name])),
    publicUrl,
    plainHttp,
    language: settings.IKEFRAG_LANGUAGE,
    pepper: settings.IKEFRAG_PEPPER,
    bootstrapTokenSha256: hashed(settings.IKEFRAG_BOOTSTRAP_TOKEN),
    metricsTokenSha256: hashed(settings.IKEFRAG_METRICS_TOKEN),
    sessionHours: settings.IKEFRAG_SESSION_HOURS,
    sessionIdleMinutes: settings.IKEFRAG_SESSION_IDLE_MINUTES,
    auditDays: settings.IKEFRAG_AUDIT_DAYS,
    identityProvider: identityProvider(settings),
    traces: traces(settings),
    caseHours: settings.IKEFRAG_CASE_HOURS,
    runsPerDay: settings.IKEFRAG_RUNS_PER_DAY,
    uploadsPerMinute: settings.IKEFRAG_UPLOADS_PER_MINUTE,
    reportDays: settings.IKEFRAG_REPORT_DAYS,
    captureDays: settings.IKEFRAG_CAPTURE_DAYS,
    sweepRequests: settings.IKEFRAG_SWEEP_REQUESTS,
    proxyHops: settings.IKEFRAG_PROXY_HOPS,
    reflector: endpoint && key !== undefined ? { ...endpoint, key } : null,
    shutdownSeconds: settings.IKEFRAG_SHUTDOWN_SECONDS,
    delivery: settings.IKEFRAG_DELIVERY,
    rehearsal: settings.IKEFRAG_REHEARSAL === "on",
    pseudonymise: settings.IKEFRAG_PSEUDONYMISE === "on",
    networks: readNetworks(settings.IKEFRAG_NETWORKS),
    webhooksPrivate: settings.IKEFRAG_WEBHOOKS_PRIVATE === "allowed",
  };
}

/** Names of networks; they stand among the kinds of networks, and none may be taken for one. */
const NetworkNames = z.record(z.string(), z.string().trim().min(1).max(64));

/** @throws {Error} it is not what was asked for, and where */
function readNetworks(text: string | undefined): PrefixTable | null {
  if (text === undefined) return null;
  try {
    const names = NetworkNames.parse(JSON.parse(text));
    const taken = Object.values(names).find((name) => NetworkKind.safeParse(name).success);
    if (taken !== undefined) throw new RangeError(`"${taken}" is a kind of network, and no name of one`);
    return new PrefixTable(names);
  } catch (error) {
    const reason = error instanceof RangeError ? `: ${error.message}` : "";
    throw new Error(
      `Cannot start: IKEFRAG_NETWORKS has to be JSON such as {"192.0.2.0/24": "Example Mobile"}${reason}`,
    );
  }
}

/** The collector: as the endpoint of all signals is meant, traces are under `/v1/traces` of it. */
function traces(settings: z.infer<typeof Settings>): Config["traces"] {
  const { IKEFRAG_OTLP_ENDPOINT: endpoint, IKEFRAG_OTLP_HEADERS: headers } = settings;
  if (endpoint === undefined) return null;
  if (headers !== "" && isPlainHttp(endpoint)) {
    throw new Error("Cannot start: IKEFRAG_OTLP_HEADERS would be sent over plain http. Use https");
  }
  return {
    url: `${endpoint.replace(/\/+$/, "")}/v1/traces`,
    headers: Object.fromEntries(
      headers.split(",").flatMap((pair) => {
        const at = pair.indexOf("=");
        return at > 0 ? [[pair.slice(0, at).trim().toLowerCase(), pair.slice(at + 1).trim()]] : [];
      }),
    ),
    serviceName: settings.IKEFRAG_OTLP_SERVICE,
  };
}

/**
 * @throws {Error} a part of what names the provider is missing: without an audience, others' tokens are good
 */
function identityProvider(settings: z.infer<typeof Settings>): IdentityProvider | null {
  const { IKEFRAG_IDP_ISSUER: issuer, IKEFRAG_IDP_AUDIENCE: audience, IKEFRAG_IDP_JWKS: jwksUrl } = settings;
  if (issuer === undefined && audience === undefined && jwksUrl === undefined) return null;
  if (issuer === undefined || audience === undefined || jwksUrl === undefined) {
    throw new Error(
      "Cannot start: IKEFRAG_IDP_ISSUER, IKEFRAG_IDP_AUDIENCE and IKEFRAG_IDP_JWKS belong together, and one " +
        "is missing",
    );
  }
  if (isPlainHttp(jwksUrl)) {
    throw new Error(
      "Cannot start: IKEFRAG_IDP_JWKS has to be https, or whoever is on the way signs people in",
    );
  }
  const { IKEFRAG_IDP_ADMINS: admins, IKEFRAG_IDP_STAFF: staff } = settings;
  if (admins.length === 0 && staff.length === 0) {
    throw new Error(
      "Cannot start: IKEFRAG_IDP_ADMINS or IKEFRAG_IDP_STAFF has to say whom the identity provider lets in",
    );
  }
  return {
    issuer,
    audience,
    jwksUrl,
    header: settings.IKEFRAG_IDP_HEADER,
    nameClaim: settings.IKEFRAG_IDP_NAME_CLAIM,
    roleClaim: settings.IKEFRAG_IDP_ROLE_CLAIM,
    admins,
    staff,
  };
}
