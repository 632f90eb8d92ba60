/**
 * A diagnosis and its evidence without what tells whose they are: to be shown to people who need the sizes
 * and the counts, and not the addresses. What is kept is named here, key by key: of a string that is in no
 * list nothing is left.
 */
import type { Observations } from "../evidence/observations.ts";
import type { Diagnosis, Phrase } from "../schema/diagnosis.ts";
import { isPhraseKey } from "../text/phrases.ts";

/** Stands for the client's addresses. */
export const CLIENT = "CLIENT";
/** Stands for the gateway's name and addresses. */
export const GATEWAY = "GATEWAY";

/** Keys whose strings are words of ikefrag's own or of a registry, in evidence and diagnoses alike. */
const OWN_WORDS: ReadonlySet<string> = new Set(
  `analyzer basis bound code confidence cutAs direction end endFrom exchangeName fate initiatorSpi key kind
  nature outcome outOfOrder product provenBy purpose responderSpi schema severity sizeKind state status stepId
  stopped verdict view way why`.split(/\s+/),
);
const OWN_WORD = /^[\w .,:+()/-]{0,128}$/;

/** Parameters of sentences whose strings are of a registry, hexadecimal, or a moment. */
const OWN_PARAMS: ReadonlySet<string> = new Set(["exchange", "notify", "nearId", "farId", "at", "cipher"]);
const OWN_PARAM =
  /^(?:[A-Z][A-Z0-9_]*|unknown\(\d+\)|0x[0-9a-f]+|–|\?|\d{4}-\d\d-\d\d[T ][\d:.]+(?: UTC|Z)?)$/;

const LOOKS_LIKE_ADDRESS = /^(?:\d+\.\d+\.\d+\.\d+|[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*)(?:%\w+)?$/i;

const isIso = (text: string): boolean => /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text);

/**
 * The same evidence and diagnosis with `CLIENT`, `GATEWAY`, `ROUTER 1`, `FILE 1` in place of addresses and
 * names. Texts that were pasted, interfaces' and connections' names and commands with them are left out.
 */
export function withoutNames(
  diagnosis: Diagnosis,
  o: Observations,
): { diagnosis: Diagnosis; observations: Observations } {
  const aliases = new Aliases(o);
  const kept: Observations = {
    ...o,
    agent: null,
    interfaces: o.interfaces.map(plainInterface),
    egress: o.egress === null ? null : plainInterface(o.egress),
    probes: o.probes.map((probe) => ({ ...probe, detail: null })),
    reflections: o.reflections.map((r) => ({ ...r, host: "TESTHOST", cookie: null, detail: null })),
    rehearsal: null,
    rehearsed: [],
    vpn:
      o.vpn === null
        ? null
        : {
            profiles: [],
            rasFailures: o.vpn.rasFailures.map((failure) => ({ ...failure, connection: null })),
          },
    initiations: o.initiations.map(
      ({ datagrams: _datagrams, log: _log, logged: _logged, ...initiation }) => initiation,
    ),
    texts: [],
    notUnderstood: [],
  };
  delete kept.serverEvents;
  delete kept.crowds;
  const advice = diagnosis.recommendation;
  const said: Diagnosis = {
    ...diagnosis,
    readings: [],
    recommendation: {
      ...advice,
      commands: null,
      profileCommands: null,
      nextProbe: advice.nextProbe === null ? null : { ...advice.nextProbe, command: null },
      serverActions: [],
    },
  };
  const scrubbed = scrub(said, "", aliases) as Diagnosis;
  // Products and their commands come from a table of ikefrag's own.
  scrubbed.recommendation.serverActions = advice.serverActions;
  return { diagnosis: scrubbed, observations: scrub(kept, "", aliases) as Observations };
}

/** An interface by its index alone: its name is its owner's. */
const plainInterface = (i: Observations["interfaces"][number]): Observations["interfaces"][number] => {
  const { netshName: _, description: __, ...rest } = i;
  return { ...rest, name: i.index === null ? "" : `#${i.index}` };
};

/** Which name stands for which: the same one for the same thing everywhere. */
class Aliases {
  readonly #known = new Map<string, string>();
  readonly #routers: string[] = [];
  readonly #files: string[] = [];

  constructor(o: Observations) {
    for (const name of [o.gateway, ...o.gatewayAddresses, ...o.initiations.map((i) => i.gateway)])
      if (name !== null) this.#known.set(name, GATEWAY);
    for (const name of [...o.clientAddresses, ...o.initiations.map((i) => i.client)])
      this.#known.set(name, CLIENT);
    for (const { places } of o.joined) {
      for (const { client, gateway } of places) {
        this.#known.set(client, CLIENT);
        this.#known.set(gateway, GATEWAY);
      }
    }
    this.#known.delete("");
  }

  /** For an address or a host's name. */
  host(name: string): string {
    if (name === "") return "";
    return this.#known.get(name) ?? numbered("ROUTER", this.#routers, name);
  }

  /** For a file, by which evidence is pointed at; or an address, where the key serves for both. */
  file(name: string): string {
    if (name === "" || name === "run") return name;
    if (this.#known.has(name) || LOOKS_LIKE_ADDRESS.test(name)) return this.host(name);
    return numbered("FILE", this.#files, name);
  }

  /** What a sentence names: an alias where it is known, else nothing. */
  param(name: string): string {
    const file = this.#files.indexOf(name);
    if (file >= 0) return `FILE ${file + 1}`;
    return this.#known.get(name) ?? (LOOKS_LIKE_ADDRESS.test(name) ? this.host(name) : "…");
  }
}

function numbered(word: string, known: string[], name: string): string {
  const at = known.indexOf(name);
  return `${word} ${at >= 0 ? at + 1 : known.push(name)}`;
}

const HOSTS: ReadonlySet<string> = new Set(["client", "gateway", "target", "router", "destination"]);
const FILES: ReadonlySet<string> = new Set(["capture", "source", "sources"]);
const HOST_LISTS: ReadonlySet<string> = new Set(["gatewayAddresses", "clientAddresses"]);

const isPhrase = (value: object): value is Phrase =>
  "key" in value && typeof value.key === "string" && "params" in value;

function scrub(value: unknown, key: string, aliases: Aliases): unknown {
  if (typeof value === "string") return scrubText(value, key, aliases);
  if (Array.isArray(value)) {
    if (HOST_LISTS.has(key)) return [...new Set(value.map((name) => aliases.host(String(name))))];
    return value.map((item) => scrub(item, key, aliases));
  }
  if (typeof value !== "object" || value === null) return value;
  if (isPhrase(value)) return scrubPhrase(value, aliases);
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => {
      // Registry names of Notifies; every other name is a stranger's.
      if (name === "name" && (key === "notifies" || key === "responseNotifies")) return [name, item];
      return [name, scrub(item, name, aliases)];
    }),
  );
}

function scrubText(text: string, key: string, aliases: Aliases): string {
  if (HOSTS.has(key)) return aliases.host(text);
  if (FILES.has(key)) return aliases.file(text);
  if (OWN_WORDS.has(key)) return OWN_WORD.test(text) ? text : "";
  if (key === "at") return isIso(text) ? text : "";
  // The bare number of an interface, as it was written above.
  if (key === "name") return /^#\d+$/.test(text) ? text : "";
  if (key === "gatewayVendorIds" || key === "vendorIds") return /^[0-9a-f]*$/.test(text) ? text : "";
  return "";
}

function scrubPhrase({ key, params, ...rest }: Phrase, aliases: Aliases): Phrase {
  const kept = Object.entries(params).map(([name, value]): [string, Phrase["params"][string]] => {
    if (typeof value !== "string") return [name, value];
    if (isPhraseKey(value) || (OWN_PARAMS.has(name) && OWN_PARAM.test(value))) return [name, value];
    return [name, aliases.param(value)];
  });
  return { ...rest, key, params: Object.fromEntries(kept) };
}
